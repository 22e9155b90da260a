"""归档: a closed case becomes one package that proves itself and needs none of us to be read."""

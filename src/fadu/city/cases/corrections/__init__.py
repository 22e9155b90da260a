"""更正: an earlier act put right, with what hangs on it."""

"""SQLite as an embedded store that is fair to its writers (see ``base.py``)."""

"""Plain Python: legal time, procedures, the log, legal text. Imports no Django, does no I/O beyond files given to it."""

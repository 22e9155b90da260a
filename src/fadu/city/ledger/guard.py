"""Whether the database still refuses change and deletion: every trigger of migrations 0002 and 0004 must be there.

Whoever wants to tamper must first drop them; forgetting to put them back betrays him.
"""

from __future__ import annotations

from django.db import connection

FOREVER = (
    "ledger_leaf",
    "ledger_logindex",
    "ledger_node",
    "ledger_checkpoint",
    "ledger_cosignature",
    "ledger_timestamp",
    "ledger_headsfile",
    "ledger_accessentry",
)
GUARDED = ("ledger_pending", "ledger_casehead", "ledger_logstate")


def missing_triggers() -> list[str]:
    """Names of the triggers that should stand and do not (or are switched off)."""
    if connection.vendor == "sqlite":
        wanted = {f"{table}_only_{suffix}" for table in FOREVER for suffix in "udi"}
        wanted |= {f"{table}_only_{suffix}" for table in GUARDED for suffix in "ud"}
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        wanted = {f"{table}_only_{suffix}" for table in FOREVER for suffix in "rt"}
        wanted |= {f"{table}_only_{suffix}" for table in GUARDED for suffix in "udt"}
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        return sorted(wanted - {name for (name,) in cursor.fetchall()})

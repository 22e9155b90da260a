"""The database itself refuses to change or delete what was recorded, on SQLite and PostgreSQL.

SQLite runs no delete trigger for the deletion hidden in INSERT OR REPLACE unless recursive triggers are on, so an
insert trigger refuses a key that exists. PostgreSQL also has TRUNCATE. Whoever may drop triggers can still tamper;
`check.py` finds that afterwards, and a witness and the receipts find it even if all of this database was remade.
"""

from django.db import migrations

# Table -> its unique keys. No row of these may ever change or go.
FOREVER: dict[str, tuple[tuple[str, ...], ...]] = {
    "ledger_leaf": (("hash",), ("case_ref", "seq")),
    "ledger_logindex": (("log", "idx"), ("log", "hash")),
    "ledger_node": (("log", "pos"),),
    "ledger_checkpoint": (("log", "size"),),
    "ledger_cosignature": (("id",), ("log", "size", "witness")),
    "ledger_headsfile": (("day",),),
    "ledger_accessentry": (("id",), ("hash",)),
}
_NUMBERED = "EXISTS (SELECT 1 FROM ledger_logindex i WHERE i.log = OLD.log AND i.hash = OLD.hash)"
_HEAD_BACK = "NEW.case_ref <> OLD.case_ref OR NEW.seq <= OLD.seq"
_STATE_BACK = (
    "NEW.log <> OLD.log OR NEW.origin <> OLD.origin OR NEW.suite <> OLD.suite OR NEW.epoch <> OLD.epoch"
    " OR NEW.size < OLD.size"
)
_MESSAGE = "ledger: append only"


def install(connection):
    """Create the triggers."""
    _run(connection, _sqlite_install() if connection.vendor == "sqlite" else _postgres_install())


def remove(connection):
    """Drop the triggers."""
    _run(connection, _sqlite_remove() if connection.vendor == "sqlite" else _postgres_remove())


def _run(connection, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _sqlite_rules() -> list[tuple[str, str, str, str]]:
    """(table, event, condition, suffix) of every rule; an empty condition always refuses."""
    rules = []
    for table, keys in FOREVER.items():
        same = [" AND ".join(f"e.{column} = NEW.{column}" for column in key) for key in keys]
        exists = f"EXISTS (SELECT 1 FROM {table} e WHERE {' OR '.join(f'({one})' for one in same)})"
        rules += [(table, "UPDATE", "", "u"), (table, "DELETE", "", "d"), (table, "INSERT", exists, "i")]
    return [
        *rules,
        ("ledger_pending", "UPDATE", "", "u"),
        ("ledger_pending", "DELETE", f"NOT {_NUMBERED}", "d"),
        ("ledger_casehead", "UPDATE", _HEAD_BACK, "u"),
        ("ledger_casehead", "DELETE", "", "d"),
        ("ledger_logstate", "UPDATE", _STATE_BACK, "u"),
        ("ledger_logstate", "DELETE", "", "d"),
    ]


def _sqlite_install() -> list[str]:
    return [
        f"CREATE TRIGGER {table}_only_{suffix} BEFORE {event} ON {table}"
        + (f" WHEN {condition}" if condition else "")
        + f" BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
        for table, event, condition, suffix in _sqlite_rules()
    ]


def _sqlite_remove() -> list[str]:
    return [f"DROP TRIGGER IF EXISTS {table}_only_{suffix}" for table, _, _, suffix in _sqlite_rules()]


def _postgres_install() -> list[str]:
    statements = [
        "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{_MESSAGE}: % on %', TG_OP, TG_TABLE_NAME"
        " USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE OR REPLACE FUNCTION ledger_keep_waiting() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN IF {_NUMBERED} THEN RETURN OLD; END IF; RAISE EXCEPTION '{_MESSAGE}: DELETE on ledger_pending'"
        " USING ERRCODE = 'integrity_constraint_violation'; END $$",
    ]
    refuse = "EXECUTE FUNCTION ledger_refuse()"
    for table in FOREVER:
        statements += [
            f"CREATE TRIGGER {table}_only_r BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {refuse}",
            f"CREATE TRIGGER {table}_only_t BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}",
        ]
    row = "FOR EACH ROW"
    return [
        *statements,
        f"CREATE TRIGGER ledger_pending_only_u BEFORE UPDATE ON ledger_pending {row} {refuse}",
        f"CREATE TRIGGER ledger_pending_only_d BEFORE DELETE ON ledger_pending {row}"
        " EXECUTE FUNCTION ledger_keep_waiting()",
        f"CREATE TRIGGER ledger_casehead_only_u BEFORE UPDATE ON ledger_casehead {row} WHEN ({_HEAD_BACK}) {refuse}",
        f"CREATE TRIGGER ledger_casehead_only_d BEFORE DELETE ON ledger_casehead {row} {refuse}",
        f"CREATE TRIGGER ledger_logstate_only_u BEFORE UPDATE ON ledger_logstate {row} WHEN ({_STATE_BACK}) {refuse}",
        f"CREATE TRIGGER ledger_logstate_only_d BEFORE DELETE ON ledger_logstate {row} {refuse}",
        *(
            f"CREATE TRIGGER {table}_only_t BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}"
            for table in ("ledger_pending", "ledger_casehead", "ledger_logstate")
        ),
    ]


def _postgres_remove() -> list[str]:
    names = [(table, suffix) for table in FOREVER for suffix in ("r", "t")]
    for table in ("ledger_pending", "ledger_casehead", "ledger_logstate"):
        names += [(table, suffix) for suffix in ("u", "d", "t")]
    return [
        *(f"DROP TRIGGER IF EXISTS {table}_only_{suffix} ON {table}" for table, suffix in names),
        "DROP FUNCTION IF EXISTS ledger_refuse(), ledger_keep_waiting()",
    ]


class Migration(migrations.Migration):
    """One set of triggers for each vendor."""

    dependencies = [("ledger", "0001_initial")]
    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: install(schema_editor.connection),
            lambda apps, schema_editor: remove(schema_editor.connection),
        )
    ]

"""Time-stamps of checkpoints; like everything else of the ledger, no row of theirs may ever change or go."""

from django.db import migrations, models

_MESSAGE = "ledger: append only"
_SAME = "SELECT 1 FROM ledger_timestamp e WHERE e.log = NEW.log AND e.size = NEW.size"
_RAISE = f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
_SQLITE = [
    f"CREATE TRIGGER ledger_timestamp_only_u BEFORE UPDATE ON ledger_timestamp {_RAISE}",
    f"CREATE TRIGGER ledger_timestamp_only_d BEFORE DELETE ON ledger_timestamp {_RAISE}",
    f"CREATE TRIGGER ledger_timestamp_only_i BEFORE INSERT ON ledger_timestamp WHEN EXISTS ({_SAME}) {_RAISE}",
]
_POSTGRES = [
    "CREATE TRIGGER ledger_timestamp_only_r BEFORE UPDATE OR DELETE ON ledger_timestamp"
    " FOR EACH ROW EXECUTE FUNCTION ledger_refuse()",
    "CREATE TRIGGER ledger_timestamp_only_t BEFORE TRUNCATE ON ledger_timestamp"
    " FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()",
]


def install(connection):
    """Create the triggers (on PostgreSQL with the function of 0002)."""
    _run(connection, _SQLITE if connection.vendor == "sqlite" else _POSTGRES)


def remove(connection):
    """Drop the triggers."""
    if connection.vendor == "sqlite":
        _run(connection, [f"DROP TRIGGER IF EXISTS ledger_timestamp_only_{suffix}" for suffix in "udi"])
    else:
        _run(
            connection,
            [f"DROP TRIGGER IF EXISTS ledger_timestamp_only_{suffix} ON ledger_timestamp" for suffix in "rt"],
        )


def _run(connection, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


class Migration(migrations.Migration):
    """The table and its triggers."""

    dependencies = [("ledger", "0003_hot_path")]
    operations = [
        migrations.CreateModel(
            name="TimeStamp",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "log", "size", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("log", models.PositiveSmallIntegerField(choices=[(1, "主账本"), (2, "查阅账本")])),
                ("size", models.BigIntegerField()),
                ("response", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("authority", models.CharField(blank=True, max_length=200)),
                ("asked_at", models.DateTimeField()),
            ],
        ),
        migrations.RunPython(
            lambda apps, schema_editor: install(schema_editor.connection),
            lambda apps, schema_editor: remove(schema_editor.connection),
        ),
    ]

from django.db import migrations

from fadu.city.ledger import functions


def forwards(apps, schema_editor):
    functions.install(schema_editor.connection)


def backwards(apps, schema_editor):
    functions.remove(schema_editor.connection)


class Migration(migrations.Migration):
    """Append as a database function on PostgreSQL, whose plans are kept."""

    dependencies = [("ledger", "0002_append_only")]
    operations = [migrations.RunPython(forwards, backwards)]

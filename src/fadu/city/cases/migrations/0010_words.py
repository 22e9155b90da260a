"""No index of its own for the foreign keys of a case; and the words by which cases are found.

Titles and numbers are entered in the index once, by triggers, when a case is opened or renamed: an act, which rewrites
the row of its case, touches none of it. PostgreSQL keeps pairs of neighbouring characters (and whole numbers and Latin
words) in a GIN index: its trigrams would not find a Chinese word of two characters, and an extension might not be
allowed. SQLite keeps trigrams (FTS5). A later migration that remakes ``cases_case`` on SQLite puts the triggers back.
"""

import django.db.models.deletion
from django.db import migrations, models


_POSTGRES = (
    r"""
CREATE FUNCTION cases_grams(words text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
 SELECT COALESCE(array_agg(DISTINCT g.gram), '{}') FROM (
   SELECT m[1] AS gram FROM regexp_matches(lower(words), '[0-9a-z]+', 'g') m
    UNION ALL
   SELECT substr(m[1], n, 2) FROM regexp_matches(lower(words), '[^0-9a-z\s]+', 'g') m
     CROSS JOIN LATERAL generate_series(1, char_length(m[1]) - 1) n
 ) g
$$""",
    "CREATE TABLE cases_word (case_id bigint PRIMARY KEY, grams text[] NOT NULL)",
    # Written at once, not into a list that the next reader would have to look through.
    "CREATE INDEX cases_word_grams ON cases_word USING gin (grams) WITH (fastupdate = off)",
    """
CREATE FUNCTION cases_word_enter() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
 INSERT INTO cases_word VALUES (NEW.id, cases_grams(NEW.title || ' ' || NEW.number))
     ON CONFLICT (case_id) DO UPDATE SET grams = excluded.grams;
 RETURN NULL;
END $$""",
    """
CREATE FUNCTION cases_word_leave() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
 DELETE FROM cases_word WHERE case_id = OLD.id;
 RETURN NULL;
END $$""",
    "CREATE TRIGGER cases_word_new AFTER INSERT ON cases_case FOR EACH ROW EXECUTE FUNCTION cases_word_enter()",
    """
CREATE TRIGGER cases_word_renamed AFTER UPDATE ON cases_case FOR EACH ROW
  WHEN (NEW.title IS DISTINCT FROM OLD.title OR NEW.number IS DISTINCT FROM OLD.number)
  EXECUTE FUNCTION cases_word_enter()""",
    "CREATE TRIGGER cases_word_gone AFTER DELETE ON cases_case FOR EACH ROW EXECUTE FUNCTION cases_word_leave()",
    # The planner may take a common word for a reason to read the table from its beginning; this never does.
    """
CREATE FUNCTION cases_find(wanted text[], most integer) RETURNS SETOF bigint LANGUAGE sql STABLE
   SET enable_seqscan = off AS $$
 SELECT case_id FROM cases_word WHERE grams @> wanted LIMIT most
$$""",
    "INSERT INTO cases_word SELECT id, cases_grams(title || ' ' || number) FROM cases_case",
)
_POSTGRES_BACK = (
    "DROP TRIGGER cases_word_new ON cases_case",
    "DROP TRIGGER cases_word_renamed ON cases_case",
    "DROP TRIGGER cases_word_gone ON cases_case",
    "DROP FUNCTION cases_word_enter(), cases_word_leave(), cases_find(text[], integer)",
    "DROP TABLE cases_word",
    "DROP FUNCTION cases_grams(text)",
)
_SQLITE = (
    "CREATE VIRTUAL TABLE cases_word USING fts5(words, tokenize = 'trigram')",
    """
CREATE TRIGGER cases_word_new AFTER INSERT ON cases_case BEGIN
 INSERT INTO cases_word (rowid, words) VALUES (NEW.id, NEW.title || ' ' || NEW.number);
END""",
    """
CREATE TRIGGER cases_word_renamed AFTER UPDATE ON cases_case
  WHEN NEW.title <> OLD.title OR NEW.number <> OLD.number BEGIN
 UPDATE cases_word SET words = NEW.title || ' ' || NEW.number WHERE rowid = NEW.id;
END""",
    """
CREATE TRIGGER cases_word_gone AFTER DELETE ON cases_case BEGIN
 DELETE FROM cases_word WHERE rowid = OLD.id;
END""",
    "INSERT INTO cases_word (rowid, words) SELECT id, title || ' ' || number FROM cases_case",
)
_SQLITE_BACK = (
    "DROP TRIGGER cases_word_new",
    "DROP TRIGGER cases_word_renamed",
    "DROP TRIGGER cases_word_gone",
    "DROP TABLE cases_word",
)


def _run(schema_editor, postgres, sqlite):
    with schema_editor.connection.cursor() as cursor:
        for statement in postgres if schema_editor.connection.vendor == "postgresql" else sqlite:
            cursor.execute(statement)


def install(apps, schema_editor):
    """The index of words, filled."""
    _run(schema_editor, _POSTGRES, _SQLITE)


def remove(apps, schema_editor):
    """Without it."""
    _run(schema_editor, _POSTGRES_BACK, _SQLITE_BACK)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_first"),
        ("authority", "0001_first"),
        ("cases", "0009_corrections"),
    ]

    operations = [
        migrations.AlterField(
            model_name="case",
            name="definition",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="cases.definition"
            ),
        ),
        migrations.AlterField(
            model_name="case",
            name="organ",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="authority.organ"
            ),
        ),
        migrations.AlterField(
            model_name="case",
            name="government",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="government_cases",
                to="authority.organ",
            ),
        ),
        migrations.AlterField(
            model_name="case",
            name="parent",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="children",
                to="cases.case",
            ),
        ),
        migrations.AlterField(
            model_name="case",
            name="opened_by",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.person"
            ),
        ),
        migrations.RunPython(install, remove),
    ]

"""A city grown to a size: cases, organs involved, duties, acts, leaves and readings, made in the database itself.

The spread is that of a city's departments: twenty organs, every other case with a second organ, four of ten still open,
one in a hundred sealed, one in twelve with a citizen as party, one in five linked to another; each of the demonstration's
own has six links to these and four from them. What a page opens (the demonstration's own cases) was made
through the door; these rows are what it must be found among.
"""

from __future__ import annotations

from django.db import connection

ORGANS = 20
TABLES = (
    "cases_case", "cases_word", "cases_involvement", "cases_caselink", "cases_duty", "cases_act", "accounts_person", "cases_party", "cases_assignment", "cases_reminder",
    "ledger_leaf", "ledger_logindex", "ledger_casehead", "ledger_casekey", "ledger_accessentry",
)  # fmt: skip
_PICK = """
CREATE FUNCTION pg_temp.pick(i bigint, salt int, k int) RETURNS int LANGUAGE sql IMMUTABLE AS
 $$ SELECT ((hashint8(i * 7919 + salt) & 2147483647) %% k)::int $$
"""
_PLAN = """
CREATE TEMP TABLE plan AS
SELECT b.base + g AS id, g AS i, o.ids[1 + pg_temp.pick(g, 1, {organs})] AS organ,
       o.ids[1 + pg_temp.pick(g, 2, {organs})] AS other, o.government, p.name AS procedure, p.digest,
       md5('case' || g) AS mark, w.person,
       pg_temp.pick(g, 3, 10) < 6 AS ended, now() - make_interval(mins => ((n.cases - g) * 1000000.0 / n.cases)::int + pg_temp.pick(g, 4, 80000)) AS changed
  FROM (SELECT %s::int AS cases) n CROSS JOIN generate_series(1, n.cases) g
 CROSS JOIN (SELECT COALESCE(max(id), 0) AS base FROM cases_case) b
 CROSS JOIN (SELECT g.id AS government, ARRAY(SELECT d.id FROM authority_organ d
                      WHERE d.government_id = g.id AND d.administrative
                      ORDER BY NOT EXISTS (SELECT 1 FROM authority_post p WHERE p.organ_id = d.id), d.id) AS ids
               FROM authority_organ g WHERE g.code = 'city_government') o
 CROSS JOIN LATERAL (SELECT name, digest FROM cases_definition
                     WHERE name <> 'decision_catalogue' -- one a year, made with the city
                     ORDER BY digest OFFSET pg_temp.pick(g, 5, (SELECT count(*)::int - 1 FROM cases_definition)) LIMIT 1) p
 CROSS JOIN LATERAL (SELECT 1 + pg_temp.pick(g, 6, 40) AS person) w
"""
_ROWS = {
    "cases_case": """
INSERT INTO cases_case (id, key, procedure, definition_id, title, number, organ_id, government_id, division, year,
  secrecy, parent_step, opened_at, opened_by_id, ended_at, changed_at, version, marking, stage, due)
SELECT id, substr(mark, 1, 26), procedure, digest,
  '关于' || (ARRAY['停车收费','老旧小区改造','道路养护','河道整治','学校布局','养老服务','供水价格','公交线路',
  '垃圾分类','园区扩建'])[1 + pg_temp.pick(i, 7, 10)] || '的' || (ARRAY['方案','请示','事项','报告'])[1 + pg_temp.pick(i, 8, 4)]
  || '（第' || i || '件）',
  CASE WHEN pg_temp.pick(i, 9, 10) < 7 THEN '云' || organ || '〔2026〕' || i || '号' ELSE '' END,
  organ, government, '330100', 2024 + pg_temp.pick(i, 10, 3),
  CASE pg_temp.pick(i, 11, 100) WHEN 0 THEN 'sealed' WHEN 1 THEN 'internal' WHEN 2 THEN 'internal' ELSE 'public' END,
  '', changed - interval '60 days', person, CASE WHEN ended THEN changed END, changed, 2,
  jsonb_build_object('done', jsonb_build_object('propose', jsonb_build_array('done', changed::text, 1)),
                     'last', jsonb_build_array(changed::text, 2)),
  '办理', CASE WHEN NOT ended THEN (now() + make_interval(days => pg_temp.pick(i, 12, 400) - 40))::date END
  FROM plan""",
    "cases_word": """
INSERT INTO cases_word SELECT c.id, cases_grams(c.title || ' ' || c.number) FROM cases_case c JOIN plan USING (id)""",
    "cases_caselink": """
INSERT INTO cases_caselink (case_id, seq, field, other_id, relation)
SELECT id, 1, 'filled', id - 1, '关联' FROM plan WHERE i > 1 AND i % 5 = 0
 UNION ALL
SELECT d.id, 1, 'filled_' || p.i, p.id, '依据' FROM plan p
  JOIN cases_case d ON d.id < (SELECT min(id) FROM plan) WHERE p.i BETWEEN 11 AND 16
 UNION ALL
SELECT p.id, 2, 'filled_' || d.id, d.id, '征询' FROM plan p JOIN cases_case d ON d.id < (SELECT min(id) FROM plan)
 WHERE p.i BETWEEN 21 AND 24""",
    "cases_involvement": """
INSERT INTO cases_involvement (case_id, organ_id, changed_at)
SELECT id, organ, changed FROM plan UNION ALL SELECT id, other, changed FROM plan WHERE other <> organ AND i % 2 = 0""",
    "cases_duty": """
INSERT INTO cases_duty (case_id, step, title, kind, organ_id, function, person_id, due_legal, provisional, paused, waiting)
SELECT id, 'step_' || n, '办理第' || n || '步', CASE n WHEN 1 THEN 'owed' ELSE 'open' END,
  CASE n WHEN 3 THEN other ELSE organ END, (ARRAY['handle','review','approve'])[1 + pg_temp.pick(i, 12 + n, 3)],
  CASE WHEN pg_temp.pick(i, 17, 30) = 0 THEN person END,
  CASE n WHEN 1 THEN (now() + make_interval(days => pg_temp.pick(i, 12, 400) - 40))::date END, false, false, false
  FROM plan CROSS JOIN generate_series(1, 3) n WHERE NOT ended AND (n < 3 OR other <> organ)""",
    "cases_act": """
WITH s AS MATERIALIZED (SELECT digest, (SELECT key FROM jsonb_each(data -> 'procedure' -> 'step') LIMIT 1) AS step
                          FROM cases_definition)
INSERT INTO cases_act (case_id, seq, step, outcome, occurred_at, recorded_at, person_id, organ_id, data, leaf)
SELECT id, n, s.step, 'done', changed - make_interval(days => 2 - n), changed - make_interval(days => 2 - n),
  1 + pg_temp.pick(i, 18 + n, 40), organ,
  jsonb_build_object('seq', n, 'step', s.step, 'outcome', 'done', 'performers', jsonb_build_array(jsonb_build_object(
    'person', person, 'post', '经办人', 'organ', organ, 'role', 'handler')), 'recorder', person,
    'occurred_at', changed::text, 'recorded_at', changed::text), md5('leaf' || i || '.' || n) || mark
  FROM plan CROSS JOIN generate_series(1, 2) n JOIN s USING (digest)""",
    "accounts_person": """
INSERT INTO accounts_person (key, name, kind) SELECT 'citizen' || i, '公民' || i, 'natural' FROM plan WHERE i % 50 = 0""",
    "cases_party": """
INSERT INTO cases_party (case_id, person_id, role)
SELECT i.id, p.id, 'applicant' FROM plan i
  JOIN accounts_person p ON p.key = 'citizen' || (1 + pg_temp.pick(i.i, 22, (SELECT max(i) / 50 FROM plan)::int)) * 50
 WHERE pg_temp.pick(i.i, 21, 12) = 0""",
    "cases_assignment": """
INSERT INTO cases_assignment (case_id, step, person_id, kind, by_seq)
SELECT id, 'step_1', person, 'handed', 2 FROM plan WHERE NOT ended AND pg_temp.pick(i, 17, 30) = 0""",
    "cases_reminder": """
INSERT INTO cases_reminder (person_id, case_id, step, why, text, key, at)
SELECT person, id, 'step_1', 'handed', '转给您办理', 'fill' || id, changed FROM plan WHERE i % 20 = 0""",
    "ledger_leaf": """
INSERT INTO ledger_leaf (hash, case_ref, seq, prev, body)
SELECT sha256(convert_to(mark || n, 'UTF8')), 'case/' || substr(mark, 1, 26), n, ''::bytea,
  convert_to(repeat(mark, 12), 'UTF8') FROM plan CROSS JOIN generate_series(1, 2) n""",
    "ledger_logindex": """
INSERT INTO ledger_logindex (log, idx, hash)
SELECT 1, (SELECT COALESCE(max(idx), -1) FROM ledger_logindex WHERE log = 1) + 2 * i - 2 + n,
  sha256(convert_to(mark || n, 'UTF8')) FROM plan CROSS JOIN generate_series(1, 2) n""",
    "ledger_casehead": """
INSERT INTO ledger_casehead (case_ref, seq, hash)
SELECT 'case/' || substr(mark, 1, 26), 2, sha256(convert_to(mark || 2, 'UTF8')) FROM plan""",
    "ledger_casekey": """
INSERT INTO ledger_casekey (case_ref, kek, wrapped)
SELECT 'case/' || substr(mark, 1, 26), 'fill', convert_to(mark || mark, 'UTF8') FROM plan""",
    "ledger_accessentry": """
INSERT INTO ledger_accessentry (hash, case_ref, at, body)
SELECT sha256(convert_to('read' || i, 'UTF8')), 'case/' || substr(mark, 1, 26), changed, convert_to(repeat(mark, 8), 'UTF8')
  FROM plan""",
}  # fmt: skip

# Pages ask how far the newest checkpoint reaches and nothing more of it; making a million proofs is another bench.
_COVERED = """
INSERT INTO ledger_checkpoint (log, size, note, at)
SELECT 1, (SELECT count(*) FROM ledger_logindex WHERE log = 1), note, now()
  FROM ledger_checkpoint WHERE log = 1 ORDER BY size DESC LIMIT 1
"""


def fill(cases: int) -> None:
    """Grow the database of the current connection by so many cases, then let the planner see it."""
    with connection.cursor() as cursor:
        # Foreign keys hold by the making of the rows; checking a million of each would measure nothing.
        cursor.execute("SET session_replication_role = replica; SET synchronous_commit = off")
        cursor.execute("SET maintenance_work_mem = '256MB'; SET work_mem = '128MB'")
        cursor.execute(_PICK.replace("%%", "%"))
        cursor.execute(_PLAN.format(organs=ORGANS), [cases])
        for table in TABLES:
            indexes = _indexes(table)
            for name, _ in indexes:
                cursor.execute(f'DROP INDEX "{name}"')
            cursor.execute(_ROWS[table])
            for _, definition in indexes:
                cursor.execute(definition)
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('cases_case', 'id'), (SELECT max(id) FROM cases_case))"
        )
        cursor.execute(_COVERED)
        cursor.execute("DROP TABLE plan")
        cursor.execute("RESET ALL")
        cursor.execute("VACUUM ANALYZE")


def _indexes(table: str) -> list[tuple[str, str]]:
    """The indexes of a table that no constraint needs, with how to make them again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE i.tablename = %s AND NOT EXISTS"
            " (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)",
            [table],
        )
        return cursor.fetchall()

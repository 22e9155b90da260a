"""The record of a step: typed values or every reason why not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from fadu.core.procedure import Book, Definition, load_file, plausible, records
from tests.core.procedure.conftest import DATA, VIEWS, day

FORM = """
name = "form"
title = "表单"
in_force = 2024-01-01
source = "决策条例"
opening = "fill"
[role.officer]
title = "经办人"
[step.fill]
title = "填写"
by = "officer"
basis = "10"
outcome.yes = { title = "是" }
outcome.no = { title = "否", requires = ["why"] }
field.name = { title = "名称", type = "text", required = true, max_length = 5, class = "public" }
field.why = { title = "理由", type = "longtext", class = "internal" }
field.count = { title = "件数", type = "number", min = 0, max = 10 }
field.amount = { title = "金额", type = "money" }
field.on = { title = "日期", type = "date", min = "2026-01-01" }
field.at = { title = "时刻", type = "datetime" }
field.kind = { title = "类别", type = "choice", choices = [["a", "甲"], ["b", "乙"]] }
field.kinds = { title = "多类", type = "choices", choices = [["a", "甲"], ["b", "乙"]] }
field.open = { title = "公开", type = "bool" }
field.organs = { title = "机关", type = "organs" }
field.rows = { title = "明细", type = "table", columns = { item = { title = "项", type = "text", required = true }, n = { title = "数", type = "number" } } }
field.scan = { title = "扫描件", type = "file", required = ["no"] }
"""
FILE = {"name": "a.pdf", "sha256": "ab" * 32, "size": 1}


@pytest.fixture(scope="module")
def form(book: Book, tmp_path_factory: pytest.TempPathFactory) -> Definition:
    path = tmp_path_factory.mktemp("law") / "form.toml"
    path.write_text(FORM, encoding="utf-8")
    return load_file(path, book=book)


def check(form: Definition, outcome: str = "yes", **raw: Any) -> records.Validated:
    return records.validate(form.steps["fill"], outcome, {"name": "甲", "secrecy_class": "open"} | raw)


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        ("name", " 乙 ", "乙"),
        ("count", "3", 3),
        ("count", "2.5", "2.5"),
        ("amount", "1,234.5", "1234.50"),
        ("on", "2026-09-01", "2026-09-01"),
        ("at", "2026-09-01T09:30", "2026-09-01T09:30:00+08:00"),
        ("at", "2026-09-01T01:30:00+00:00", "2026-09-01T09:30:00+08:00"),
        ("kind", "a", "a"),
        ("kinds", ["a", "b"], ["a", "b"]),
        ("open", "on", True),
        ("open", "否", False),
        ("organs", ["司法局", 3], ["司法局", "3"]),
        ("rows", [{"item": "一", "n": "2"}], [{"item": "一", "n": 2}]),
        ("scan", FILE, FILE),
    ],
)
def test_typed(form: Definition, field: str, typed: Any, value: Any) -> None:
    made = check(form, **{field: typed})
    assert made.refusals == () and made.values[field] == value


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("name", "", "required"),
        ("name", "   ", "required"),
        ("name", "六个字的名称", "too_long"),
        ("name", 5, "wrong_type"),
        ("name", "a\x00", "wrong_type"),
        ("count", "三", "wrong_type"),
        ("count", "NaN", "wrong_type"),
        ("count", True, "wrong_type"),
        ("count", -1, "too_small"),
        ("count", 11, "too_big"),
        ("amount", "1.234", "wrong_type"),
        ("on", "2026-02-30", "wrong_type"),
        ("on", "0001-01-01", "wrong_type"),
        ("on", "2025-12-31", "too_small"),
        ("at", "昨天", "wrong_type"),
        ("kind", "c", "unknown_choice"),
        ("kinds", "a", "wrong_type"),
        ("kinds", ["c"], "unknown_choice"),
        ("open", "也许", "wrong_type"),
        ("organs", [{"x": 1}], "wrong_reference"),
        ("rows", [{"n": 1}], "required"),
        ("rows", [{"item": "一", "x": 1}], "unknown_field"),
        ("rows", ["x"], "wrong_type"),
        ("scan", {"name": "a.pdf", "sha256": "zz"}, "wrong_type"),
        ("nonsense", 1, "unknown_field"),
        ("secrecy_class", "", "required"),
    ],
)  # fmt: skip
def test_refused_with_field_reason_and_cure(form: Definition, field: str, typed: Any, code: str) -> None:
    (refusal,) = check(form, **{field: typed}).refusals
    assert refusal.code == code and refusal.subject.startswith(field) and refusal.cure


def test_every_error_at_once_and_required_by_outcome(form: Definition) -> None:
    made = check(form, "no", count="x", kind="c")
    assert {(one.subject, one.code) for one in made.refusals} == {
        ("count", "wrong_type"), ("kind", "unknown_choice"), ("why", "required"), ("scan", "required"),
    }  # fmt: skip
    assert records.validate(form.steps["fill"], "no", {}, partial=True).refusals == ()


def test_state_secrets_are_refused_and_nothing_is_kept(form: Definition) -> None:
    made = check(form, secrecy_class="state_secret", why="机密内容")
    assert made.values == {} and [one.code for one in made.refusals] == ["state_secret"]
    assert "机密内容" not in str(made.refusals)


def test_digests_of_files(form: Definition) -> None:
    assert check(form, scan=FILE).digests == {"scan": FILE["sha256"]}


def test_views_are_part_of_the_record(decision: Definition) -> None:
    step = decision.steps["deliberate"]
    assert records.validate(step, "passed", {"views": VIEWS}).values["views"][0]["person"] == "li"
    codes = [
        one.code
        for one in records.validate(
            step, "passed", {"views": [{"view": "maybe"}, {"view": "agree", "x": 1}]}
        ).refusals
    ]
    assert codes == ["wrong_type", "unknown_field"]


def test_schema_and_reader_agree(form: Definition) -> None:
    step = form.steps["fill"]
    validator = jsonschema_rs.validator_for(records.json_schema(step))
    for outcome in step.outcomes:
        filled = plausible.values(step, outcome, {}, on=day("2026-09-01").date())
        made = records.validate(step, outcome, filled)
        assert made.refusals == () and validator.is_valid(made.values)
    assert not validator.is_valid({"name": "甲", "secrecy_class": "open", "nonsense": 1})
    assert records.json_schema(step)["x-required-by-outcome"] == {"no": ["why", "scan"]}


def test_who_may_read_what(form: Definition) -> None:
    values = {"name": "甲", "why": "因为", "amount": "1.00"}

    def seen(relation: str) -> set[str]:
        return set(records.visible(form, form.steps["fill"], values, relation=relation))

    assert seen("handles") == {"name", "why", "amount"}
    assert seen("party") == {"name", "amount"}
    assert seen("public") == set()


def test_every_step_of_the_law_takes_plausible_values(book: Book) -> None:
    wide = load_file(Path(DATA / "wide.toml"), book=book)
    for step in wide.steps.values():
        for outcome in step.outcomes:
            filled = plausible.values(step, outcome, {}, on=day("2026-09-01").date())
            assert records.validate(step, outcome, filled).refusals == ()


@pytest.mark.parametrize(
    ("field", "raw"),
    [
        ("amount", "1e30"), ("count", "1e999999"), ("at", "0001-01-01T00:00:00+14:00"),
        ("at", "9999-12-31T23:59:59-12:00"),
    ],
)  # fmt: skip
def test_what_cannot_be_worked_out_is_refused(form: Definition, field: str, raw: str) -> None:
    """Exponents and the ends of the calendar are wrong input, never a crash."""
    found = check(form, **{field: raw})
    assert [refusal.subject for refusal in found.refusals] == [field]

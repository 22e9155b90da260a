"""Amounts that grow by legal time, in a case: when they begin and end, what stands still, what a correction changes."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from fadu.core.procedure import Book, Definition, load_file, scenario
from fadu.core.procedure.accrual import Amount, amounts
from tests.core.procedure.conftest import CALENDAR, DATA, Case


@pytest.fixture
def growing(book: Book) -> Definition:
    return load_file(DATA / "growing.toml", book=book)


def grown(case: Case, on: str) -> tuple[Amount, ...]:
    return amounts(case.definition, case.acts, on=dt.date.fromisoformat(on), calendar=CALENDAR)


def test_the_story_comes_out_to_the_cent(growing: Definition) -> None:
    told = scenario.tell(scenario.read_story(DATA / "story_growing.toml"), growing, calendar=CALENDAR)
    assert told.differences == ()
    wrong = scenario.read_story(DATA / "story_growing.toml")
    wrong["expect"][1]["amounts"]["pay"] = "900.01"
    (said,) = scenario.tell(wrong, growing, calendar=CALENDAR).differences
    assert "应当增长到900.01元，实际是900.00元" in said


def test_every_day_is_told_with_its_reason_and_the_cap(growing: Definition) -> None:
    case = Case(growing)
    case.do("2026-03-02", "fine", values={"amount": "10000.00"})
    case.do("2026-03-20", "suspend")
    case.do("2026-03-31", "resume")
    (one,) = grown(case, "2026-04-02")
    assert [day.reason for day in one.grown.days].count("中止期间") == 11
    assert one.explain() == (
        "基数10000.00元，每日加3%，至多为基数的100%，自2026年3月17日的次日起计。",
        "2026年3月18日至2026年3月20日，计3日，累计900.00元。",
        "2026年3月21日至2026年3月31日（中止期间），11日不计。",
        "2026年4月1日至2026年4月2日，计2日，累计1500.00元。",
    )
    assert "第七十二条" in one.grown.basis and one.until is None
    (one,) = grown(case, "2026-12-31")
    assert one.grown.capped and one.grown.amount == Decimal("10000.00")
    assert one.explain()[-1] == "已达上限10000.00元，不再增加。"
    assert one.as_json()["amount"] == "10000.00" and one.as_json()["base_field"] == "fine.amount"


def test_a_corrected_base_changes_the_amount(growing: Definition) -> None:
    case = Case(growing)
    case.do("2026-03-02", "fine", values={"amount": "10000.00"})
    case.do(
        "2026-03-19", "correct", targets=("1",), values={"corrected": {"amount": "1000.00"}, "reason": "笔误"}
    )
    (one,) = grown(case, "2026-03-20")
    assert (one.base, one.grown.amount) == (Decimal("1000.00"), Decimal("90.00"))


def test_it_may_begin_on_a_recorded_date_and_end_with_a_named_step(book: Book, tmp_path: Path) -> None:
    text = (DATA / "growing.toml").read_text(encoding="utf-8")
    rule = next(line for line in text.splitlines() if line.startswith("accrues"))
    text = text.replace(rule, "").replace("[step.pay]", (
        'accrues = { base = "amount", rate = "0.5%", per = "month", from = "fine.interest_from", until = ["pay"], basis = "72①(一)" }\n'
        "[step.pay]"
    ))  # fmt: skip
    path = tmp_path / "growing.toml"
    path.write_text(text, encoding="utf-8")
    case = Case(load_file(path, book=book))
    case.do("2026-03-02", "fine", values={"amount": "10000.00", "interest_from": "2026-01-31"})
    (one,) = grown(case, "2026-04-29")
    assert (one.grown.units, one.grown.amount) == (2, Decimal("100.00")), "28 February and 31 March"
    case.do("2026-04-30", "pay")
    (one,) = grown(case, "2026-12-31")
    assert (one.grown.amount, str(one.until)) == (Decimal("150.00"), "2026-04-30")
    assert one.explain()[-1] == "计至2026年4月30日止，共150.00元。"

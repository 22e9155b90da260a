"""Warnings before an end, by the strict count of days, and indicators: what the words ``warn`` and ``[indicator]`` do."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from fadu.core.procedure import Book, load_book, load_file
from fadu.core.procedure.indicators import counted
from fadu.core.procedure.warning import Warned, leads, warned, warns_from
from tests.core.procedure.conftest import CALENDAR, DATA, LAW, Case

LIMIT = 'limit = { time = "15 days", from = "fine", basis = "67③" }'


def standing(case: Case, on: str) -> tuple[Warned, ...]:
    return warned(case.definition, case.marking, on=dt.date.fromisoformat(on), calendar=CALENDAR)


def changed(book: Book, folder: Path, *pairs: tuple[str, str]) -> Case:
    text = (DATA / "growing.toml").read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path = folder / "growing.toml"
    path.write_text(text, encoding="utf-8")
    return Case(load_file(path, book=book))


def test_a_limit_is_warned_of_from_when_so_much_remains(book: Book, tmp_path: Path) -> None:
    case = changed(book, tmp_path, (LIMIT, LIMIT.replace('"15 days"', '"15 days", warn = "5 workdays"')))
    case.do("2026-03-02", "fine", values={"amount": "100.00"})
    step = case.definition.steps["pay"]
    end = dt.date(2026, 3, 17)
    assert warns_from(case.definition, step, end, CALENDAR) == dt.date(2026, 3, 10)
    assert standing(case, "2026-03-09") == ()
    (one,) = standing(case, "2026-03-10")
    assert (one.step, one.last, one.since) == ("pay", end, dt.date(2026, 3, 10))
    assert "将于2026年3月17日届满" in one.sentence and "第六十七条" in one.basis
    assert standing(case, "2026-03-18") == (), "late is another thing"
    case.do("2026-03-11", "suspend")
    assert standing(case, "2026-03-12"), "the limit does not stand still while suspended unless it says so"


def test_without_the_word_nothing_is_warned_of_here(book: Book, tmp_path: Path) -> None:
    case = changed(book, tmp_path)
    case.do("2026-03-02", "fine", values={"amount": "100.00"})
    assert standing(case, "2026-03-17") == ()
    assert warns_from(case.definition, case.definition.steps["pay"], dt.date(2026, 3, 17), CALENDAR) is None


def test_papers_for_a_hearing_by_the_lenient_and_by_the_strict_count(book: Book, tmp_path: Path) -> None:
    """law-A T1.5 in small: seven days before the 16th are the 9th, and by clear days the 8th."""
    wait = 'wait = { kind = "before", time = "7 days", planned = "fine.interest_from", law = "通则", warn = "clear", basis = "67③" }'
    case = changed(book, tmp_path, (LIMIT, f"{wait}\n{LIMIT}"))
    case.do("2026-09-01", "fine", values={"amount": "100.00", "interest_from": "2026-10-16"})
    (lead,) = leads(case.definition, case.marking, case.definition.steps["pay"], calendar=CALENDAR)
    assert (lead.strict, lead.last) == (dt.date(2026, 10, 8), dt.date(2026, 10, 9))
    assert [len(standing(case, f"2026-10-{day:02}")) for day in (7, 8, 9, 10)] == [0, 0, 1, 0]
    assert case.codes("2026-10-10", "pay") == ["short_notice"]
    case.do("2026-10-09", "pay")
    (one,) = standing(case, "2026-10-12")
    assert one.done and "已于2026年10月9日办理" in one.sentence and "2026年10月8日以前" in one.sentence
    assert standing(case, "2026-10-17") == (), "the date has passed"


def test_an_indicator_counts_doings_and_asks_for_an_earlier_day() -> None:
    """law-A T9.2: the opinion is dated after the meeting, so it was not heard before it."""
    definition = load_book(LAW).procedures["legal_opinion"]
    case = Case(definition)
    case.do("2026-09-01", "request", facts={"outside_unit": False})
    case.do("2026-09-01", "assign.adviser")
    case.do("2026-09-02", "conflict_check.none")
    case.do("2026-09-03", "opinion.lawful", by="wei")
    adopted = definition.indicators["adopted"]
    assert [one.kept for one in counted(adopted, case.acts, case.marking.facts)] == [False]
    case.do("2026-09-04", "adopt.adopted", by="chen")
    assert [one.kept for one in counted(adopted, case.acts, case.marking.facts)] == [True]

"""补录: what an attested act breaks is found with it (late, the same person, before the opening), and it still counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fadu.core.procedure import Book, Definition, engine, load_file
from tests.core.procedure.conftest import CALENDAR, Case, day

MATTER = Path(__file__).parents[2] / "city" / "cases" / "matter.toml"


@pytest.fixture(scope="module")
def matter(book: Book) -> Definition:
    """The small procedure of the city's tests: register, review within ten working days, decide within five."""
    return load_file(MATTER, book=book)


@pytest.fixture
def case(matter: Definition) -> Case:
    """A fresh matter."""
    return Case(matter)


def elsewhere(case: Case, on: str, name: str, by: str = "li", *, now: str = "2026-05-06") -> list[str]:
    """Attest an act, recorded on the day ``now``; the codes of what was found with it."""
    told: dict[str, Any] = {"channel": "attested", "source": "纸质", "recorded_at": day(now)}
    return [finding.code for finding in case.do(on, name, by, **told).act.findings]


def test_later_than_the_legal_due_date_is_found_with_the_date_and_the_article(case: Case) -> None:
    """Ten working days from Monday 9 March 2026 end on the 23rd."""
    case.do("2026-03-09", "register")
    assert elsewhere(case, "2026-03-24", "review.fit") == ["late"]
    (late,) = case.acts[-1].findings
    assert "2026年3月23日" in late.sentence and "2026年3月24日" in late.sentence and "十" in late.basis
    assert "review" in case.marking.done and "2:late" in case.marking.findings


def test_on_the_last_day_nothing_is_found_and_what_is_performed_late_goes_on(matter: Definition) -> None:
    timely, performed = Case(matter), Case(matter)
    timely.do("2026-03-09", "register")
    assert elsewhere(timely, "2026-03-23", "review.fit") == []
    performed.do("2026-03-09", "register")
    assert performed.do("2026-03-24", "review.fit", "li").act.findings == ()


def test_the_same_person_is_found(case: Case) -> None:
    """Neither as performer nor as recorder may who registered the matter review it."""
    case.do("2026-03-09", "register", "zhang")
    assert elsewhere(case, "2026-03-10", "review.fit", "zhang") == ["same_person"]


def test_an_act_older_than_the_opening_counts_and_what_the_law_puts_after_it_is_found(case: Case) -> None:
    """Otherwise the opening would make owed again what was done; its own date stays, the next limit runs from it."""
    case.do("2026-03-09", "register")
    assert elsewhere(case, "2026-03-05", "review.fit") == ["before_opening"]
    assert case.marking.done["review"].at.startswith("2026-03-05")
    assert set(case.marking.owed) >= {"decide"} and "review" not in case.marking.owed
    assert case.marking == engine.fold(case.definition, case.acts)
    decide = [one for one in engine.duties(case.definition, case.marking, on=day("2026-03-09"), calendar=CALENDAR)
              if one.step == "decide"]  # fmt: skip
    assert str(decide[0].due_legal) == "2026-03-12"
    elsewhere(case, "2026-03-06", "decide.agreed", "wu")
    assert set(case.marking.owed) >= {"close"} and "decide" not in case.marking.owed
    assert case.acts[-1].findings == () and case.acts[-1].creates == {} and case.acts[-1].cures == ()


def test_a_late_arrival_that_moves_the_due_date_cures_what_was_late(case: Case) -> None:
    """The review that arrives late was done later than the one first written down: the decision was in time."""
    case.do("2026-03-09", "register")
    assert elsewhere(case, "2026-03-10", "review.fit") == []
    assert elsewhere(case, "2026-03-19", "decide.agreed", "wu") == ["late"]
    told: dict[str, Any] = {
        "targets": ("2",), "values": {"reason": "日期有误", "corrected": {"@occurred_at": "2026-03-13T09:00:00+08:00"}},
    }  # fmt: skip
    case.do("2026-03-20", "correct", "zhang+qian", **told)
    assert case.acts[-1].cures == ("3:late",) and "3:late" not in case.marking.findings

"""Counts that are kept for the next time: the answer is that of a fresh count, whatever was asked before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from fadu.core.terms import BEIJING, Limit, MissingYear, standard, term, workdays_between

START, LIMIT = date(2026, 9, 24), Limit.parse("20 workdays")
OFF = """
year = 2026
[notice]
title = "试验"
number = "试"
published = 2025-11-01
url = "https://example.cn/"
status = "unverified"
[[holiday]]
name = "试验假"
off = [2026-10-08, 2026-10-09]
"""


def test_a_calendar_loaded_later_counts_anew() -> None:
    """The answer follows the calendar it is asked of, not the one asked before."""
    shipped, _ = standard()
    before = term(START, LIMIT, calendar=shipped)
    other = shipped.with_tables([OFF])
    after = term(START, LIMIT, calendar=other)
    assert before.due_legal == date(2026, 10, 29)
    assert date(2026, 10, 8) in before.counted
    assert date(2026, 10, 8) not in after.counted
    assert term(START, LIMIT, calendar=shipped) == before
    late = date(2026, 10, 12)
    assert workdays_between(START, late, other) != workdays_between(START, late, shipped)


def test_a_regime_of_the_same_name_with_another_rule_counts_anew() -> None:
    """Regimes are told apart by all they say: one that counts the first day ends a day earlier."""
    calendar, regimes = standard()
    plain = replace(regimes.default, rolls_forward=False)
    first = replace(plain, first_day_counts=True)
    days = Limit.parse("30 days")
    ends = [term(START, days, calendar=calendar, regime=rule).nominal for rule in (plain, first, plain)]
    assert ends == [START + timedelta(days=30), START + timedelta(days=29), START + timedelta(days=30)]


def test_the_same_moment_in_two_zones_keeps_each_its_own_words() -> None:
    """Equal moments share the count, and each answer shows the start as it was given."""
    calendar, _ = standard()
    here = datetime(2026, 9, 24, 7, tzinfo=BEIJING)
    there = here.astimezone(UTC)
    counts = [term(start, LIMIT, calendar=calendar) for start in (here, there)]
    assert [one.start.isoformat() for one in counts] == [here.isoformat(), there.isoformat()]
    assert counts[0].due_legal == counts[1].due_legal == date(2026, 10, 29)


def test_a_year_without_a_table_is_provisional_only_where_that_is_allowed() -> None:
    """A provisional count that is kept never answers a strict question."""
    calendar, _ = standard()
    start = date(max(calendar.years), 12, 20)
    assert term(start, LIMIT, calendar=calendar, provisional_ok=True).provisional
    with pytest.raises(MissingYear):
        term(start, LIMIT, calendar=calendar)

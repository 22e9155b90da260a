"""Limits that bind from the other side: 不少于 N (not before), 届满后 (only after), N 日前 (at least N before)."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from fadu.core.errors import InputError
from fadu.core.terms.calendars import Calendar
from fadu.core.terms.counting import ONE_DAY, DayRule, add_months, legal_day, term
from fadu.core.terms.deadline import Extension, Pause, Skipped
from fadu.core.terms.limits import Limit, Unit
from fadu.core.terms.regimes import Regime
from fadu.core.terms.standard import standard


def earliest(
    start: date | datetime,
    limit: Limit,
    *,
    calendar: Calendar,
    regime: Regime | None = None,
    pauses: Iterable[Pause | tuple[date, date]] = (),
    extensions: Iterable[Extension | Limit] = (),
    strict: bool | None = None,
    provisional_ok: bool = False,
) -> date:
    """The first day that satisfies a minimum period (公示期不少于30日): start + N, start not counted, never rolled.

    ``strict`` asks for clear days, N whole days strictly between, which is one day later; by default the regime says.
    """
    rule = regime or standard()[1].default
    passed = term(
        start,
        _days_only(limit),
        calendar=calendar,
        regime=rule,
        pauses=pauses,
        extensions=extensions,
        roll=False,
        provisional_ok=provisional_ok,
    )
    clear = rule.clear_days if strict is None else strict
    return legal_day(passed.nominal) + (ONE_DAY if clear else timedelta())


def after_expiry(
    start: date | datetime,
    limit: Limit,
    *,
    calendar: Calendar,
    regime: Regime | None = None,
    pauses: Iterable[Pause | tuple[date, date]] = (),
    extensions: Iterable[Extension | Limit] = (),
    roll: bool | None = None,
    provisional_ok: bool = False,
) -> date:
    """The first day after somebody's limit has run out (逾期不…的): the day after ``due_legal``."""
    over = term(
        start,
        _days_only(limit),
        calendar=calendar,
        regime=regime,
        pauses=pauses,
        extensions=extensions,
        roll=roll,
        provisional_ok=provisional_ok,
    )
    return legal_day(over.due_legal) + ONE_DAY


@dataclass(frozen=True)
class Before:
    """The last day on which something owed at least ``limit`` before ``event`` is in time.

    ``lenient``: N days in (notice, event]; ``strict``: N whole days between the two. The texts leave open which is
    meant; ``strict`` is safe under both. ``internal`` is the last working day not after ``strict``.
    """

    event: date
    limit: Limit
    reading: Limit
    regime: Regime
    lenient: date
    strict: date
    internal: date
    skipped: tuple[Skipped, ...]
    provisional: bool

    def latest(self, *, strict: bool | None = None) -> date:
        """The date that binds: strict or lenient as asked, by default as the regime says."""
        return self.strict if (self.regime.clear_days if strict is None else strict) else self.lenient


def before(
    event: date | datetime,
    limit: Limit,
    *,
    calendar: Calendar,
    regime: Regime | None = None,
    provisional_ok: bool = False,
) -> Before:
    """Both readings of "at least ``limit`` before ``event``" (举行听证的七日前). Never moved to another day."""
    rule = regime or standard()[1].default
    reading = rule.read(_days_only(limit))
    day = legal_day(event)
    days = DayRule(calendar, provisional_ok)
    lenient, passed = _back(day, reading, days)
    strict, passed_strict = _back(day - ONE_DAY, reading, days)
    return Before(
        event=day,
        limit=limit,
        reading=reading,
        regime=rule,
        lenient=lenient,
        strict=strict,
        internal=days.backward(strict),
        skipped=tuple(sorted({*passed, *passed_strict}, key=lambda skipped: skipped.day)),
        provisional=bool(days.missing),
    )


def latest_before(
    event: date | datetime,
    limit: Limit,
    *,
    calendar: Calendar,
    strict: bool = False,
    regime: Regime | None = None,
    provisional_ok: bool = False,
) -> date:
    """The last day that is at least ``limit`` before ``event``: lenient, or with ``strict`` clear days between."""
    return before(event, limit, calendar=calendar, regime=regime, provisional_ok=provisional_ok).latest(
        strict=strict
    )


def workdays_between(a: date, b: date, calendar: Calendar, *, provisional_ok: bool = False) -> int:
    """Working days left from ``a`` (today, not counted) to ``b`` (due, counted); 0 when ``a`` is ``b``.

    Negative when late: minus the working days gone by since ``b``, and at least -1 even where only rest days have.
    """
    number = _workdays(min(a, b), max(a, b), calendar, provisional_ok)
    return number if a <= b else -max(1, number)


@functools.lru_cache(maxsize=4096)
def _workdays(first: date, last: date, calendar: Calendar, provisional_ok: bool) -> int:
    """The working days after ``first`` up to and with ``last``."""
    days = DayRule(calendar, provisional_ok)
    return sum(days.works(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))


def _back(event: date, limit: Limit, days: DayRule) -> tuple[date, list[Skipped]]:
    """The last day d such that (d, event] holds the limit; for months and years the corresponding day before."""
    if limit.unit is Unit.DAY:
        return event - timedelta(days=limit.number), []
    if limit.unit is not Unit.WORKDAY:
        return add_months(event, -limit.number * (12 if limit.unit is Unit.YEAR else 1)), []
    day, remaining, skipped = event + ONE_DAY, limit.number, []
    while remaining:
        day -= ONE_DAY
        if days.works(day):
            remaining -= 1
        else:
            skipped.append(Skipped(day, "rest", days.why(day)))
    return day - ONE_DAY, skipped


def _days_only(limit: Limit) -> Limit:
    if limit.unit is Unit.HOUR:
        raise InputError(
            f"“{limit}”不能作为最短期间或者事前期间", why="此类期间按日计算", cure="请用工作日、日、月或者年"
        )
    return limit

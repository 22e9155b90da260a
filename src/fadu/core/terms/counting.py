"""The count itself: from a start day through a limit, its pauses and extensions, to the due dates.

Rules (law-B 0.3; 《民法典》第二百零一条至第二百零三条, 《民事诉讼法》第八十五条): the day of the event is not counted, hours run
from the minute; months end on the corresponding day or the month's last; suspended days are passed over; extensions
lengthen the nominal limit, and only the end is moved off a rest day, once.
"""

from __future__ import annotations

import calendar as months
import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone

from fadu.core.errors import InputError
from fadu.core.terms.calendars import Calendar, MissingYear
from fadu.core.terms.deadline import Deadline, Extension, Pause, Skipped
from fadu.core.terms.limits import Limit, Unit
from fadu.core.terms.regimes import PauseSide, Regime
from fadu.core.terms.standard import standard

#: Legal days are Beijing days. China has kept one zone without summer time since 1991, so no zone table is needed.
BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")

ONE_DAY = timedelta(days=1)
_PLAUSIBLE_YEARS = range(1949, 3000)


def term(
    start: date | datetime,
    limit: Limit,
    *,
    calendar: Calendar,
    regime: Regime | None = None,
    pauses: Iterable[Pause | tuple[date, date]] = (),
    extensions: Iterable[Extension | Limit] = (),
    roll: bool | None = None,
    provisional_ok: bool = False,
) -> Deadline:
    """When ``limit``, triggered on ``start``, ends.

    ``regime`` defaults to the general one (law-B 0.3); ``roll`` to what the regime says (False for caps: see
    :meth:`Regime.rolls`). ``start`` must carry its zone when it is a moment, and must be one for limits in hours.
    Raises :class:`MissingYear` for a year without a table unless ``provisional_ok``; :class:`InputError` otherwise.
    """
    rule = regime or standard()[1].default
    suspended = tuple(pause if isinstance(pause, Pause) else Pause(*pause) for pause in pauses)
    more = tuple(item if isinstance(item, Extension) else Extension(item) for item in extensions)
    reading = rule.read(limit)
    if reading.unit is Unit.HOUR:
        return _hours(start, limit, rule, suspended, more)
    rolls = rule.rolls_forward if roll is None else roll
    counting = _kept if limit.number <= _SHORT[limit.unit] else _days
    count = counting(legal_day(start), limit, calendar, rule, suspended, more, rolls, provisional_ok)
    # Equal moments may be written in two zones, so the count itself begins with the day.
    return replace(count, start=start) if isinstance(start, datetime) else count


def _days(
    day: date,
    limit: Limit,
    calendar: Calendar,
    rule: Regime,
    suspended: tuple[Pause, ...],
    more: tuple[Extension, ...],
    rolls: bool,
    provisional_ok: bool,
) -> Deadline:
    """The count by days, working days, months and years, of these arguments and nothing else."""
    days = DayRule(calendar, provisional_ok)
    reading = rule.read(limit)
    granted: list[Limit] = [reading]
    void: list[Extension] = []
    walk = _walk(day, granted, days, rule, suspended)
    for extension in more:
        added = rule.read(extension.limit)
        if added.unit is Unit.HOUR:
            raise InputError(
                "以小时计的延长不能加在以日、月、年计的期限上",
                why="以小时计的从时刻起算，以日计的从次日起算，二者不能相加",
                cure="请用相同种类的单位写延长",
            )
        if extension.decided is not None and extension.decided > walk.end:
            void.append(extension)
            continue
        granted.append(added)
        walk = _walk(day, granted, days, rule, suspended)

    legal = days.forward(walk.end) if rolls else walk.end
    moved = tuple(Skipped(passed, "roll", calendar.why(passed)) for passed in _span(walk.end, legal))
    return Deadline(
        start=day,
        limit=limit,
        reading=reading,
        regime=rule,
        nominal=walk.end,
        due_legal=legal,
        due_internal=days.backward(walk.end),
        rolled=legal != walk.end,
        provisional=bool(days.missing),
        counted=tuple(walk.counted),
        skipped=(*walk.skipped, *moved),
        worked_rest_days=tuple(
            Skipped(worked, "worked", calendar.why(worked))
            for worked in walk.counted
            if reading.unit is Unit.WORKDAY and worked.weekday() >= 5
        ),
        pauses=suspended,
        extensions=tuple(extension for extension in more if extension not in void),
        void=tuple(void),
        missing_years=tuple(sorted(days.missing)),
        unsettled=calendar.unsettled(legal),
    )


# A city asks for the same count again and again: the same limit from the same day, in every case begun on it. Long
# counts list thousands of days and are not kept.
_kept = functools.lru_cache(maxsize=512)(_days)
_SHORT = {Unit.WORKDAY: 250, Unit.DAY: 366, Unit.MONTH: 12, Unit.YEAR: 1, Unit.HOUR: 0}


def legal_day(moment: date | datetime) -> date:
    """The Beijing calendar day of a moment. A moment without a zone is refused: it could be another day."""
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            raise InputError(
                f"时刻{moment}没有写明时区",
                why="同一时刻在不同时区可能不是同一天",
                cure="例如：2026-09-24T16:20+08:00",
            )
        moment = moment.astimezone(BEIJING).date()
    if moment.year not in _PLAUSIBLE_YEARS:
        raise InputError(f"日期{moment}不合理", why="只计算1949年至2999年之间的期限", cure="请核对年份")
    return moment


class DayRule:
    """The calendar as the caller allows it: strict, or its best guess for years not yet announced (noted)."""

    def __init__(self, calendar: Calendar, provisional_ok: bool) -> None:
        self._calendar = calendar
        self._provisional_ok = provisional_ok
        self.missing: set[int] = set()

    def works(self, day: date) -> bool:
        """Whether the day is a working day; a missing year raises MissingYear or is noted as provisional."""
        try:
            return self._calendar.is_workday(day)
        except MissingYear as missing:
            if not self._provisional_ok:
                raise
            self.missing.add(missing.year)
            return self._calendar.likely_workday(day)

    def why(self, day: date) -> str:
        """See :meth:`Calendar.why`."""
        return self._calendar.why(day)

    def forward(self, day: date) -> date:
        """The day itself or the first working day after it."""
        while not self.works(day):
            day += ONE_DAY
        return day

    def backward(self, day: date) -> date:
        """The day itself or the last working day before it."""
        while not self.works(day):
            day -= ONE_DAY
        return day


@dataclass
class _Walk:
    end: date
    counted: list[date]
    skipped: list[Skipped]


def _walk(
    start: date, limits: Sequence[Limit], days: DayRule, rule: Regime, pauses: Sequence[Pause]
) -> _Walk:
    """Step day by day through the limits, one after the other, passing over rest days and suspended days."""
    walk = _Walk(start - ONE_DAY if rule.first_day_counts else start, [], [])
    for part in _merged(limits):
        remaining = _length(walk.end, part, last_to_last=rule.last_to_last)
        while remaining:
            walk.end = _next(walk.end)
            if part.unit is Unit.WORKDAY and not days.works(walk.end):
                walk.skipped.append(Skipped(walk.end, "rest", days.why(walk.end)))
            elif pause := _pause_of(walk.end, pauses, rule.pause_side):
                walk.skipped.append(Skipped(walk.end, "paused", pause.reason))
            else:
                walk.counted.append(walk.end)
                remaining -= 1
    return walk


def _next(day: date) -> date:
    """The day after; a count that leaves the plausible years (a pause without end, heaped extensions) is refused."""
    if day.year == _PLAUSIBLE_YEARS[-1] and (day + ONE_DAY).year not in _PLAUSIBLE_YEARS:
        raise _too_far()
    return day + ONE_DAY


def _too_far() -> InputError:
    return InputError(
        "期限连同中止、延长超出可计算的范围",
        why=f"只计算{_PLAUSIBLE_YEARS[0]}年至{_PLAUSIBLE_YEARS[-1]}年之间的期限",
        cure="请核对期限、中止和延长",
    )


def _pause_of(day: date, pauses: Sequence[Pause], side: PauseSide) -> Pause | None:
    for pause in pauses:
        if side is PauseSide.FROM_SUSPENSION and pause.start <= day < pause.end:
            return pause
        if side is PauseSide.FROM_NEXT_DAY and pause.start < day <= pause.end:
            return pause
    return None


def _merged(limits: Sequence[Limit]) -> list[Limit]:
    """Neighbours of one kind become one: 6个月 and 6个月 are twelve months from the start, not twice to a month's end."""
    parts: list[Limit] = []
    for limit in limits:
        part = Limit(limit.number * 12, Unit.MONTH) if limit.unit is Unit.YEAR else limit
        if parts and parts[-1].unit is part.unit:
            part = Limit(parts.pop().number + part.number, part.unit)
        parts.append(part)
    return parts


def _length(origin: date, limit: Limit, *, last_to_last: bool) -> int:
    """How many days (working days for a working-day limit) the limit takes when it follows ``origin``."""
    if limit.unit is not Unit.MONTH:
        return limit.number
    if origin.year + limit.number // 12 >= _PLAUSIBLE_YEARS[-1]:
        raise _too_far()
    return (add_months(origin, limit.number, last_to_last=last_to_last) - origin).days


def add_months(day: date, number: int, *, last_to_last: bool = False) -> date:
    """The corresponding day ``number`` months on (or back), or the month's last: 《民法典》第二百零二条.

    ``last_to_last``: from the last day of a month to the last day (criminal procedure, 刑诉解释第二百零二条).
    """
    year, month = divmod(day.year * 12 + day.month - 1 + number, 12)
    last = months.monthrange(year, month + 1)[1]
    from_last = last_to_last and day.day == months.monthrange(day.year, day.month)[1]
    return date(year, month + 1, last if from_last else min(day.day, last))


def _hours(
    start: date | datetime,
    limit: Limit,
    rule: Regime,
    pauses: tuple[Pause, ...],
    extensions: tuple[Extension, ...],
) -> Deadline:
    """Hours run from the recorded minute through day and night and do not move off a rest day."""
    if not isinstance(start, datetime):
        raise InputError(
            f"期限“{limit}”须从具体时刻起算，只给了日期{start}",
            why="以小时计的期限自记录的分钟起算",
            cure="例如：2026-06-18T16:20+08:00",
        )
    legal_day(start)
    if pauses or any(extension.limit.unit is not Unit.HOUR for extension in extensions):
        raise InputError(
            "以小时计的期限不能中止，也不能以日、月、年延长",
            why="法律没有这样的规定",
            cure="请核对期限的单位",
        )
    total, void = limit.number, []
    begin = start.astimezone(BEIJING).replace(second=0, microsecond=0)
    for extension in extensions:
        if extension.decided is not None and extension.decided > (begin + timedelta(hours=total)).date():
            void.append(extension)
        else:
            total += extension.limit.number
        if begin.year + total // 8760 >= _PLAUSIBLE_YEARS[-1]:
            raise _too_far()
    due = begin + timedelta(hours=total)
    return Deadline(
        start=start,
        limit=limit,
        reading=limit,
        regime=rule,
        nominal=due,
        due_legal=due,
        due_internal=due,
        rolled=False,
        provisional=False,
        counted=(),
        skipped=(),
        extensions=tuple(extension for extension in extensions if extension not in void),
        void=tuple(void),
    )


def _span(first: date, end: date) -> Iterable[date]:
    """The days from ``first`` up to but not including ``end``."""
    return (first + timedelta(days=n) for n in range((end - first).days))

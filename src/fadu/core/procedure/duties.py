"""What is owed: by when, how many working days are left, whether the time stands still, and how it was counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from fadu.core.procedure import waits
from fadu.core.procedure.definition import Definition, Step, Term
from fadu.core.procedure.marking import Marking
from fadu.core.procedure.names import MOMENTS
from fadu.core.procedure.table import table_of
from fadu.core.terms import (
    Calendar,
    Deadline,
    Extension,
    Limit,
    Pause,
    Unit,
    legal_day,
    term,
    workdays_between,
)

# Fields that give a limit its start when it runs from receipt or knowledge.
_START_FIELDS = {"received": "received_on", "knew": "known_on"}


class Duty(NamedTuple):
    """One owed step (for one party, where a limit runs from service). Dates are None where the law sets no limit or
    its start has not come; then ``waiting_for`` says for what. ``counting`` is the full count."""

    step: str
    title: str
    role: tuple[str, ...]
    since: str
    basis: str
    party: str = ""
    due_internal: dt.date | dt.datetime | None = None
    due_legal: dt.date | dt.datetime | None = None
    provisional: bool = False
    paused: bool = False
    remaining_workdays: int | None = None
    late: bool = False
    waiting_for: str = ""
    granted_until: dt.date | None = None
    counting: Deadline | None = None


def duties(
    definition: Definition, marking: Marking, *, on: dt.date | dt.datetime, calendar: Calendar
) -> tuple[Duty, ...]:
    """Everything owed and applicable, in file order. ``on`` is today, or now where limits run in hours."""
    table = table_of(definition)
    found: list[Duty] = []
    for name in definition.steps:
        if name in marking.owed and not table.inapplicable[name](marking):
            found.extend(_of_step(definition, marking, definition.steps[name], on, calendar))
    return tuple(found)


def nominal_end(
    definition: Definition, marking: Marking, step: str, *, on: dt.date, calendar: Calendar
) -> dt.date | None:
    """The nominal end (before the roll) of a running limit: extensions must be decided by then."""
    every = _of_step(definition, marking, definition.steps[step], on, calendar)
    ends = [legal_day(duty.counting.nominal) for duty in every if duty.counting]
    return min(ends) if ends else None


def _of_step(
    definition: Definition, marking: Marking, step: Step, on: dt.date | dt.datetime, calendar: Calendar
) -> Iterator[Duty]:
    owed = marking.owed[step.name]
    basis = (step.limit.basis.printed if step.limit else "") or step.basis.printed
    granted = waits.granted_until(definition, marking, step, calendar=calendar)
    plain = Duty(step.name, step.title, step.by, owed.at, basis, granted_until=granted)
    if step.limit is None or not owed.at:
        yield plain
        return
    for party, begins in _starts(definition, marking, step, step.limit):
        if begins is None:
            yield Duty(step.name, step.title, step.by, owed.at, basis, party, waiting_for=_awaited(definition, step.limit), granted_until=granted)  # fmt: skip
        else:
            yield _counted(definition, marking, step, step.limit, party, begins, on, calendar, plain)


def _counted(
    definition: Definition,
    marking: Marking,
    step: Step,
    limit: Term,
    party: str,
    begins: dt.date | dt.datetime,
    on: dt.date | dt.datetime,
    calendar: Calendar,
    plain: Duty,
) -> Duty:
    pauses, running = _pauses(definition, marking, limit, legal_day(begins), legal_day(on))
    count = term(
        begins,
        limit.time,
        calendar=calendar,
        regime=waits.regime_for(definition, limit.law),
        pauses=pauses,
        extensions=[
            Extension(Limit.parse(time), dt.date.fromisoformat(decided))
            for time, decided, _ in marking.extensions.get(step.name, ())
        ],
        roll=limit.roll,
        provisional_ok=True,
    )
    due = count.due_legal
    if isinstance(due, dt.datetime) and isinstance(on, dt.datetime):
        late = on > due
    else:
        late = legal_day(on) > legal_day(due)
    left = workdays_between(legal_day(on), legal_day(due), calendar, provisional_ok=True)
    return Duty(
        step.name, step.title, step.by, plain.since, plain.basis, party, count.due_internal, due, count.provisional,
        running, left, late and not running, "", plain.granted_until, count,
    )  # fmt: skip


def _starts(
    definition: Definition, marking: Marking, step: Step, limit: Term
) -> Iterator[tuple[str, dt.date | dt.datetime | None]]:
    """From when the limit runs, for each party where it runs from service."""
    owed = marking.owed[step.name]
    if limit.until:
        fixed = _day(next((marking.dates[date] for date in limit.until if date in marking.dates), None))
        yield "", fixed - dt.timedelta(days=1) if fixed else None
        return
    if limit.start == "served":
        served = marking.served.get(owed.by, {})
        if not served:
            yield "", None
        for party, day in served.items():
            yield party, dt.date.fromisoformat(day)
        return
    if limit.start in MOMENTS:
        yield "", _day(marking.dates.get(f"{owed.by}.{_START_FIELDS[limit.start]}"))
        return
    if "." in limit.start:
        yield "", _day(marking.dates.get(limit.start))
        return
    if limit.start:
        done = marking.done.get(limit.start)
        yield "", _moment(done.at, limit) if done else None
        return
    yield "", _moment(owed.at, limit)


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _moment(at: str, limit: Term) -> dt.date | dt.datetime:
    moment = dt.datetime.fromisoformat(at)
    return moment if limit.time.unit is Unit.HOUR else legal_day(moment)


def _pauses(
    definition: Definition, marking: Marking, limit: Term, begins: dt.date, on: dt.date
) -> tuple[list[Pause], bool]:
    """The times not counted, and whether one runs now (its end is then today: the due date moves on with it)."""
    found: list[Pause] = []
    running = False
    for name in limit.paused_while:
        title = definition.pauses[name].title if name in definition.pauses else definition.steps[name].title
        every = [(since, till) for since, till in marking.pauses.get(name, ())]
        open_since = marking.running.get(name) or (marking.done[name].at if name in marking.waiting else None)
        if open_since:
            running = True
            every.append((open_since, ""))
        for since, till in every:
            first, last = dt.date.fromisoformat(since[:10]), dt.date.fromisoformat(till[:10]) if till else on
            if last >= begins:
                found.append(Pause(max(first, begins), max(last, first, begins), title))
    return found, running


def _awaited(definition: Definition, limit: Term) -> str:
    words = {"served": "送达", "received": "收到日期", "knew": "知道或者应当知道的日期"}
    if limit.start in words:
        return words[limit.start]
    step, _, field = (limit.start or limit.until[-1]).partition(".")
    return definition.steps[step].entries()[field].title if field else definition.steps[step].title

"""时间的后果: what the mere passing of time brings about in a case, and when. Computed; done by ``expiry``.

Two things: a limit with ``on_expiry`` ends unanswered (silence means something), and a step of the clock reaches its
planned day. Each is dated to the end of the day that the law counts, not to the run of a worker.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from fadu.city.authority.door import Doing
from fadu.city.cases import procedures
from fadu.city.cases.models import Case
from fadu.city.cases.telling import reminding
from fadu.core.procedure import engine
from fadu.core.procedure.definition import DONE, Definition, Step
from fadu.core.procedure.marking import Marking
from fadu.core.terms import BEIJING

KIND = "clock"


class NotNow(Exception):
    """It cannot be done yet; the outbox tries again later."""


@dataclass(frozen=True)
class Moment:
    """``step.outcome`` is due at ``at``; ``exact`` when the act must bear that very date. Nothing is done on a
    provisional date: a wrong date is worse than no date."""

    step: str
    outcome: str
    at: datetime
    exact: bool
    provisional: bool = False


@functools.lru_cache(maxsize=256)
def concerns(definition: Definition) -> bool:
    """Whether the clock has anything to do under this definition; most have not."""
    limits = (step.limit for step in definition.steps.values())
    return any(limit is not None and limit.on_expiry for limit in limits) or bool(_clock_steps(definition))


def _clock_steps(definition: Definition) -> list[Step]:
    return [
        step
        for step in definition.steps.values()
        if not step.general
        and all(definition.roles[name].kind == "clock" for name in step.by)
        and any(wait.kind == "reached" for wait in step.waits)
    ]


def moments(definition: Definition, marking: Marking, *, at: datetime) -> list[Moment]:
    """Everything that time alone will bring about, from where the case stands at ``at``."""
    return [*_expiries(definition, marking, at), *_planned(definition, marking)]


def _expiries(definition: Definition, marking: Marking, at: datetime) -> Iterator[Moment]:
    """The end of each running limit that says what silence means; for several parties, of the last one's."""
    limits = {name: step.limit for name, step in definition.steps.items() if step.limit is not None}
    silence = {name: limit.on_expiry for name, limit in limits.items() if limit.on_expiry is not None}
    waiting: dict[str, list[engine.Duty]] = {}
    for duty in engine.duties(definition, marking, on=at, calendar=procedures.calendar()):
        if duty.step in silence:
            waiting.setdefault(duty.step, []).append(duty)
    for name, duties in waiting.items():
        ends = [_end_of(duty.due_legal) for duty in duties if duty.due_legal is not None and not duty.paused]
        if len(ends) == len(duties):
            ref = silence[name]
            provisional = any(duty.provisional for duty in duties)
            yield Moment(ref.step, ref.outcome or DONE, max(ends), exact=True, provisional=provisional)


def _planned(definition: Definition, marking: Marking) -> Iterator[Moment]:
    """A step of the clock, once for each planned day it waits for."""
    if marking.ended:
        return
    for step in _clock_steps(definition):
        days = [marking.dates.get(wait.planned) for wait in step.waits if wait.kind == "reached"]
        known = [date.fromisoformat(day) for day in days if day]
        done = marking.done.get(step.name)
        if len(known) == len(days) and not (done and done.at[:10] >= max(known).isoformat()):
            yield Moment(step.name, next(iter(step.outcomes)), _end_of(max(known)), exact=False)


def _end_of(due: date | datetime) -> datetime:
    """A limit in days runs out with its last day; one in hours at its minute."""
    return due if isinstance(due, datetime) else datetime.combine(due, time(23, 59, 59), BEIJING)


def schedule(doing: Doing, case: Case, definition: Definition, marking: Marking) -> None:
    """Owe the worker each moment that the act has set or moved; the same moment is owed once."""
    if not concerns(definition):
        return
    for moment in moments(definition, marking, at=doing.at):
        stamp = moment.at.isoformat()
        payload = {"case": case.key, "step": moment.step, "outcome": moment.outcome, "moment": stamp}
        doing.send(KIND, reminding.key_of(KIND, case.key, moment.step, stamp), payload, due=moment.at)

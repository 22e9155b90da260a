"""The engine: what may be done, why not, what is owed, and what an act changes. Pure: definition, marking, act, time.

Every refusal is given, never only the first; each carries its article and its cure. Nothing is half done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from fadu.core.errors import Refusal
from fadu.core.procedure import judge, waits
from fadu.core.procedure.definition import Definition, Link, Ref, Step
from fadu.core.procedure.duties import Duty, duties
from fadu.core.procedure.fold import advance, fold, needs_refold, start
from fadu.core.procedure.judge import refusals, text_under_review
from fadu.core.procedure.marking import Done, Marking
from fadu.core.procedure.recording import Recorded, disclosed, record
from fadu.core.procedure.table import Row, Table, table_of
from fadu.core.terms import Calendar, legal_day

__all__ = [
    "Duty", "Recorded", "StepState", "advance", "disclosed", "duties", "ended", "fold", "linked_acts", "needs_refold", "record",
    "refusals", "resting", "start", "steps", "text_under_review",
]  # fmt: skip


class StepState(NamedTuple):
    """A step now. ``state``: done, owed, available, blocked, inapplicable, unknown (a fact decides and is not known).
    ``possible`` when nothing refuses it now; then ``outcomes`` (and ``targets`` of general acts) are those allowed,
    out of the ``rows`` of the table that are open."""

    step: Step
    state: str
    refusals: tuple[Refusal, ...]
    done: Done | None
    duty: Duty | None
    rows: tuple[Row, ...]

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The outcomes that the step may have now."""
        return tuple(dict.fromkeys(row.outcome for row in self.rows))

    @property
    def targets(self) -> tuple[str, ...]:
        """What a general act may name now."""
        return tuple(dict.fromkeys(row.target for row in self.rows if row.target))

    @property
    def possible(self) -> bool:
        """Whether the step can be done now, by the right person."""
        return not self.refusals


def resting(definition: Definition, marking: Marking) -> bool:
    """Nothing applicable is owed, no pause runs, no finding is open."""
    table = table_of(definition)
    owed = any(not table.inapplicable[name](marking) for name in marking.owed)
    return not owed and not marking.running and not marking.findings


def ended(definition: Definition, marking: Marking) -> bool:
    """The procedure has ended (duties that outlive it, such as archiving, may still be owed)."""
    return marking.ended is not None


def steps(
    definition: Definition,
    marking: Marking,
    *,
    at: dt.datetime,
    calendar: Calendar,
    among: Collection[str] | None = None,
) -> tuple[StepState, ...]:
    """Every step that changes the state of the case, in file order, with every reason why it may not be done now.

    With ``among`` only the steps of these names and whatever is owed.
    """
    table = table_of(definition)
    duty = {one.step: one for one in reversed(duties(definition, marking, on=at, calendar=calendar))}
    on = legal_day(at)
    return tuple(
        [
            _state(table, marking, step, duty.get(step.name), on, calendar)
            for step in definition.steps.values()
            if not step.office and (among is None or step.name in among or step.name in duty)
        ]
    )


def _state(
    table: Table, marking: Marking, step: Step, duty: Duty | None, on: dt.date, calendar: Calendar
) -> StepState:
    found = [clause.refusal for clause in table.step_clauses[step.name] if not clause.holds(marking)]
    if step.max:
        found += judge.max_reached(marking, step)
    if step.waits:
        found += waits.refusals(table.definition, marking, step, {}, on=on, calendar=calendar)
    rows = table.by_step[step.name]
    shut = [clause.refusal for row in rows for clause in row.own if not clause.holds(marking)]
    if shut:
        rows = tuple(row for row in rows if all(clause.holds(marking) for clause in row.own))
    if not found and not rows:
        found = list(dict.fromkeys(shut)) or [
            Refusal("no_target", f"本程序没有可以“{step.title}”的对象", step.basis.printed, "", step.name)
        ]
    done = marking.done.get(step.name)
    return StepState(step, _word(table, marking, step, done, found), tuple(found), done, duty, rows)


def _word(table: Table, marking: Marking, step: Step, done: Done | None, found: list[Refusal]) -> str:
    if table.inapplicable[step.name](marking):
        return "inapplicable"
    if step.name in marking.owed:
        return "owed"
    if done is not None:
        return "done"
    if not table.applicable[step.name](marking):
        return "unknown"
    return "blocked" if found else "available"


def linked_acts(
    definition: Definition, procedure: str, step: str, outcome: str
) -> tuple[tuple[Ref, Link], ...]:
    """Which ``step.outcome`` here an act in a linked case stands for (to be entered as an attested act), and by which
    link of the law."""
    found: dict[str, tuple[Ref, Link]] = {}
    for one in definition.steps.values():
        for link in one.links:
            if link.procedure == procedure:
                for name in (f"{step}.{outcome}", step):
                    if name in link.on:
                        found.setdefault(str(link.on[name]), (link.on[name], link))
    return tuple(found.values())

"""From marking to rows: who owes what by when, where a case stands. Rebuilt whenever its case changes."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from fadu.city.authority.models import Organ
from fadu.city.cases import procedures, writing
from fadu.city.cases.desk import signing
from fadu.city.cases.models import Assignment, Case, Duty
from fadu.city.cases.people.standing import Organs
from fadu.city.cases.writing import Around, Change, Says
from fadu.core.procedure import engine
from fadu.core.procedure.definition import Definition, Role
from fadu.core.procedure.marking import Marking
from fadu.core.terms import legal_day

# Codes of refusals that the mere passing of time removes.
_TIME = frozenset({"too_early"})
_OPEN, _OWED = Duty.Kind.OPEN.value, Duty.Kind.OWED.value


def refresh(case: Case, definition: Definition, marking: Marking, *, at: datetime) -> None:
    """Set the case's projected columns (not saved here) and write what changes of its duties and involvements."""
    around, organs = writing.around(case.pk), Organs(case.organ, at, case)
    writing.project(case, follow(case, definition, marking, at=at, around=around, organs=organs))


def follow(
    case: Case,
    definition: Definition,
    marking: Marking,
    *,
    at: datetime,
    around: Around,
    organs: Organs,
) -> Change:
    """Set the case's projected columns and tell what changes around it; nothing is written."""
    states = engine.steps(
        definition, marking, at=at, calendar=procedures.calendar(), among=_listed(definition)
    )
    rows = [row for state in states for row in _duties(definition, state, around, organs)]
    if any(kind == Assignment.Kind.SIGNER for _, _, kind in around.assignments):
        rows += signing.duties(case, definition, at=at)
    dues = [row.due_legal for row in rows if row.due_legal and not row.paused and row.kind == _OWED]
    case.due = min(dues, default=None)
    case.stage = _stage(definition, states)
    case.changed_at = at
    return writing.change(around, rows, {row.organ_id for row in rows if row.organ_id} | {case.organ_id})


@functools.lru_cache(maxsize=256)
def _listed(definition: Definition) -> frozenset[str]:
    """The steps that stand in a worklist when they can be done, or show the stage; the others only when owed."""
    staged = {step for stage in definition.stages.values() for step in stage.steps}
    return frozenset(
        step.name for step in definition.steps.values() if not step.general or step.name in staged
    )


def _duties(
    definition: Definition, state: engine.StepState, around: Around, organs: Organs
) -> Iterator[Says]:
    step = state.step
    owed = state.duty is not None
    if not owed and (step.general or not (state.state == "available" or _only_time(state))):
        return
    for role in [definition.roles[name] for name in dict.fromkeys(step.by)]:
        if role.kind == "clock":
            continue
        organ = organs.of(role) if role.kind == "function" else None
        handed = around.handed(step.name) if role.kind == "function" else []
        for person in handed or (None,):
            yield _duty(state, role, organ, person)


def _duty(state: engine.StepState, role: Role, organ: Organ | None, person: int | None) -> Says:
    duty = state.duty
    return Says(
        step=state.step.name,
        title=state.step.title,
        kind=_OPEN if duty is None else _OWED,
        waiting=not state.possible,
        organ_id=organ.pk if organ else None,
        function=role.function,
        person_id=person,
        due_internal=_day(duty.due_internal) if duty else None,
        due_legal=_day(duty.due_legal) if duty else None,
        provisional=bool(duty and duty.provisional),
        paused=bool(duty and duty.paused),
    )


def _only_time(state: engine.StepState) -> bool:
    """Nothing but time stands before the step: it opens by itself, without an act that would bring it here."""
    return state.state == "blocked" and {reason.code for reason in state.refusals} <= _TIME


def _day(due: date | datetime | None) -> date | None:
    """The calendar day of a limit; one in hours shows its day in lists and its minute on the case page."""
    return legal_day(due) if due is not None else None


@functools.lru_cache(maxsize=256)
def _stages(definition: Definition) -> dict[str, str]:
    """The stage of each step that stands in one."""
    return {step: stage.title for stage in definition.stages.values() for step in stage.steps}


def _stage(definition: Definition, states: Iterable[engine.StepState]) -> str:
    """The stage in which the first owed, else the last done, step stands."""
    of = _stages(definition)
    listed = [state for state in states if state.step.name in of]
    owed = [state for state in listed if state.duty is not None]
    done = [state for state in listed if state.state == "done"]
    chosen = owed[0] if owed else (max(done, key=lambda state: state.done.at) if done else None)
    return of[chosen.step.name] if chosen else ""

"""From marking to rows: who owes what by when, where a case stands. Rebuilt whenever its case changes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from fadu.city.cases import procedures, signing, standing
from fadu.city.cases.models import Assignment, Case, Duty, Involvement
from fadu.core.procedure import engine
from fadu.core.procedure.definition import Definition, Role
from fadu.core.procedure.marking import Marking
from fadu.core.terms import legal_day

# Codes of refusals that the mere passing of time removes.
_TIME = frozenset({"too_early"})


def refresh(case: Case, definition: Definition, marking: Marking, *, at: datetime) -> None:
    """Set the case's projected columns (not saved here) and replace its duties and involvements."""
    states = engine.steps(definition, marking, at=at, calendar=procedures.calendar())
    rows = [row for state in states for row in _rows(case, definition, state, at)]
    rows += signing.duties(case, definition, at=at)
    Duty.objects.filter(case=case).delete()
    Duty.objects.bulk_create(rows)
    dues = [row.due_legal for row in rows if row.due_legal and not row.paused and row.kind == Duty.Kind.OWED]
    case.due = min(dues, default=None)
    case.stage = _stage(definition, states)
    case.changed_at = at
    _involve(case, {row.organ_id for row in rows if row.organ_id} | {case.organ_id}, at)


def _rows(case: Case, definition: Definition, state: engine.StepState, at: datetime) -> Iterable[Duty]:
    step = state.step
    owed = state.duty is not None
    if (step.general and not owed) or not (owed or state.state == "available" or _only_time(state)):
        return
    for role in {name: definition.roles[name] for name in step.by}.values():
        if role.kind == "clock":
            continue
        yield from _duties(case, state, role, owed, at)


def _only_time(state: engine.StepState) -> bool:
    """Nothing but time stands before the step: it opens by itself, without an act that would bring it here."""
    return state.state == "blocked" and {reason.code for reason in state.refusals} <= _TIME


def _duties(case: Case, state: engine.StepState, role: Role, owed: bool, at: datetime) -> Iterable[Duty]:
    organ = standing.organ_of(role, case.organ, case, at) if role.kind == "function" else None
    duty = state.duty
    made = Duty(
        case=case,
        step=state.step.name,
        title=state.step.title,
        kind=Duty.Kind.OWED if owed else Duty.Kind.OPEN,
        waiting=not state.possible,
        organ=organ,
        function=role.function,
        due_internal=_day(duty.due_internal) if duty else None,
        due_legal=_day(duty.due_legal) if duty else None,
        provisional=bool(duty and duty.provisional),
        paused=bool(duty and duty.paused),
    )
    handed = [
        row.person_id
        for row in Assignment.objects.filter(
            case=case, step=state.step.name, done_seq=None, kind__in=Assignment.WORK
        )
    ]  # fmt: skip
    if role.kind == "function" and handed:
        for person in handed:
            yield Duty(**{**_columns(made), "person_id": person})
    else:
        yield made


def _day(due: date | datetime | None) -> date | None:
    """The calendar day of a limit; one in hours shows its day in lists and its minute on the case page."""
    return legal_day(due) if due is not None else None


def _columns(duty: Duty) -> dict[str, object]:
    return {
        field.attname: getattr(duty, field.attname)
        for field in duty._meta.concrete_fields
        if not field.primary_key
    }


def _stage(definition: Definition, states: Iterable[engine.StepState]) -> str:
    """The stage in which the first owed, else the last done, step stands."""
    of = {step: stage.title for stage in definition.stages.values() for step in stage.steps}
    listed = [state for state in states if state.step.name in of]
    owed = [state for state in listed if state.duty is not None]
    done = [state for state in listed if state.state == "done"]
    chosen = owed[0] if owed else (max(done, key=lambda state: state.done.at) if done else None)
    return of[chosen.step.name] if chosen else ""


def _involve(case: Case, organs: set[int], at: datetime) -> None:
    known = set(Involvement.objects.filter(case=case).values_list("organ_id", flat=True))
    Involvement.objects.bulk_create(
        Involvement(case=case, organ_id=organ, changed_at=at) for organ in organs - known
    )
    Involvement.objects.filter(case=case).update(changed_at=at)

"""预警和提示 (K51): what comes to its end soon, and what was or can only be kept by the lenient count of days.

An end is near three working days before it (yellow), or so long before as the law file says (``warn``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from fadu.city.cases import procedures
from fadu.city.cases.models import Case, Duty
from fadu.core.procedure import warning
from fadu.core.procedure.definition import Definition, Step
from fadu.core.procedure.marking import Marking
from fadu.core.procedure.times import longest
from fadu.core.terms import workdays_between

WORKDAYS_BEFORE = 3
# Three working days and the roll to the legal date together are never longer; the index is on the legal date.
_HORIZON = 21


@dataclass(frozen=True)
class Near:
    """One line of the wall: a duty, or a step with a date before it; the sentence where there is more to say."""

    case: Case
    title: str
    organ: str
    last: date
    sentence: str = ""


def near(duty: Duty, definition: Definition, on: date) -> bool:
    """Whether the end of a running duty is near on a day on which it has not passed."""
    end = duty.due_internal or duty.due_legal
    if end is None:
        return False
    step = definition.steps.get(duty.step)
    since = warning.warns_from(definition, step, end, procedures.calendar()) if step is not None else None
    if since is not None:
        return since <= on
    return close(end, on)


def close(end: date, on: date) -> bool:
    """Whether no more than three working days remain."""
    return workdays_between(on, end, procedures.calendar(), provisional_ok=True) <= WORKDAYS_BEFORE


def horizon(on: date) -> date:
    """No duty due later is near: neither by the general rule nor by any law file in force."""
    limits = [step.limit for one in procedures.book().procedures.values() for step in one.steps.values()]
    most = max((longest(limit.warn) for limit in limits if limit and limit.warn), default=0)
    return on + timedelta(days=max(_HORIZON, most))


def running(on: date, cases: QuerySet[Case] | None = None) -> QuerySet[Duty]:
    """Running duties that are due within the horizon, the earliest first."""
    found = Duty.objects.filter(kind=Duty.Kind.OWED, paused=False, due_legal__lte=horizon(on))
    if cases is not None:
        found = found.filter(case__in=Case.objects.filter(pk__in=cases.values("pk")))
    return found.select_related("case__organ", "organ", "person")


def ends(cases: QuerySet[Case], on: date, *, most: int) -> list[Near]:
    """The duties among these cases whose end is near and has not passed, the earliest first, at most so many."""
    found: list[Near] = []
    order = Coalesce("due_internal", "due_legal"), F("pk")
    for duty in running(on, cases).filter(due_legal__gte=on).order_by(*order).iterator(chunk_size=200):
        if near(duty, procedures.of(duty.case), on):
            found.append(Near(duty.case, duty.title, (duty.organ or duty.case.organ).short, duty.due_legal))
            if len(found) == most:
                break
    return found


def lead_dates(duty: Duty) -> Iterator[tuple[date, date]]:
    """The last day by the strict count, and the last day, of a step that must come so long before a planned date."""
    definition, marking = procedures.of(duty.case), Marking.from_data(duty.case.marking)
    step = definition.steps[duty.step]
    for one in warning.leads(definition, marking, step, calendar=procedures.calendar()):
        yield one.strict, one.last


def leading(cases: QuerySet[Case] | None = None) -> QuerySet[Duty]:
    """The worklists' rows of steps that a law file in force wants so long before a planned date, and warns of."""
    steps = sorted(
        {
            step.name
            for one in procedures.book().procedures.values()
            for step in one.steps.values()
            if _leads(step)
        }
    )
    found = Duty.objects.filter(step__in=steps, case__ended_at__isnull=True)
    if cases is not None:
        found = found.filter(case__in=Case.objects.filter(pk__in=cases.values("pk")))
    return found.select_related("case__organ", "organ", "person").order_by("pk")


def _leads(step: Step) -> bool:
    return any(wait.warn for wait in step.waits)


def lenient(cases: QuerySet[Case], on: date) -> list[Near]:
    """Open cases where such a step can now be kept, or was kept, by the lenient count only, its planned date still to come."""
    planned = Q()
    for definition in procedures.book().procedures.values():
        for step in definition.steps.values():
            for wait in step.waits:
                key = wait.planned if "." in wait.planned else f"{step.name}.{wait.planned}"
                planned |= Q(procedure=definition.name, marking__dates__has_key=key) if wait.warn else Q()
    if not planned:
        return []
    found = Case.objects.filter(planned, ended_at__isnull=True, pk__in=cases.values("pk"))
    lines = []
    for case in found.select_related("organ").order_by("pk").iterator(chunk_size=200):
        marking = Marking.from_data(case.marking)
        every = warning.warned(procedures.of(case), marking, on=on, calendar=procedures.calendar())
        lines += [
            Near(case, one.title, case.organ.short, one.last, one.sentence)
            for one in every
            if one.kind == warning.BEFORE
        ]
    return lines

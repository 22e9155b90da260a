"""The figures of the wall: nobody types a percentage in, each leads to the cases behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from fadu.city.authority import queries as authority
from fadu.city.authority.actor import Actor
from fadu.city.authority.models import Organ as Body
from fadu.city.cases import procedures
from fadu.city.cases import queries as cases
from fadu.city.cases.deadlines import starting
from fadu.city.cases.models import Act, Case, Duty
from fadu.city.supervision.four import CHECKS, Check
from fadu.city.supervision.models import Reading


def watched(actor: Actor) -> QuerySet[Case]:
    """The cases this person supervises, among those he may see."""
    return cases.visible_to(actor).filter(government__in=cases.supervised(actor))


def without_owner(actor: Actor, on: date) -> list[Any]:
    """What the organs of the governments he supervises owe and nobody does (无人办理)."""
    governments = cases.supervised(actor)
    under = Q(government__in=governments) | Q(pk__in=governments)
    organs = Body.objects.filter(under).values_list("pk", flat=True) if governments else []
    return list(cases.without_owner(list(organs), on=on))


@dataclass(frozen=True)
class Organ:
    """One organ's row on the wall."""

    code: str
    name: str
    open: int
    late: int


def by_organ(found: QuerySet[Case], on: date) -> list[Organ]:
    """Open cases and late duties by handling organ, the latest first."""
    pks = found.values("pk")
    running = dict(
        Case.objects.filter(pk__in=pks, ended_at__isnull=True)
        .values_list("organ")
        .annotate(n=Count("pk"))
        .order_by()
    )
    whose = late(found, on).order_by().annotate(whose=Coalesce("organ", "case__organ")).values_list("whose")
    overdue = dict(whose.annotate(n=Count("pk")))
    rows = [
        Organ(organ.code, organ.short, running.get(organ.pk, 0), overdue.get(organ.pk, 0))
        for organ in Body.objects.filter(pk__in={*running, *overdue})
    ]
    return sorted(rows, key=lambda row: (-row.late, -row.open, row.code))


def late(found: QuerySet[Case], on: date) -> QuerySet[Duty]:
    """Every late duty among these cases, the oldest first."""
    return cases.late(on, Case.objects.filter(pk__in=found.values("pk"))).order_by("due_legal", "pk")


def near(found: QuerySet[Case], on: date, *, most: int = 50) -> list[Any]:
    """What ends soon among these cases and has not passed, the earliest first; what the lenient count alone keeps comes
    with its sentence."""
    return [*cases.lenient(found, on), *cases.ends(found, on, most=most)]


def readings() -> list[tuple[Check, Reading | None]]:
    """The newest reading of each of the four checks."""
    return [
        (check, Reading.objects.filter(check_name=check.name).order_by("-at").first()) for check in CHECKS
    ]


def general_acts(found: QuerySet[Case]) -> list[tuple[str, int]]:
    """How often soft requirements were waived, facts overturned, time extended, records corrected: a figure by act."""
    watched_steps = ("waive", "overturn_fact", "extend", "suspend", "correct", "terminate")
    rows = (
        Act.objects.filter(case__in=Case.objects.filter(pk__in=found.values("pk")), step__in=watched_steps)
        .values_list("step")
        .annotate(n=Count("pk"))
        .order_by("-n")
    )
    titles = {
        name: definition.steps[name].title
        for definition in procedures.book().procedures.values()
        for name in watched_steps
        if name in definition.steps
    }
    return [(titles.get(step, step), count) for step, count in rows]


def set_aside(found: QuerySet[Case]) -> list[tuple[str, int, int]]:
    """By handling organ: soft requirements waived, and its assertions of fact overturned by the legality reviewer."""
    rows = (
        Act.objects.filter(case__in=Case.objects.filter(pk__in=found.values("pk")))
        .filter(step__in=("waive", "overturn_fact"))
        .values_list("case__organ__short")
        .annotate(
            waived=Count("pk", filter=Q(step="waive")), overturned=Count("pk", filter=Q(step="overturn_fact"))
        )
        .order_by("-overturned", "-waived", "case__organ__short")
    )
    return list(rows)


def attested(found: QuerySet[Case]) -> QuerySet[Act]:
    """Acts recorded for elsewhere whose findings are still to be explained."""
    return (
        Act.objects.filter(case__in=Case.objects.filter(pk__in=found.values("pk")), data__channel="attested")
        .select_related("case", "organ")
        .order_by("-recorded_at")
    )


def to_start(actor: Actor, on: date) -> list[starting.Start]:
    """Yearly and monthly procedures that the supervised governments have not begun."""
    return starting.owed(Body.objects.filter(pk__in=cases.supervised(actor)), on)


def rotation(on: date) -> list[object]:
    """Holders of rotating posts who stayed too long (定期轮岗)."""
    return list(authority.overdue_rotation(on))

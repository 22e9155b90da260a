"""无人办理: owed work whose post nobody holds any more, or that lies by name with somebody who holds no post there.

An appointment may run out by its date without any act (任期届满、代理期满). What it leaves without an owner is found by
the day: shown to the organ's head and to supervision, told to the head by the worker, handed over by 离任交接.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q

from fadu.city.authority import queries as authority
from fadu.city.authority.models import Appointment, Organ, Outbox, in_force
from fadu.city.cases import procedures
from fadu.city.cases.models import Duty
from fadu.city.cases.telling import reminding
from fadu.core.terms import legal_day

WHY = "ownerless"
SHOWN = 50


@dataclass(frozen=True)
class Ownerless:
    """One piece of owed work without an owner, and the appointment that ended and left it, where one is known."""

    duty: Duty
    left: Appointment | None


def found(organs: Collection[int], *, on: date, limit: int = SHOWN) -> list[Ownerless]:
    """What these organs owe and nobody does, by due date; few statements, however many cases there are."""
    if not organs:
        return []
    held = _held(organs, on)
    rows = _rows(organs, held, on, limit)
    if not rows:
        return []
    left = _ended({row.organ_id for row in rows if row.organ_id}, on)
    alive = _somebody_else(rows, on)
    return [Ownerless(row, _left_by(row, left)) for row in rows if row.pk not in alive]


def _held(organs: Collection[int], on: date) -> Mapping[int, set[str]]:
    """The functions that somebody holds, by organ."""
    found: dict[int, set[str]] = {organ: set() for organ in organs}
    rows = Appointment.objects.filter(in_force(on), post__organ__in=organs)
    for organ, functions in rows.values_list("post__organ", "post__functions"):
        found[organ] |= set(functions)
    return found


def _rows(organs: Collection[int], held: Mapping[int, set[str]], on: date, limit: int) -> list[Duty]:
    there = Appointment.objects.filter(in_force(on), person=OuterRef("person"), post__organ=OuterRef("organ"))
    ways = Q(person__isnull=False, organ__in=organs) & ~Exists(there)
    for organ, functions in held.items():
        ways |= Q(organ=organ, person__isnull=True) & ~Q(function__in=functions) & ~Q(function="")
    rows = Duty.objects.filter(ways, kind=Duty.Kind.OWED).select_related("case__organ", "organ", "person")
    return list(rows.order_by("due_legal", "pk")[:limit])


def _somebody_else(rows: Iterable[Duty], on: date) -> set[int]:
    """The vacant ones whose step another role may do that somebody holds."""
    vacant = [row for row in rows if row.person_id is None]
    if not vacant:
        return set()
    others = list(
        Duty.objects.filter(case__in={row.case_id for row in vacant}, kind=Duty.Kind.OWED, person=None)
    )
    held = _held({one.organ_id for one in others if one.organ_id}, on)
    alive = {
        (one.case_id, one.step)
        for one in others
        if one.organ_id is None or one.function in held[one.organ_id]
    }
    return {row.pk for row in vacant if (row.case_id, row.step) in alive}


def _ended(organs: Collection[int], on: date) -> list[Appointment]:
    """The appointments there that have ended, the last first."""
    rows = Appointment.objects.filter(post__organ__in=organs, end__lte=on)
    return list(rows.select_related("post", "person").order_by("-end", "-pk"))


def _left_by(row: Duty, ended: Iterable[Appointment]) -> Appointment | None:
    return next(
        (
            one
            for one in ended
            if one.post.organ_id == row.organ_id
            and (row.person_id is None or one.person_id == row.person_id)
            and (row.person_id is not None or row.function in one.post.functions)
        ),
        None,
    )


def tick(at: datetime) -> None:
    """Owe the head of each organ (where it has none, of its government) the news, once for each piece of work."""
    on = legal_day(at)
    organs = Organ.objects.filter(in_force(on)).values_list("pk", flat=True)
    batch: list[Outbox] = []
    for one in found(list(organs), on=on, limit=1000):
        organ = one.duty.organ
        if organ is None:
            continue
        heads = [row.person for row in authority.holders(organ, "head", on)]
        if not heads and organ.government is not None:
            heads = [row.person for row in authority.holders(organ.government, "head", on)]
        stamp = f"{organ.pk}.{one.duty.function}.{one.duty.person_id}.{one.left.pk if one.left else 0}"
        definition = procedures.of(one.duty.case)
        batch += reminding.messages(
            one.duty.case, definition, heads, step=one.duty.step, why=WHY, stamp=stamp, at=at
        )
    Outbox.objects.bulk_create(batch, ignore_conflicts=True)

"""What participation remembers of hearings, draws and experts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from fadu.city.cases import queries as cases
from fadu.city.ledger import casepage
from fadu.city.ledger import queries as ledger
from fadu.city.participation import attempts, codes, hearings, lot, lots, queries
from fadu.city.participation.models import Expert, Hearing, Lot, Registration
from fadu.city.participation.origin import Origin
from fadu.core.errors import Refusal, Refused

UNKNOWN = Refusal("not_visible", "没有这个页面所指的事项", cure="请核对地址")
WRONG_CODE = Refusal("wrong_code", "没有这个回执码", cure="请核对后重新输入；字母不分大小写，短横可以省略")


def hearing_list(asked: Mapping[str, str], on: date) -> QuerySet[Hearing]:
    """Hearings for everybody, the next ones first."""
    found = Hearing.objects.select_related("case__organ")
    for word in queries.words(asked):
        found = found.filter(title__contains=word)
    if asked.get("state") == "coming":
        return found.filter(held_at__isnull=True, postponed_at__isnull=True, held_on__gte=on).order_by(
            "held_on"
        )
    return found.order_by("-held_on", "-pk")


def hearing(key: str) -> Hearing:
    """One hearing by its key."""
    found = Hearing.objects.select_related("case__organ", "lot").filter(key=key).first()
    if found is None:
        raise Refused(UNKNOWN)
    return found


def registering(row: Hearing, on: date) -> bool:
    """Whether one may still register."""
    return hearings.registering(row, on)


def public_files(row: Hearing) -> list[Any]:
    """The draft and its explanation as published with the notice."""
    return list(row.case.files.filter(seq=row.seq, field="materials").order_by("pk"))


@dataclass(frozen=True)
class Opened:
    """A registration as the undertaker reads it."""

    registration: Registration
    name: str
    contact: str
    reason: str


def opened(rows: Iterable[Registration]) -> list[Opened]:
    """Open what was typed; the caller has decided that its reader may see it."""
    every = list(rows)
    known = casepage.opened_among([bytes.fromhex(row.leaf) for row in every])
    return [
        Opened(row, *_typed(known.get(bytes.fromhex(row.leaf)) or ledger.opened(bytes.fromhex(row.leaf))))
        for row in every
    ]


def _typed(said: Mapping[str, Any]) -> tuple[str, str, str]:
    return said["name"], said["contact"], said.get("reason", "")


def by_code(code: str, *, origin: Origin, at: datetime) -> Registration:
    """The registration of whoever holds the code; wrong codes are counted and too many refused."""
    attempts.check(origin, at)
    found = (
        Registration.objects.select_related("hearing__case__organ").filter(code=codes.digest(code)).first()
    )
    if found is None:
        attempts.note(origin, at)
        raise Refused(WRONG_CODE)
    return found


def lot_for(actor: Any, key: str) -> Lot:
    """A draw: everybody's where the case is public, else theirs who may see the case."""
    row = Lot.objects.select_related("case__organ").filter(key=key).first()
    if row is None or not (
        row.case.secrecy == "public" or cases.visible_to(actor).filter(pk=row.case.pk).exists()
    ):
        raise Refused(UNKNOWN)
    return row


@dataclass(frozen=True)
class Seat:
    """A candidate in the drawn order, with the number that gave him his place."""

    rank: int
    id: str
    label: str
    ticket: str
    seated: bool


def verified(row: Lot) -> tuple[bool, dict[str, list[Seat]]]:
    """Draw again from what is published; whether it gives the published order, and that order by group."""
    labels = {(one["group"], one["id"]): one["label"] for one in row.candidates}
    drawn = lot.draw(bytes.fromhex(row.seed), lots.by_group(row), row.public_value)
    again = {group: [ticket.id for ticket in tickets] for group, tickets in drawn.items()}
    right = again == row.order and lot.commitment(bytes.fromhex(row.seed)) == row.commitment
    shown = {
        group: [
            Seat(rank, one.id, labels[group, one.id], one.number, rank <= row.places.get(group, 0))
            for rank, one in enumerate(tickets, 1)
        ]
        for group, tickets in drawn.items()
    }
    return right, shown


def candidates(row: Lot) -> dict[str, list[Mapping[str, str]]]:
    """The candidates by group."""
    found: dict[str, list[Mapping[str, str]]] = {}
    for one in row.candidates:
        found.setdefault(one["group"], []).append(one)
    return found


def invitation(actor: Any, key: str) -> Expert:
    """One's own invitation to a draw's appraisal; reserves are not told before their turn."""
    found = (
        Expert.objects.select_related("lot__case__organ", "person")
        .filter(lot__key=key, person=actor.person)
        .exclude(state=Expert.State.RESERVE)
        .first()
    )
    if found is None:
        raise Refused(UNKNOWN)
    return found


def invitations(actor: Any) -> QuerySet[Expert]:
    """The invitations somebody has, open ones first."""
    rows = Expert.objects.filter(person=actor.person).exclude(state=Expert.State.RESERVE)
    return rows.select_related("lot__case__organ").order_by("state", "-changed_at")


def papers(row: Expert) -> list[Any]:
    """The newest draft and explanation of the case, for an expert who takes part."""
    if row.state == Expert.State.DECLINED:
        return []
    files = row.lot.case.files.filter(seq__isnull=False, field__in=("text", "explanation")).order_by(
        "-seq", "pk"
    )
    newest: dict[str, Any] = {}
    for file in files:
        newest.setdefault(file.field, file)
    return list(newest.values())


@dataclass(frozen=True)
class Opinion:
    """A signed opinion, opened."""

    expert: Expert
    necessity: str
    feasibility: str
    soundness: str
    dissent: str


def opinions(row: Lot) -> list[Opinion]:
    """The signed opinions of a draw's experts; the caller answers for who reads them."""
    return opinions_of(row.experts.select_related("person").order_by("rank"))


def opinions_of(rows: Iterable[Expert]) -> list[Opinion]:
    """The opinions of those among these experts who have signed one, all opened at once."""
    signed = [one for one in rows if one.state == Expert.State.SIGNED]
    known = casepage.opened_among([bytes.fromhex(one.leaf) for one in signed])
    return [
        Opinion(one, *_said(known.get(bytes.fromhex(one.leaf)) or ledger.opened(bytes.fromhex(one.leaf))))
        for one in signed
    ]


def _said(said: Mapping[str, Any]) -> tuple[str, str, str, str]:
    return said["necessity"], said["feasibility"], said["soundness"], said.get("dissent", "")

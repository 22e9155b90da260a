"""What participation remembers, for the public and for the undertaker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from fadu.city.cases import queries as cases
from fadu.city.ledger import casepage
from fadu.city.ledger import queries as ledger
from fadu.city.participation import attempts, codes, root
from fadu.city.participation.acts import UNKNOWN, open_on
from fadu.city.participation.models import Answer, Clause, Comment, Consultation
from fadu.city.participation.origin import Origin
from fadu.city.web.numbers import whole
from fadu.core.errors import Refusal, Refused

WRONG_CODE = Refusal("wrong_code", "没有这个回执码", cure="请核对后重新输入；字母不分大小写，短横可以省略")


def words(asked: Mapping[str, str]) -> list[str]:
    """The words of a search; a character no database takes ends none of them."""
    return asked.get("q", "").replace("\x00", " ").split()


def consultations(asked: Mapping[str, str], on: date) -> QuerySet[Consultation]:
    """Consultations for everybody: open ones first by closing day, or those in the state asked for."""
    found = Consultation.objects.select_related("case__organ")
    for word in words(asked):
        found = found.filter(title__contains=word)
    running = Q(closed_at__isnull=True, closes_on__gte=on, case__ended_at__isnull=True)
    state = asked.get("state", "")
    if state == "open":
        return found.filter(running).order_by("closes_on", "pk")
    if state == "answered":
        return found.filter(answered_at__isnull=False).order_by("-answered_at")
    if state == "closed":
        return found.exclude(running).filter(answered_at__isnull=True).order_by("-closes_on", "-pk")
    return found.order_by("-closes_on", "-pk")


def consultation(key: str) -> Consultation:
    """One consultation by its key."""
    found = Consultation.objects.select_related("case__organ").filter(key=key).first()
    if found is None:
        raise Refused(UNKNOWN)
    return found


def is_open(row: Consultation, on: date) -> bool:
    """Whether opinions are still taken."""
    return open_on(row, on)


def clauses(row: Consultation) -> list[Clause]:
    """The draft's parts in order, each with the number of opinions on it that are shown (``shown``)."""
    shown = Count("comments", filter=Q(comments__state=Comment.State.SHOWN))
    return list(row.clauses.annotate(shown=shown).order_by("number"))


def shown_comments(row: Consultation, clause: str = "") -> QuerySet[Comment]:
    """The opinions made public, in order; those on one clause, or on the whole (``0``)."""
    found = (
        row.comments.filter(state=Comment.State.SHOWN).select_related("clause", "answer").order_by("number")
    )
    if clause == "0":
        return found.filter(clause__isnull=True)
    return found if (number := whole(clause)) is None else found.filter(clause__number=number)


def tally(row: Consultation) -> dict[str, int]:
    """How many opinions were received, shown, withheld, wait; adopted, in part, not, and not answered yet."""
    return tallies([row])[row.pk]


def tallies(rows: Sequence[Consultation]) -> dict[int, dict[str, int]]:
    """``tally`` of several consultations by their keys, by one query."""
    words = (*Comment.State.values, *Answer.Adopted.values, "unanswered")
    found = {row.pk: {"received": row.received, **dict.fromkeys(words, 0)} for row in rows}
    counted = Comment.objects.filter(consultation__in=found).order_by()
    for pk, state, fate, count in counted.values_list("consultation", "state", "answer__adopted").annotate(
        Count("pk")
    ):
        found[pk][state] += count
        found[pk][fate or "unanswered"] += count
    return found


def answers(row: Consultation) -> list[Answer]:
    """The answers with how many opinions stand under each (``count``)."""
    return list(row.answers.annotate(count=Count("comments")).order_by("number"))


def answers_among(rows: Sequence[Consultation]) -> list[Answer]:
    """The answers given in these consultations, in the order in which they were held."""
    return list(Answer.objects.filter(consultation__in=rows).order_by("consultation__seq", "number"))


def leaves(row: Consultation) -> list[str]:
    """The leaf hashes of all opinions in the order of their numbers: what the root is taken over."""
    return list(row.comments.order_by("number").values_list("leaf", flat=True))


@dataclass(frozen=True)
class Fate:
    """What became of an opinion, for whoever holds its code: never its text, name or contact."""

    comment: Comment
    index: int
    path: list[str]


def by_code(code: str, *, origin: Origin, at: datetime) -> Fate:
    """Look up a receipt code; wrong ones are counted and too many are refused."""
    attempts.check(origin, at)
    found = (
        Comment.objects.select_related("consultation__case__organ", "clause", "answer")
        .filter(code=codes.digest(code))
        .first()
    )
    if found is None:
        attempts.note(origin, at)
        raise Refused(WRONG_CODE)
    closed = found.consultation.closed_at is not None
    return Fate(
        found, found.number - 1, root.path(leaves(found.consultation), found.number - 1) if closed else []
    )


def of_person(person: Any) -> QuerySet[Comment]:
    """The opinions sent from somebody's account, newest first."""
    rows = Comment.objects.filter(person=person).select_related("consultation", "clause", "answer")
    return rows.order_by("-received_at")


@dataclass(frozen=True)
class Opened:
    """An opinion as the undertaker reads it: with what was typed."""

    comment: Comment
    text: str
    name: str
    contact: str


def opened(rows: Iterable[Comment]) -> list[Opened]:
    """Open what was typed; the caller has decided that its reader may see it."""
    every = list(rows)
    known = casepage.opened_among([bytes.fromhex(row.leaf) for row in every])
    return [Opened(row, *_typed(row, known)) for row in every]


def _typed(row: Comment, known: Mapping[bytes, Mapping[str, Any]]) -> tuple[str, str, str]:
    leaf = bytes.fromhex(row.leaf)
    said = known[leaf] if leaf in known else ledger.opened(leaf)
    return said["text"], said.get("name", ""), said.get("contact", "")


def handles(actor: Any, row: Any) -> bool:
    """Whether this person works on the consultation (hearing, draw): he handles its case."""
    return actor is not None and actor.holding(row.case.organ, "handle") is not None


def readable(actor: Any, row: Any, near: Any = None) -> bool:
    """Whether he may read what was typed: whoever handles, decides, reviews or supervises the case. ``near`` is what has
    been read around it (``cases.dossier``).
    """
    if actor is None or not actor.official:
        return False
    around = near.around(actor.stands_for) if near is not None else None
    return bool(cases.relations(actor, row.case, around) & {"handles", "decides", "reviews", "supervises"})


def public_files(row: Consultation) -> list[Any]:
    """The files that the opening act published: the draft and its explanation."""
    return list(
        cases.files_in_record(row.case, row.seq)
        .filter(field__in=("draft_shown", "explanation_shown"), replaced_by=None)
        .order_by("pk")
    )

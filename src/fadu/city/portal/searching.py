"""Search over everything public: publications, consultations, organs, powers.

Chinese has no spaces, so what is searched by is the pair of neighbouring characters (bigram): the words of a publication
are kept as its set of pairs in an ordinary indexed table, which works alike on both databases. What is found is read
from the live rows, so nothing that no longer stands published is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from fadu.city.authority.models import Organ, Power, in_force
from fadu.city.cases import procedures
from fadu.city.cases.models import Case, Publication
from fadu.city.participation.models import Consultation
from fadu.city.portal import queries
from fadu.city.portal.models import Gram
from fadu.core.terms import chinese_day

KINDS = {"publication": "公开内容", "consultation": "征求意见", "organ": "机构", "power": "职权"}
# So much of one text is searchable; the rest is read on its page.
MOST_CHARACTERS = 20_000
MOST_HITS = 200
MOST_PAIRS = 30
_CODE = re.compile(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b", re.ASCII)
_DAY = re.compile(r"\b20\d\d-\d\d-\d\d\b", re.ASCII)
_RUNS = re.compile(r"[0-9a-z〇\u3400-\u9fff\uf900-\ufaff]+")


@dataclass(frozen=True)
class Hit:
    """One thing found: what kind, its title, where, whose, from when, and the sentence around the words."""

    kind: str
    title: str
    address: str
    organ: str
    at: datetime | date | None
    excerpt: str


@dataclass(frozen=True)
class Found:
    """The hits shown, and how many there are of each kind (at most MOST_HITS are counted)."""

    hits: Sequence[Hit]
    tally: dict[str, int]


def pairs(text: str) -> set[str]:
    """The neighbouring characters of a text, within runs of Han characters, letters and digits; case makes no difference."""
    return {run[at : at + 2] for run in _RUNS.findall(text.lower()) for at in range(len(run) - 1)}


def search(words: str, *, kind: str, on: date) -> Found:
    """Everything public that holds all the words, titles first, then the newest."""
    terms = _RUNS.findall(words.lower())[:8]
    if not terms:
        return Found((), {})
    hits = {name: look(terms, on) for name, look in _LOOK.items()}
    tally = {name: len(found) for name, found in hits.items()}
    shown = [hit for name, found in hits.items() if not kind or name == kind for hit in found]
    return Found(sorted(shown, key=lambda hit: _rank(hit, terms)), tally)


def _rank(hit: Hit, terms: Sequence[str]) -> tuple[int, int]:
    missing = sum(term not in hit.title.lower() for term in terms)
    return missing, -(hit.at.toordinal() if hit.at else 0)


def _narrowed(found: QuerySet[Any], kind: int, terms: Sequence[str]) -> QuerySet[Any]:
    """Rows whose title holds the term, or whose kept pairs hold all pairs of it."""
    for term in terms:
        holds = Q(title__icontains=term)
        wanted = sorted(pairs(term))[:MOST_PAIRS]
        if wanted:
            every = Q()
            for pair in wanted:
                every &= Q(pk__in=Gram.objects.filter(kind=kind, gram=pair).values("row"))
            holds |= every
        found = found.filter(holds)
    return found


def _publications(terms: Sequence[str], on: date) -> list[Hit]:
    found = _narrowed(queries.publications(on), Gram.Kind.PUBLICATION, terms)
    rows = found.select_related("case__organ").order_by("-published_at", "-pk")[:MOST_HITS]
    organs = dict(Organ.objects.values_list("code", "short"))
    return [
        Hit(
            "publication", row.title, f"{reverse('public_case', args=[row.case.key])}#act-{row.seq}",
            row.case.organ.name, row.published_at, _spoken(excerpt(text_of(row), terms), organs),
        )
        for row in rows
    ]  # fmt: skip


def _consultations(terms: Sequence[str], on: date) -> list[Hit]:
    public = Consultation.objects.filter(case__secrecy=Case.Secrecy.PUBLIC)
    rows = _narrowed(public, Gram.Kind.CONSULTATION, terms).select_related("case__organ")
    return [
        Hit(
            "consultation", row.title, reverse("consultation", args=[row.key]), row.case.organ.name,
            row.opened_at, excerpt(f"{row.notice} {row.explanation}", terms),
        )
        for row in rows.order_by("-opened_at")[:MOST_HITS]
    ]  # fmt: skip


def _organs(terms: Sequence[str], on: date) -> list[Hit]:
    found = Organ.objects.filter(in_force(on))
    for term in terms:
        found = found.filter(Q(name__icontains=term) | Q(short__icontains=term))
    return [
        Hit("organ", row.name, reverse("organ", args=[row.code]), "", None, "")
        for row in found.order_by("code")[:MOST_HITS]
    ]


def _powers(terms: Sequence[str], on: date) -> list[Hit]:
    """Powers are found by the title of their procedure, their basis and their organ."""
    titles = {name: definition.title for name, definition in procedures.book().procedures.items()}
    found = Power.objects.filter(in_force(on)).select_related("organ")
    for term in terms:
        named = [name for name, title in titles.items() if term in title.lower()]
        found = found.filter(
            Q(procedure__in=named) | Q(basis__icontains=term) | Q(organ__name__icontains=term)
        )
    return [
        Hit(
            "power",
            titles.get(row.procedure, row.procedure),
            reverse("organ", args=[row.organ.code]),
            row.organ.name,
            row.start,
            row.basis,
        )
        for row in found.order_by("organ__code", "procedure")[:MOST_HITS]
    ]


_LOOK = {"publication": _publications, "consultation": _consultations, "organ": _organs, "power": _powers}


def excerpt(text: str, terms: Sequence[str], width: int = 90) -> str:
    """The text around the first of the words."""
    flat = " ".join(text.split())
    place = min((at for term in terms if (at := flat.lower().find(term)) >= 0), default=0)
    start = max(0, place - width // 3)
    return ("…" if start else "") + flat[start : start + width] + ("…" if len(flat) > start + width else "")


def _spoken(text: str, organs: Mapping[str, str]) -> str:
    """An excerpt as it is read: an organ by its name, a day as the office writes it."""
    text = _CODE.sub(lambda found: organs.get(found[0], found[0]), text)
    return _DAY.sub(_day_said, text)


def _day_said(found: re.Match[str]) -> str:
    try:
        return chinese_day(date.fromisoformat(found[0]))
    except ValueError:  # what somebody typed is no day of the calendar
        return found[0]


def text_of(row: Publication) -> str:
    """The words of a publication: what its shown fields say, without the names and digests of files."""
    return " ".join(_words(one["value"]) for one in row.shown if one["type"] not in ("file", "files"))


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(_words(part) for part in value.values())
    if isinstance(value, list):
        return " ".join(_words(part) for part in value)
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def index_new(limit: int = 200) -> int:
    """Keep the pairs of what has been published and not yet been indexed; the worker's round. Returns how many.

    What is missing is found by its absence, never by "greater than the last": a later commit may carry a lower number.
    """
    new = _unindexed(Publication.objects.all(), Gram.Kind.PUBLICATION)[:limit]
    told = _unindexed(Consultation.objects.all(), Gram.Kind.CONSULTATION)[:limit]
    done = _keep(Gram.Kind.PUBLICATION, ((row.pk, f"{row.title} {text_of(row)}") for row in new))
    return done + _keep(
        Gram.Kind.CONSULTATION, ((row.pk, f"{row.title} {row.notice} {row.explanation}") for row in told)
    )


def _unindexed(rows: QuerySet[Any], kind: int) -> QuerySet[Any]:
    return rows.filter(~Exists(Gram.objects.filter(kind=kind, row=OuterRef("pk")))).order_by("pk")


def _keep(kind: int, texts: Iterable[tuple[int, str]]) -> int:
    count = 0
    for row, text in texts:
        found = pairs(text[:MOST_CHARACTERS]) or {""}
        Gram.objects.bulk_create(
            (Gram(kind=kind, row=row, gram=pair) for pair in sorted(found)), ignore_conflicts=True
        )
        count += 1
    return count


def counts(on: date) -> dict[str, int]:
    """How much of each kind is public today."""
    public = Consultation.objects.filter(case__secrecy=Case.Secrecy.PUBLIC)
    return {
        "publication": queries.publications(on).count(),
        "consultation": public.count(),
        "organ": Organ.objects.filter(in_force(on)).count(),
        "power": Power.objects.filter(in_force(on)).count(),
    }

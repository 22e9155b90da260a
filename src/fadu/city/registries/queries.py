"""What the registers say, as of a day."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from fadu.city.accounts.models import Person
from fadu.city.authority.models import in_force
from fadu.city.registries.models import Entry, LawFile
from fadu.core.procedure.overlay import Rule
from fadu.core.terms import Calendar, standard


def entries(register: str, on: date) -> QuerySet[Entry]:
    """The entries of a register in force on a day."""
    return (
        Entry.objects.filter(in_force(on), register=register)
        .select_related("person", "organ")
        .order_by("key")
    )


def entry(register: str, key: str, on: date) -> Entry | None:
    """The version of one entry in force on a day."""
    return entries(register, on).filter(key=key).first()


def stands_in(register: str, person: Person, on: date) -> bool:
    """Whether the person is entered in a register on a day (expert, counsel …)."""
    return Entry.objects.filter(in_force(on), register=register, person=person).exists()


def history(register: str, key: str) -> QuerySet[Entry]:
    """Every version of an entry, newest first."""
    return (
        Entry.objects.filter(register=register, key=key).select_related("person", "organ").order_by("-start")
    )


def registers() -> list[str]:
    """The registers that have entries."""
    return sorted(Entry.objects.values_list("register", flat=True).distinct())


def confirmed_law() -> list[LawFile]:
    """Every confirmed law file, in the order of confirmation, without its text: a cheap look at what has changed."""
    rows = LawFile.objects.filter(confirmed=True).defer("text", "source", "found")
    return list(rows.order_by("closed_at", "pk"))


def law_files(on: date, among: Iterable[LawFile] | None = None) -> list[LawFile]:
    """What is in force on a day: of each name the file that began last (the later confirmed of two of one day)."""
    newest: dict[tuple[str, str], LawFile] = {}
    for row in confirmed_law() if among is None else among:
        held = newest.get((row.kind, row.name))
        if row.start <= on and (held is None or row.start >= held.start):
            newest[row.kind, row.name] = row
    return [row for row in newest.values() if not row.repeals]


# A law file and the digest of its text: what a book or a calendar made of it may be remembered by.
LawKey = tuple[int, str]


def law_keys(kind: str, on: date) -> tuple[LawKey, ...]:
    """The files of one kind in force on a day, by key and digest."""
    return keys_of(row for row in law_files(on) if row.kind == kind)


def keys_of(rows: Iterable[LawFile]) -> tuple[LawKey, ...]:
    """The keys of these files."""
    return tuple((row.pk, row.sha256) for row in rows)


def overlay_rules(keys: Iterable[LawKey]) -> list[Rule]:
    """The local rules with these keys, as the loader takes them."""
    rows = LawFile.objects.filter(pk__in=[pk for pk, _ in keys], kind=LawFile.Kind.OVERLAY)
    rows = rows.order_by("start", "pk")
    return [Rule(row.name, row.text, row.source) for row in rows]


@functools.lru_cache(maxsize=8)
def calendar(keys: tuple[LawKey, ...]) -> Calendar:
    """The shipped calendar with the tables of these law files."""
    if not keys:
        return standard()[0]
    rows = LawFile.objects.filter(pk__in=[pk for pk, _ in keys], kind=LawFile.Kind.CALENDAR).order_by("pk")
    return standard()[0].with_tables(row.text for row in rows)


def with_findings(pks: Iterable[int]) -> list[LawFile]:
    """The law files with these keys, with what their check found."""
    return list(LawFile.objects.filter(pk__in=list(pks)).select_related("closed_by").order_by("start", "pk"))


def waiting_law() -> QuerySet[LawFile]:
    """What was proposed and waits for a second person."""
    return LawFile.objects.filter(closed_at__isnull=True).select_related("proposed_by").order_by("pk")


def closed_law() -> QuerySet[LawFile]:
    """What was confirmed or returned, the newest first."""
    found = LawFile.objects.filter(closed_at__isnull=False).select_related("proposed_by", "closed_by")
    return found.order_by("-closed_at", "-pk")


def law_file(pk: int) -> LawFile | None:
    """One proposal with those who proposed and closed it."""
    return LawFile.objects.select_related("proposed_by", "closed_by").filter(pk=pk).first()

"""What the pages of the statute book show: procedures, calendars, sources, and who may do what about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count

from fadu.city.authority.actor import Actor
from fadu.city.cases import procedures
from fadu.city.cases.models import Case
from fadu.city.registries import acts as registers
from fadu.city.registries import queries
from fadu.city.registries.models import LawFile
from fadu.core.procedure import Definition


@dataclass(frozen=True)
class Standing:
    """A procedure in force: the local rules merged into it, and how many open cases run under which version."""

    definition: Definition
    rules: tuple[LawFile, ...]
    open: int
    earlier: int


def statutes(actor: Actor, on: date) -> dict[str, Any]:
    """The whole page."""
    book, files = procedures.book(), queries.law_files(on)
    rules = [row for row in files if row.kind == LawFile.Kind.OVERLAY]
    of = {row.pk: row for row in queries.with_findings([rule.pk for rule in rules])}
    extended: dict[str, list[LawFile]] = {}
    for rule in rules:
        extended.setdefault(of[rule.pk].found["extends"], []).append(of[rule.pk])
    counted = _running()
    loaded = {int(row.name): row for row in files if row.kind == LawFile.Kind.CALENDAR}
    calendar = procedures.calendar()
    return {
        "on": on,
        "procedures": [
            _standing(one, tuple(extended.get(one.name, ())), counted) for one in book.procedures.values()
        ],
        "rules": list(of.values()),
        "calendar": calendar,
        "years": [
            (year, notice, loaded.get(year), sum(one.works for _, one in calendar.special_days(year)))
            for year, notice in sorted(calendar.notices.items(), reverse=True)
        ],
        "sources": sorted(book.sources.values(), key=lambda one: (_STATUSES.index(one.status), one.key)),
        "waiting": list(queries.waiting_law()),
        "closed": list(queries.closed_law()[:20]),
        "may_propose": _holds(actor, registers.PROPOSES),
        "upcoming": [row for row in queries.confirmed_law() if row.start > on],
    }


_STATUSES = ("unverified", "local", "verified")


def _running() -> Mapping[tuple[str, str], int]:
    """Open cases by procedure and pinned version."""
    found: dict[tuple[str, str], int] = {}
    rows = Case.objects.filter(ended_at__isnull=True).values_list("procedure", "definition_id")
    for name, digest, count in rows.annotate(n=Count("pk")).order_by():
        found[name, digest] = count
    return found


def _standing(
    definition: Definition, rules: tuple[LawFile, ...], counted: Mapping[tuple[str, str], int]
) -> Standing:
    every = sum(count for (name, _), count in counted.items() if name == definition.name)
    now = counted.get((definition.name, definition.digest), 0)
    return Standing(definition, rules, every, every - now)


def _holds(actor: Actor, functions: frozenset[str]) -> bool:
    return any(
        registers.KEEPER in held.organ.duties and held.functions & functions for held in actor.holdings
    )


def may_close(actor: Actor, file: LawFile) -> bool:
    """Whether the page offers this person to confirm or return it; the act asks again."""
    return file.closed_at is None and _holds(actor, registers.CONFIRMS)

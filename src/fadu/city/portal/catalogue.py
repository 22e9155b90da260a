"""年度决策事项目录: each published entry with the decisions that were begun under it, as far as the public may know them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fadu.city.authority.models import Organ
from fadu.city.cases.models import Case, CaseLink, Publication
from fadu.city.portal import queries

ITEMS = "items_shown"


@dataclass(frozen=True)
class Item:
    """One entry: what, by whom, by which steps, when; and the public decisions that name this catalogue for it."""

    subject: str
    undertaker: str
    procedures: str
    hearing: bool
    planned: str
    decisions: tuple[Case, ...]


@dataclass(frozen=True)
class Catalogue:
    """A published catalogue (or an adjustment of one): its text, its entries, decisions under it that match no entry."""

    publication: Publication
    text: str
    items: tuple[Item, ...]
    others: tuple[Case, ...]


def catalogues(on: date) -> list[Catalogue]:
    """Every catalogue that stands published, the newest year first."""
    rows = queries.catalogues(on)
    under = _decisions({row.case_id for row in rows}, on)
    names = dict(Organ.objects.values_list("code", "name")) if rows else {}
    return [_catalogue(row, under.get(row.case_id, ()), names) for row in rows]


def _decisions(catalogues: set[int], on: date) -> dict[int, tuple[Case, ...]]:
    """The public decisions that name each catalogue (所列目录), in the order of their opening."""
    found: dict[int, tuple[Case, ...]] = {}
    public = queries.public_cases(on).filter(procedure=queries.DECISION)
    links = CaseLink.objects.filter(other__in=catalogues, case__in=public.values("pk"))
    for link in links.select_related("case").order_by("case__opened_at"):
        if link.case not in found.get(link.other_id, ()):
            found[link.other_id] = (*found.get(link.other_id, ()), link.case)
    return found


def _catalogue(row: Publication, decisions: tuple[Case, ...], names: Mapping[str, str]) -> Catalogue:
    shown = {one["name"]: one["value"] for one in row.shown}
    items = tuple(_item(line, decisions, names) for line in shown.get(ITEMS, ()))
    placed = {case.pk for item in items for case in item.decisions}
    # A decision is told once, under the catalogue's own entries and not under its adjustments too.
    others = tuple(case for case in decisions if case.pk not in placed) if items else ()
    return Catalogue(row, str(shown.get("text_shown", "")), items, others)


def _item(line: Mapping[str, Any], decisions: tuple[Case, ...], names: Mapping[str, str]) -> Item:
    subject = str(line["subject"])
    return Item(
        subject=subject,
        undertaker=names.get(str(line["undertaker"]), str(line["undertaker"])),
        procedures=str(line["procedures"]),
        hearing=bool(line.get("hearing")),
        planned=str(line["planned"]),
        decisions=tuple(case for case in decisions if case.title == subject),
    )

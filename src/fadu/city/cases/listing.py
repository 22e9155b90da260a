"""案件清单: the cases a person may see under a list's query, page by page, whatever their number.

Each way in which a case comes to be seen has its own index by the day it was last worked on, so a list asks for the
newest thousand matches by each of them. That is what is counted, ordered and paged; beyond it the list says so and asks
for narrower words. Only the nearest dates are looked for among all: what is most urgent may have lain longest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator

from fadu.city.authority.actor import Actor
from fadu.city.cases import queries, ways
from fadu.city.cases.firsts import first
from fadu.city.cases.models import Case

MOST, PAGE = 1000, 50
# Orders over the matches found; they are found by the last act already.
_ORDERS = {name: queries.ORDERS[name] for name in ("-opened", "title")}


@dataclass(frozen=True)
class Listing:
    """A page of cases; ``capped`` when there are more matches than the list counts."""

    page: Page[Any]
    capped: bool

    @property
    def count(self) -> str:
        """How many there are, as it is told: 37, or 1000+."""
        return f"{self.page.paginator.count}{'+' * self.capped}"


def listed(actor: Actor, asked: Mapping[str, str], *, page: object = 1, size: int = PAGE) -> Listing:
    """One page of the visible cases that match the query, with their organs; a page beyond the last is the last."""
    found = _matches(actor, asked)
    capped, found = len(found) > MOST, found[:MOST]
    wanted = Paginator(found, size).get_page(page)
    end = wanted.end_index()
    start = end - len(wanted.object_list)
    order = asked.get("order", "")
    if order == "due":
        found = _soonest(actor, asked, found, capped=capped, upto=end)
    elif order in _ORDERS:
        found = list(Case.objects.filter(pk__in=found).order_by(*_ORDERS[order]).values_list("pk", flat=True))
    shown = found[start:end]
    rows = Case.objects.select_related("organ").in_bulk(shown)
    wanted.object_list = [rows[pk] for pk in shown if pk in rows]
    return Listing(wanted, capped)


def _matches(actor: Actor, asked: Mapping[str, str]) -> list[int]:
    """The newest matches by their last act, one more than are counted."""
    branches = ways.of(actor, queries.matching(asked), queries.matching(asked, at="case__"))
    return first(branches, limit=MOST + 1)


def _soonest(
    actor: Actor, asked: Mapping[str, str], found: list[int], *, capped: bool, upto: int
) -> list[int]:
    """Open cases by their nearest date, then the rest, in order as far as ``upto``. Where not all matches were found,
    the dates of all are asked.
    """
    dated = Case.objects.filter(pk__in=found) if not capped else queries.search(actor, asked)
    dated = dated.filter(ended_at__isnull=True, due__isnull=False).order_by("due", "-changed_at", "-pk")
    urgent = list(dated.values_list("pk", flat=True)[:upto])
    return list(dict.fromkeys([*urgent, *found]))

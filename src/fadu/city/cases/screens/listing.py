"""案件清单: the cases a person may see under a list's query, page by page, whatever their number.

Each way in which a case comes to be seen has its own index by the day it was last worked on, so a list asks for the
newest thousand matches by each of them. That is what is counted, ordered and paged; beyond it the list says so and asks
for narrower words. Only the nearest dates are looked for among all: what is most urgent may have lain longest.

Words are looked for twice: among the newest of each way, which finds enough of what is common, and in the index of words,
which finds what is rare however old. What is too common for the index and too rare for the newest is listed as far as it
was found, and the list says so (``narrow``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator

from fadu.city.authority.actor import Actor
from fadu.city.cases import queries
from fadu.city.cases.models import Case
from fadu.city.cases.screens import ways, words
from fadu.city.cases.screens.firsts import first

MOST, PAGE = 1000, 50
# Among so many of the newest of each way words are looked for that the index of words does not answer.
LOOKED = 5000
# Orders over the matches found; they are found by the last act already.
_ORDERS = {name: queries.ORDERS[name] for name in ("-opened", "title")}


@dataclass(frozen=True)
class Listing:
    """A page of cases; ``capped`` when there are more matches than the list counts."""

    page: Page[Any]
    capped: bool
    narrow: bool = False

    @property
    def count(self) -> str:
        """How many there are, as it is told: 37, or 1000+."""
        return f"{self.page.paginator.count}{'+' * (self.capped or self.narrow)}"


def listed(actor: Actor, asked: Mapping[str, str], *, page: object = 1, size: int = PAGE) -> Listing:
    """One page of the visible cases that match the query, with their organs; a page beyond the last is the last."""
    found, narrow = _matches(actor, asked)
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
    return Listing(wanted, capped, narrow)


def _matches(actor: Actor, asked: Mapping[str, str]) -> tuple[list[int], bool]:
    """The newest matches by their last act, one more than are counted; and whether older ones may be missing."""
    sought = asked.get("q", "").strip()
    rest = {name: value for name, value in asked.items() if name != "q"}
    wanted, of_case = queries.matching(rest), queries.matching(rest, at="case__")
    if not sought:
        return first(ways.of(actor, wanted, of_case), limit=MOST + 1), False
    said = {"q": sought}
    newest = ways.of(
        actor, wanted, of_case, among=LOOKED,
        words=queries.matching(said), words_of_case=queries.matching(said, at="case__"),
    )  # fmt: skip
    found = first(newest, limit=MOST + 1)
    if len(found) > MOST:
        return found, False
    keys = words.found(sought)
    if keys is None:
        # Where there are no more than were looked through, nothing is missing.
        return found, len(first(ways.of(actor, wanted, of_case), limit=LOOKED + 1)) > LOOKED
    older = queries.visible_to(actor).filter(queries.matching(asked), pk__in=keys)
    older = older.order_by("-changed_at", "-pk").values_list("pk", flat=True)
    return list(dict.fromkeys([*older[: MOST + 1], *found]))[: MOST + 1], False


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

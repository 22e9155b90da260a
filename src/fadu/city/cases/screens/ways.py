"""The ways in which a case comes to be seen, each by its own index on the day it was last worked on.

``queries.visible_to`` says in one condition who sees what; here the same is said as one list for each way, so that the
newest of all are found without looking at the rest (``firsts``). A test holds the two together.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from fadu.city.authority.actor import Actor
from fadu.city.cases import queries
from fadu.city.cases.models import Case, Involvement
from fadu.city.cases.screens.firsts import Branch

_NEWEST = ("-changed_at", "-pk")


def of(
    actor: Actor,
    wanted: Q,
    of_case: Q,
    *,
    among: int = 0,
    words: Q | None = None,
    words_of_case: Q | None = None,
) -> list[Branch]:
    """Key and day of the last act of what this person sees, the newest first, by each way; narrowed to ``wanted``
    (``of_case``: the same, said of a row that points to the case). ``words``, which no index serves, are looked for
    ``among`` so many of the newest of each way.
    """
    found: list[Any] = [
        queries.own_cases(actor).filter(wanted).order_by(*_NEWEST).values_list("pk", "changed_at")
    ]
    for organ in sorted({held.organ.pk for held in actor.holdings} if actor.official else ()):
        handled = Case.objects.filter(wanted, organ=organ)
        found.append(handled.order_by(*_NEWEST).values_list("pk", "changed_at"))
        taking_part = Involvement.objects.filter(of_case, ~Q(case__secrecy=Case.Secrecy.SEALED), organ=organ)
        found.append(taking_part.order_by("-changed_at", "-case").values_list("case_id", "case__changed_at"))
    for government in sorted(queries.supervised(actor) if actor.official else ()):
        watched = Case.objects.filter(wanted, ~Q(secrecy=Case.Secrecy.SEALED), government=government)
        found.append(watched.order_by(*_NEWEST).values_list("pk", "changed_at"))
    if words is None or words_of_case is None:
        return found
    return [_with_words(way, words, words_of_case, among) for way in found]


def _with_words(way: Any, words: Q, words_of_case: Q, among: int) -> Any:
    """Those of the newest rows of a way that hold the words."""
    newest = way[:among]
    if way.model is Case:
        return (
            Case.objects.filter(words, pk__in=newest.values("pk"))
            .order_by(*_NEWEST)
            .values_list("pk", "changed_at")
        )
    rows = Involvement.objects.filter(words_of_case, pk__in=newest.values("pk")).order_by(
        "-changed_at", "-case"
    )
    return rows.values_list("case_id", "case__changed_at")

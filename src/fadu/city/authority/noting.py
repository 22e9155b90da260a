"""A refused look (another's case, another's page) is a refused attempt like any other: it goes into the access log.

Acts note their own refusals at the door; a page that is only read passes no door.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from fadu.city.authority import clock
from fadu.city.ledger import acts as ledger
from fadu.core.errors import Refused

_KEY = re.compile(r"[0-9a-f]{26}")


def note_refused_read(request: HttpRequest, refused: Refused) -> None:
    """Who, which page, for which codes; nothing of visitors who are nobody yet, and nothing that was typed."""
    actor, match = getattr(request, "actor", None), request.resolver_match
    if actor is None or match is None or request.method not in ("GET", "HEAD"):
        return
    key = str(match.kwargs.get("key", ""))
    of_case = match.route.startswith(("cases/", "api/cases/")) and _KEY.fullmatch(key)
    ledger.note_refusal(
        act=f"read {match.url_name or match.route}"[:80],
        person=actor.person.key,
        refusals=refused.refusals,
        at=clock.now(),
        organ=actor.holdings[0].organ.code if actor.holdings else "",
        case_ref=f"case/{key}" if of_case else "",
    )


class note_refused:  # a middleware is named like the functions beside it
    """What a view refuses to show is noted before it is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Called by Django with what the view raised; the answer is another's."""
        if isinstance(exception, Refused):
            note_refused_read(request, exception)

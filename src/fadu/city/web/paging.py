"""One page of many rows, and the query that the links to the other pages carry on."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest

PAGE = 20


def rest_of(request: HttpRequest, *but: str) -> str:
    """The query without its page number (and without ``but``), ready to have one put behind it."""
    query = request.GET.copy()
    for name in ("page", *but):
        query.pop(name, None)
    return query.urlencode() + "&" if query else ""


def page_of(request: HttpRequest, rows: Any, size: int = PAGE) -> dict[str, Any]:
    """The asked page of the rows (the nearest there is), the rest of the query, and what was asked."""
    return {
        "page": Paginator(rows, size).get_page(request.GET.get("page")),
        "query": rest_of(request),
        "asked": request.GET,
    }

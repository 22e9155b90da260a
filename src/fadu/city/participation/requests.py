"""From a request to what acts and pages need of it."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.encoding import iri_to_uri

from fadu.city.authority import clock
from fadu.city.cases import queries as cases
from fadu.city.participation import origin

PAGE = 20


def from_where(request: HttpRequest) -> origin.Origin:
    """The origin of a request, for counting."""
    return origin.of(request.META.get("REMOTE_ADDR", ""), clock.now().date())


def page_of(request: HttpRequest, rows: Any) -> dict[str, Any]:
    """One page of rows, and the rest of the query for its links."""
    query = request.GET.copy()
    query.pop("page", None)
    return {
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "query": query.urlencode() + "&" if query else "",
        "asked": request.GET,
    }


def attachment(file: Any) -> HttpResponse:
    """A file of a case under its name, never shown in the page; the caller answers for who may read it."""
    response = HttpResponse(cases.file_bytes(file), content_type=file.media_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{iri_to_uri(file.name)}"
    response["X-Content-Type-Options"] = "nosniff"
    return response

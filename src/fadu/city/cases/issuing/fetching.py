"""下载文书: a document in its official layout, for those who may read it; and what was served on oneself."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from fadu.city.authority import clock
from fadu.city.authority.gates import person_only
from fadu.city.cases import queries
from fadu.city.cases.issuing import delivery

_KINDS = ("pdf", "docx")


@person_only
@require_GET
def document(request: HttpRequest, key: str, pk: int, kind: str) -> HttpResponse:
    """The same bytes every time; the reading is noted."""
    if kind not in _KINDS:
        raise Http404
    case = queries.get(request.actor, key)
    found = delivery.fetch(request.actor, case, pk, kind=kind, at=clock.now())
    response = HttpResponse(found.data, content_type=found.media_type)
    response["Content-Disposition"] = content_disposition_header(True, found.name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@person_only
@require_GET
def served(request: HttpRequest) -> HttpResponse:
    """送达给我的文书: when and how each was served, and the document."""
    rows = delivery.served_to(request.actor.person)
    return render(request, "cases/served.html", {"rows": rows})

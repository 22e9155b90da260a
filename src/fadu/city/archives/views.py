"""The archive's room: what is filed, what its checks found, the packages to take away."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from fadu.city.archives import packages, queries
from fadu.city.authority import clock
from fadu.city.authority.gates import official_only
from fadu.city.cases import queries as cases
from fadu.city.ledger import acts as ledger


@official_only
@require_GET
def archive(request: HttpRequest) -> HttpResponse:
    """档案: packages of the cases this person may see."""
    found = queries.newest().filter(case__in=cases.visible_to(request.actor).values("pk"))
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    return render(request, "archives/archive.html", {"page": page})


@official_only
@require_GET
def download(request: HttpRequest, key: str, acts: int) -> HttpResponse:
    """The package itself: whole, so only for those who handle, decide or supervise the case; noted as a read."""
    case = cases.get(request.actor, key)
    if not cases.relations(request.actor, case) & {"handles", "decides", "supervises"}:
        raise Http404
    path = packages.path_of(case, acts)
    if not queries.packages_of(case).filter(acts=acts).exists() or not path.exists():
        raise Http404
    ledger.note_access(
        ledger.Access(
            "export", request.actor.person.key, clock.now(), case_ref=f"case/{case.key}", subject=path.name
        )
    )
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=path.name, content_type="application/zip"
    )

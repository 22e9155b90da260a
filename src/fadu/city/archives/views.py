"""The archive's room: what is filed, what its checks found, the packages to take away."""

from __future__ import annotations

import io

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from fadu.city.archives import packages, queries
from fadu.city.authority import clock
from fadu.city.authority.gates import official_only
from fadu.city.cases import queries as cases
from fadu.city.ledger import acts as ledger
from fadu.city.web.paging import page_of
from fadu.core.archive import outside

# What of a package is handed over: (media type, what follows the package's own name).
_PARTS = {
    "zip": ("application/zip", ""),
    "receipt": ("application/json", outside.RECEIPT),
    "tsr": ("application/timestamp-reply", outside.STAMP),
}


@official_only
@require_GET
def archive(request: HttpRequest) -> HttpResponse:
    """档案: packages of the cases this person may see."""
    found = queries.newest().filter(case__in=cases.visible_to(request.actor).values("pk"))
    shown = page_of(request, found, 50)
    organs = {held.organ.pk for held in request.actor.holdings}
    governments = organs | cases.supervised(request.actor)
    shown |= {
        "has_tsa": bool(settings.FADU_TSA_URL),
        # Whose packages are handed over to this person: the rule of ``download``, for a whole page without asking again.
        "handed": {
            row.pk
            for row in shown["page"]
            if row.case.organ_id in organs or row.case.government_id in governments
        },
    }
    return render(request, "archives/archive.html", shown)


@official_only
@require_GET
def download(request: HttpRequest, key: str, acts: int, part: str) -> HttpResponse:
    """The package itself, its receipt, or its time-stamp: whole, so only for those who handle, decide or supervise the
    case; noted as a read.
    """
    case = cases.get(request.actor, key)
    if part not in _PARTS or not cases.relations(request.actor, case) & {"handles", "decides", "supervises"}:
        raise Http404
    path = packages.path_of(case, acts)
    package = queries.packages_of(case).filter(acts=acts).first()
    if package is None or not path.exists():
        raise Http404
    kind, ending = _PARTS[part]
    proofs = packages.beside(package) if ending else {}
    if ending and ending not in proofs:
        raise Http404
    name = path.name + ending
    ledger.note_access(
        ledger.Access(
            "export", request.actor.person.key, clock.now(), case_ref=f"case/{case.key}", subject=name
        )
    )
    content = io.BytesIO(proofs[ending]) if ending else path.open("rb")
    return FileResponse(content, as_attachment=True, filename=name, content_type=kind)

"""Pages for everyone; no log-in is needed to read them. A view parses, asks, renders."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from fadu.city.authority import clock
from fadu.city.cases import queries as cases
from fadu.city.ledger import queries as ledger
from fadu.city.participation import origin
from fadu.city.participation import queries as participation
from fadu.city.portal import catalogue, matters, queries, searching
from fadu.city.web.paging import page_of
from fadu.core.errors import Refused


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """首页: search, what can be commented on, what was decided, where my matter stands, whether a receipt holds."""
    now = clock.now()
    on = now.date()
    page = {
        "on": on,
        "city": queries.city_name(on),
        "consultations": queries.open_consultations(on),
        "issued": queries.newest(on, kind=queries.ISSUED, limit=6),
        "newest": queries.newest(on, limit=8),
        "counts": searching.counts(on),
        "checkpoint": ledger.newest_checkpoint(),
        "lag": ledger.lag(),
        "open_procedures": queries.for_everybody(),
        "own": matters.own(request.actor, limit=5) if request.actor else [],
    }
    return render(request, "portal/home.html", page)


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """搜索: everything public, by words of one or more characters."""
    on = clock.now().date()
    words = request.GET.get("q", "")[:100]
    found = searching.search(words, kind=request.GET.get("kind", ""), on=on)
    page = page_of(request, found.hits) | {
        "words": words,
        "tally": found.tally,
        "kind": request.GET.get("kind", ""),
        "kinds": searching.KINDS,
    }
    return render(request, "portal/search.html", page)


@require_GET
def decisions(request: HttpRequest) -> HttpResponse:
    """重大决策: every decision of which something has been published, and the yearly catalogue."""
    on = clock.now().date()
    page = page_of(request, queries.decisions(request.GET.dict(), on)) | queries.choices(on)
    return render(request, "portal/decisions.html", page | {"catalogues": catalogue.catalogues(on)})


@require_GET
def public_case(request: HttpRequest, key: str) -> HttpResponse:
    """A matter as the public sees it: stages with dates, who decided, all that was disclosed in order, the trace."""
    on = clock.now().date()
    try:
        case = queries.public_case(key, on)
    except Refused:
        raise Http404 from None
    shown = queries.disclosed(case, on)
    rounds = [
        (row, participation.tally(row), participation.answers(row)) for row in queries.consultations_of(case)
    ]
    page = {
        "case": case,
        "definition": case.definition,
        "stages": queries.stages(case),
        "decided": queries.decided(case),
        "disclosed": shown,
        "consultations": rounds,
        "trace": ledger.leaf_status(bytes.fromhex(shown[-1].leaf)),
        "on": on,
    }
    return render(request, "portal/public_case.html", page)


@require_GET
def public_file(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """A file that a publication shows, as an attachment; any other file does not exist here."""
    try:
        file = queries.public_file(key, pk, clock.now().date())
    except Refused:
        raise Http404 from None
    response = HttpResponse(cases.file_bytes(file), content_type=file.media_type)
    response["Content-Disposition"] = content_disposition_header(True, file.name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "POST"])
def matter(request: HttpRequest) -> HttpResponse:
    """查我的事: by receipt code, stage and dates only; what was said in it needs the log-in of whoever opened it."""
    code = request.POST.get("code", "")[:80]
    page: dict[str, Any] = {"matter": None, "refusals": (), "code": code, "request_id": matters.new_request()}
    page["own"] = matters.own(request.actor) if request.actor else []
    status, template = 200, "portal/matter.html"
    if request.method == "POST":
        now = clock.now()
        where = origin.of(request.META.get("REMOTE_ADDR", ""), now.date())
        try:
            found = matters.by_code(code, origin=where, at=now)
        except Refused as refused:
            page["refusals"] = refused.refusals
            status = 429 if refused.refusals[0].code == "too_many_attempts" else 404
        else:
            if isinstance(found, matters.Matter):
                page["matter"] = found
            else:
                page, template = {"fate": found, "refusals": (), "code": ""}, "participation/receipt.html"
    response = render(request, template, page, status=status)
    response["Cache-Control"] = "no-store"
    return response

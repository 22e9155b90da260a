"""What can be done with a list of cases: export it, keep its filter under a name."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from fadu.city.authority import clock
from fadu.city.authority.gates import official_only
from fadu.city.cases import queries
from fadu.city.cases.screens import exports, saved
from fadu.core.errors import Refused
from fadu.core.terms import legal_day


@official_only
@require_POST
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """导出: what the list shows under the same query, and nothing that it does not show."""
    at = clock.now()
    found = queries.search(request.actor, request.POST.dict())
    data = exports.export(
        request.actor, found, kind, at=at, purpose=request.POST.get("purpose", ""),
        names=request.POST.get("cols", "").split(","),
    )  # fmt: skip
    response = HttpResponse(data, content_type=exports.MEDIA_TYPES[kind])
    name = f"案件清单{legal_day(at):%Y%m%d}.{kind}"
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


@official_only
@require_POST
def keep_filter(request: HttpRequest) -> HttpResponse:
    """保存筛选: the query of the list under a name."""
    try:
        row = saved.keep(request.actor.person, request.POST.get("name", ""), request.POST.dict())
    except Refused as refused:
        for one in refused.refusals:
            messages.error(request, f"{one.sentence}。{one.cure}。", extra_tags="warn")
        return redirect("case_list")
    messages.success(request, f"已保存筛选“{row.name}”。", extra_tags="ok")
    return redirect(f"{reverse('case_list')}?{row.query}")


@official_only
@require_POST
def drop_filter(request: HttpRequest, pk: int) -> HttpResponse:
    """删除筛选."""
    saved.drop(request.actor.person, pk)
    return redirect("case_list")

"""Hearings for everybody, and the undertaker's choice of participants."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fadu.city.authority import clock
from fadu.city.authority import queries as authority
from fadu.city.authority.gates import official_only
from fadu.city.cases import queries as cases
from fadu.city.participation import codes, hearings, lots, queries, queries_hearing
from fadu.city.participation.forms_hearing import Choice, RegistrationForm
from fadu.city.participation.models import Hearing
from fadu.city.participation.requests import attachment, from_where
from fadu.city.web.paging import page_of
from fadu.core.errors import Refused


def _found(key: str) -> Hearing:
    try:
        return queries_hearing.hearing(key)
    except Refused:
        raise Http404 from None


@require_GET
def hearing_list(request: HttpRequest) -> HttpResponse:
    """听证会: those coming and those held."""
    on = clock.now().date()
    return render(
        request,
        "participation/hearings.html",
        page_of(request, queries_hearing.hearing_list(request.GET.dict(), on)) | {"on": on},
    )


@require_GET
def hearing(request: HttpRequest, key: str) -> HttpResponse:
    """One hearing: notice, rule of selection, list, papers, record."""
    row = _found(key)
    page = {
        "hearing": row, "files": queries_hearing.public_files(row), "on": clock.now().date(),
        "registering": queries_hearing.registering(row, clock.now().date()), "works": queries.handles(request.actor, row),
        "counts": [(group, row.registrations.filter(stands_for=group).count()) for group in hearings.groups(row)],
    }  # fmt: skip
    return render(request, "participation/hearing.html", page)


@require_http_methods(["GET", "POST"])
def register(request: HttpRequest, key: str) -> HttpResponse:
    """报名; the receipt code is shown once."""
    row = _found(key)
    form = RegistrationForm(row, request.POST or None)
    refusals: tuple = ()
    status = 400 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        request_id = request.POST.get("request_id", "")
        try:
            told = hearings.register(
                request.actor or authority.newcomer(), request_id=request_id, hearing=key,
                origin=from_where(request), **form.cleaned_data,
            )  # fmt: skip
        except Refused as refused:
            refusals, status = refused.refusals, 409
        else:
            page = {"hearing": row, "told": told, "code": codes.derive(key, request_id)}
            response = render(request, "participation/registered.html", page, status=201)
            response["Cache-Control"] = "no-store"
            return response
    page = {
        "hearing": row, "form": form, "refusals": refusals, "open": queries_hearing.registering(row, clock.now().date()),
        "request_id": request.POST.get("request_id") or secrets.token_hex(12),
    }  # fmt: skip
    return render(request, "participation/register.html", page, status=status)


@require_http_methods(["GET", "POST"])
def receipt(request: HttpRequest) -> HttpResponse:
    """凭回执码查询报名结果."""
    page: dict = {"registration": None, "refusals": (), "code": request.POST.get("code", "")}
    status = 200
    if request.method == "POST":
        try:
            page["registration"] = queries_hearing.by_code(
                page["code"][:80], origin=from_where(request), at=clock.now()
            )
        except Refused as refused:
            page["refusals"] = refused.refusals
            status = 429 if refused.refusals[0].code == "too_many_attempts" else 404
    response = render(request, "participation/registration.html", page, status=status)
    response["Cache-Control"] = "no-store"
    return response


@require_GET
def file(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """The published draft and explanation, as an attachment."""
    chosen = next((one for one in queries_hearing.public_files(_found(key)) if one.pk == pk), None)
    if chosen is None:
        raise Http404
    return attachment(chosen)


@official_only
@require_GET
def work(request: HttpRequest, key: str) -> HttpResponse:
    """报名人: the undertaker reads and chooses."""
    return _work_page(request, _found(key), (), 200)


def _work_page(request: HttpRequest, row: Hearing, refusals: tuple, status: int) -> HttpResponse:
    if not queries.readable(request.actor, row):
        raise Refused(cases.NOT_VISIBLE)
    shown = page_of(request, row.registrations.order_by("number"))
    page = shown | {
        "hearing": row, "opened": queries_hearing.opened(shown["page"].object_list), "refusals": refusals,
        "works": queries.handles(request.actor, row), "request_id": secrets.token_hex(12),
        "registering": queries_hearing.registering(row, clock.now().date()), "posted": request.POST,
        "ticked": set(request.POST.getlist("numbers")),
    }  # fmt: skip
    return render(request, "participation/hearing_work.html", page, status=status)


@official_only
@require_POST
def choose(request: HttpRequest, key: str) -> HttpResponse:
    """遴选: the ticked registrations are chosen, or not, with the reason."""
    row = _found(key)
    form = Choice(list(row.registrations.values_list("number", flat=True)), request.POST)
    if not form.is_valid():
        return _work_page(request, row, (), 400)
    try:
        hearings.choose(
            request.actor, request_id=request.POST.get("request_id", ""), hearing=key, **form.asked()
        )
    except Refused as refused:
        return _work_page(request, row, refused.refusals, 409)
    messages.success(request, "已记录遴选结果并留痕。", extra_tags="ok")
    return redirect("hearing_work", key)


@official_only
@require_POST
def prepare_lot(request: HttpRequest, key: str) -> HttpResponse:
    """听证参加人抽签: publish the list and the seed's digest."""
    row = _found(key)
    try:
        told = lots.prepare_hearing(
            request.actor, request_id=request.POST.get("request_id", ""), hearing=key, case=row.case.key,
            announced=request.POST.get("announced", "")[:300],
        )  # fmt: skip
    except Refused as refused:
        return _work_page(request, row, refused.refusals, 409)
    return redirect("lot", told["lot"])

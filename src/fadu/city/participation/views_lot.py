"""Draws that anybody can repeat; the register of experts; an expert's invitation and signed opinion."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fadu.city.authority import clock
from fadu.city.authority.gates import official_only, person_only
from fadu.city.cases import queries as cases
from fadu.city.ledger import acts as ledger_acts
from fadu.city.participation import experts, lots, pool, queries, queries_hearing
from fadu.city.participation.forms_hearing import ExpertLot, Opinion
from fadu.city.participation.models import Lot
from fadu.city.participation.requests import attachment
from fadu.core.errors import Refused


def _found(request: HttpRequest, key: str) -> Lot:
    try:
        return queries_hearing.lot_for(request.actor, key)
    except Refused:
        raise Http404 from None


@require_GET
def lot(request: HttpRequest, key: str) -> HttpResponse:
    """抽签: list and seed's digest before; seed, order and how to repeat it afterwards."""
    return _lot_page(request, _found(request, key), (), 200)


def _lot_page(request: HttpRequest, row: Lot, refusals: tuple, status: int) -> HttpResponse:
    right, seats = queries_hearing.verified(row) if row.drawn_at else (False, {})
    works = queries.handles(request.actor, row)
    page = {
        "lot": row, "candidates": queries_hearing.candidates(row), "right": right, "seats": seats, "refusals": refusals,
        "works": works, "request_id": secrets.token_hex(12), "hearing": row.hearings.first(), "posted": request.POST,
        "experts": row.experts.exclude(state="reserve").select_related("person") if works else [],
    }  # fmt: skip
    return render(request, "participation/lot.html", page, status=status)


@require_GET
def lot_json(request: HttpRequest, key: str) -> HttpResponse:
    """Everything the draw was made of, for whoever repeats it with a program of his own."""
    row = _found(request, key)
    return JsonResponse(
        {
            "lot": row.key, "algorithm": row.algorithm, "commitment": row.commitment, "candidates": lots.by_group(row),
            "places": row.places, "announced": row.announced, "public_value": row.public_value, "seed": row.seed,
            "order": row.order,
        },
        json_dumps_params={"ensure_ascii": False},
    )  # fmt: skip


@official_only
@require_http_methods(["GET", "POST"])
def prepare_experts(request: HttpRequest, case: str) -> HttpResponse:
    """专家抽签: fix the candidates and publish the seed's digest."""
    found = cases.get(request.actor, case)
    on = clock.now().date()
    form = ExpertLot(pool.fields(on), pool.register(on), request.POST or None)
    refusals: tuple = ()
    status = 400 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            told = lots.prepare_experts(
                request.actor, request_id=request.POST.get("request_id", ""), case=case, **form.asked()
            )
        except Refused as refused:
            refusals, status = refused.refusals, 409
        else:
            return redirect("lot", told["lot"])
    page = {"case": found, "form": form, "refusals": refusals, "request_id": secrets.token_hex(12)}
    return render(request, "participation/prepare_experts.html", page, status=status)


@official_only
@require_POST
def draw(request: HttpRequest, key: str) -> HttpResponse:
    """抽取."""
    asked = {"public_value": request.POST.get("public_value", "")[:300]}
    return _lot_act(request, key, lots.draw, asked, "已抽取，种子和结果已经公布。")


@official_only
@require_POST
def void(request: HttpRequest, key: str) -> HttpResponse:
    """作废, before the draw and with a public reason."""
    return _lot_act(
        request, key, lots.void, {"reason": request.POST.get("reason", "")[:400]}, "已作废，理由已经公布。"
    )


@official_only
@require_POST
def excuse(request: HttpRequest, key: str) -> HttpResponse:
    """An expert found to be concerned is excused by the undertaker, with the reason; the reserve takes his place."""
    asked = {"person": request.POST.get("person", ""), "reason": request.POST.get("reason", "")[:400]}
    return _lot_act(request, key, experts.decline, asked, "已记录回避，由候补递补。")


def _lot_act(request: HttpRequest, key: str, act: Any, asked: dict[str, Any], done: str) -> HttpResponse:
    row = _found(request, key)
    try:
        act(request.actor, request_id=request.POST.get("request_id", ""), lot=key, **asked)
    except Refused as refused:
        return _lot_page(request, row, refused.refusals, 409)
    messages.success(request, done, extra_tags="ok")
    return redirect("lot", key)


@require_GET
def expert_register(request: HttpRequest) -> HttpResponse:
    """专家库: who stands in it today, by field; the periods and employers by which a draw is made."""
    on = clock.now().date()
    rows = [(entry, pool.field_of(entry)) for entry in pool.register(on)]
    return render(request, "participation/experts.html", {"rows": rows, "on": on, "fields": pool.fields(on)})


@person_only
@require_GET
def invitations(request: HttpRequest) -> HttpResponse:
    """我的论证邀请."""
    return render(
        request, "participation/invitations.html", {"rows": queries_hearing.invitations(request.actor)}
    )


@person_only
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, key: str) -> HttpResponse:
    """An invitation: declare and accept, or withdraw; then read the papers and sign an opinion."""
    row = queries_hearing.invitation(request.actor, key)
    form = Opinion(request.POST if request.POST.get("do") == "sign" else None)
    refusals: tuple = ()
    if request.method == "POST":
        request_id = request.POST.get("request_id", "")
        try:
            if request.POST.get("do") == "accept":
                declared = request.POST.get("no_interest") == "yes"
                experts.accept(request.actor, request_id=request_id, lot=key, no_interest=declared)
            elif request.POST.get("do") == "decline":
                reason = request.POST.get("reason", "")[:400]
                experts.decline(request.actor, request_id=request_id, lot=key, reason=reason)
            elif form.is_valid():
                experts.sign(request.actor, request_id=request_id, lot=key, **form.cleaned_data)
            else:
                return _invitation_page(request, row, form, (), 400)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "已办理并留痕。", extra_tags="ok")
            return redirect("invitation", key)
    return _invitation_page(request, row, form, refusals, 409 if refusals else 200)


def _invitation_page(
    request: HttpRequest, row: Any, form: Opinion, refusals: tuple, status: int
) -> HttpResponse:
    page = {
        "row": row, "form": form, "refusals": refusals, "papers": queries_hearing.papers(row),
        "request_id": secrets.token_hex(12), "posted": request.POST,
    }  # fmt: skip
    return render(request, "participation/invitation.html", page, status=status)


@person_only
@require_GET
def paper(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """The draft, for an expert who takes part; the reading is noted."""
    row = queries_hearing.invitation(request.actor, key)
    chosen = next((one for one in queries_hearing.papers(row) if one.pk == pk), None)
    if chosen is None:
        raise Http404
    ledger_acts.note_access(
        ledger_acts.Access(
            "file", row.person.key, clock.now(), case_ref=f"case/{row.lot.case.key}", subject=chosen.sha256
        )
    )
    return attachment(chosen)

"""更正: an earlier act's record is put right; the old value and its trace stay readable, dates are counted again."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fadu.city.accounts import login
from fadu.city.accounts.models import User
from fadu.city.authority import clock
from fadu.city.authority import queries as authority
from fadu.city.authority.actor import Actor
from fadu.city.authority.gates import official_only
from fadu.city.cases import acts, forms, pages, procedures, queries
from fadu.city.cases.entry import Entry
from fadu.city.cases.models import Case
from fadu.city.ledger import queries as ledger
from fadu.city.web.numbers import whole
from fadu.core.errors import Refusal, Refused
from fadu.core.procedure import records
from fadu.core.procedure.definition import Definition, Step

CORRECT = "correct"


@official_only
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, key: str, seq: int) -> HttpResponse:
    """更正 one act: its entries as they stand, the reason, and where a decision rests on it a second person."""
    case = queries.get(request.actor, key)
    definition = procedures.of(case)
    row = case.acts.filter(seq=seq).select_related("person", "organ").first()
    if row is None or CORRECT not in definition.steps:
        raise Http404
    step = definition.steps[row.step]
    now = ledger.opened(bytes.fromhex(row.leaf))
    typed = forms.read(step, request.POST) if request.method == "POST" else {}
    refusals: tuple[Refusal, ...] = ()
    if request.method == "POST":
        try:
            answer = _correct(request, case, definition, step, row.outcome, now, typed)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, f"已更正第 {seq} 步，原记载仍可查阅。", extra_tags="ok")
            return redirect("case", answer["case"])
    page = {
        "case": case,
        "row": row,
        "step": step,
        "entries": {name: entry for name, entry in step.entries().items() if entry.type not in forms.FILES},
        "values": {**now, **typed},
        "choices_of": pages.choices_for(request.actor, clock.now()),
        "refusals": refusals,
        "reason": request.POST.get("reason", ""),
        "rule": definition.steps[CORRECT],
        "request_id": secrets.token_hex(12),
    }
    return render(request, "cases/correct.html", page, status=409 if refusals else 200)


def _correct(
    request: HttpRequest,
    case: Case,
    definition: Definition,
    step: Step,
    outcome: str,
    now: dict[str, Any],
    typed: dict[str, Any],
) -> dict[str, Any]:
    checked = records.validate(step, outcome, typed, partial=True)
    if checked.refusals:
        raise Refused(*checked.refusals)
    changed = {name: value for name, value in checked.values.items() if value != now.get(name)}
    entry = Entry(
        step=CORRECT,
        values={"reason": request.POST.get("reason", ""), "corrected": changed},
        targets=(request.POST.get("seq", ""),),
    )
    version = request.POST.get("version", "")
    return acts.perform(
        request.actor,
        request_id=request.POST.get("request_id", ""),
        case=case.key,
        entry=entry,
        version=whole(version),
        together=_second_person(request),
    )


def _second_person(request: HttpRequest) -> Actor | None:
    """Whoever proves himself on the same form: account, password and one-time code of another official."""
    name = request.POST.get("other_username", "").strip()
    if not name:
        return None
    if settings.FADU_DEMO and (user := User.objects.filter(username=name, active=True).first()):
        # In a demonstration the persona stands for password and second factor, as everywhere there.
        pass
    else:
        user = login.log_in(
            name, request.POST.get("other_password", ""), request.POST.get("other_code", ""), at=clock.wall()
        )
        if not user.second_factor:
            raise Refused(
                Refusal(
                    "no_second_factor", "共同办理人没有登记第二因素", cure="请先登记身份验证器，再共同办理"
                )
            )
    moment = clock.now()
    return authority.actor_for(user, at=moment, proved_at=moment)

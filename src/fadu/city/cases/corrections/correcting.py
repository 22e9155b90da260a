"""更正: an earlier act's record is put right; the old value and its trace stay readable, dates are counted again."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
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
from fadu.city.cases import acts, drafts, procedures, queries
from fadu.city.cases.corrections import amended
from fadu.city.cases.entry import Entry
from fadu.city.cases.models import Act, Case
from fadu.city.cases.screens import choices
from fadu.city.ledger import queries as ledger
from fadu.city.web.numbers import whole
from fadu.core.errors import Refusal, Refused
from fadu.core.procedure.definition import Definition

CORRECT = "correct"


@official_only
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, key: str, seq: int) -> HttpResponse:
    """更正 one act: its record as it stands, files too, the reason, and where a decision rests on it a second person."""
    case = queries.get(request.actor, key)
    definition = procedures.of(case)
    row = case.acts.filter(seq=seq).select_related("person", "organ").first()
    if row is None or CORRECT not in definition.steps:
        raise Http404
    step, place = definition.steps[row.step], f"case/{key}/{CORRECT}/{seq}"
    typed = drafts.take(request, step, place)
    refusals: tuple[Refusal, ...] = typed.problems
    if request.method == "POST" and not refusals:
        try:
            answer = _correct(request, case, row, typed)
        except Refused as refused:
            refusals = refused.refusals
        else:
            drafts.drop(request.actor.person, place)
            messages.success(request, f"已更正第 {seq} 步，原记载仍可查阅。", extra_tags="ok")
            return redirect("case", answer["case"])
    page = _page(request, case, definition, row, typed) | {"refusals": refusals}
    return render(request, "cases/correct.html", page, status=409 if refusals else 200)


def _page(
    request: HttpRequest, case: Case, definition: Definition, row: Act, typed: drafts.Typed
) -> dict[str, Any]:
    """The record as it stands with what was typed over it; facts only of what was written down from elsewhere."""
    step = definition.steps[row.step]
    now = amended.record(row, case.acts.all(), ledger.openings(f"case/{case.key}")).values
    attested = row.data.get("channel") == "attested"
    standing = queries.files_in_record(case, row.seq).filter(replaced_by=None).order_by("pk")
    values = {**now, **(typed.entry.values or {})}
    lists = choices.read(
        request.actor, clock.now(), entries=step.entries().values(), values=values, performers=attested
    )
    return {
        "case": case,
        "row": row,
        "step": step,
        "entries": step.entries(),
        "values": values,
        "kept": typed.files,
        "standing": {name: [file for file in standing if file.field == name] for name in step.entries()},
        "facts": [definition.facts[name] for name in step.asks] if attested else [],
        "answered": {**row.data.get("facts", {}), **(typed.entry.facts or {})},
        "why": typed.entry.reasons or {},
        "choices_of": lists.of,
        "origin": _typed_origin(request, now) if attested else {},
        "people": lists.people,
        "reason": request.POST.get("reason", ""),
        "rule": definition.steps[CORRECT],
        "request_id": secrets.token_hex(12),
    }


def _correct(request: HttpRequest, case: Case, row: Act, typed: drafts.Typed) -> dict[str, Any]:
    answered = row.data.get("facts", {})
    entry = Entry(
        step=CORRECT,
        values={
            "reason": request.POST.get("reason", ""),
            "corrected": {**(typed.entry.values or {}), **_origin(request, case, row)},
        },
        facts={name: said for name, said in (typed.entry.facts or {}).items() if said != answered.get(name)},
        reasons=typed.entry.reasons,
        files={name: kept for name, kept in (typed.entry.files or {}).items() if kept},
        targets=(str(row.seq),),
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


def _origin(request: HttpRequest, case: Case, row: Act) -> dict[str, Any]:
    """When, from which source, by whom: what was typed of an attested act's origin, each only where it was typed."""
    if row.data.get("channel") != "attested" or "occurred_at" not in request.POST:
        return {}
    told: dict[str, Any] = {
        f"@{name}": request.POST.get(name, "").strip() for name in ("source", "source_number")
    }
    now = amended.record(row, case.acts.all(), ledger.openings(f"case/{case.key}")).values
    moment, before = request.POST.get("occurred_at", ""), datetime.fromisoformat(now["@occurred_at"])
    try:
        typed = datetime.fromisoformat(moment).replace(tzinfo=clock.ZONE)
    except ValueError:
        return told | {"@occurred_at": moment}
    if f"{typed:%Y-%m-%dT%H:%M}" != f"{before.astimezone(clock.ZONE):%Y-%m-%dT%H:%M}":
        told["@occurred_at"] = typed.isoformat()
    named = request.POST.getlist("performer")
    if set(named) != {one["person"] for one in now["@performers"]}:
        told["@performers"] = drafts.performers(named, typed.date())
    return told


def _typed_origin(request: HttpRequest, now: Mapping[str, Any]) -> dict[str, Any]:
    """What the form shows: as typed, else as it stands."""
    moment = datetime.fromisoformat(now["@occurred_at"]).astimezone(clock.ZONE)
    standing = [one["person"] for one in now["@performers"]]
    return {
        "occurred_at": request.POST.get("occurred_at", f"{moment:%Y-%m-%dT%H:%M}"),
        "source": request.POST.get("source", now["@source"]),
        "source_number": request.POST.get("source_number", now["@source_number"]),
        "performers": request.POST.getlist("performer") or standing,
    }


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

"""一并办理: several cases that stand at the same step, done with one form; each is still its own act with its own leaf."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from fadu.city.authority import clock
from fadu.city.authority.actor import Actor
from fadu.city.authority.gates import official_only
from fadu.city.cases import acts, drafts, procedures, queries
from fadu.city.cases.drafts import Typed
from fadu.city.cases.models import Duty
from fadu.city.cases.screens import pages
from fadu.core.errors import Refusal, Refused
from fadu.core.procedure.definition import Definition, Step

LISTED = 200


@dataclass(frozen=True)
class Answered:
    """What became of one case: done, or why not."""

    duty: Duty
    refusals: tuple[Refusal, ...] = ()


@official_only
@require_http_methods(["GET", "POST"])
def several(request: HttpRequest, procedure: str, name: str) -> HttpResponse:
    """一并办理: the cases that wait for this person at one step, ticked, and the step's own form once."""
    definition, step = _step(procedure, name)
    place = f"several/{procedure}/{name}"
    waiting = _waiting(request.actor, procedure, name)
    typed = drafts.take(request, step, place)
    ticked = request.POST.getlist("case") if request.method == "POST" else [duty.case.key for duty in waiting]
    refused: Sequence[Answered] = ()
    refusals: tuple[Refusal, ...] = ()
    if request.method == "POST" and "save" not in request.POST:
        chosen = [duty for duty in waiting if duty.case.key in ticked]
        if not chosen:
            refusals = (Refusal("none_chosen", "没有勾选事项", cure="请勾选要一并办理的事项"),)
        else:
            done = _do(request, chosen, typed)
            refused = [one for one in done if one.refusals]
            if len(refused) < len(done):
                messages.success(
                    request, f"已办理 {len(done) - len(refused)} 件，各自留痕。", extra_tags="ok"
                )
            if not refused:
                drafts.drop(request.actor.person, place)
                return redirect("my_day")
            waiting = [one.duty for one in refused]
            ticked = [duty.case.key for duty in waiting]
    page = {
        "definition": definition,
        "step": step,
        "waiting": waiting,
        "ticked": ticked,
        "why": {one.duty.case.key: one.refusals for one in refused},
        "form": pages.step_form(request.actor, definition, step, typed, refusals, clock.now()),
    }
    return render(request, "cases/several.html", page, status=409 if refusals or refused else 200)


def _step(procedure: str, name: str) -> tuple[Definition, Step]:
    try:
        definition = procedures.in_force(procedure)
    except Refused:
        raise Http404 from None
    step = definition.steps.get(name)
    if step is None or not step.several:
        raise Http404
    return definition, step


def _waiting(actor: Actor, procedure: str, step: str) -> list[Duty]:
    """What waits for this person at the step, the most urgent first; each case once."""
    both = queries.worklists(actor, Duty.Kind.OWED, Duty.Kind.OPEN, limit=LISTED)
    found = {
        duty.case_id: duty
        for duty in (*both[Duty.Kind.OWED], *both[Duty.Kind.OPEN])
        if duty.case.procedure == procedure and duty.step == step and not duty.waiting
    }
    return list(found.values())


def _do(request: HttpRequest, chosen: Sequence[Duty], typed: Typed) -> list[Answered]:
    """One act after the other, each with a key of its own: asked again, none is done twice."""
    asked = request.POST.get("request_id", "")
    answered = []
    for duty in chosen:
        try:
            acts.perform(
                request.actor, request_id=f"{asked}/{duty.case_id}" if asked else "", case=duty.case.key, entry=typed.entry
            )  # fmt: skip
        except Refused as refused:
            answered.append(Answered(duty, refused.refusals))
        else:
            answered.append(Answered(duty))
    return answered


def offered(duties: Sequence[Duty]) -> list[tuple[str, str, int]]:
    """Where several of these may be done together: address, what, how many."""
    groups: dict[tuple[str, str], list[Duty]] = {}
    for duty in duties:
        definition = procedures.book().procedures.get(duty.case.procedure)
        step = definition.steps.get(duty.step) if definition else None
        if step is not None and step.several and not duty.waiting:
            groups.setdefault((duty.case.procedure, duty.step), []).append(duty)
    return [
        (reverse("several", args=key), rows[0].title, len({row.case_id for row in rows}))
        for key, rows in groups.items()
        if len(rows) > 1
    ]

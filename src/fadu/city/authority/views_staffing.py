"""机构编制: the pages of those who keep organs, posts, holders, limits and accounts; and of everybody who lends his own post."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from fadu.city.authority import acts, clock, forms_staffing, queries, rules
from fadu.city.authority.forms import Reason
from fadu.city.authority.gates import holds, official_only
from fadu.city.authority.models import Delegation
from fadu.core.errors import Refused


@holds("staffing", "register")
@require_GET
def staffing(request: HttpRequest) -> HttpResponse:
    """机构编制: what may be done, who is past his rotation, what was lent, what waits for a second person."""
    on = clock.now().date()
    page = {
        "on": on,
        "groups": forms_staffing.groups(request.actor),
        "overdue": queries.overdue_rotation(on),
        "delegations": queries.delegations(on),
        "recoveries": queries.waiting_recoveries(),
        "settings": [(one, rules.in_force_on(one.name, on)) for one in rules.every()],
        "appointments": queries.appointments_in_force(on),
    }
    return render(request, "authority/staffing.html", page)


@holds("staffing", "register")
@require_http_methods(["GET", "POST"])
def staffing_form(request: HttpRequest, name: str) -> HttpResponse:
    """One form for each act of staffing; the act says what is refused and why."""
    asked = forms_staffing.FORMS.get(name)
    if asked is None:
        raise Http404
    on = clock.now().date()
    form = asked.form(request.POST if request.method == "POST" else None, initial=request.GET.dict(), on=on)
    refusals: tuple = ()
    if request.method == "POST" and form.is_valid():
        try:
            asked.act(request.actor, **form.given())
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, f"已办理并留痕：{asked.title}。", extra_tags="ok")
            return redirect("staffing")
    page = {"form": form, "refusals": refusals, "title": asked.title, "submit": "办理", "back": "staffing"}
    return render(request, "authority/simple_form.html", page, status=409 if refusals else 200)


@official_only
@require_http_methods(["GET", "POST"])
def my_delegations(request: HttpRequest) -> HttpResponse:
    """我的委派: what I lent, what was lent to me, and a form to lend functions of my own posts."""
    on = clock.now().date()
    own = queries.appointments_in_force(on, person=request.user.person)
    form = forms_staffing.Delegate(request.POST if request.method == "POST" else None, on=on, own=own)
    refusals: tuple = ()
    if request.method == "POST" and form.is_valid():
        try:
            acts.delegate(request.actor, **form.given())
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "委派已生效并留痕。", extra_tags="ok")
            return redirect("my_delegations")
    page = {
        "on": on,
        "form": form,
        "refusals": refusals,
        "given": queries.delegations(on, giver=request.user.person),
        "held": queries.delegated_to(request.user.person, on),
    }
    return render(request, "authority/delegations.html", page, status=409 if refusals else 200)


@official_only
@require_http_methods(["GET", "POST"])
def revoke_delegation(request: HttpRequest, pk: int) -> HttpResponse:
    """收回委派, with the reason; by the giver or by a keeper of posts. Others learn nothing of it."""
    found = Delegation.objects.select_related("appointment__person", "to").filter(pk=pk).first()
    keeps = any("staffing" in held.functions for held in request.actor.holdings)
    if found is None or not (keeps or found.appointment.person_id == request.user.person_id):
        raise Http404
    form = Reason(request.POST if request.method == "POST" else None)
    refusals: tuple = ()
    if request.method == "POST" and form.is_valid():
        try:
            acts.revoke_delegation(request.actor, delegation=pk, reason=form.cleaned_data["reason"])
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "委派已收回。", extra_tags="ok")
            return redirect("my_delegations")
    page = {"form": form, "refusals": refusals, "title": f"收回对{found.to.name}的委派", "submit": "收回"}
    return render(request, "authority/simple_form.html", page, status=409 if refusals else 200)

"""机构编制: the pages of those who keep organs, posts, holders, limits and accounts; and of everybody who lends his own post."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from fadu.city.authority import acts, clock, forms_staffing, oneform, queries, rules
from fadu.city.authority.forms import Reason
from fadu.city.authority.gates import holds, official_only
from fadu.city.authority.models import Delegation


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
    form = asked.form(oneform.posted(request), initial=request.GET.dict(), on=on)

    def perform() -> HttpResponse:
        asked.act(request.actor, **form.given())
        return oneform.done(request, f"已办理并留痕：{asked.title}。", "staffing")

    return oneform.answer(
        request, form, perform, {"title": asked.title, "submit": "办理", "back": "staffing"}
    )


@official_only
@require_http_methods(["GET", "POST"])
def my_delegations(request: HttpRequest) -> HttpResponse:
    """我的委派: what I lent, what was lent to me, and a form to lend functions of my own posts."""
    on = clock.now().date()
    own = queries.appointments_in_force(on, person=request.user.person)
    form = forms_staffing.Delegate(oneform.posted(request), on=on, own=own)

    def lend() -> HttpResponse:
        acts.delegate(request.actor, **form.given())
        return oneform.done(request, "委派已生效并留痕。", "my_delegations")

    page = {
        "on": on,
        "given": queries.delegations(on, giver=request.user.person),
        "held": queries.delegated_to(request.user.person, on),
    }
    return oneform.answer(request, form, lend, page, template="authority/delegations.html")


@official_only
@require_http_methods(["GET", "POST"])
def revoke_delegation(request: HttpRequest, pk: int) -> HttpResponse:
    """收回委派, with the reason; by the giver or by a keeper of posts. Others learn nothing of it."""
    found = Delegation.objects.select_related("appointment__person", "to").filter(pk=pk).first()
    keeps = any("staffing" in held.functions for held in request.actor.holdings)
    if found is None or not (keeps or found.appointment.person_id == request.user.person_id):
        raise Http404
    form = Reason(oneform.posted(request))

    def revoke() -> HttpResponse:
        acts.revoke_delegation(request.actor, delegation=pk, **form.cleaned_data)
        return oneform.done(request, "委派已收回。", "my_delegations")

    return oneform.answer(request, form, revoke, {"title": f"收回对{found.to.name}的委派", "submit": "收回"})

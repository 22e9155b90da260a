"""我的账号: who I am here, my second factor, whom I act for and who for me, who logged in as me."""

from __future__ import annotations

import base64
import secrets

import segno
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fadu.city.accounts import login, oidc, secondfactor
from fadu.city.accounts.models import User
from fadu.city.authority import acts, arriving, clock, middleware, oneform, procedure_names, queries
from fadu.city.authority.forms import ChangePassword, Code, GiveMandate, Reason
from fadu.city.authority.gates import person_only
from fadu.city.web.numbers import whole
from fadu.core.errors import Refused

_SECRET = "enrolling"
SECRET_BYTES = 20


@person_only
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """我的账号."""
    on = clock.now().date()
    person = request.user.person
    page = {
        "held": queries.mandates_held(person, on),
        "given": queries.mandates_given(person),
        "log_ins": login.history(request.user),
        "identities": request.user.identities.order_by("bound_at"),
        "oidc": oidc.configured(),
        "minor": queries.is_minor(person, on),
        "on": on,
        "title_of": procedure_names.title,
        "posts": queries.appointments_in_force(on, person=person) if request.actor.official else (),
    }
    return render(request, "authority/account.html", page)


@person_only
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """更换口令: every other session of the account ends, this one goes on."""
    form, username = ChangePassword(oneform.posted(request)), request.user.username

    def change() -> HttpResponse:
        given = form.cleaned_data
        try:
            login.old_password(request.user, given["old"], at=clock.wall())
            acts.change_password(
                request.actor, username=username, old=given["old"], password=given["password"]
            )
        except Refused as refused:
            arriving.note_failure(username, refused.refusals)
            raise
        _stay(request)
        return oneform.done(request, "口令已更换，其他设备上的会话已结束。", "account")

    return oneform.answer(request, form, change, {"title": "更换口令", "submit": "更换"})


def _stay(request: HttpRequest) -> None:
    """The account's sessions have ended by a change of its own; this one begins anew with what it had proved."""
    user = User.objects.select_related("person").get(pk=request.user.pk)
    middleware.renew(request, user)


@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """登记第二因素: the secret as a QR code and in letters; it counts once a code of it was given."""
    held = middleware.pending(request)
    if request.user is None and (held is None or held[0].second_factor):
        return redirect("log_in")
    user = request.user or held[0]
    if request.method == "GET" or _SECRET not in request.session:
        request.session[_SECRET] = secrets.token_bytes(SECRET_BYTES).hex()
    secret = request.session[_SECRET]
    form = Code(request.POST if request.method == "POST" else None)
    refusals: tuple = ()
    if request.method == "POST" and form.is_valid():
        actor = request.actor or queries.actor_for(user, at=clock.now())
        try:
            acts.enrol_second_factor(
                actor,
                username=user.username,
                secret=secret,
                code=form.cleaned_data["code"],
                wall=clock.wall(),
            )
        except Refused as refused:
            refusals = refused.refusals
        else:
            return _enrolled(request, user)
    uri = secondfactor.enrolment_uri(bytes.fromhex(secret), user.username)
    page = {
        "form": form,
        "refusals": refusals,
        "qr": segno.make(uri, error="m").svg_data_uri(scale=5),
        "letters": base64.b32encode(bytes.fromhex(secret)).decode(),
        "first": request.user is None,
    }
    return render(request, "authority/second_factor.html", page, status=409 if refusals else 200)


def _enrolled(request: HttpRequest, user: User) -> HttpResponse:
    request.session.pop(_SECRET, None)
    fresh = User.objects.select_related("person").get(pk=user.pk)
    messages.success(request, "第二因素已登记，以后登录须输入动态口令。", extra_tags="ok")
    if request.user is None:
        return arriving.let_in(request, fresh)
    _stay(request)
    return redirect("account")


@person_only
@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """结束其他会话: a lost device, a forgotten computer."""
    acts.end_sessions(request.actor, username=request.user.username, reason="本人结束全部会话")
    _stay(request)
    messages.success(request, "其他设备上的会话已全部结束。", extra_tags="ok")
    return redirect("account")


@person_only
@require_POST
def act_for(request: HttpRequest) -> HttpResponse:
    """代理: from now on this session acts for the principal of a mandate in force, or for oneself again."""
    chosen = request.POST.get("mandate", "")
    mandate = queries.mandate_of(request.user.person, whole(chosen), clock.now().date())
    if chosen and mandate is None:
        raise Http404
    middleware.act_for(request, mandate.pk if mandate else None)
    told = f"现在代理{mandate.principal.name}办理。" if mandate else "现在为本人办理。"
    messages.success(request, told, extra_tags="ok")
    return redirect(arriving.wanted(request, "/account/"))


@person_only
@require_http_methods(["GET", "POST"])
def give_mandate(request: HttpRequest) -> HttpResponse:
    """委托代理人."""
    form = GiveMandate(oneform.posted(request), procedures=procedure_names.known())

    def give() -> HttpResponse:
        acts.give_mandate(request.actor, **form.cleaned_data)
        return oneform.done(request, "委托已生效。", "account")

    return oneform.answer(request, form, give, {"title": "委托代理人", "submit": "委托"})


@person_only
@require_http_methods(["GET", "POST"])
def revoke_mandate(request: HttpRequest, pk: int) -> HttpResponse:
    """解除代理: by either side, with the reason."""
    found = queries.mandate_between(request.user.person, pk)
    if found is None:
        raise Http404
    form = Reason(oneform.posted(request))

    def revoke() -> HttpResponse:
        acts.revoke_mandate(request.actor, mandate=pk, **form.cleaned_data)
        return oneform.done(request, "代理已解除。", "account")

    title = f"解除{found.agent.name}代理{found.principal.name}"
    return oneform.answer(request, form, revoke, {"title": title, "submit": "解除"})

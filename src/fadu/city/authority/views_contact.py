"""联系方式: changed after a fresh proof of identity, and counted once the code sent there was given."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from fadu.city.accounts import claims
from fadu.city.authority import acts, clock, oneform
from fadu.city.authority.forms import Contact, ContactCode
from fadu.city.authority.gates import person_only


def _proved(request: HttpRequest) -> HttpResponse | None:
    """None if identity was proved a short while ago, else the way to prove it."""
    if request.actor.freshly_proved(clock.now()):
        return None
    return redirect(f"{reverse('prove_again')}?{urlencode({'next': request.path})}")


@person_only
@require_http_methods(["GET", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """变更联系方式: what is emptied goes at once, what is new gets a code."""
    if (away := _proved(request)) is not None:
        return away
    kept = {"mobile": request.user.mobile, "email": request.user.email}
    form = Contact(oneform.posted(request), initial=kept)

    def change() -> HttpResponse:
        answer = acts.change_contact(request.actor, username=request.user.username, **form.cleaned_data)
        if answer["claimed"]:
            return oneform.done(request, "验证码已发往新的联系方式，输入后生效。", "confirm_contact")
        return oneform.done(request, "联系方式已变更。", "account")

    return oneform.answer(
        request, form, change, {"title": "变更联系方式", "submit": "变更", "back": "account"}
    )


@person_only
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """核验联系方式: the code that came by text message or e-mail."""
    if (away := _proved(request)) is not None:
        return away
    waiting = claims.open_claims(request.user, clock.now())
    kept = {"channel": waiting[0].channel} if waiting else None
    form = ContactCode(oneform.posted(request), initial=kept)

    def prove() -> HttpResponse:
        given = form.cleaned_data
        claims.try_code(request.user, given["channel"], given["code"], at=clock.now())
        acts.confirm_contact(request.actor, username=request.user.username, **given)
        left = claims.open_claims(request.user, clock.now())
        told = "联系方式已核验，从现在起用它通知您。"
        return oneform.done(request, told, "confirm_contact" if left else "account")

    page = {"waiting": waiting, "user": request.user}
    return oneform.answer(request, form, prove, page, template="authority/confirm_contact.html")

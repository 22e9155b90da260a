"""联系方式: changed after a fresh proof of identity, and counted once the code sent there was given."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from fadu.city.accounts import claims
from fadu.city.authority import acts, clock
from fadu.city.authority.forms import Contact, ContactCode
from fadu.city.authority.gates import person_only
from fadu.core.errors import Refused


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
    form = Contact(request.POST if request.method == "POST" else None, initial=kept)
    refusals: tuple = ()
    if request.method == "POST" and form.is_valid():
        try:
            answer = acts.change_contact(request.actor, username=request.user.username, **form.cleaned_data)
        except Refused as refused:
            refusals = refused.refusals
        else:
            if answer["claimed"]:
                messages.success(request, "验证码已发往新的联系方式，输入后生效。", extra_tags="ok")
                return redirect("confirm_contact")
            messages.success(request, "联系方式已变更。", extra_tags="ok")
            return redirect("account")
    page = {"form": form, "refusals": refusals, "title": "变更联系方式", "submit": "变更", "back": "account"}
    return render(request, "authority/simple_form.html", page, status=409 if refusals else 200)


@person_only
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """核验联系方式: the code that came by text message or e-mail."""
    if (away := _proved(request)) is not None:
        return away
    waiting = claims.open_claims(request.user, clock.now())
    form = ContactCode(
        request.POST if request.method == "POST" else None,
        initial={"channel": waiting[0].channel} if waiting else None,
    )
    refusals: tuple = ()
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            claims.try_code(request.user, given["channel"], given["code"], at=clock.now())
            acts.confirm_contact(request.actor, username=request.user.username, **given)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "联系方式已核验，从现在起用它通知您。", extra_tags="ok")
            left = claims.open_claims(request.user, clock.now())
            return redirect("confirm_contact" if left else "account")
    page = {"form": form, "refusals": refusals, "waiting": waiting, "user": request.user}
    return render(request, "authority/confirm_contact.html", page, status=409 if refusals else 200)

"""What happens once somebody has proved himself: what is still owed first, where he goes, what is written down."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from fadu.city.accounts.models import User
from fadu.city.authority import clock, middleware
from fadu.city.ledger import acts as ledger
from fadu.core.errors import Refusal


def wanted(request: HttpRequest, fallback: str) -> str:
    """Where to go afterwards: only within this site."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()})
    return asked if safe else fallback


def home_of(user: User) -> str:
    """The first page of an official, or of everybody else."""
    return "/my/" if user.kind == User.Kind.OFFICIAL else "/"


def after_password(request: HttpRequest, user: User) -> HttpResponse:
    """The password (and the code, where there is one) was right: an official without a second factor enrols one now."""
    if user.kind == User.Kind.OFFICIAL and not user.second_factor:
        middleware.hold_pending(request, user, "password")
        return redirect("second_factor")
    return let_in(request, user)


def after_provider(request: HttpRequest, user: User) -> HttpResponse:
    """The identity provider answered for the person: an official still gives, or enrols, his second factor here."""
    if user.kind == User.Kind.OFFICIAL:
        middleware.hold_pending(request, user, "provider")
        return redirect("second_code" if user.second_factor else "second_factor")
    return let_in(request, user)


def let_in(request: HttpRequest, user: User) -> HttpResponse:
    """A new session; that somebody came in is noted (ASVS 16.3.1)."""
    goal = wanted(request, home_of(user))
    middleware.remember(request, user)
    ledger.note_access(ledger.Access("login", user.person.key, clock.now(), subject=user.username))
    return redirect("password" if user.must_change_password else goal)


def note_failure(username: str, refusals: Iterable[Refusal]) -> None:
    """A failed attempt goes into the access log too, with the account that was named and nothing that was typed beside."""
    user = User.objects.select_related("person").filter(username=username).first()
    who = user.person.key if user else "unknown"
    codes = [one.code for one in refusals]
    ledger.note_access(
        ledger.Access(
            "refused", who, clock.now(), step="login", codes=codes, subject=user.username if user else ""
        )
    )

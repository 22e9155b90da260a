"""Log in and out, prove oneself again, the demonstration's personas and clock, the organs and their posts."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fadu.city.accounts import login, oidc
from fadu.city.accounts.models import User
from fadu.city.authority import acts, arriving, clock, duties, middleware, procedure_names, queries
from fadu.city.authority.forms import LogIn, ProveAgain, SignUp
from fadu.city.authority.models import Organ
from fadu.city.web.numbers import whole
from fadu.core.errors import Refused


@require_http_methods(["GET", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """Password and second factor; failures are counted and lock the account for a while.

    An official who has no second factor yet enrols one before anybody is logged in.
    """
    form = LogIn(request.POST if request.method == "POST" else None)
    refusals: tuple = ()
    if request.method == "POST" and form.is_valid():
        try:
            user = login.log_in(**form.cleaned_data, at=clock.wall())
        except Refused as refused:
            refusals = refused.refusals
            arriving.note_failure(form.cleaned_data["username"], refusals)
        else:
            return arriving.after_password(request, user)
    page = {
        "form": form,
        "refusals": refusals,
        "next": arriving.wanted(request, ""),
        "oidc": oidc.configured(),
    }
    return render(request, "authority/log_in.html", page, status=401 if refusals else 200)


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    request.session.flush()
    return redirect("home")


@require_http_methods(["GET", "POST"])
def prove_again(request: HttpRequest) -> HttpResponse:
    """重新核验身份 before approving, signing or deciding; then back to where one was."""
    if request.user is None:
        return redirect("log_in")
    form = ProveAgain(request.POST if request.method == "POST" else None)
    refusals: tuple = ()
    if request.method == "POST" and form.is_valid():
        try:
            login.prove_again(request.user, **form.cleaned_data, at=clock.wall())
        except Refused as refused:
            refusals = refused.refusals
            arriving.note_failure(request.user.username, refusals)
        else:
            middleware.remember_proof(request)
            return redirect(arriving.wanted(request, "/my/"))
    page = {"form": form, "refusals": refusals, "next": arriving.wanted(request, "")}
    return render(request, "authority/prove_again.html", page, status=401 if refusals else 200)


@require_http_methods(["GET", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """注册: citizens and enterprises open their own account; real-name level 0 at first."""
    form = SignUp(request.POST if request.method == "POST" else None)
    refusals: tuple = ()
    if request.method == "POST" and form.is_valid():
        try:
            acts.sign_up(queries.newcomer(), **form.cleaned_data)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, "账号已开立，请登录。", extra_tags="ok")
            return redirect("log_in")
    return render(request, "authority/sign_up.html", {"form": form, "refusals": refusals})


@require_POST
def switch_persona(request: HttpRequest) -> HttpResponse:
    """演示身份: a demonstration replaces the second factor by this switch; anywhere else it does not exist."""
    if not settings.FADU_DEMO:
        raise Http404
    if not (username := request.POST.get("username", "")):
        request.session.flush()  # 公众: nobody is logged in
        return redirect("home")
    user = User.objects.filter(username=username, active=True).first()
    if user is None:
        raise Http404
    middleware.remember(request, user, persona=True)
    return redirect(arriving.wanted(request, arriving.home_of(user)))


@require_POST
def advance_clock(request: HttpRequest) -> HttpResponse:
    """演示时间: forward by days or to a date, never back."""
    if not settings.FADU_DEMO:
        raise Http404
    now = clock.now()
    wanted = request.POST.get("to", "")
    if wanted.startswith("+") and (days := whole(wanted[1:], _MOST_DAYS)) is not None:
        to = now + timedelta(days=days)
    else:
        try:
            to = datetime.combine(datetime.fromisoformat(wanted).date(), now.timetz())
        except ValueError:
            raise Http404 from None
    acts.advance_clock(request.actor or queries.newcomer(), to=to)
    return redirect(arriving.wanted(request, "/"))


@require_GET
def organs(request: HttpRequest) -> HttpResponse:
    """机构: the tree as of a day, with each organ's duties, posts and powers."""
    on = clock.now().date()
    return render(request, "authority/organs.html", {"tree": queries.organ_tree(on), "on": on})


@require_GET
def organ(request: HttpRequest, code: str) -> HttpResponse:
    """One organ: posts and holders, powers in force with their basis."""
    found = Organ.objects.select_related("parent", "government").filter(code=code).first()
    if found is None:
        raise Http404
    on = clock.now().date()
    page = {
        "organ": found,
        "on": on,
        "duties": [duties.title(name) for name in found.duties],
        "posts": queries.posts_of(found, on),
        "powers": [(power, procedure_names.title(power.procedure)) for power in queries.powers_of(found, on)],
        "limits": queries.limits_of(found, on),
        "title_of": procedure_names.title,
    }
    return render(request, "authority/organ.html", page)


def demo_bar(request: HttpRequest) -> dict[str, object]:
    """Context of every page: the demonstration's clock and personas, or nothing."""
    if not settings.FADU_DEMO:
        return {"demo_bar": None}
    now = clock.now()
    return {"demo_bar": {"now": now, "steps": _STEPS, "personas": queries.personas(now.date())}}


_MOST_DAYS = 3660
_STEPS = [
    ("+1", "1 天后"),
    ("+3", "3 天后"),
    ("+7", "7 天后"),
    ("+15", "15 天后"),
    ("+31", "31 天后"),
    ("+100", "100 天后"),
]

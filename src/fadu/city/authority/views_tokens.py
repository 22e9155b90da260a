"""接口令牌: a person's own page: what he has issued, when each was last used, another one, and away with it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fadu.city.accounts import tokens
from fadu.city.accounts.models import Token
from fadu.city.authority import acts, clock, oneform
from fadu.city.authority.forms import IssueToken
from fadu.city.authority.gates import person_only


@person_only
@require_GET
def token_list(request: HttpRequest) -> HttpResponse:
    """我的接口令牌."""
    return _page(request)


def _page(request: HttpRequest, *, drawn: str = "", name: str = "") -> HttpResponse:
    now = clock.now()
    rows = [(row, tokens.over(row, now)) for row in tokens.of(request.user)]
    response = render(request, "authority/tokens.html", {"rows": rows, "drawn": drawn, "name": name})
    response["Cache-Control"] = "no-store"
    return response


@person_only
@require_http_methods(["GET", "POST"])
def issue_token(request: HttpRequest) -> HttpResponse:
    """签发: after a fresh proof of identity; the token stands in the answer to this request and nowhere else."""
    if not request.actor.freshly_proved(clock.now()):
        return redirect(f"{reverse('prove_again')}?{urlencode({'next': request.path})}")
    form = IssueToken(oneform.posted(request))

    def issue() -> HttpResponse:
        given, drawn = form.cleaned_data, tokens.draw()
        acts.issue_token(
            request.actor, username=request.user.username, name=given["name"], digest=tokens.digest(drawn),
            scopes=given["scope"].split(), days=given["days"],
        )  # fmt: skip
        return _page(request, drawn=drawn, name=given["name"])

    return oneform.answer(request, form, issue, {"title": "签发接口令牌", "submit": "签发", "back": "tokens"})


@person_only
@require_POST
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """撤销: one's own, at once."""
    if not Token.objects.filter(pk=pk, user=request.user).exists():
        raise Http404
    acts.revoke_token(request.actor, token=pk)
    messages.success(request, "接口令牌已撤销。", extra_tags="ok")
    return redirect("tokens")

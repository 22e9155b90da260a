"""统一身份认证: to the provider and back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from fadu.city.accounts import login, oidc
from fadu.city.accounts.models import Identity, User
from fadu.city.authority import acts, arriving, clock, middleware, oneform, queries
from fadu.city.authority.forms import Code
from fadu.core.errors import Refusal, Refused

_FLOW = "oidc"


def _back(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("oidc_callback"))


@require_GET
def begin(request: HttpRequest) -> HttpResponse:
    """去统一身份认证: the browser goes to the provider; ``bind`` asks to bind the identity to the account in session."""
    if not oidc.configured():
        raise Http404
    bind = bool(request.GET.get("bind")) and request.user is not None
    address, flow = oidc.begin(_back(request), bind=bind, then=arriving.wanted(request, ""))
    request.session[_FLOW] = flow.as_session()
    return redirect(address)


@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """从统一身份认证返回: the identity leads to its account, to a new citizen's account, or is bound to the one in session."""
    if not oidc.configured():
        raise Http404
    kept = request.session.pop(_FLOW, None)
    flow = oidc.Flow(**kept) if kept else None
    claims = oidc.finish(flow, request.GET.dict(), _back(request))
    if flow is not None and flow.bind and request.user is not None:
        acts.bind_identity(
            request.actor, username=request.user.username, issuer=claims.issuer, subject=claims.subject, level=claims.level
        )  # fmt: skip
        messages.success(request, "已关联统一身份。", extra_tags="ok")
        return redirect("account")
    return arriving.after_provider(request, _account_of(claims))


def _account_of(claims: oidc.Claims) -> User:
    """The account bound to this identity, or a new citizen's; never one found by name."""
    known = (
        Identity.objects.select_related("user__person")
        .filter(issuer=claims.issuer, subject=claims.subject)
        .first()
    )
    moment = clock.wall()
    if known is None:
        made = acts.open_by_provider(
            queries.newcomer(), issuer=claims.issuer, subject=claims.subject, name=claims.name, level=claims.level
        )  # fmt: skip
        user = User.objects.select_related("person").get(pk=made["user"])
    else:
        user = known.user
    if not user.active:
        raise Refused(Refusal("closed", "该账号已停用", cure="请联系账号管理人员"))
    if claims.level > user.real_name_level:
        actor = queries.actor_for(user, at=clock.now())
        acts.bind_identity(
            actor, username=user.username, issuer=claims.issuer, subject=claims.subject, level=claims.level
        )
    if user.kind != User.Kind.OFFICIAL:
        login.enter(user, at=moment, way="provider")
    return user


@require_http_methods(["GET", "POST"])
def second_code(request: HttpRequest) -> HttpResponse:
    """动态口令: the second factor of an official whose first one the provider has proved."""
    held = middleware.pending(request)
    if held is None or not held[0].second_factor:
        return redirect("log_in")
    user, way = held
    form = Code(oneform.posted(request))

    def enter() -> HttpResponse:
        try:
            login.second_factor(user, form.cleaned_data["code"], at=clock.wall(), way=way)
        except Refused as refused:
            arriving.note_failure(user.username, refused.refusals)
            raise
        return arriving.let_in(request, user)

    page = {"title": "动态口令", "submit": "登录"}
    return oneform.answer(request, form, enter, page, refused_status=401)

"""A program that comes with a token (RFC 6750): to the API only, as the person who issued it, without any proof of his presence."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse

from fadu.city.accounts import tokens
from fadu.city.authority import clock, queries
from fadu.city.authority.middleware import Handler
from fadu.city.ledger import acts as ledger
from fadu.city.web.errors import error_shape
from fadu.core.errors import Refusal

USE = "api.token"
_SCHEME = Refusal("bad_token", "Authorization 须写作“Bearer 令牌”", cure="请核对请求头，或者改用会话 Cookie")
_CHANGE = Refusal(
    "must_change_password", "令牌所属账号的口令是他人设定的，须先更换", cure="请用浏览器登录，更换口令后重新签发令牌"
)  # fmt: skip


def bearer_rules(get_response: Handler) -> Handler:
    """Attach the actor behind a token to a request of the API; refuse a token that does not count. A session beside it is
    not looked at: whoever sends a token means it.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        request.token = None
        said = request.headers.get("Authorization", "")
        if not said or not request.path_info.startswith("/api/"):
            return get_response(request)
        if (refusal := _take(request, said)) is not None:
            return _refused(refusal)
        return get_response(request)

    return handle


def _take(request: HttpRequest, said: str) -> Refusal | None:
    """Recognise the token, or say why not."""
    scheme, _, text = said.partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        return _SCHEME
    row = tokens.find(text.strip())
    if row is None:
        return tokens.UNKNOWN
    moment = clock.now()
    reason = tokens.over(row, moment) or (_CHANGE if row.user.must_change_password else None)
    if reason is not None:
        ledger.note_refusal(act=USE, person=row.user.person.key, refusals=(reason,), at=moment)
        return reason
    tokens.note_use(row, moment)
    request.token, request.user = row, row.user
    request.actor = queries.actor_for(row.user, at=moment, source="api", token=True)
    return None


def _refused(refusal: Refusal) -> HttpResponse:
    response = JsonResponse(error_shape(refusal.code, refusal.sentence, (refusal,)), status=401)
    response["WWW-Authenticate"] = 'Bearer realm="fadu", error="invalid_token"'
    return response

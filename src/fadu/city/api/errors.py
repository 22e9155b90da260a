"""Every failure in the one shape, whoever found it: the law, the form, the framework, the size of the request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from fadu.city.authority.noting import note_refused_read
from fadu.city.web.errors import error_shape
from fadu.core.errors import InputError, Refusal, Refused

TOO_LARGE = Refusal("too_large", "请求过大，没有读取", cure="请减少内容，或把材料分开上传")
# Reasons that a client must tell from the rest without reading them, in the order in which they count.
_TOLD: Mapping[str, tuple[str, int]] = {
    "stale": ("stale", 409),
    "request_reused": ("request_reused", 409),
    "too_large": ("too_large", 413),
    "unknown_procedure": ("not_found", 404),
    "not_visible": ("refused", 403),
    "no_power": ("refused", 403),
    "not_yours": ("refused", 403),
    "scope": ("refused", 403),
}
_SENTENCES: Mapping[int, tuple[str, str]] = {
    400: ("bad_request", "请求无法识别，没有改变任何内容"),
    401: ("log_in", "请先登录，或者在请求头 Authorization 写明接口令牌"),
    403: ("csrf", "缺少防伪令牌，或者令牌已过期：请先取 /api/me 的 csrf_token，写入 X-CSRFToken"),
    404: ("not_found", "没有这个地址，或者您无权查看"),
    415: ("wrong_type", "请求的内容不是 application/json：请写明 Content-Type: application/json"),
    405: ("wrong_method", "这个地址不接受这种请求方法"),
}


def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """The law or the state of the matter says no: 409, or what a single code says."""
    note_refused_read(request, error)
    codes = {refusal.code for refusal in error.refusals}
    code, status = next((_TOLD[code] for code in _TOLD if code in codes), ("refused", 409))
    return JsonResponse(error_shape(code, str(error), error.refusals), status=status)


def bad_input(request: HttpRequest, error: InputError) -> HttpResponse:
    """What is wrong, where, how to mend it."""
    refusal = Refusal(error.code, error.what, cure=error.cure, subject=error.where)
    return JsonResponse(error_shape(error.code, str(error), (refusal,)), status=400)


def plain(status: int) -> HttpResponse:
    """A failure of the request itself."""
    code, sentence = _SENTENCES[status]
    return JsonResponse(error_shape(code, sentence), status=status)


def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The request does not fit its schema: every place where."""
    reasons = tuple(
        Refusal(
            str(one.get("type", "invalid")),
            f"“{_place(one)}”不合格式：{one.get('msg', '')}",
            cure="请对照 /api/openapi.json 更正",
            subject=_place(one),
        )
        for one in error.errors
    )
    return JsonResponse(error_shape("invalid", "请求不符合接口格式，没有改变任何内容", reasons), status=422)


def _place(one: Mapping[str, Any]) -> str:
    """Where in the request; the names of ninja's own arguments are nothing to the client."""
    where, *rest = [str(part) for part in one.get("loc", ())] or ["?"]
    inner = rest[1:] if rest and rest[0] in ("record", "asked") else rest
    return ".".join((where, *inner))


def unread(request: HttpRequest, error: HttpError) -> HttpResponse:
    """The framework hides behind a plain 400 why a body could not be parsed; what our parser said is told."""
    if isinstance(error.__cause__, InputError):
        return bad_input(request, error.__cause__)
    said = error.__cause__ if isinstance(error.__cause__, HttpError) else error
    return plain(said.status_code)


def too_large(request: HttpRequest, error: Exception) -> HttpResponse:
    """Refused before it is read."""
    return refused(request, Refused(TOO_LARGE))


def install(api: NinjaAPI) -> None:
    """Our own bugs are not caught: Django answers them with 500 in the same shape, and the log has them."""
    api.add_exception_handler(Refused, refused)
    api.add_exception_handler(InputError, bad_input)
    api.add_exception_handler(ValidationError, invalid)
    api.add_exception_handler(RequestDataTooBig, too_large)
    api.add_exception_handler(SuspiciousOperation, lambda request, error: plain(400))
    api.add_exception_handler(MultiPartParserError, lambda request, error: plain(400))
    api.add_exception_handler(Http404, lambda request, error: plain(404))
    api.add_exception_handler(HttpError, unread)


def shaped(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The framework's own 405 in the one shape, with the methods it allows."""

    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if isinstance(response, HttpResponseNotAllowed):
            told = plain(405)
            told["Allow"] = response["Allow"]
            return told
        return response

    answer.__dict__.update(view.__dict__)  # ninja checks the token itself, and says so to Django's middleware
    return answer

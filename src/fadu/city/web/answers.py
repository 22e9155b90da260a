"""What a middleware answers in a view's place: a page, or the one JSON error shape for whoever asks for it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from fadu.city.web.errors import error_shape, wants_json
from fadu.core.errors import InputError, Refusal, Refused


def answer_refused(request: HttpRequest, refused: Refused, status: int = 409) -> HttpResponse:
    """Every reason with its article and its cure."""
    codes = {refusal.code for refusal in refused.refusals}
    status = 403 if codes & {"no_power", "not_yours", "not_visible", "pass_over"} else status
    if wants_json(request):
        return JsonResponse(error_shape("refused", str(refused), refused.refusals), status=status)
    return render(request, "refused.html", {"refusals": refused.refusals}, status=status)


def answer_input_error(request: HttpRequest, error: InputError) -> HttpResponse:
    """What is wrong, where, why, how to mend it."""
    if wants_json(request):
        refusal = Refusal(error.code, error.what, cure=error.cure, subject=error.where)
        return JsonResponse(error_shape(error.code, str(error), (refusal,)), status=400)
    return render(request, "bad_input.html", {"error": error}, status=400)


def answer_unreadable(request: HttpRequest, refusal: Refusal, status: int) -> HttpResponse:
    """The request itself cannot be used; nothing of it was read any further."""
    if wants_json(request):
        return JsonResponse(error_shape(refusal.code, refusal.sentence, (refusal,)), status=status)
    sentence = f"{refusal.sentence}。{refusal.cure}。没有保存任何内容。"
    title = {413: "提交的内容过大", 414: "地址过长"}.get(status, "请求无法识别")
    return render(request, "plain_error.html", {"title": title, "sentence": sentence}, status=status)


def must_change(request: HttpRequest, address: str) -> HttpResponse:
    """A password given by somebody else serves once, to choose another: a page is led there, a program is told."""
    if not wants_json(request):
        return redirect(address)
    refusal = Refusal(
        "must_change_password", "这个账号的口令是他人设定的，须先更换", cure=f"请用浏览器登录，在 {address} 更换口令"
    )  # fmt: skip
    return JsonResponse(error_shape(refusal.code, refusal.sentence, (refusal,)), status=403)

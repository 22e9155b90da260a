"""Error pages, or the one JSON error shape for whoever asks for it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from fadu.city.web.errors import error_shape, wants_json


def _plain(request: HttpRequest, status: int, code: str, title: str, sentence: str) -> HttpResponse:
    if wants_json(request):
        return JsonResponse(error_shape(code, sentence), status=status)
    return render(request, "plain_error.html", {"title": title, "sentence": sentence}, status=status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: no such page, or none that this visitor may know of."""
    return _plain(
        request, 404, "not_found", "没有找到这个页面", "地址可能有误，或者您无权查看。什么都没有改变。"
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: known who, not allowed."""
    return _plain(
        request, 403, "forbidden", "您无权进行这项操作", "如认为应当有权，请联系本单位管理员核对岗位和任职。"
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request could not be read."""
    return _plain(
        request,
        400,
        "bad_request",
        "请求无法识别",
        "提交的内容不完整或过大，没有保存任何内容。请返回上一页重试。",
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our own bug; nothing was half done, because every act is one transaction."""
    return _plain(
        request,
        500,
        "our_fault",
        "系统出现故障",
        "这是系统自身的错误，本次操作没有产生任何效力。故障已记录。",
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is missing or old."""
    return _plain(
        request, 403, "csrf", "页面已过期", "为防止他人冒用，本次提交未被接受。请刷新页面后重新提交。"
    )

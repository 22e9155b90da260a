"""凭验证码查看: from the receipt code to the content of one's own matter without logging in, for a short while."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from fadu.city.authority import clock
from fadu.city.authority import queries as authority
from fadu.city.cases import queries as cases
from fadu.city.cases.issuing import delivery
from fadu.city.participation import origin
from fadu.city.portal import acts, contacts, content, matters, onetime
from fadu.city.portal.models import OneTimeCode
from fadu.core.errors import Refusal, Refused

_MANY = frozenset({"too_many_attempts", "too_many_codes", "too_soon", "code_locked"})
_OVER = Refusal("pass_over", "查看的时间已过，或者还没有验证", cure="请重新输入回执码，再发送一次验证码")


@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """发送验证码: to the contact given with the matter; the page then asks for it."""
    now = clock.now()
    where = origin.of(request.META.get("REMOTE_ADDR", ""), now.date())
    try:
        found = _matter(request, where, now)
        told = acts.send_code(
            authority.newcomer(),
            request_id=request.POST.get("request_id", "")[:64],
            case=found.case.key,
            origin=where,
        )
    except Refused as refused:
        return _asked(request, refused.refusals)
    return _asked(request, (), sent=OneTimeCode.Channel(told["channel"]).label)


@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """输入验证码: right, once and in time, and the session may read this matter for some minutes."""
    now = clock.now()
    where = origin.of(request.META.get("REMOTE_ADDR", ""), now.date())
    try:
        found = _matter(request, where, now)
        reader = contacts.reader(found.case, now.date())
        if reader is None:
            raise Refused(acts.NO_CONTACT)
        onetime.use(
            found.case, request.POST.get("once", "")[:40], person=reader.person.key, origin=where, at=now
        )
    except Refused as refused:
        return _asked(request, refused.refusals)
    content.let_in(request, found.case, now + timedelta(seconds=settings.FADU_CODE_READING_SECONDS))
    return redirect("matter_content")


def _matter(request: HttpRequest, where: origin.Origin, now: Any) -> matters.Matter:
    """The matter of the receipt code, asked again each time: the page keeps it and the session does not."""
    found = matters.by_code(request.POST.get("code", "")[:80], origin=where, at=now)
    if not isinstance(found, matters.Matter):
        raise Refused(Refusal("not_a_matter", "这是意见的回执码，没有需要另行验证的内容", cure="请直接查询"))
    return found


def _asked(request: HttpRequest, refusals: tuple[Refusal, ...], *, sent: str = "") -> HttpResponse:
    """The page that asks for the code, with what was wrong."""
    codes = {one.code for one in refusals}
    status = 200 if not refusals else 429 if codes & _MANY else 404 if "wrong_code" in codes else 409
    page = {
        "code": request.POST.get("code", "")[:80],
        "refusals": refusals,
        "sent": sent,
        "request_id": matters.new_request(),
        "minutes": settings.FADU_CODE_SECONDS // 60,
        "digits": settings.FADU_CODE_DIGITS,
    }
    response = render(request, "portal/one_time.html", page, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _reading(request: HttpRequest) -> content.Reading:
    found = content.reading(request, clock.now())
    if found is None:
        raise Refused(_OVER)
    return found


@require_GET
def matter_content(request: HttpRequest) -> HttpResponse:
    """我的事项内容: own answers, papers served, decisions."""
    found = _reading(request)
    page = {"found": found, "case": found.case, "content": content.of(found, clock.now())}
    response = render(request, "portal/content.html", page)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """结束查看."""
    content.leave(request)
    return redirect("matter")


@require_GET
def content_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A file that he handed in himself."""
    found = _reading(request)
    own = (file for files in content.own_files(found).values() for file in files)
    file = next((one for one in own if one.pk == pk), None)
    if file is None:
        raise Http404
    content.note(found, "file", clock.now(), file.sha256)
    return _attachment(cases.file_bytes(file), file.media_type, file.name)


@require_GET
def content_document(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """A document that was served on him."""
    if kind not in ("pdf", "docx"):
        raise Http404
    found = _reading(request)
    try:
        made = delivery.fetch(found.actor, found.case, pk, kind=kind, at=clock.now())
    except Refused:
        raise Http404 from None
    return _attachment(made.data, made.media_type, made.name)


def _attachment(data: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response

"""法规库: the law that is in force here, and the two steps by which the city's own rules and calendars enter it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fadu.city.authority import clock
from fadu.city.authority.gates import official_only
from fadu.city.cases import procedures
from fadu.city.cases.checking import lawcheck
from fadu.city.cases.screens import lawpages
from fadu.city.registries import acts as registers
from fadu.city.registries import lawbook, queries
from fadu.core.errors import InputError, Refusal, Refused


@official_only
@require_GET
def statutes(request: HttpRequest) -> HttpResponse:
    """法规库: procedures with their local rules, calendars by year, sources with status, what waits for a second person."""
    return render(request, "cases/law.html", lawpages.statutes(request.actor, clock.now().date()))


@official_only
@require_http_methods(["GET", "POST"])
def propose_overlay(request: HttpRequest) -> HttpResponse:
    """提出地方规定: looked at first (核对), then proposed; whatever is wrong is told in the loader's words."""
    typed = {
        "name": request.POST.get("name", "").strip(),
        "text": _text(request, "text"),
        "source": _text(request, "source"),
    }
    page: dict[str, Any] = {"typed": typed, "checked": None, "error": None, "refusals": ()}
    if request.method == "POST":
        try:
            if "propose" in request.POST:
                return _proposed(request, registers.propose_overlay(request.actor, **typed))
            page["checked"] = lawcheck.check(**typed, on=clock.now().date())
        except (InputError, Refused) as wrong:
            _tell(page, wrong)
    return render(request, "cases/law_overlay.html", page, status=_status(page))


@official_only
@require_http_methods(["GET", "POST"])
def propose_calendar(request: HttpRequest) -> HttpResponse:
    """提出工作日历: a year's table with its notice."""
    text = _text(request, "text")
    page: dict[str, Any] = {"text": text, "checked": None, "error": None, "refusals": ()}
    if request.method == "POST":
        try:
            if "propose" in request.POST:
                return _proposed(request, registers.propose_calendar(request.actor, text=text))
            page["checked"] = lawbook.calendar(text, known=procedures.calendar(), on=clock.now().date())
        except (InputError, Refused) as wrong:
            _tell(page, wrong)
    return render(request, "cases/law_calendar.html", page, status=_status(page))


@official_only
@require_POST
def propose_repeal(request: HttpRequest) -> HttpResponse:
    """停止适用: the overlay ends on a day; a second person confirms this too."""
    try:
        start = date.fromisoformat(request.POST.get("start", ""))
    except ValueError:
        raise Refused(
            Refusal("bad_date", "请填写停止适用的日期", cure="如 2026-12-01", subject="start")
        ) from None
    name, reason = request.POST.get("name", ""), request.POST.get("reason", "")
    return _proposed(request, registers.propose_repeal(request.actor, name=name, start=start, reason=reason))


@official_only
@require_http_methods(["GET", "POST"])
def law_file(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal: its text, what it changes, what was proved; a second person confirms it or returns it."""
    file = queries.law_file(pk)
    if file is None:
        raise Http404
    refusals: tuple[Refusal, ...] = ()
    if request.method == "POST":
        try:
            if "confirm" in request.POST:
                registers.confirm_law(request.actor, file=pk)
            else:
                registers.return_law(request.actor, file=pk, reason=request.POST.get("reason", ""))
        except Refused as refused:
            refusals = refused.refusals
        else:
            procedures.forget()
            said = "已确认载入并留痕。" if "confirm" in request.POST else "已退回并留痕。"
            messages.success(request, said, extra_tags="ok")
            return redirect("law_file", pk)
    page = {
        "file": file,
        "refusals": refusals,
        "reason": request.POST.get("reason", ""),
        "may_close": lawpages.may_close(request.actor, file),
    }
    return render(request, "cases/law_file.html", page, status=409 if refusals else 200)


def _text(request: HttpRequest, field: str) -> str:
    """The file chosen now, else the text in the form. GB18030 is read too: Chinese editors still write it."""
    upload = request.FILES.get(f"{field}_file")
    if not isinstance(upload, UploadedFile):
        return str(request.POST.get(field, "")).replace("\r\n", "\n")
    if (upload.size or 0) > lawbook.MOST_BYTES:
        raise Refused(
            Refusal("too_large", f"文件超过 {lawbook.MOST_BYTES // 1000} 千字节", cure="请核对文件")
        )
    content = upload.read()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding).replace("\r\n", "\n")
        except UnicodeDecodeError:
            continue
    raise Refused(
        Refusal("bad_encoding", "文件不是 UTF-8 或者 GB18030 编码的文本", cure="另存为 UTF-8 后再试")
    )


def _proposed(request: HttpRequest, answer: dict[str, Any]) -> HttpResponse:
    messages.success(request, "已提出并留痕，由另一人确认后载入。", extra_tags="ok")
    return redirect("law_file", answer["file"])


def _tell(page: dict[str, Any], wrong: InputError | Refused) -> None:
    if isinstance(wrong, Refused):
        page["refusals"] = wrong.refusals
    else:
        page["error"] = wrong


def _status(page: dict[str, Any]) -> int:
    return 409 if page["refusals"] else 400 if page["error"] else 200

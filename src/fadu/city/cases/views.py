"""One set of screens drives every procedure: a view parses, calls one act or query, renders."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fadu.city.authority import clock
from fadu.city.authority.gates import official_only, person_only
from fadu.city.cases import acts, drafts, procedures, queries, several
from fadu.city.cases.checking import accountability
from fadu.city.cases.people import matter_codes
from fadu.city.cases.screens import columns, listing, pages
from fadu.city.web.numbers import whole
from fadu.city.web.paging import rest_of
from fadu.core.errors import Refused
from fadu.core.procedure.draw import draw


@official_only
@require_GET
def my_day(request: HttpRequest) -> HttpResponse:
    """我的一天: what I owe by due date, what is late, what came in, what I may decide."""
    page = pages.my_day(request.actor, clock.now())
    rows = (*page["late"], *page["owed"], *page["open"])
    together = several.offered([duty for duty, _ in rows])
    return render(request, "cases/my_day.html", page | {"together": together})


@official_only
@require_GET
def case_list(request: HttpRequest) -> HttpResponse:
    """案件: the visible ones, searched, filtered, ordered."""
    found = listing.listed(request.actor, request.GET.dict(), page=request.GET.get("page"))
    pages.note_search(request.actor, request.GET.get("q", ""), clock.now())
    names = request.GET.getlist("col") or request.GET.get("cols", "").split(",")
    wanted = columns.chosen(names)
    rows = columns.rows(found.page.object_list, clock.now().date())
    shown = {
        "rows": rows,
        "columns": wanted,
        "every_column": columns.COLUMNS,
        "cols": ",".join(wanted) if tuple(wanted) != columns.SHOWN else "",
        "together": several.offered(columns.mine(request.actor, rows)),
        "page": found.page,
        "count": found.count,
        "capped": found.capped,
        "narrow": found.narrow,
        "asked": request.GET,
        "query": rest_of(request),
        "unordered": rest_of(request, "order"),
        "plain": rest_of(request, "col", "cols"),
    }
    return render(request, "cases/list.html", shown | pages.filters(request.actor, clock.now()))


@person_only
@require_http_methods(["GET", "POST"])
def new_case(request: HttpRequest, procedure: str) -> HttpResponse:
    """开启案件: the opening step of a procedure, with title, handling organ and secrecy class."""
    try:
        definition = procedures.in_force(procedure)
    except Refused:
        raise Http404 from None
    step = definition.steps[definition.opening]
    place = f"new/{procedure}"
    typed = drafts.take(request, step, place)
    refusals: tuple = ()
    if request.method == "POST" and "save" not in request.POST:
        try:
            answer = acts.open_case(
                request.actor,
                request_id=request.POST.get("request_id", ""),
                procedure=procedure,
                organ=request.POST.get("organ", ""),
                title=request.POST.get("title", ""),
                entry=typed.entry,
            )
        except Refused as refused:
            refusals = refused.refusals
        else:
            _tell_code(request, answer["case"])
            return _done(request, answer, place)
    page = pages.opening(request.actor, definition, typed, refusals, clock.now())
    return render(request, "cases/new.html", page, status=409 if refusals else 200)


@person_only
@require_http_methods(["GET", "POST"])
def case(request: HttpRequest, key: str) -> HttpResponse:
    """案件页: the procedure, the step in hand, clocks, parties, trace, history. POST does the step."""
    found = queries.get(request.actor, key)
    definition = procedures.of(found)
    chosen = request.POST.get("step") or request.GET.get("step", "")
    step = definition.steps.get(chosen)
    if chosen and step is None:
        raise Http404
    typed = (
        drafts.take(request, step, drafts.place(found, step)) if step and request.method == "POST" else None
    )
    refusals: tuple = ()
    if typed is not None and "save" not in request.POST:
        try:
            answer = _record(request, key, typed)
        except Refused as refused:
            refusals = refused.refusals
        else:
            return _done(request, answer, f"case/{key}/{chosen}")
    page = pages.case(request.actor, found, definition, step, typed, refusals, clock.now())
    pages.note_reading(request.actor, found, clock.now())
    return render(request, "cases/case.html", page, status=409 if refusals else 200)


def _record(request: HttpRequest, key: str, typed: drafts.Typed) -> dict[str, Any]:
    """Do the step here and now, or write down that it was done elsewhere."""
    version = request.POST.get("version", "")
    asked = {
        "request_id": request.POST.get("request_id", ""),
        "case": key,
        "entry": typed.entry,
        "version": whole(version),
    }
    if typed.attested:
        return acts.attest(request.actor, elsewhere=drafts.elsewhere(typed), **asked)
    return acts.perform(request.actor, **asked)


def _tell_code(request: HttpRequest, key: str) -> None:
    """Whoever opened his own matter gets its receipt code, once."""
    if not request.actor.official and (request_id := request.POST.get("request_id", "")):
        code = matter_codes.shown(key, request_id)
        messages.success(
            request,
            f"回执码 {code}：请现在抄下，只显示这一次，我们也没有保存。凭它不用登录就可以查询办理到哪个阶段。",
            extra_tags="ok",
        )


def _done(request: HttpRequest, answer: dict[str, Any], place: str) -> HttpResponse:
    """After an act: the draft is gone, the receipt is offered, the page shows the new state."""
    drafts.drop(request.actor.person, place)
    told = format_html(
        '已办理并留痕（第 {} 步）。<a href="{}">查看回执</a>',
        answer["seq"],
        reverse("receipt", args=[answer["leaf"]]),
    )
    messages.success(request, told, extra_tags="ok")
    return redirect("case", answer["case"])


@person_only
@require_GET
def graph(request: HttpRequest, key: str) -> HttpResponse:
    """流程图: the pinned procedure with what is done, owed, blocked, as a drawing to read and print."""
    found = queries.get(request.actor, key)
    definition = procedures.of(found)
    svg = draw(definition, pages.marking(found))
    return render(request, "cases/graph.html", {"case": found, "definition": definition, "svg": svg})


@official_only
@require_GET
def responsible(request: HttpRequest, key: str) -> HttpResponse:
    """责任追溯: who proposed, reviewed, said what and decided; for those who handle, decide or supervise."""
    found = queries.get(request.actor, key)
    relations = queries.relations(request.actor, found)
    if not relations & {"handles", "decides", "supervises"}:
        raise Refused(queries.NOT_VISIBLE)
    history = queries.history(found, procedures.of(found), relations)
    pages.note_reading(request.actor, found, clock.now())
    page = {"case": found, "people": accountability.by_person(history)}
    return render(request, "cases/responsible.html", page)


@person_only
@require_POST
def drop_draft(request: HttpRequest) -> HttpResponse:
    """丢弃暂存: what was typed and not done is forgotten."""
    drafts.drop(request.actor.person, request.POST.get("place", ""))
    return redirect(request.POST.get("next") or "my_day")

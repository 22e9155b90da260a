"""Consultations for everybody, and the undertaker's work on what was said. A view parses, calls one act, renders."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fadu.city.authority import clock
from fadu.city.authority import queries as authority
from fadu.city.authority.gates import official_only, person_only
from fadu.city.cases import queries as cases
from fadu.city.participation import acts, codes, queries
from fadu.city.participation.forms import AnswerForm, CommentForm, Moderation
from fadu.city.participation.models import Comment, Consultation
from fadu.city.participation.requests import attachment, from_where
from fadu.city.web.numbers import whole
from fadu.city.web.paging import page_of
from fadu.core.errors import Refused


def found(key: str) -> Consultation:
    """The consultation, or no such page."""
    try:
        return queries.consultation(key)
    except Refused:
        raise Http404 from None


@require_GET
def consultations(request: HttpRequest) -> HttpResponse:
    """公开征求意见: what is open now, what has been closed, what has been answered."""
    on = clock.now().date()
    shown = page_of(request, queries.consultations(request.GET.dict(), on))
    return render(request, "participation/consultations.html", shown | {"on": on})


@require_GET
def consultation(request: HttpRequest, key: str) -> HttpResponse:
    """One consultation: notice, draft by article, how and until when to speak."""
    row = found(key)
    page = {
        "consultation": row,
        "clauses": queries.clauses(row),
        "tally": queries.tally(row),
        "files": queries.public_files(row),
        "open": queries.is_open(row, clock.now().date()),
        "on": clock.now().date(),
        "works": queries.handles(request.actor, row),
        "hearings": row.case.hearings.filter(postponed_at__isnull=True).order_by("held_on"),
    }
    return render(request, "participation/consultation.html", page)


@require_http_methods(["GET", "POST"])
def comment(request: HttpRequest, key: str) -> HttpResponse:
    """提意见: with or without log-in; the receipt code is shown once, in the answer to the submission."""
    row = found(key)
    form = CommentForm(row, request.POST or None, initial={"clause": request.GET.get("clause", "")})
    refusals: tuple = ()
    status = 200
    if request.method == "POST" and form.is_valid():
        request_id = request.POST.get("request_id", "")
        try:
            told = acts.comment(
                request.actor or authority.newcomer(), request_id=request_id, consultation=key,
                origin=from_where(request), **form.asked(),
            )  # fmt: skip
        except Refused as refused:
            refusals, status = refused.refusals, 409
        else:
            page = {"consultation": row, "told": told, "code": codes.derive(key, request_id)}
            response = render(request, "participation/thanks.html", page, status=201)
            response["Cache-Control"] = "no-store"
            return response
    elif request.method == "POST":
        status = 400
    page = {
        "consultation": row, "form": form, "refusals": refusals, "open": queries.is_open(row, clock.now().date()),
        "request_id": request.POST.get("request_id") or secrets.token_hex(12),
    }  # fmt: skip
    return render(request, "participation/comment.html", page, status=status)


@require_GET
def comments(request: HttpRequest, key: str) -> HttpResponse:
    """The opinions made public, each with what became of it once that is published."""
    row = found(key)
    clause = request.GET.get("clause", "")
    shown = page_of(request, queries.shown_comments(row, clause))
    part = row.clauses.filter(number=whole(clause), heading=False).first() if clause else None
    return render(
        request,
        "participation/comments.html",
        shown | {"consultation": row, "tally": queries.tally(row), "clause": part},
    )


@require_GET
def answers(request: HttpRequest, key: str) -> HttpResponse:
    """采纳情况: every answer with its reason, and each opinion's place among them."""
    row = found(key)
    published = row.answered_at is not None
    page = {
        "consultation": row,
        "answers": queries.answers(row) if published else [],
        "tally": queries.tally(row),
        "numbers": _numbers(row) if published else {},
    }
    return render(request, "participation/answers.html", page)


def _numbers(row: Consultation) -> dict[int, list[int]]:
    """The numbers of the opinions under each answer."""
    found: dict[int, list[int]] = {}
    for answer, number in row.comments.order_by("number").values_list("answer_id", "number"):
        found.setdefault(answer, []).append(number)
    return found


@require_GET
def leaves(request: HttpRequest, key: str) -> HttpResponse:
    """The leaf hashes of all opinions and the root over them, for whoever wants to compute it himself."""
    row = found(key)
    return JsonResponse(
        {"consultation": row.key, "count": row.received, "root": row.root, "leaves": queries.leaves(row)}
    )


@require_http_methods(["GET", "POST"])
def receipt(request: HttpRequest) -> HttpResponse:
    """凭回执码查询: what became of one's opinion; the text itself is not shown to a code."""
    page: dict[str, Any] = {"fate": None, "refusals": (), "code": request.POST.get("code", "")}
    status = 200
    if request.method == "POST":
        try:
            page["fate"] = queries.by_code(page["code"][:80], origin=from_where(request), at=clock.now())
        except Refused as refused:
            page["refusals"] = refused.refusals
            status = 429 if refused.refusals[0].code == "too_many_attempts" else 404
    response = render(request, "participation/receipt.html", page, status=status)
    response["Cache-Control"] = "no-store"
    return response


@person_only
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """我的意见: what was sent from one's own account, with its text, and what became of it."""
    shown = page_of(request, queries.of_person(request.actor.stands_for))
    opened = queries.opened(shown["page"].object_list)
    return render(request, "participation/mine.html", shown | {"opened": opened})


@require_GET
def file(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """The published draft or its explanation, as an attachment."""
    chosen = next((one for one in queries.public_files(found(key)) if one.pk == pk), None)
    if chosen is None:
        raise Http404
    return attachment(chosen)


@official_only
@require_GET
def work(request: HttpRequest, key: str) -> HttpResponse:
    """网上意见: the undertaker reads, decides what is shown, answers one by one or in groups."""
    return _work_page(request, found(key), (), 200)


def _work_page(request: HttpRequest, row: Consultation, refusals: tuple, status: int) -> HttpResponse:
    if not queries.readable(request.actor, row):
        raise Refused(cases.NOT_VISIBLE)
    rows = row.comments.select_related("clause", "answer").order_by("number")
    wanted = request.GET.get("show", "")
    if wanted == "unanswered":
        rows = rows.filter(answer__isnull=True)
    elif wanted in Comment.State.values:
        rows = rows.filter(state=wanted)
    if (clause := whole(request.GET.get("clause", ""))) is not None:
        rows = rows.filter(clause__number=clause) if clause else rows.filter(clause__isnull=True)
    shown = page_of(request, rows)
    page = shown | {
        "consultation": row, "tally": queries.tally(row), "opened": queries.opened(shown["page"].object_list),
        "answers": queries.answers(row), "refusals": refusals, "request_id": secrets.token_hex(12), "posted": request.POST,
        "works": queries.handles(request.actor, row), "clauses": row.clauses.filter(heading=False),
        "ticked": set(request.POST.getlist("numbers")), "grounds": Moderation([]).fields["ground"].choices,
    }  # fmt: skip
    return render(request, "participation/work.html", page, status=status)


@official_only
@require_POST
def moderate(request: HttpRequest, key: str) -> HttpResponse:
    """审看: show or withhold the ticked opinions."""
    row = found(key)
    return _work(request, row, Moderation(_all_numbers(row), request.POST), acts.moderate, "已审看")


@official_only
@require_POST
def answer(request: HttpRequest, key: str) -> HttpResponse:
    """答复: the ticked opinions get one answer."""
    row = found(key)
    return _work(request, row, AnswerForm(_all_numbers(row), request.POST), acts.answer, "已记录答复")


def _all_numbers(row: Consultation) -> list[int]:
    return list(row.comments.values_list("number", flat=True))


def _work(request: HttpRequest, row: Consultation, form: Any, act: Any, done: str) -> HttpResponse:
    if not form.is_valid():
        messages.error(request, "提交的内容不完整，没有产生任何效力。", extra_tags="warn")
        return _work_page(request, row, (), 400)
    try:
        act(
            request.actor, request_id=request.POST.get("request_id", ""), consultation=row.key, **form.asked()
        )
    except Refused as refused:
        return _work_page(request, row, refused.refusals, 409)
    messages.success(request, f"{done}并留痕。", extra_tags="ok")
    return redirect(f"{request.path.rsplit('/', 2)[0]}/work/?{request.POST.get('back', '')}")

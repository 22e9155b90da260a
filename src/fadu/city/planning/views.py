"""Import with preview, the board by section and by unit, issuing tasks."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fadu.city.authority import clock
from fadu.city.authority import queries as authority
from fadu.city.authority.door import act_many
from fadu.city.authority.gates import official_only
from fadu.city.cases import queries as cases
from fadu.city.cases.files import uploads
from fadu.city.cases.models import File
from fadu.city.planning import acts, queries
from fadu.city.planning.matching import Names
from fadu.city.planning.models import WorkPlan
from fadu.city.web.numbers import whole
from fadu.core.errors import InputError, Refusal, Refused
from fadu.core.text.plan import read_plan

PLACE = "plan/import"


@official_only
@require_GET
def plans(request: HttpRequest) -> HttpResponse:
    """工作方案: the plans imported, newest first."""
    return render(request, "planning/plans.html", {"plans": WorkPlan.objects.select_related("government")})


@official_only
@require_http_methods(["GET", "POST"])
def import_page(request: HttpRequest) -> HttpResponse:
    """导入: upload, look at what was read and what would come of it, then import. Nothing happens before the word."""
    kept, refusals = None, ()
    if request.method == "POST":
        try:
            kept = _kept(request)
            if "import" in request.POST:
                return _import(request, kept)
        except Refused as refused:
            refusals = refused.refusals
        except InputError as error:
            refusals = (Refusal(error.code, error.what, cure=error.cure),)
    preview = None
    if kept is not None and not refusals:
        preview, refusals = _preview(kept)
    page = {"kept": kept, "preview": preview, "refusals": refusals, "governments": _governments(request)}
    return render(request, "planning/import.html", page, status=409 if refusals else 200)


def _kept(request: HttpRequest) -> File:
    """The file uploaded now, or the one of the preview."""
    if (upload := request.FILES.get("plan")) is not None:
        return uploads.keep(request.actor.person, PLACE, "plan", upload, at=clock.wall())
    number = request.POST.get("kept", "")
    found = File.objects.filter(pk=whole(number) or 0, uploaded_by=request.actor.person, place=PLACE)
    if (file := found.first()) is None:
        raise Refused(Refusal("no_file", "没有选择文件", cure="请选择工作方案文件后再读取", subject="plan"))
    return file


def _preview(kept: File) -> tuple[dict[str, object] | None, tuple[Refusal, ...]]:
    try:
        plan = read_plan(uploads.content(kept), name=kept.name)
    except InputError as error:
        return None, (Refusal(error.code, error.what, cure=error.cure, subject="plan"),)
    names = Names(clock.now().date())
    rows = [
        (task, names.match(one for one in task.who.units if one not in set(task.who.sets)))
        for task in plan.tasks
    ]
    return {
        "plan": plan,
        "rows": rows,
        "unknown": sorted({name for _, found in rows for name in found.unknown}),
    }, ()


def _import(request: HttpRequest, kept: File) -> HttpResponse:
    content = uploads.content(kept)
    year = request.POST.get("year", "")
    if not 2000 <= (whole(year) or 0) <= 2100:
        raise Refused(Refusal("wrong_year", "请填写四位数的年度", cure="如 2026", subject="year"))
    answer = acts.import_plan(
        request.actor, government=request.POST.get("government", ""), plan=read_plan(content, name=kept.name),
        content=content, source=kept.name, year=int(year),
    )  # fmt: skip
    messages.success(request, f"已导入 {answer['tasks']} 项任务，请逐项确认后立项。", extra_tags="ok")
    return redirect("plan_board", answer["plan"])


def _governments(request: HttpRequest) -> list[tuple[str, str]]:
    found = {
        authority.government_of(held.organ)
        for held in request.actor.holdings
        if "government_office" in held.organ.duties
    }
    return [(organ.code, organ.name) for organ in found]


@official_only
@require_GET
def board(request: HttpRequest, key: str) -> HttpResponse:
    """The plan's board: figures, by section, by unit, and every task with its state."""
    plan = WorkPlan.objects.select_related("government").filter(key=key).first()
    if plan is None:
        raise Http404
    on = clock.now().date()
    rows = queries.standings(plan, on)
    totals = {state: sum(1 for row in rows if row.state == state) for state in queries.TITLES}
    shown = [row for row in rows if request.GET.get("state", "") in ("", row.state)]
    begun = [row.task.case_id for row in shown if row.task.case_id]
    page = {
        "plan": plan, "rows": shown, "totals": totals, "titles": queries.TITLES, "on": on,
        "sections": queries.by_section(rows), "units": queries.by_unit(rows),
        "may_issue": any(code == plan.government.code for code, _ in _governments(request)),
        "seen": set(cases.visible_to(request.actor).filter(pk__in=begun).values_list("pk", flat=True)),
    }  # fmt: skip
    return render(request, "planning/board.html", page)


@official_only
@require_POST
def issue(request: HttpRequest, key: str) -> HttpResponse:
    """Issue the ticked tasks, each its own act; what is refused is said and keeps none of the others back."""
    asked = [pk for text in request.POST.getlist("task") if (pk := whole(text)) is not None]
    if not asked:
        messages.error(request, "请先勾选要立项的任务。", extra_tags="warn")
        return redirect("plan_board", key)
    answers = act_many(acts.issue, request.actor, [{"task": pk} for pk in asked], order="task")
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    if done := len(answers) - len(refused):
        messages.success(request, f"已立项 {done} 项。", extra_tags="ok")
    for sentence in dict.fromkeys(str(one) for one in refused):
        messages.error(request, sentence, extra_tags="warn")
    return redirect("plan_board", key)


@official_only
@require_POST
def drop(request: HttpRequest, key: str, task: int) -> HttpResponse:
    """Set one proposed task aside, with a reason."""
    acts.drop(request.actor, task=task, reason=request.POST.get("reason", ""))
    return redirect("plan_board", key)

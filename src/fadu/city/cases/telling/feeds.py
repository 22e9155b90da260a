"""Reminders on the page, and the calendar that a program fetches by a secret address."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from fadu.city.authority import clock
from fadu.city.authority.gates import person_only
from fadu.city.authority.queries import actor_for
from fadu.city.cases import procedures, queries
from fadu.city.cases.models import Case, Duty, Feed, Reminder
from fadu.city.cases.telling import icalendar, reminding, subscribing

LISTED = 100
CALENDAR_MAX = 1000


def unseen(request: HttpRequest) -> int:
    """How many reminders this person has not seen: the figure beside 提醒."""
    return Reminder.objects.filter(person=request.actor.person, seen_at__isnull=True).count()


@person_only
@require_GET
def reminders(request: HttpRequest) -> HttpResponse:
    """提醒: newest first; the title of a case only where the person may still see it."""
    rows = list(
        Reminder.objects.filter(person=request.actor.person)
        .select_related("case")
        .order_by("-at", "-pk")[:LISTED]
    )
    wanted = {row.case_id for row in rows if row.case_id}
    visible = set(queries.visible_to(request.actor).filter(pk__in=wanted).values_list("pk", flat=True))
    page = {
        "rows": [(row, row.case if row.case_id in visible else None) for row in rows],
        "subscribed": Feed.objects.filter(person=request.actor.person).exists(),
    }
    return render(request, "cases/reminders.html", page)


@person_only
@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """All that is listed has been seen."""
    rows = Reminder.objects.filter(person=request.actor.person, seen_at__isnull=True)
    rows.update(seen_at=clock.now())
    return redirect("reminders")


@person_only
@require_POST
def subscribe(request: HttpRequest) -> HttpResponse:
    """订阅日历: a new secret address, shown once; or the end of it."""
    token = "" if request.POST.get("end") else subscribing.new_token()
    subscribing.subscribe(request.actor, token=token)
    if token:
        address = request.build_absolute_uri(reverse("calendar", args=[token]))
        messages.success(request, f"日历地址（只显示这一次，请勿转发）：{address}", extra_tags="ok")
    else:
        messages.success(request, "日历订阅已停止，原地址不再有效。", extra_tags="ok")
    return redirect("reminders")


@require_GET
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The due dates of whoever holds this token, for calendar programs; no names, no titles, no contents."""
    feed = Feed.objects.select_related("person").filter(digest=subscribing.digest(token)).first()
    user = feed.person.users.filter(active=True).order_by("pk").first() if feed else None
    if user is None:
        raise Http404
    at = clock.now()
    duties = queries.worklist(actor_for(user, at=at), Duty.Kind.OWED, limit=CALENDAR_MAX)
    events = [_event(request, duty) for duty in duties if duty.due_legal is not None and not duty.paused]
    text = icalendar.written(events, name="法度：应办期限", at=at)
    response = HttpResponse(text, content_type=icalendar.MEDIA_TYPE)
    response["Cache-Control"] = "private, max-age=900"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _event(request: HttpRequest, duty: Duty) -> icalendar.Event:
    case: Case = duty.case
    assert duty.due_legal is not None
    what = f"{procedures.of(case).title}：{duty.title}"
    late = "（暂定）" if duty.provisional else ""
    return icalendar.Event(
        uid=f"{reminding.key_of(case.key, duty.step)[:32]}@{request.get_host().partition(':')[0]}",
        day=duty.due_internal or duty.due_legal,
        summary=f"{what}到期{late}",
        url=request.build_absolute_uri(reverse("case", args=[case.key])),
        changed_at=case.changed_at,
    )

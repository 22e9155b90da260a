"""离任交接 for those who keep posts; and for everybody: which organs have read the matters one is a party to."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from fadu.city.authority import clock
from fadu.city.authority.gates import holds, person_only
from fadu.city.authority.models import Appointment, Organ
from fadu.city.cases import acts, procedures
from fadu.city.cases.desk import leaving
from fadu.city.cases.desk.forms_leaving import Leave
from fadu.city.cases.models import Assignment, Case
from fadu.city.ledger import queries as ledger
from fadu.core.errors import Refused

_KINDS = {"page": "打开案件", "file": "下载材料", "document": "下载文书", "export": "导出", "print": "打印"}


@holds("staffing")
@require_http_methods(["GET", "POST"])
def leave_post(request: HttpRequest, pk: int) -> HttpResponse:
    """离任交接: what the leaver has in hand, who takes it, then the act."""
    now = clock.now()
    appointment = (
        Appointment.objects.filter(pk=pk, start__lte=now.date())
        .select_related("person", "post__organ__government")
        .first()
    )
    if appointment is None:
        raise Http404
    found = leaving.preview(appointment, at=now)
    if appointment.end is not None and appointment.end <= now.date() and not (found.work or found.ownerless):
        raise Http404
    form = Leave(
        request.POST if request.method == "POST" else None,
        appointment=appointment,
        on=now.date(),
        heads=found.heads,
    )
    refusals: tuple = ()
    if request.method == "POST" and form.is_valid():
        try:
            acts.leave_post(request.actor, appointment=pk, **form.cleaned_data)
        except Refused as refused:
            refusals = refused.refusals
        else:
            messages.success(request, f"{appointment.person.name}已离任，工作已交接并留痕。", extra_tags="ok")
            return redirect("staffing")
    page = {
        "appointment": appointment,
        "found": found,
        "work": [
            (row.case.title, procedures.of(row.case).steps[row.step].title, Assignment.Kind(row.kind).label)
            for row in found.work
        ],
        "form": form,
        "refusals": refusals,
    }
    return render(request, "cases/leave_post.html", page, status=409 if refusals else 200)


@person_only
@require_GET
def my_reads(request: HttpRequest) -> HttpResponse:
    """谁查阅过我的事项 (个人信息保护法第四十四条、第四十五条): organs, times and ways, for the matters one is a party to.

    Sealed matters are left out, and so are readings by supervising organs: their checks are not announced to anybody.
    """
    person = request.actor.stands_for
    cases = Case.objects.filter(parties__person=person).exclude(secrecy=Case.Secrecy.SEALED).distinct()
    known = {f"case/{case.key}": case for case in cases.select_related("organ")}
    organs = {organ.code: organ.name for organ in Organ.objects.filter(involvements__case__in=cases)}
    reads = [
        (known[read.case_ref], organs[read.organ], read.at, _KINDS.get(read.kind, read.kind))
        for read in ledger.reads_of(list(known), except_by=[request.actor.person.key, person.key])
        if read.organ in organs
    ]
    return render(request, "cases/my_reads.html", {"reads": reads, "person": person, "cases": len(known)})

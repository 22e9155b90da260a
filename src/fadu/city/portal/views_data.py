"""开放数据: the list of tables, each as a file; feeds of what is new."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from fadu.city.authority import clock
from fadu.city.participation import queries as participation
from fadu.city.portal import atom, datasets, queries, searching

IN_FEED = 50


@require_GET
def open_data(request: HttpRequest) -> HttpResponse:
    """开放数据: what there is, with columns, formats and licence."""
    on = clock.now().date()
    page = {"datasets": datasets.DATASETS.values(), "licence": datasets.LICENCE, "on": on, "feeds": _TITLES}
    return render(request, "portal/open_data.html", page)


@require_GET
def dataset(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """One table as CSV or JSON."""
    if name not in datasets.DATASETS or kind not in datasets.KINDS:
        raise Http404
    data = datasets.written(datasets.DATASETS[name], kind, at=clock.now())
    response = HttpResponse(data, content_type=datasets.KINDS[kind])
    response["Content-Disposition"] = f'attachment; filename="fadu-{name}.{kind}"'
    response["Access-Control-Allow-Origin"] = "*"
    return response


_TITLES = {"publications": "最新公开", "consultations": "公开征求意见"}


@require_GET
def feed(request: HttpRequest, name: str) -> HttpResponse:
    """Atom of the newest publications or consultations."""
    if name not in _TITLES:
        raise Http404
    now = clock.now()
    found = (
        _publications(request, now.date()) if name == "publications" else _consultations(request, now.date())
    )
    data = atom.written(
        name=f"urn:fadu:{request.get_host()}:{name}",
        title=f"{queries.city_name(now.date())}{_TITLES[name]}",
        address=request.build_absolute_uri(
            reverse("decisions" if name == "publications" else "consultations")
        ),
        feed=request.build_absolute_uri(),
        entries=found,
        at=now,
    )
    return HttpResponse(data, content_type="application/atom+xml; charset=utf-8")


def _publications(request: HttpRequest, on: date) -> list[atom.Entry]:
    return [
        atom.Entry(
            f"urn:fadu:publication:{row.case.key}:{row.seq}",
            row.title,
            request.build_absolute_uri(f"{reverse('public_case', args=[row.case.key])}#act-{row.seq}"),
            row.case.organ.name,
            row.published_at,
            searching.excerpt(searching.text_of(row), (), 200),
        )
        for row in queries.newest(on, limit=IN_FEED)
    ]


def _consultations(request: HttpRequest, on: date) -> list[atom.Entry]:
    rows = participation.consultations({}, on).filter(case__secrecy="public").order_by("-opened_at")[:IN_FEED]
    return [
        atom.Entry(
            f"urn:fadu:consultation:{row.key}",
            row.title,
            request.build_absolute_uri(reverse("consultation", args=[row.key])),
            row.case.organ.name,
            row.opened_at,
            f"{row.closes_on:%Y-%m-%d} 截止。{searching.excerpt(row.notice, (), 200)}",
        )
        for row in rows
    ]

"""The wall a leader understands in ten seconds, and the four checks."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from fadu.city.authority import clock
from fadu.city.authority.gates import official_only
from fadu.city.cases.queries import remaining
from fadu.city.supervision import acts, indicators, queries
from fadu.city.web.numbers import whole


@official_only
@require_GET
def wall(request: HttpRequest) -> HttpResponse:
    """监督: what is late, where, whose; what was waived; who should have rotated."""
    on = clock.now().date()
    found = queries.watched(request.actor)
    late = list(queries.late(found, on).select_related("case__organ", "organ")[:50])
    page = {
        "on": on,
        "open": found.filter(ended_at__isnull=True).count(),
        "ended": found.filter(ended_at__isnull=False).count(),
        "late_total": queries.late(found, on).count(),
        "late": [(duty, remaining(duty.due_legal, on)) for duty in late],
        "organs": queries.by_organ(found, on),
        "general": queries.general_acts(found),
        "set_aside": queries.set_aside(found),
        "attested": queries.attested(found)[:20],
        "ownerless": queries.without_owner(request.actor, on),
        "rotation": queries.rotation(on),
        "to_start": queries.to_start(request.actor, on),
        "readings": queries.readings(),
        "near": queries.near(found, on),
        "indicators": indicators.figures(found, year=on.year),
    }
    return render(request, "supervision/wall.html", page)


@official_only
@require_GET
def indicator(request: HttpRequest, procedure: str, name: str) -> HttpResponse:
    """One indicator: what it counts, by which article, and each case that has not what the law asks for."""
    on = clock.now().date()
    year = whole(request.GET.get("year", "")) or on.year
    found = indicators.figure(queries.watched(request.actor), procedure, name, year=year)
    if found is None:
        raise Http404
    return render(request, "supervision/indicator.html", {"figure": found, "year": year})


@official_only
@require_POST
def take_reading(request: HttpRequest) -> HttpResponse:
    """Take the four checks now."""
    answer = acts.take_reading(request.actor)
    messages.success(request, f"核查完毕，发现 {answer['wrong']} 处问题。", extra_tags="ok")
    return redirect("supervision")


@official_only
@require_GET
def reading(request: HttpRequest, name: str) -> HttpResponse:
    """One check: what it means, what it found, where."""
    found = [(check, row) for check, row in queries.readings() if check.name == name]
    return render(request, "supervision/reading.html", {"found": found[0] if found else None})

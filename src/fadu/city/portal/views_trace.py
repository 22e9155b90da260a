"""痕迹核验: the log in figures, its keys, how anybody checks it; and what the witness of a demonstration is worth."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from fadu.city.authority import clock
from fadu.city.cases import queries as cases
from fadu.city.ledger import public
from fadu.city.ledger import queries as ledger


@require_GET
def trace(request: HttpRequest) -> HttpResponse:
    """The newest checkpoint, cosignatures, keys, sizes, lag; the four checks; instructions for three kinds of reader."""
    now = clock.now()
    newest = ledger.newest_checkpoint()
    lag = ledger.lag()
    page = {
        "now": now,
        "newest": newest,
        "note": ledger.cosigned(newest) if newest else "",
        "keys": public.public_keys(),
        "lag": lag,
        "halted": cases.halted(now),
        "stop_hours": settings.FADU_PROOF_STOP_HOURS,
        "has_witness": bool(settings.FADU_WITNESS_URL),
        "stamp": public.newest_stamp(),
        "tsa_minutes": max(settings.FADU_TSA_SECONDS // 60, 1),
        "has_tsa": bool(settings.FADU_TSA_URL),
        "recent": public.recent_checkpoints(),
    }
    return render(request, "portal/trace.html", page)

"""Pages for everyone; no log-in is needed to read them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from fadu.city.ledger import queries as ledger
from fadu.core.errors import InputError


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The front page."""
    return render(request, "portal/home.html", {})


@require_GET
def receipt(request: HttpRequest, leaf: str) -> HttpResponse:
    """回执: where a leaf stands; anyone who has its hash may see that it is in the log, and nothing else."""
    try:
        status = ledger.leaf_status(bytes.fromhex(leaf))
    except (ValueError, InputError):
        raise Http404 from None
    return render(request, "portal/receipt.html", {"leaf": leaf, "status": status})

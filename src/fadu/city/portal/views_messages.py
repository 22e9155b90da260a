"""演示消息: in a demonstration the stranger is also the receiver, and looks here for what was sent; elsewhere there is no such page."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from fadu.city.authority import clock
from fadu.city.portal import outgoing


@require_GET
def messages(request: HttpRequest) -> HttpResponse:
    """Text messages and e-mails of the demonstration, the newest first."""
    if not settings.FADU_DEMO:
        raise Http404
    response = render(request, "portal/messages.html", {"rows": outgoing.newest(clock.ZONE)})
    response["Cache-Control"] = "no-store"
    return response

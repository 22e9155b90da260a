"""From a request to what acts and pages need of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from fadu.city.authority import clock
from fadu.city.cases import queries as cases
from fadu.city.participation import origin


def from_where(request: HttpRequest) -> origin.Origin:
    """The origin of a request, for counting."""
    return origin.of(request.META.get("REMOTE_ADDR", ""), clock.now().date())


def attachment(file: Any) -> HttpResponse:
    """A file of a case under its name, never shown in the page; the caller answers for who may read it."""
    response = HttpResponse(cases.file_bytes(file), content_type=file.media_type)
    response["Content-Disposition"] = content_disposition_header(True, file.name)
    response["X-Content-Type-Options"] = "nosniff"
    return response

"""Headers that keep a page to itself, and one place where a refusal or a wrong input becomes an answer."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from fadu.city.web.answers import answer_input_error, answer_refused
from fadu.core.errors import InputError, Refused

Handler = Callable[[HttpRequest], HttpResponse]

_POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def security_headers(get_response: Handler) -> Handler:
    """Nothing from elsewhere runs in our pages, and pages of a person are not kept by caches."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if getattr(request, "user", None) is not None:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return handle


class answer_errors:  # a middleware is named like the functions beside it
    """Refused and InputError that a view let through become a page or JSON with every reason; our bugs do not."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Called by Django with what the view raised."""
        if isinstance(exception, Refused):
            return answer_refused(request, exception)
        if isinstance(exception, InputError):
            return answer_input_error(request, exception)
        return None

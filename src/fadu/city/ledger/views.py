"""The log as anybody may mirror it (C2SP tlog-tiles): checkpoint and hash tiles. Entry bundles are not public."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from fadu.city.ledger import public, queries
from fadu.core.log.errors import LogError

_YEAR = 365 * 24 * 3600


@require_GET
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest signed checkpoint with its cosignatures."""
    newest = queries.newest_checkpoint()
    if newest is None:
        raise Http404
    response = HttpResponse(queries.cosigned(newest), content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_GET
def stamp(request: HttpRequest, size: int) -> HttpResponse:
    """The answer of the time-stamping authority over the checkpoint of that size (RFC 3161, for ``openssl ts``)."""
    response = public.stamp_response(size)
    if response is None:
        raise Http404
    answer = HttpResponse(response, content_type="application/timestamp-reply")
    answer["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Content-Disposition"] = f'attachment; filename="checkpoint-{size}.tsr"'
    return answer


@require_GET
def stamped(request: HttpRequest, size: int) -> HttpResponse:
    """The bytes that were stamped: that checkpoint as the log signed it, without cosignatures."""
    data = public.stamped_checkpoint(size)
    if data is None:
        raise Http404
    return HttpResponse(data, content_type="text/plain; charset=utf-8")


@require_GET
def tile(request: HttpRequest, path: str) -> HttpResponse:
    """A hash tile under a published checkpoint; it never changes again, so anybody may keep it for ever."""
    try:
        data = public.tile(f"tile/{path}")
    except LogError:
        raise Http404 from None
    if data is None:
        raise Http404
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    response["Access-Control-Allow-Origin"] = "*"
    return response

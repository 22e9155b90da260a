"""回执: where a leaf stands, its file, its QR code, and verification in the browser without sending anything."""

from __future__ import annotations

import functools
import hashlib

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from fadu.city.authority import clock
from fadu.city.ledger import public
from fadu.city.ledger import queries as ledger
from fadu.city.portal import receipts
from fadu.core.log import bundle

# Beyond so many characters a QR code of ordinary size is no longer read by a telephone; then it carries the address.
MOST_IN_QR = 1200


def _leaf(text: str) -> bytes:
    leaf = receipts.leaf_of(text)
    if leaf is None:
        raise Http404
    return leaf


@require_GET
def receipt(request: HttpRequest, leaf: str) -> HttpResponse:
    """回执页: promised, numbered, signed, witnessed; what it promises and holds for whoever may read it."""
    now = clock.now()
    hashed = _leaf(leaf)
    seen = receipts.access(hashed, request.actor, now.date())
    status = ledger.leaf_status(hashed)
    proof = ledger.proof_text(hashed)
    address = request.build_absolute_uri(reverse("receipt", args=[leaf]))
    in_qr = proof if proof is not None and len(proof) <= MOST_IN_QR else address
    page = {
        "leaf": leaf,
        "status": status,
        "reached": receipts.STATES.index(status.state),
        "seen": seen,
        "promised": receipts.promised(hashed) if seen.full else None,
        "proof": proof,
        "checkpoint": public.checkpoint_of(status.checkpoint) if status.checkpoint else None,
        "qr": qr(in_qr),
        "qr_holds_proof": in_qr is proof,
        "late": status.state == "waiting" and _broken(hashed, now),
        "now": now,
        "promise_seconds": settings.FADU_PROMISE_SECONDS,
    }
    return render(request, "portal/receipt.html", page)


def _broken(leaf: bytes, now: object) -> bool:
    return bool(receipts.promised(leaf)["before"] < now)


def qr(text: str) -> str:
    """A QR code as SVG, without style attributes (the page's policy allows none)."""
    return segno.make(text, error="l", micro=False).svg_inline(
        scale=3, border=2, omitsize=True, svgclass="qr", lineclass=None
    )


@require_GET
def receipt_file(request: HttpRequest, leaf: str) -> HttpResponse:
    """The receipt as JSON: whole for whoever may read the act, the proof alone for everybody else."""
    now = clock.now()
    hashed = _leaf(leaf)
    seen = receipts.access(hashed, request.actor, now.date())
    receipts.note_opening(hashed, seen, request.actor, now)
    response = JsonResponse(
        receipts.receipt_json(hashed, seen), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    response["Content-Disposition"] = f'attachment; filename="fadu-receipt-{leaf[:12]}.json"'
    response["Cache-Control"] = "no-store"
    return response


@require_GET
def proof_file(request: HttpRequest, leaf: str) -> HttpResponse:
    """The proof as C2SP tlog-proof text, as the QR code holds it."""
    proof = ledger.proof_text(_leaf(leaf))
    if proof is None:
        raise Http404
    return HttpResponse(proof, content_type="text/plain; charset=utf-8")


@require_GET
def verify(request: HttpRequest) -> HttpResponse:
    """核验回执: a file is checked by this page's own program in the visitor's browser; nothing is sent."""
    page = {
        "keys": public.public_keys(),
        "digest": hashlib.sha256(_verifier()).hexdigest(),
        "size": len(_verifier()),
        "now": clock.now(),
        "words": receipts.words(),
    }
    return render(request, "portal/verify.html", page)


@functools.cache
def _verifier() -> bytes:
    return bundle.build()


@require_GET
def verifier(request: HttpRequest) -> HttpResponse:
    """The stand-alone verifier; the same sources give the same bytes, so its digest can be compared."""
    response = HttpResponse(_verifier(), content_type="application/octet-stream")
    response["Content-Disposition"] = 'attachment; filename="fadu-verify.pyz"'
    return response

"""The receipt codes of contributions: ``accounts.codes`` for their own purpose."""

from __future__ import annotations

from fadu.city.accounts import codes
from fadu.city.accounts.codes import digest as digest

_PURPOSE = b"fadu/participation/receipt-code/v1"


def derive(place: str, request_id: str) -> str:
    """The code of a request at one place (a consultation, a hearing), in groups for the eye."""
    return codes.derive(_PURPOSE, place, request_id)

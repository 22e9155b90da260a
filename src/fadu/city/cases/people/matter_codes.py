"""回执码 of a matter that a citizen or enterprise has opened: by it one follows stage and dates without logging in."""

from __future__ import annotations

from datetime import datetime

from fadu.city.accounts import codes
from fadu.city.cases.models import Case, MatterCode

_PURPOSE = b"fadu/cases/receipt-code/v1"


def keep(case: Case, request_id: str, *, at: datetime) -> None:
    """Within the act that opens a matter: keep the digest of its code. Without a request there is none to show."""
    if request_id:
        MatterCode.objects.create(case=case, digest=codes.digest(shown(case.key, request_id)), made_at=at)


def shown(case: str, request_id: str) -> str:
    """The code to show once, in the answer to the request that opened the matter."""
    return codes.derive(_PURPOSE, case, request_id)


def find(code: str) -> Case | None:
    """The matter of a code; the caller counts wrong ones."""
    row = (
        MatterCode.objects.select_related("case__organ", "case__definition")
        .filter(digest=codes.digest(code))
        .first()
    )
    return row.case if row else None

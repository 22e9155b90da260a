"""Wrong receipt codes are counted like wrong passwords: written outside the door, touching no record."""

from __future__ import annotations

from datetime import datetime

from fadu.city.participation.models import Attempt
from fadu.city.participation.origin import WRONG_CODES, WRONG_CODES_WITHIN, Origin
from fadu.core.errors import Refusal, Refused


def check(origin: Origin, at: datetime) -> None:
    """Refused when too many wrong codes came from there within the hour."""
    recent = Attempt.objects.filter(origin=origin.digest, at__gt=at - WRONG_CODES_WITHIN).count()
    if recent >= WRONG_CODES:
        raise Refused(
            Refusal(
                "too_many_attempts",
                f"一小时内已有 {recent} 次回执码不正确，暂停查询",
                cure="请核对回执码，一小时后再试",
            )
        )


def note(origin: Origin, at: datetime) -> None:
    """One more wrong code; those of yesterday no longer count and go."""
    Attempt.objects.filter(origin=origin.digest, at__lte=at - WRONG_CODES_WITHIN).delete()
    Attempt.objects.create(origin=origin.digest, at=at)

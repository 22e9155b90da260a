"""Where a submission came from: enough to count, too little to know. And how much of it is let through."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings

_PURPOSE = b"fadu/participation/origin/v1"

# Windows and how many contributions one origin may send within each. A family, a school or a street shares an address,
# and a diligent reader comments clause by clause; a machine does neither so quickly.
LIMITS = ((timedelta(minutes=1), 6), (timedelta(hours=1), 60))
# Wrong receipt codes from one origin within an hour.
WRONG_CODES = 10
WRONG_CODES_WITHIN = timedelta(hours=1)


@dataclass(frozen=True)
class Origin:
    """The keyed digest of an address on a day. It is no part of what was said: the same request sent again from
    another network is still the same request, so all origins print alike (the door's idempotency digest).
    """

    digest: str

    def __str__(self) -> str:
        return "origin"

    __repr__ = __str__


def of(address: str, on: date) -> Origin:
    """The origin of an address on a day; another day makes another, so nobody is followed for longer."""
    key = hmac.new(settings.SECRET_KEY.encode(), _PURPOSE, hashlib.sha256).digest()
    return Origin(hmac.new(key, f"{on.isoformat()} {address}".encode(), hashlib.sha256).hexdigest())

"""查我的事: what the bearer of a receipt code may know without logging in: how far the matter is, and the dates."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fadu.city.cases import procedures
from fadu.city.cases import queries as cases
from fadu.city.cases.models import Case
from fadu.city.participation import attempts
from fadu.city.participation import queries as participation
from fadu.city.participation.origin import Origin
from fadu.city.participation.queries import Fate
from fadu.city.portal import queries
from fadu.city.portal.queries import Stage


@dataclass(frozen=True)
class Matter:
    """Stage and dates of a matter; neither its title nor anything that was said in it."""

    procedure: str
    case: Case
    stages: Sequence[Stage]


def new_request() -> str:
    """The number under which a page's one request is done once, however often it is sent."""
    return secrets.token_hex(12)


def by_code(code: str, *, origin: Origin, at: datetime) -> Matter | Fate:
    """The matter or the opinion of a code; wrong ones are counted by where they came from, and too many are refused."""
    attempts.check(origin, at)
    if (case := cases.by_code(code)) is not None:
        return Matter(procedures.of(case).title, case, queries.stages(case))
    return participation.by_code(code, origin=origin, at=at)

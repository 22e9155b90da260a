"""查我的事: what the bearer of a receipt code may know without logging in: how far the matter is, and the dates."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fadu.city.authority.actor import Actor
from fadu.city.cases import procedures
from fadu.city.cases import queries as cases
from fadu.city.cases.models import Case, Duty
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


@dataclass(frozen=True)
class Own:
    """A matter in which somebody is a party or was asked in: what it is under, and what is owed there by such persons."""

    case: Case
    procedure: str
    owed: Sequence[str]


def own(actor: Actor, *, limit: int = 50) -> list[Own]:
    """我的事项: the matters of a person, or of whom he acts for, last worked on first."""
    found = cases.own_cases(actor).select_related("organ", "definition").order_by("-changed_at", "-pk")
    rows = list(found[:limit])
    owed: dict[int, list[str]] = defaultdict(list)
    theirs = Duty.objects.filter(case__in=rows, kind=Duty.Kind.OWED, organ=None, waiting=False)
    for case, title in theirs.order_by("pk").values_list("case_id", "title"):
        owed[case].append(title)
    return [Own(case, procedures.of(case).title, owed[case.pk]) for case in rows]


def new_request() -> str:
    """The number under which a page's one request is done once, however often it is sent."""
    return secrets.token_hex(12)


def by_code(code: str, *, origin: Origin, at: datetime) -> Matter | Fate:
    """The matter or the opinion of a code; wrong ones are counted by where they came from, and too many are refused."""
    attempts.check(origin, at)
    if (case := cases.by_code(code)) is not None:
        return Matter(procedures.of(case).title, case, queries.stages(case))
    return participation.by_code(code, origin=origin, at=at)

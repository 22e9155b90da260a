"""核对法规: what must hold of a file before anybody may propose it, and again before it is confirmed.

Cases know the statute book and stand above; ``wiring`` hands down how an overlay is checked (as for procedure names).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fadu.city.registries.models import LawFile
from fadu.core.terms import Calendar
from fadu.core.terms.calendars import SpecialDay, read_table

MOST_BYTES = 200_000


@dataclass(frozen=True)
class Checked:
    """A file that may be proposed: what it is, from when, what it changes, what was proved of the result."""

    kind: str
    name: str
    title: str
    start: date
    sha256: str
    differences: tuple[str, ...]
    proved: tuple[str, ...] = ()
    # Digest of what the file makes of the law it changes, so that a confirmation knows whether that law moved meanwhile.
    result: str = ""
    more: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """What the row keeps and the page shows."""
        told = {"differences": list(self.differences), "proved": list(self.proved), "result": self.result}
        return told | self.more


# Checks an overlay (name, text, source, on) and answers; raises DefinitionError or InputError in the loader's words.
Check = Callable[..., Checked]
_checks: list[Check] = []


def install(check: Check) -> None:
    """Called once by ``city/wiring.py``."""
    _checks[:] = [check]


def overlay(name: str, text: str, source: str, *, on: date) -> Checked:
    """Merge, compare and prove the procedure with this local rule as it would stand from its day."""
    (check,) = _checks
    return check(name, text, source, on=on)


def calendar(text: str, *, known: Calendar, on: date) -> Checked:
    """Read a year's table and say what it changes. Raises DefinitionError. It counts from the day it is confirmed."""
    year, notice, days = read_table(text)
    before = dict(known.special_days(year))
    told = [_day(day, days.get(day)) for day in sorted({*before, *days}) if before.get(day) != days.get(day)]
    head = (
        f"{year}年的工作日历：{notice.title}（{notice.number}）"
        if year not in known.notices
        else f"更换{year}年的工作日历"
    )
    return Checked(
        kind=LawFile.Kind.CALENDAR,
        name=str(year),
        title=notice.title,
        start=on,
        sha256=digest(text),
        differences=(head, *told),
        result=digest(str(sorted(before.items()))),
        more={
            "number": notice.number,
            "published": notice.published.isoformat(),
            "url": notice.url,
            "status": notice.status,
        },
    )


def _day(day: date, one: SpecialDay | None) -> str:
    said = "按平常的一周" if one is None else f"{one.name}{'调休上班' if one.works else '放假'}"
    return f"{day.month}月{day.day}日：{said}"


def digest(*texts: str) -> str:
    """SHA-256 (hex) over the texts of a file."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()

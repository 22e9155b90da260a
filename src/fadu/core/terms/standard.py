"""The calendar and the counting regimes that come with Fadu."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from fadu.core.terms.calendars import Calendar
from fadu.core.terms.regimes import Regimes


@cache
def standard() -> tuple[Calendar, Regimes]:
    """The packaged calendar (all years announced so far) and regimes; read once, both immutable."""
    law = files("fadu") / "law"
    return Calendar.load(law / "calendars"), Regimes.load(law / "counting")

"""Legal time: when a limit of the law ends, and why.

>>> from datetime import date
>>> calendar, regimes = standard()
>>> term(date(2026, 9, 24), Limit.parse("20 workdays"), calendar=calendar).due_legal
datetime.date(2026, 10, 29)
"""

from fadu.core.terms.bounds import Before, after_expiry, before, earliest, latest_before, workdays_between
from fadu.core.terms.calendars import Calendar, MissingYear
from fadu.core.terms.compare import Alternative, alternatives
from fadu.core.terms.counting import BEIJING, add_months, legal_day, term
from fadu.core.terms.deadline import Deadline, Extension, Pause, Skipped
from fadu.core.terms.explain import chinese_day
from fadu.core.terms.limits import Limit, Unit
from fadu.core.terms.regimes import PauseSide, Regime, Regimes, UnknownRegime
from fadu.core.terms.standard import standard

__all__ = [
    "BEIJING",
    "Alternative",
    "Before",
    "Calendar",
    "Deadline",
    "Extension",
    "Limit",
    "MissingYear",
    "Pause",
    "PauseSide",
    "Regime",
    "Regimes",
    "Skipped",
    "Unit",
    "UnknownRegime",
    "add_months",
    "after_expiry",
    "alternatives",
    "before",
    "chinese_day",
    "earliest",
    "latest_before",
    "legal_day",
    "standard",
    "term",
    "workdays_between",
]

"""Amounts that grow by legal time: so much of the base for each day late, up to a cap, not while the time stands still."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from fadu.core.procedure.definition import Accrual, Step
from fadu.core.procedure.marking import Marking
from fadu.core.terms import add_months

_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Accrued:
    """What has grown by a day: amount in 元, how many days or months count, whether the cap is reached."""

    amount: Decimal
    units: int
    capped: bool
    basis: str


def rate(text: str) -> Decimal:
    """``3%`` as a number; the loader has checked the form."""
    return Decimal(text.removesuffix("%")) / 100


def accrued(marking: Marking, step: Step, base: Decimal, *, start: dt.date, on: dt.date) -> Accrued:
    """What has grown from the day after ``start`` (the last day in time) up to and including ``on``."""
    rule = step.accrues
    if rule is None:
        raise ValueError(f"{step.name} has nothing that accrues")
    units = _months(start, on) if rule.per == "month" else _days(marking, rule, start, on)
    amount = base * rate(rule.rate) * units
    most = base * rate(rule.cap) if rule.cap else None
    capped = most is not None and amount >= most
    grown = most if capped and most is not None else amount
    return Accrued(grown.quantize(_CENT, ROUND_HALF_UP), units, capped, rule.basis.printed)


def _days(marking: Marking, rule: Accrual, start: dt.date, on: dt.date) -> int:
    """Days that count; those in a named pause do not (the day a pause begins still does)."""
    still: set[dt.date] = set()
    for name in rule.not_while:
        every = [
            *marking.pauses.get(name, ()),
            *([[marking.running[name], ""]] if name in marking.running else []),
        ]
        for since, till in every:
            first = dt.date.fromisoformat(since[:10])
            last = dt.date.fromisoformat(till[:10]) if till else on
            still.update(first + dt.timedelta(days=number) for number in range(1, (last - first).days + 1))
    days = (start + dt.timedelta(days=number) for number in range(1, (on - start).days + 1))
    return sum(day not in still for day in days)


def _months(start: dt.date, on: dt.date) -> int:
    """Whole months gone by."""
    months = 0
    while add_months(start, months + 1) <= on:
        months += 1
    return months

"""Where laws count differently: the same words, facts and calendar under every regime, and why the dates part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fadu.core.terms.calendars import Calendar
from fadu.core.terms.counting import term
from fadu.core.terms.deadline import Deadline, Extension, Pause
from fadu.core.terms.limits import Limit, Unit
from fadu.core.terms.regimes import Regime, Regimes


@dataclass(frozen=True)
class Alternative:
    """Regimes that agree with one another on other dates than the chosen one, and the reason in Chinese."""

    regimes: tuple[Regime, ...]
    deadline: Deadline
    why: str

    def to_json(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        return {
            "regimes": [regime.name for regime in self.regimes],
            "counted_as": self.deadline.reading.words(),
            "nominal": self.deadline.nominal.isoformat(),
            "due_legal": self.deadline.due_legal.isoformat(),
            "due_internal": self.deadline.due_internal.isoformat(),
            "provisional": self.deadline.provisional,
            "why": self.why,
        }


def alternatives(
    chosen: Deadline,
    start: date | datetime,
    limit: Limit,
    *,
    calendar: Calendar,
    regimes: Regimes,
    pauses: Sequence[Pause | tuple[date, date]] = (),
    extensions: Sequence[Extension | Limit] = (),
    roll: bool | None = None,
    provisional_ok: bool = False,
) -> list[Alternative]:
    """Every other outcome that some law's regime gives for the same facts; empty when all agree.

    Regimes that no law is listed under (validity of documents) count something else and are left out.
    """
    groups: dict[tuple[object, ...], list[tuple[Regime, Deadline]]] = {}
    for regime in (each for each in regimes.values() if each.laws):
        other = term(
            start,
            limit,
            calendar=calendar,
            regime=regime,
            pauses=pauses,
            extensions=extensions,
            roll=roll,
            provisional_ok=provisional_ok,
        )
        if _dates(other) != _dates(chosen):
            groups.setdefault((*_dates(other), other.reading), []).append((regime, other))
    return [
        Alternative(
            tuple(regime for regime, _ in group), group[0][1], _why(chosen, [other for _, other in group])
        )
        for _, group in sorted(groups.items(), key=lambda item: str(item[0]))
    ]


def _dates(deadline: Deadline) -> tuple[object, object]:
    return deadline.nominal, deadline.due_legal


def _why(chosen: Deadline, others: Iterable[Deadline]) -> str:
    """What sets the others apart from the chosen count: each cause once, with every law that gives it."""
    causes: dict[str, dict[str, None]] = {}
    for other in others:
        for cause, basis in _causes(chosen.regime, other):
            causes.setdefault(cause, {})[basis] = None
    return "；".join(f"{cause}（{'、'.join(bases)}）" for cause, bases in causes.items())


def _causes(mine: Regime, other: Deadline) -> Iterator[tuple[str, str]]:
    """(cause, basis) for each rule that bears on this count and differs from the chosen regime's."""
    theirs = other.regime
    for words in dict.fromkeys([other.limit, *(extension.limit for extension in other.extensions)]):
        if theirs.read(words) != mine.read(words):
            yield f"“{words}”在此指{theirs.read(words)}", theirs.workdays_basis.text
    if other.pauses and theirs.pause_side is not mine.pause_side:
        yield "中止的首尾算法不同", theirs.pause_basis.text
    if theirs.first_day_counts is not mine.first_day_counts:
        yield f"开始之日{'计入' if theirs.first_day_counts else '不计入'}", theirs.first_day_basis.text
    if theirs.last_to_last is not mine.last_to_last and other.reading.unit in (Unit.MONTH, Unit.YEAR):
        yield "月末起算的算法不同", theirs.months_basis.text
    if theirs.rolls_forward is not mine.rolls_forward:
        yield f"届满日遇休息日{'' if theirs.rolls_forward else '不'}顺延", theirs.roll_basis.text

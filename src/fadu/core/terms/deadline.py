"""The answer of a count: the dates, what was counted, what was not and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fadu.core.errors import InputError
from fadu.core.terms.explain import sentences
from fadu.core.terms.limits import Limit
from fadu.core.terms.regimes import Regime


@dataclass(frozen=True)
class Pause:
    """Time suspended from ``start`` (day of suspension) to ``end`` (day of resumption), with its reason."""

    start: date
    end: date
    reason: str = "中止期间"

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise InputError(
                f"中止自{self.start}起，却在{self.end}恢复",
                why="恢复之日不能早于中止之日",
                cure="请核对两个日期的先后",
            )


@dataclass(frozen=True)
class Extension:
    """More time. ``decided``: when it was approved and notified; after the nominal end it is void (None: not asked)."""

    limit: Limit
    decided: date | None = None


@dataclass(frozen=True)
class Skipped:
    """A day that was passed over, with the reason. ``kind``: rest (休息日), paused (中止), roll (届满日遇休息日顺延:
    the nominal day itself, which is counted as well, and the rest days after it), worked (调休上班, counted)."""

    day: date
    kind: str
    reason: str


@dataclass(frozen=True)
class Deadline:
    """When a limit ends.

    ``nominal`` is before the roll; ``due_legal`` the last day on which the act is in time; ``due_internal`` the last
    working day not after the nominal date, for reminders. All three are dates, or Beijing moments for limits in hours.
    ``counted`` and ``skipped`` list every day; ``void`` are extensions decided too late, which were not added.
    ``provisional``: a year without a published arrangement was touched, so the dates may still change.
    ``unsettled``: the due date is one of the last days of December that the next year's notice may still touch.
    """

    start: date | datetime
    limit: Limit
    reading: Limit
    regime: Regime
    nominal: date | datetime
    due_legal: date | datetime
    due_internal: date | datetime
    rolled: bool
    provisional: bool
    counted: tuple[date, ...]
    skipped: tuple[Skipped, ...]
    worked_rest_days: tuple[Skipped, ...] = ()
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Extension, ...] = ()
    void: tuple[Extension, ...] = ()
    missing_years: tuple[int, ...] = ()
    unsettled: bool = False

    def explain(self) -> list[str]:
        """The counting in Chinese sentences, from the start day to the due date."""
        return sentences(self)

    def to_json(self) -> dict[str, Any]:
        """Plain data: dates in ISO form, skipped days with their reasons, the sentences of the explanation."""
        return {
            "start": self.start.isoformat(),
            "limit": self.limit.words(),
            "counted_as": self.reading.words(),
            "regime": self.regime.name,
            "nominal": self.nominal.isoformat(),
            "due_legal": self.due_legal.isoformat(),
            "due_internal": self.due_internal.isoformat(),
            "provisional": self.provisional,
            "missing_years": list(self.missing_years),
            "unsettled": self.unsettled,
            "counted": [day.isoformat() for day in self.counted],
            "skipped": [
                {"date": s.day.isoformat(), "kind": s.kind, "reason": s.reason} for s in self.skipped
            ],
            "pauses": [
                {"from": pause.start.isoformat(), "to": pause.end.isoformat(), "reason": pause.reason}
                for pause in self.pauses
            ],
            "extensions": [extension.limit.words() for extension in self.extensions],
            "void_extensions": [extension.limit.words() for extension in self.void],
            "explanation": self.explain(),
        }

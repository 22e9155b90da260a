"""What a bench answers: a ratio of two figures measured in the same run, and what is demanded of it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """Ours beside a baseline.

    ``ours`` and ``base`` are in the same ``unit``; their quotient is judged. ``required`` (a failure beyond it) and
    ``wished`` are lower bounds, or upper bounds when ``at_most`` is set (durations, sizes). ``required=None`` only reports.
    """

    what: str
    ours: float
    base: float
    unit: str
    baseline: str
    required: float | None
    wished: float | None = None
    at_most: bool = False
    note: str = ""

    @property
    def value(self) -> float:
        """The quotient."""
        return self.ours / self.base

    def meets(self, bound: float | None) -> bool:
        """Whether the quotient is on the right side of a bound; without a bound nothing is demanded."""
        if bound is None:
            return True
        return self.value <= bound if self.at_most else self.value >= bound


def alternate(*works: Callable[[], object], rounds: int = 5) -> list[float]:
    """Median seconds of each work, run in turns: a slow minute of the machine falls on all of them alike."""
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, seconds in zip(works, taken, strict=True):
            begun = time.perf_counter()
            work()
            seconds.append(time.perf_counter() - begun)
    return [statistics.median(seconds) for seconds in taken]

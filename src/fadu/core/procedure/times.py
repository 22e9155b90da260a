"""Do minimum times fit inside deadlines? A separate check: the proof of order leaves time out.

A limit contradicts the law's own minimum times where even the shortest waiting (counted in the fewest calendar days it
can take) is longer than the longest time the limit can last.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fadu.core.procedure.definition import Definition, Step
from fadu.core.procedure.names import ancestors, expand
from fadu.core.terms import Limit, Unit

# The longest run of days off of the State Council's arrangements since 2007 is nine days; two may touch one limit.
_HOLIDAYS = 18


@dataclass(frozen=True)
class Misfit:
    """A limit that cannot be kept."""

    sentence: str
    basis: str


def check(definition: Definition) -> Iterator[Misfit]:
    """Every limit that the minimum times on the way to its step make impossible."""
    before = ancestors(definition)
    for step in definition.steps.values():
        if step.limit is None or step.limit.until:
            continue
        most = longest(step.limit.time) + (longest(step.limit.extension.time) if step.limit.extension else 0)
        for owing in _owing(definition, step.name):
            waiting = _waiting(definition, step, owing, before, frozenset())
            if waiting > most:
                yield Misfit(
                    f"“{step.title}”应当在“{definition.steps[owing].title}”后{step.limit.time}内完成，但是其间的最短期间至少要{waiting}日",
                    step.limit.basis.printed or step.basis.printed,
                )
        for wait in step.waits:
            if wait.kind == "grant" and wait.time and shortest(wait.time) > most:
                yield Misfit(
                    f"“{step.title}”应当保证的时间（{wait.time}）长于其办理期限（{step.limit.time}）",
                    wait.basis.printed or step.basis.printed,
                )


def _owing(definition: Definition, name: str) -> Iterator[str]:
    for step in definition.steps.values():
        if name in step.then.owes or any(name in outcome.then.owes for outcome in step.outcomes.values()):
            yield step.name


def _waiting(
    definition: Definition, step: Step, origin: str, before: dict[str, set[str]], seen: frozenset[str]
) -> int:
    """The fewest days between ``origin`` and ``step`` that hard, unconditional minimum times leave."""
    if step.name in seen or step.name == origin:
        return 0
    on_the_way = [
        _waiting(definition, definition.steps[ref.step], origin, before, seen | {step.name})
        for one in step.after
        for ref in expand(definition, one)
        if len(expand(definition, one)) == 1
        and origin in before[ref.step]
        and not definition.steps[ref.step].guard
    ]
    own = 0
    for wait in step.waits:
        named = {ref.step for ref in wait.start} or {ref.step for ref in step.after}
        if wait.kind == "elapse" and wait.time and wait.force == "hard" and not wait.guard:
            if any(ref.outcome for ref in wait.start) or not all(
                name == origin or origin in before.get(name, set()) for name in named
            ):
                continue
            own = max(own, shortest(wait.time))
    return own + max(on_the_way, default=0)


def shortest(limit: Limit) -> int:
    """The fewest calendar days the length can take."""
    per = {Unit.HOUR: 0, Unit.DAY: 1, Unit.MONTH: 28, Unit.YEAR: 365}
    if limit.unit is Unit.WORKDAY:
        return limit.number + 2 * ((limit.number - 1) // 5)
    return limit.number * per[limit.unit]


def longest(limit: Limit) -> int:
    """The most calendar days the length can take, the move off days of rest included."""
    per = {Unit.HOUR: 1, Unit.DAY: 1, Unit.MONTH: 31, Unit.YEAR: 366}
    if limit.unit is Unit.WORKDAY:
        return limit.number + 2 * (limit.number // 5 + 1) + _HOLIDAYS
    return limit.number * per[limit.unit] + _HOLIDAYS

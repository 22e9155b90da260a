"""Conditions over a marking: a small algebra that the engine evaluates and the prover turns into diagrams.

There is nothing here but and, or, not over the bits of a marking; law files cannot write formulas, the table builds
them from the words of the law.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fadu.core.procedure.marking import Marking

Test = Callable[["Marking"], bool]


@dataclass(frozen=True)
class Bit:
    """One bit. ``kind``: done (value = outcome, empty for any), owed, yes, no (facts), waived, waiting (children
    open), running (a pause), ended."""

    kind: str
    name: str = ""
    value: str = ""


@dataclass(frozen=True)
class Not:
    """The contrary."""

    part: Formula


@dataclass(frozen=True)
class All:
    """Every part holds; the empty one is always true."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True)
class Some:
    """At least one part holds; the empty one never does."""

    parts: tuple[Formula, ...]


Formula = Bit | Not | All | Some
TRUE, FALSE = All(()), Some(())


def conj(parts: Iterable[Formula]) -> Formula:
    """And, simplified."""
    kept: list[Formula] = []
    for part in parts:
        if part == FALSE:
            return FALSE
        kept.extend(part.parts if isinstance(part, All) else [part])
    unique = tuple(dict.fromkeys(kept))
    return unique[0] if len(unique) == 1 else All(unique)


def disj(parts: Iterable[Formula]) -> Formula:
    """Or, simplified."""
    kept: list[Formula] = []
    for part in parts:
        if part == TRUE:
            return TRUE
        kept.extend(part.parts if isinstance(part, Some) else [part])
    unique = tuple(dict.fromkeys(kept))
    return unique[0] if len(unique) == 1 else Some(unique)


def neg(part: Formula) -> Formula:
    """Not, simplified."""
    if part == TRUE:
        return FALSE
    if part == FALSE:
        return TRUE
    return part.part if isinstance(part, Not) else Not(part)


def bits(formula: Formula) -> Iterator[Bit]:
    """Every bit read."""
    if isinstance(formula, Bit):
        yield formula
    elif isinstance(formula, Not):
        yield from bits(formula.part)
    else:
        for part in formula.parts:
            yield from bits(part)


def compile_test(formula: Formula) -> Test:
    """A function that answers the formula for a marking."""
    if isinstance(formula, Bit):
        return _LEAVES[formula.kind](formula.name, formula.value)
    if isinstance(formula, Not):
        return _not(compile_test(formula.part))
    tests = tuple(compile_test(part) for part in formula.parts)
    return _all(tests) if isinstance(formula, All) else _some(tests)


def _not(test: Test) -> Test:
    return lambda marking: not test(marking)


def _all(tests: tuple[Test, ...]) -> Test:
    def answer(marking: Marking) -> bool:
        for test in tests:  # noqa: SIM110 - a generator would double the cost of the hot path
            if not test(marking):
                return False
        return True

    return answer


def _some(tests: tuple[Test, ...]) -> Test:
    def answer(marking: Marking) -> bool:
        for test in tests:  # noqa: SIM110 - as above
            if test(marking):
                return True
        return False

    return answer


def _done(name: str, value: str) -> Test:
    if not value:
        return lambda marking: name in marking.done

    def answer(marking: Marking) -> bool:
        done = marking.done.get(name)
        return done is not None and done[0] == value

    return answer


_LEAVES: dict[str, Callable[[str, str], Test]] = {
    "done": _done,
    "owed": lambda name, value: lambda marking: name in marking.owed,
    "yes": lambda name, value: lambda marking: marking.facts.get(name) is True,
    "no": lambda name, value: lambda marking: marking.facts.get(name) is False,
    "waived": lambda name, value: lambda marking: name in marking.waived,
    "waiting": lambda name, value: lambda marking: name in marking.waiting,
    "running": lambda name, value: lambda marking: name in marking.running,
    "ended": lambda name, value: lambda marking: marking.ended is not None,
}

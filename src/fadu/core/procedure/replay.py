"""What if the law changes: the acts of running and past cases told again under another version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fadu.core.errors import Refusal
from fadu.core.procedure import engine
from fadu.core.procedure.act import Act
from fadu.core.procedure.definition import Definition
from fadu.core.procedure.fold import in_order
from fadu.core.terms import Calendar

# Answers that an old act cannot give are not what a change of law does to it: they are listed apart.
_NOT_ASKED = ("fact_missing", "fact_not_asked", "review_unbound")


@dataclass(frozen=True)
class Otherwise:
    """An act that would have been refused, with every reason, or could not be judged (``unjudged``) because the other
    version asks what was not asked then."""

    seq: int
    step: str
    refusals: tuple[Refusal, ...]
    unjudged: tuple[Refusal, ...]


@dataclass(frozen=True)
class Replayed:
    """One case under the other version: acts that go otherwise, and what is owed at the end only under one of them."""

    case: str
    otherwise: tuple[Otherwise, ...]
    owed_more: tuple[str, ...]
    owed_less: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Nothing would have gone otherwise."""
        return not (self.otherwise or self.owed_more or self.owed_less)


def replay(
    cases: Mapping[str, tuple[Definition, Sequence[Act]]], other: Definition, *, calendar: Calendar
) -> tuple[Replayed, ...]:
    """Every case (its own definition and acts) under ``other``. Acts are judged as performed at their time; an act
    that would be refused is counted and, as it did happen, still folded."""
    return tuple(_one(name, own, acts, other, calendar) for name, (own, acts) in cases.items())


def _one(name: str, own: Definition, acts: Sequence[Act], other: Definition, calendar: Calendar) -> Replayed:
    marking = engine.start(other)
    found: list[Otherwise] = []
    for act in in_order(acts):
        judged = (
            _with_text(act, engine.text_under_review(other, marking, act.step))
            if act.step in other.steps
            else act
        )
        refusals = engine.refusals(
            other, marking, judged, at=act.recorded_at, calendar=calendar, history=acts
        )
        refused, unjudged = _split(refusals)
        if refused or unjudged:
            found.append(Otherwise(act.seq, act.step, refused, unjudged))
        if act.step in other.steps and act.outcome in other.steps[act.step].outcomes:
            marking = engine.advance(other, marking, judged)
    before, after = set(_owed(own, acts)), set(marking.owed)
    return Replayed(name, tuple(found), tuple(sorted(after - before)), tuple(sorted(before - after)))


def _owed(own: Definition, acts: Iterable[Act]) -> Iterable[str]:
    return engine.fold(own, acts).owed


def _split(refusals: Iterable[Refusal]) -> tuple[tuple[Refusal, ...], tuple[Refusal, ...]]:
    every = tuple(refusals)
    unjudged = tuple(one for one in every if one.code in _NOT_ASKED)
    return tuple(one for one in every if one.code not in _NOT_ASKED), unjudged


def _with_text(act: Act, text: str) -> Act:
    """Reviews are bound to the text then in force under either version."""
    return Act.from_data({**act.to_data(), "reviewed": text}) if act.reviewed else act

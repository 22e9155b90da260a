"""What if the law changes: the acts of running and past cases told again under another version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fadu.core.errors import Refusal
from fadu.core.procedure import engine
from fadu.core.procedure.act import Act
from fadu.core.procedure.definition import Definition
from fadu.core.procedure.fold import corrected, in_order
from fadu.core.procedure.marking import Marking
from fadu.core.terms import Calendar

# Answers that an old act cannot give are not what a change of law does to it: they are listed apart.
_NOT_ASKED = ("fact_missing", "fact_not_asked", "review_unbound")
# What an act names and the version does not have: there is nothing that it could change there.
_UNREADABLE = ("unknown_step", "unknown_outcome", "unknown_target")


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
    that would be refused is counted and, as it did happen, still folded. A reason that stood against the act under its
    own version already (a finding of an attested act) is none that the other version makes."""
    return tuple(_one(name, own, acts, other, calendar) for name, (own, acts) in cases.items())


def _one(name: str, own: Definition, acts: Sequence[Act], other: Definition, calendar: Calendar) -> Replayed:
    then, now = engine.start(own), engine.start(other)
    found: list[Otherwise] = []
    for act in in_order(corrected(own, acts)):
        then, known = _judged(own, then, act, acts, calendar)
        now, refusals = _judged(other, now, act, acts, calendar)
        before = {(one.code, one.sentence) for one in known}
        refused, unjudged = _split(one for one in refusals if (one.code, one.sentence) not in before)
        if refused or unjudged:
            found.append(Otherwise(act.seq, act.step, refused, unjudged))
    owed, owed_now = set(then.owed), set(now.owed)
    return Replayed(name, tuple(found), tuple(sorted(owed_now - owed)), tuple(sorted(owed - owed_now)))


def _judged(
    definition: Definition, marking: Marking, act: Act, history: Sequence[Act], calendar: Calendar
) -> tuple[Marking, tuple[Refusal, ...]]:
    """The marking after the act, and every reason against it before."""
    if act.step in definition.steps:
        act = _with_text(act, engine.text_under_review(definition, marking, act.step))
    refusals = engine.refusals(
        definition, marking, act, at=act.recorded_at, calendar=calendar, history=history
    )
    if any(one.code in _UNREADABLE for one in refusals):
        return marking, refusals
    return engine.advance(definition, marking, act), refusals


def _split(refusals: Iterable[Refusal]) -> tuple[tuple[Refusal, ...], tuple[Refusal, ...]]:
    every = tuple(refusals)
    unjudged = tuple(one for one in every if one.code in _NOT_ASKED)
    return tuple(one for one in every if one.code not in _NOT_ASKED), unjudged


def _with_text(act: Act, text: str) -> Act:
    """Reviews are bound to the text then in force under either version."""
    return Act.from_data({**act.to_data(), "reviewed": text}) if act.reviewed else act

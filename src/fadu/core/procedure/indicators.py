"""Indicators: named figures over acts. Nobody types a percentage in; each counts doings and leads to its cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from fadu.core.procedure.act import Act
from fadu.core.procedure.definition import Definition, Indicator, Ref
from fadu.core.terms import legal_day


@dataclass(frozen=True)
class Counted:
    """One doing that an indicator counts: the act's number, and whether it has what the law asks for."""

    seq: int
    kept: bool


def counted(indicator: Indicator, acts: Sequence[Act], facts: Mapping[str, bool]) -> Iterator[Counted]:
    """Every doing of ``of`` in one case; none where a fact takes the case out. ``acts`` need neither values nor files, in
    any order; a fact not known takes nothing out and brings nothing in."""
    if any(facts.get(name) for name in indicator.unless):
        return
    if not all(facts.get(name) for name in indicator.only_when):
        return
    for act in acts:
        if _is(act, indicator.of):
            day = legal_day(act.occurred_at)
            kept = any(_is(one, indicator.having) for one in acts) or any(
                _is(one, indicator.first) and legal_day(one.occurred_at) < day for one in acts
            )
            yield Counted(act.seq, kept)


def steps_of(definition: Definition) -> frozenset[str]:
    """The steps whose acts the indicators of a procedure read."""
    return frozenset(
        ref.step for one in definition.indicators.values() for ref in (*one.of, *one.first, *one.having)
    )


def _is(act: Act, refs: Sequence[Ref]) -> bool:
    return any(act.step == ref.step and ref.outcome in ("", act.outcome) for ref in refs)

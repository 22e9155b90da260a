"""What is to be proved, and where it fails: guarantees, dead ends, outcomes that can never come.

A guarantee is a small automaton of two modes that watches the acts. "Never X without W" starts in the mode *without*;
W leads out of it, ``voided_by`` back into it; X in that mode is a violation. "After A no rest without B" starts free;
A leads into the mode *owing*, B (or ``lifted_by``) out of it; rest in that mode is a violation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fadu.core.procedure.definition import Guarantee
from fadu.core.procedure.formula import Bit, disj
from fadu.core.procedure.prover import Model, Move, Set, matches


@dataclass(frozen=True, eq=False)
class Watch:
    """A guarantee as an automaton over the model: which acts lead into the bad mode and out of it, whether a case
    starts there, and what in that mode is a violation (states, and for "never" the act that makes it one)."""

    guarantee: Guarantee
    starts_bad: bool
    into: tuple[Move, ...]
    out: tuple[Move, ...]
    bad: Set
    final: tuple[Move, ...]


def watch(model: Model, guarantee: Guarantee, moves: tuple[Move, ...]) -> Watch:
    """The automaton of one guarantee."""
    demanded = model.demanded(guarantee)
    if guarantee.never:
        final = tuple(move for move in moves if matches(move.row, guarantee.never))
        waived = [Bit("waived", ref.step) for ref in guarantee.without]
        bad = model.bdd.false
        for move in final:
            bad |= move.guard
        into = (*guarantee.voided_by, *guarantee.armed_by)
        return Watch(
            guarantee,
            not guarantee.armed_by,
            tuple(move for move in moves if matches(move.row, into)),
            tuple(move for move in moves if matches(move.row, guarantee.without)),
            bad & demanded & ~model.formula(disj(waived)),
            final,
        )
    out = (*guarantee.cannot_rest_without, *guarantee.lifted_by)
    return Watch(
        guarantee,
        False,
        tuple(move for move in moves if matches(move.row, guarantee.after)),
        tuple(move for move in moves if matches(move.row, out)),
        model.rest & demanded,
        (),
    )


def violated(model: Model, one: Watch, reached: Set, moves: tuple[Move, ...]) -> bool:
    """Whether a state in the bad mode can be a violation. First by what the marking itself shows, which decides nearly
    always; else by exploring the bad mode."""
    if reached & one.bad == model.bdd.false or _shown_by_marking(model, one, reached):
        return False
    bad_mode = model.initial if one.starts_bad else model.bdd.false
    for move in one.into:
        bad_mode |= model.after(reached, move)
    return model.close(bad_mode, staying(one, moves)) & one.bad != model.bdd.false


def staying(one: Watch, moves: tuple[Move, ...]) -> tuple[Move, ...]:
    """The acts that do not lead out of the bad mode."""
    out = {id(move) for move in one.out}
    return tuple(move for move in moves if id(move) not in out)


def _shown_by_marking(model: Model, one: Watch, reached: Set) -> bool:
    """Sufficient proof: wherever a violation could be, the marking shows the saving act as done (and not owed again),
    and every act that leads into the bad mode takes that mark away."""
    refs = one.guarantee.without or (*one.guarantee.cannot_rest_without, *one.guarantee.lifted_by)
    marks = model.bdd.false
    for ref in refs:
        if ref.step in model.told_apart and (not ref.outcome or ref.outcome in model.told_apart[ref.step]):
            owed = model.formula(Bit("owed", ref.step))
            marks |= model.formula(Bit("done", ref.step, ref.outcome)) & ~owed
    if reached & one.bad & ~marks != model.bdd.false:
        return False
    return all(model.after(reached, move) & marks == model.bdd.false for move in one.into)


def impossible(model: Model, reached: Set) -> Iterator[Move]:
    """The acts of the procedure itself (every outcome) that no state allows."""
    for move in model.moves:
        if not move.row.step.general and reached & move.guard == model.bdd.false:
            yield move


def dead_ends(model: Model, reached: Set) -> Set:
    """The states from which the case can no longer come to rest except by giving up."""
    good = model.can_reach(model.rest, reached, model.progress_moves())
    return reached & ~good

"""The compiled table as binary decision diagrams: every state a case can be in, forward and backward, symbolically.

No primed variables and no transition relation are needed, because an act is a conjunction of clauses and an ordered
list of conditional constant assignments: the states after it are "forget the bits, then set them", the states before
it are "put the constants in". Time is abstracted to "not yet or passed", counters are left out, both allow more
orders than the law does; so what is proved here holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import dd.cudd as cudd

from fadu.core.procedure import relations
from fadu.core.procedure.changes import Change
from fadu.core.procedure.definition import Definition, Guarantee, Ref
from fadu.core.procedure.formula import All, Bit, Formula, Not, bits
from fadu.core.procedure.marking import Marking
from fadu.core.procedure.table import Row, Table, table_of

Set = Any  # a node of the diagram: a set of states


@dataclass(frozen=True, eq=False)
class Move:
    """An act in the model: its guard and its assignments (condition or None, bit → constant, None for either)."""

    row: Row
    guard: Set
    writes: tuple[tuple[Set | None, Mapping[str, bool | None]], ...]


# General acts that change no bit that matters to the order of steps.
_SILENT = ("extend", "correct", "serve", "explain", "note", "contest", "transfer", "join", "split")
# Acts on which no proof of progress may lean: one cannot count on somebody waiving, overturning or giving up.
_NOT_PROGRESS = ("waive", "overturn", "return", "reopen")


class Model:
    """The states of one procedure. ``moves`` are its acts."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.table: Table = table_of(definition)
        self.bdd = cudd.BDD()
        self.bdd.configure(reordering=True)
        self.rows = tuple(self._relevant_rows())
        self.told_apart = self._told_apart()
        self.variables = tuple(dict.fromkeys(self._variables()))
        self._declared = frozenset(self.variables)
        self.bdd.declare(*self.variables)
        self._cache: dict[Formula, Set] = {}
        self.moves = tuple(Move(row, self._guard(row), self._writes(row)) for row in self.rows)
        self.rest = self.formula(self._rest())
        self.initial = self._initial()

    # The model

    def _relevant_rows(self) -> Iterator[Row]:
        owed = {
            change.name for row in self.table.rows.values() for change in row.changes if change.kind == "owe"
        }
        read = {
            ref.step
            for step in self.definition.steps.values()
            for ref in (*step.after, *step.after_any, *step.not_after)
        }
        for row in self.table.rows.values():
            silent = row.step.act in _SILENT or row.target.endswith(".wait")
            if not silent or row.step.name in owed | read:
                yield row

    def _rest(self) -> Formula:
        return relations.rests(self.definition)

    def _formulas(self) -> Iterator[Formula]:
        yield self._rest()
        for row in self.rows:
            yield from (clause.formula for clause in row.clauses)
            yield from (change.when for change in row.changes)
        for guarantee in self.definition.guarantees:
            yield from (Bit("yes", name) for name in (*guarantee.unless, *guarantee.only_when))
            yield from (Bit("waived", ref.step) for ref in guarantee.without)

    def _told_apart(self) -> dict[str, tuple[str, ...]]:
        """For each step, the outcomes that something distinguishes; the others share one bit, unread steps have none."""
        found: dict[str, dict[str, None]] = {}
        for formula in self._formulas():
            for bit in bits(formula):
                if bit.kind == "done":
                    found.setdefault(bit.name, {})[bit.value] = None
        apart = {}
        for name, outcomes in found.items():
            named = tuple(outcome for outcome in outcomes if outcome)
            every = set(self.definition.steps[name].outcomes)
            apart[name] = (*named, *([""] if "" in outcomes and every - set(named) else []))
        return apart

    def _variables(self) -> Iterator[str]:
        """In file order, what belongs to one step side by side."""
        read = {(bit.kind, bit.name) for formula in self._formulas() for bit in bits(formula)}
        asked: dict[str, list[str]] = {}
        for known in self.definition.facts.values():
            if ("yes", known.name) in read or ("no", known.name) in read:
                asked.setdefault(known.asked[0], []).append(known.name)
        owable = {
            change.name for row in self.rows for change in row.changes if change.kind in ("owe", "supersede")
        }
        owable.add(self.definition.opening)
        read = {(kind, name) for kind, name in read if kind != "owed" or name in owable}
        yield "ended"
        for name in self.definition.steps:
            yield from (f"done.{name}.{outcome}" for outcome in self.told_apart.get(name, ()))
            yield from (f"{kind}.{name}" for kind in ("owed", "waiting", "waived") if (kind, name) in read)
            for fact in asked.get(name, ()):
                yield from (f"known.{fact}", f"is.{fact}")
        yield from (f"running.{name}" for name in self.definition.pauses)

    def formula(self, formula: Formula) -> Set:
        """The set of states in which the formula holds."""
        made = self._cache.get(formula)
        if made is None:
            made = self._cache[formula] = self._make(formula)
        return made

    def _make(self, formula: Formula) -> Set:
        if isinstance(formula, Bit):
            return self._bit(formula)
        if isinstance(formula, Not):
            return ~self.formula(formula.part)
        conjunction = isinstance(formula, All)
        made = self.bdd.true if conjunction else self.bdd.false
        for part in formula.parts:
            made = made & self.formula(part) if conjunction else made | self.formula(part)
        return made

    def _bit(self, bit: Bit) -> Set:
        if bit.kind == "done":
            apart = self.told_apart[bit.name]
            named = apart if not bit.value else (bit.value,)
            made = self.bdd.false
            for outcome in named:
                made |= self.bdd.var(f"done.{bit.name}.{outcome}")
            return made
        if bit.kind == "yes":
            return self.bdd.var(f"known.{bit.name}") & self.bdd.var(f"is.{bit.name}")
        if bit.kind == "no":
            return self.bdd.var(f"known.{bit.name}") & ~self.bdd.var(f"is.{bit.name}")
        name = "ended" if bit.kind == "ended" else f"{bit.kind}.{bit.name}"
        return self.bdd.var(name) if name in self._declared else self.bdd.false

    def _guard(self, row: Row) -> Set:
        made = self.bdd.true
        for clause in row.clauses:
            made &= self.formula(clause.formula)
        return made

    def _writes(self, row: Row) -> tuple[tuple[Set | None, Mapping[str, bool | None]], ...]:
        """The changes as assignments; neighbours without a condition become one."""
        merged: list[tuple[Set | None, dict[str, bool | None]]] = []
        every: list[tuple[Set | None, dict[str, bool | None]]] = [
            (None if change.holds is None else self.formula(change.when), self._assign(change))
            for change in row.changes
        ]
        for when, writes in every:
            writes = {name: value for name, value in writes.items() if name in self._declared}
            if not writes:
                continue
            if when is None and merged and merged[-1][0] is None:
                merged[-1][1].update(writes)
            else:
                merged.append((when, writes))
        return tuple(merged)

    def _assign(self, change: Change) -> dict[str, bool | None]:
        name = change.name
        undone: dict[str, bool | None] = {
            f"done.{name}.{outcome}": False for outcome in self.told_apart.get(name, ())
        }
        if change.kind == "do":
            apart = self.told_apart.get(name, ())
            mine = change.value if change.value in apart else ""
            return {**undone, f"done.{name}.{mine}": True, f"owed.{name}": False}
        if change.kind == "end":
            kept = {f"owed.{one}" for one in change.kept}
            owed = [one for one in self.variables if one.startswith("owed.") and one not in kept]
            return {"ended": True, **dict.fromkeys(owed, False)}
        fixed: dict[str, dict[str, bool | None]] = {
            "clear": {**undone, f"owed.{name}": False, f"waiting.{name}": False, f"waived.{name}": False},
            "supersede": {**undone, f"owed.{name}": True, f"waiting.{name}": False},
            "owe": {f"owed.{name}": True},
            "drop": {f"owed.{name}": False},
            "waive": {f"waived.{name}": True},
            "answer": {f"known.{name}": True, f"is.{name}": change.value == "yes"},
            "ask": {f"known.{name}": True, f"is.{name}": None},
            "start": {f"running.{name}": True},
            "stop": {f"running.{name}": False},
            "open": {f"waiting.{name}": True},
            "close": {f"waiting.{name}": False},
            "reopen": {"ended": False},
        }
        return fixed[change.kind]

    def _initial(self) -> Set:
        start = dict.fromkeys(self.variables, False)
        if f"owed.{self.definition.opening}" in start:
            start[f"owed.{self.definition.opening}"] = True
        return self.bdd.cube(start)

    def state_of(self, marking: Marking) -> Set:
        """The state of the model that a marking of the engine is."""
        bits_of: dict[str, bool] = dict.fromkeys(self.variables, False)
        bits_of["ended"] = marking.ended is not None
        for name, done in marking.done.items():
            apart = self.told_apart.get(name, ())
            if apart:
                bits_of[f"done.{name}.{done.outcome if done.outcome in apart else ''}"] = True
        for name, yes in marking.facts.items():
            bits_of[f"known.{name}"], bits_of[f"is.{name}"] = True, yes
        for kind in ("owed", "waiting", "waived", "running"):
            bits_of.update({f"{kind}.{name}": True for name in getattr(marking, kind)})
        return self.bdd.cube({name: value for name, value in bits_of.items() if name in self._declared})

    # Exploring

    def after(self, states: Set, move: Move) -> Set:
        """The states that the act leads to from these."""
        states = states & move.guard
        for when, writes in move.writes:
            if states == self.bdd.false:
                return states
            moved = states if when is None else states & when
            constants = {name: value for name, value in writes.items() if value is not None}
            changed = self.bdd.exist(list(writes), moved) & self.bdd.cube(constants)
            states = changed if when is None else changed | (states & ~when)
        return states

    def before(self, states: Set, move: Move) -> Set:
        """The states from which the act can lead into these."""
        for when, writes in reversed(move.writes):
            constants = {name: value for name, value in writes.items() if value is not None}
            came = self.bdd.let(constants, states) if constants else states
            free = [name for name, value in writes.items() if value is None]
            came = self.bdd.exist(free, came) if free else came
            states = came if when is None else (when & came) | (states & ~when)
        return states & move.guard

    def close(self, reached: Set, moves: Iterable[Move]) -> Set:
        """All states reachable from these by these acts: every act in turn, until nothing new comes."""
        moves = tuple(moves)
        seen = [self.bdd.false] * len(moves)
        while True:
            before = reached
            for index, move in enumerate(moves):
                while (fresh := reached & ~seen[index]) != self.bdd.false:
                    seen[index] = reached
                    reached |= self.after(fresh, move)
            if reached == before:
                return reached

    def reachable(self, *, overturning: bool = False) -> Set:
        """Every state of a case. The ordinary acts first, then the rare ones (pause, withdrawal, waiver), each time
        closed again: mixing them from the start makes the diagrams large for nothing."""
        ordinary = [move for move in self.moves if not _rare(move)]
        rare = [
            move for move in self.moves if _rare(move) and (overturning or move.row.step.act != "overturn")
        ]
        reached = self.close(self.initial, ordinary)
        while True:
            grown = reached
            for move in rare:
                grown |= self.after(reached, move)
            if grown == reached:
                return reached
            reached = self.close(grown, ordinary)

    def can_reach(self, goal: Set, within: Set, moves: Iterable[Move]) -> Set:
        """The states of ``within`` from which ``goal`` can be reached by these acts."""
        moves = tuple(moves)
        good = fresh = goal & within
        while fresh != self.bdd.false:
            grown = self.bdd.false
            for move in reversed(moves):
                grown |= self.before(good, move) & within & ~good
                good |= grown
            fresh = grown
        return good

    def progress_moves(self) -> tuple[Move, ...]:
        """The acts on which a proof of progress may lean: no withdrawal, waiver or change of mind."""
        pausing = {
            ref.step for pause in self.definition.pauses.values() for ref in pause.start if pause.blocks
        }
        return tuple(
            move
            for move in self.moves
            if not move.row.step.escape and move.row.step.act not in _NOT_PROGRESS
            and not (move.row.step.general and move.row.step.name in pausing)
        )  # fmt: skip

    def demanded(self, guarantee: Guarantee) -> Set:
        """Where the guarantee is demanded: a fact that lifts it is not known to be so."""
        made = self.bdd.true
        for name in guarantee.unless:
            made &= ~self.formula(Bit("yes", name))
        for name in guarantee.only_when:
            # An unknown fact never counts as no; but what was never found to be so is not owed at the end.
            made &= self.formula(Bit("yes", name)) if guarantee.after else ~self.formula(Bit("no", name))
        return made


def ordinary(moves: Iterable[Move]) -> tuple[Move, ...]:
    """Without the general acts: stories are shorter and plainer."""
    return tuple(move for move in moves if not _rare(move))


def _rare(move: Move) -> bool:
    """Acts of the general file: possible nearly always, and apart from them the states are regular."""
    return move.row.step.general and move.row.step.act != "secrecy_review"


def matches(row: Row, refs: Iterable[Ref]) -> bool:
    """Whether the act is one of those referred to."""
    return any(ref.step == row.step.name and ref.outcome in ("", row.outcome) for ref in refs)

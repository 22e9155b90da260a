"""The one compiled table: for every act its clauses (with reason, citation and cure) and its ordered changes.

Engine and prover both run on it, so what is proved is what is enforced. An act is a step with an outcome, and for the
general acts that name something (豁免 a step, 推翻 a fact, 退回 to a step) a target. A clause is a formula over the bits
of the marking; a change sets bits to constants, possibly under a condition, one after the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from fadu.core.procedure import clauses, relations
from fadu.core.procedure.changes import Change, changes_of, secrecy_reviews
from fadu.core.procedure.clauses import Clause
from fadu.core.procedure.definition import Definition, Step, Wait
from fadu.core.procedure.formula import FALSE, Formula, Test, compile_test

Key = tuple[str, str, str]


@dataclass(frozen=True, eq=False)
class Row:
    """One act as the table knows it."""

    step: Step
    outcome: str
    target: str
    shared: tuple[Clause, ...]
    own: tuple[Clause, ...]
    changes: tuple[Change, ...]
    effects: tuple[str, ...]

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """The demands of the step, then those of this outcome and target."""
        return (*self.shared, *self.own)


@dataclass(frozen=True, eq=False)
class Table:
    """All rows by (step, outcome, target), and what the engine asks often, compiled."""

    definition: Definition
    rows: Mapping[Key, Row]
    step_clauses: Mapping[str, tuple[Clause, ...]]
    applicable: Mapping[str, Test]
    inapplicable: Mapping[str, Test]
    never_inapplicable: frozenset[str]
    watched_persons: frozenset[str]
    watched_dates: frozenset[str]
    reviewed: frozenset[str]
    keeps_start: frozenset[str]
    secrecy_reviews: Mapping[str, str]

    @cached_property
    def by_step(self) -> Mapping[str, tuple[Row, ...]]:
        """The rows of each step in file order."""
        found: dict[str, list[Row]] = {name: [] for name in self.definition.steps}
        for row in self.rows.values():
            found[row.step.name].append(row)
        return {name: tuple(rows) for name, rows in found.items()}

    @cached_property
    def dates_of(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """The watched dates that each step writes: (``step.field``, field)."""
        found: dict[str, list[tuple[str, str]]] = {name: [] for name in self.definition.steps}
        for key in sorted(self.watched_dates):
            owner, _, entry = key.partition(".")
            found.setdefault(owner, []).append((key, entry))
        return {name: tuple(dates) for name, dates in found.items()}

    @cached_property
    def counted_back(self) -> Mapping[str, tuple[tuple[Step, Wait, str], ...]]:
        """For each step the waits of others that count back from a date planned in it, and the field of that date."""
        found: dict[str, list[tuple[Step, Wait, str]]] = {name: [] for name in self.definition.steps}
        for other in self.definition.steps.values():
            for wait in other.waits:
                owner, _, entry = wait.planned.partition(".")
                if wait.kind == "before" and wait.time is not None and owner in found:
                    found[owner].append((other, wait, entry))
        return {name: tuple(waits) for name, waits in found.items()}


@lru_cache(maxsize=256)
def table_of(definition: Definition) -> Table:
    """The compiled table; made once for each definition object."""
    rows: dict[Key, Row] = {}
    step_clauses: dict[str, tuple[Clause, ...]] = {}
    for step in definition.steps.values():
        if step.office:
            continue
        step_clauses[step.name] = clauses.of_step(definition, step)
        for outcome in step.outcomes.values():
            effects = tuple(dict.fromkeys((*step.then.effects, *outcome.then.effects)))
            for target in relations.targets(definition, step):
                own = (
                    *clauses.of_outcome(definition, step, outcome),
                    *clauses.of_target(definition, step, target),
                )
                changes = changes_of(definition, step, outcome, target)
                rows[step.name, outcome.name, target] = Row(
                    step, outcome.name, target, step_clauses[step.name], own, changes, effects
                )
    inapplicable = {name: relations.ruled_out(step.guard) for name, step in definition.steps.items()}
    return Table(
        definition,
        rows,
        step_clauses,
        {name: compile_test(relations.applies(step.guard)) for name, step in definition.steps.items()},
        {name: compile_test(formula) for name, formula in inapplicable.items()},
        frozenset(name for name, formula in inapplicable.items() if formula == FALSE),
        frozenset(name for step in definition.steps.values() for name in step.not_same_person_as)
        | {name for name, review in secrecy_reviews(definition).items() if review},
        _watched_dates(definition),
        frozenset(name for step in definition.steps.values() for name in step.reviews),
        frozenset(step.name for step in definition.steps.values() if step.limit and step.limit.keeps),
        secrecy_reviews(definition),
    )


def _watched_dates(definition: Definition) -> frozenset[str]:
    """The ``step.field`` dates that a wait or a limit reads."""
    watched = set()
    for step in definition.steps.values():
        for wait in step.waits:
            if wait.planned:
                watched.add(wait.planned if "." in wait.planned else f"{step.name}.{wait.planned}")
        if step.limit:
            watched.update(step.limit.until)
        if step.limit and "." in step.limit.start:
            watched.add(step.limit.start)
        if step.accrues and "." in step.accrues.start:
            watched.add(step.accrues.start)
        for name in ("received_on", "known_on"):
            if name in step.fields:
                watched.add(f"{step.name}.{name}")
    return frozenset(watched)


def rest(definition: Definition) -> Formula:
    """The case rests: nothing applicable is owed and no pause runs."""
    return relations.rests(definition)

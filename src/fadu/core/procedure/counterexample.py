"""A shortest way into a fault, told so that a jurist can follow it: titles, the facts that matter, articles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fadu.core.procedure.definition import Definition
from fadu.core.procedure.formula import bits
from fadu.core.procedure.guarantees import Watch
from fadu.core.procedure.prover import Model, Move, Set

MOST_LAYERS = 400


@dataclass(frozen=True, eq=False)
class Way:
    """The acts and the states after each (the first state is the beginning)."""

    moves: tuple[Move, ...]
    states: tuple[Set, ...]


def to_states(model: Model, target: Set, moves: tuple[Move, ...]) -> Way | None:
    """A shortest way from the beginning into the target; None if there is none by these acts."""
    layers = [model.initial]
    seen = model.initial
    while layers[-1] & target == model.bdd.false:
        fresh = model.bdd.false
        for move in moves:
            fresh |= model.after(layers[-1], move)
        fresh &= ~seen
        if fresh == model.bdd.false or len(layers) > MOST_LAYERS:
            return None
        seen |= fresh
        layers.append(fresh)
    return _back(model, layers, layers[-1] & target, moves)


def to_violation(model: Model, one: Watch, moves: tuple[Move, ...]) -> Way | None:
    """A shortest way into a violation of a guarantee: the search keeps the two modes apart."""
    false = model.bdd.false
    into, out = {id(move) for move in one.into}, {id(move) for move in one.out}
    bad_layers = [model.initial if one.starts_bad else false]
    good_layers = [false if one.starts_bad else model.initial]
    seen_bad, seen_good = bad_layers[0], good_layers[0]
    while bad_layers[-1] & one.bad == false:
        bad, good = false, false
        for move in moves:
            from_bad, from_good = model.after(bad_layers[-1], move), model.after(good_layers[-1], move)
            if id(move) in out:
                good |= from_bad | from_good
            elif id(move) in into:
                bad |= from_bad | from_good
            else:
                bad, good = bad | from_bad, good | from_good
        bad, good = bad & ~seen_bad, good & ~seen_good
        if (bad == false and good == false) or len(bad_layers) > MOST_LAYERS:
            return None
        seen_bad, seen_good = seen_bad | bad, seen_good | good
        bad_layers.append(bad)
        good_layers.append(good)
    way = _back_modes(model, one, bad_layers, good_layers, moves)
    last = next((move for move in one.final if way.states[-1] & move.guard != false), None)
    return Way((*way.moves, last), (*way.states, model.after(way.states[-1], last))) if last else way


def _one(model: Model, states: Set) -> Set:
    return model.bdd.cube(model.bdd.pick(states, care_vars=set(model.variables)))


def _back(model: Model, layers: list[Set], target: Set, moves: tuple[Move, ...]) -> Way:
    states = [_one(model, target)]
    acts: list[Move] = []
    for layer in reversed(layers[:-1]):
        for move in moves:
            came = model.before(states[0], move) & layer
            if came != model.bdd.false:
                states.insert(0, _one(model, came))
                acts.insert(0, move)
                break
    return Way(tuple(acts), tuple(states))


def _back_modes(
    model: Model, one: Watch, bad_layers: list[Set], good_layers: list[Set], moves: tuple[Move, ...]
) -> Way:
    into, out = {id(move) for move in one.into}, {id(move) for move in one.out}
    states = [_one(model, bad_layers[-1] & one.bad)]
    acts: list[Move] = []
    in_bad = True
    for bad, good in zip(reversed(bad_layers[:-1]), reversed(good_layers[:-1]), strict=True):
        for move in moves:
            if (in_bad and id(move) in out) or (not in_bad and id(move) in into and id(move) not in out):
                continue
            came = model.before(states[0], move)
            from_bad = came & bad if in_bad or id(move) in out else model.bdd.false
            from_good = came & good if not in_bad or id(move) in into else model.bdd.false
            if from_bad != model.bdd.false or from_good != model.bdd.false:
                in_bad = from_bad != model.bdd.false
                states.insert(0, _one(model, from_bad if in_bad else from_good))
                acts.insert(0, move)
                break
    return Way(tuple(acts), tuple(states))


def tell(model: Model, way: Way) -> tuple[str, ...]:
    """The way as sentences, one an act; facts only where a step of the story depends on them."""
    definition = model.definition
    matter = _facts_that_matter(model, way)
    return tuple(
        _sentence(definition, model, move, way.states[index + 1], matter)
        for index, move in enumerate(way.moves)
    )


def owed_there(model: Model, state: Set) -> Iterator[str]:
    """What is owed in a state and why none of it can be done."""
    definition = model.definition
    for step in definition.steps.values():
        name = f"owed.{step.name}"
        if name not in model.variables or state & model.bdd.var(name) == model.bdd.false:
            continue
        reasons = [
            clause.refusal.sentence
            for clause in model.table.step_clauses[step.name]
            if state & model.formula(clause.formula) == model.bdd.false
        ]
        yield f"应办“{step.title}”" + (f"，但是{'；'.join(reasons)}" if reasons else "，其后仍无法了结")


def _facts_that_matter(model: Model, way: Way) -> set[str]:
    read = set()
    for move in way.moves:
        for clause in move.row.clauses:
            read |= {bit.name for bit in bits(clause.formula) if bit.kind in ("yes", "no")}
    return read


def _sentence(definition: Definition, model: Model, move: Move, state: Set, matter: set[str]) -> str:
    row = move.row
    title = definition.title_of(
        f"{row.step.name}.{row.outcome}" if len(row.step.outcomes) > 1 else row.step.name
    )
    if row.target:
        name, _, value = row.target.partition("=")
        about = (
            definition.facts[name].title + ("：是" if value == "yes" else "：否")
            if value
            else definition.steps[name.removesuffix(".wait")].title
        )
        title += f"“{about}”"
    asked = [name for name in row.step.asks if name in matter and f"is.{name}" in model.variables]
    yes = [name for name in asked if state & model.bdd.var(f"is.{name}") != model.bdd.false]
    answers = [f"{definition.facts[name].title}：是" for name in yes]
    no = [name for name in asked if name not in yes]
    if len(no) > 2:
        answers.append(f"{'其余' if yes else ''}{len(no)}项事实均为否")
    else:
        answers += [f"{definition.facts[name].title}：否" for name in no]
    facts = f"［{'；'.join(answers)}］" if answers else ""
    return f"{title}{facts}（{row.step.basis.short}）"

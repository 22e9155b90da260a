"""Prove a procedure: its guarantees, no dead end, every outcome possible, rest without giving up, times that fit.

The verdict depends only on the definition, so it is cached by its digest. The report states what was abstracted.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fadu.core.procedure import counterexample, guarantees, times
from fadu.core.procedure.definition import Definition
from fadu.core.procedure.guarantees import Watch
from fadu.core.procedure.prover import Model, Move, Set, ordinary

# A change of the method makes old verdicts void.
METHOD = "bdd-1"
# A story costs more than the proof, and one mistake breaks many guarantees: the first few are told.
MOST_STORIES = 3
BOUNDS = (
    "时间只区分“未到”与“已过”，期限不禁止办理，最短期间可以等到；",
    "次数上限不计；循环不限次数；",
    "每个事实一经询问，是与否都考虑到；",
    "子案件只区分“未办结”与“已办结”；",
    "补录不在证明之内：其与规定不符之处作为问题记录；",
)
WITH_OVERTURN = "推翻事实认定：任何次数都考虑到。"
WITHOUT_OVERTURN = "推翻事实认定不在此次证明之内（用 --thorough 证明）。"


@dataclass(frozen=True)
class Fault:
    """One thing that fails. ``kind``: guarantee, dead_end, impossible, times. ``story`` is a shortest way into it."""

    kind: str
    sentence: str
    basis: str = ""
    story: tuple[str, ...] = ()

    def told(self) -> str:
        """The fault with its numbered story."""
        steps = "".join(f"\n  {index}. {one}" for index, one in enumerate(self.story, 1))
        return (
            self.sentence
            + (f"（{self.basis}）" if self.basis else "")
            + (f"\n经过：{steps}" if steps else "")
        )


@dataclass(frozen=True)
class Report:
    """The verdict on one definition."""

    name: str
    title: str
    digest: str
    faults: tuple[Fault, ...]
    proved: tuple[str, ...]
    bounds: tuple[str, ...]
    states: float
    seconds: float

    @property
    def ok(self) -> bool:
        """Everything proved."""
        return not self.faults

    def as_json(self) -> dict[str, Any]:
        """The verdict as data."""
        return {**vars(self), "ok": self.ok, "faults": [vars(fault) for fault in self.faults]}


def verify(definition: Definition, *, cache: Path | None = None, thorough: bool = False) -> Report:
    """Prove the definition, or find what fails. ``cache`` is a folder of verdicts by digest; ``thorough`` also lets
    every fact be overturned at any time."""
    kept = cache / f"{definition.digest}.{METHOD}{'.thorough' if thorough else ''}.json" if cache else None
    if kept and kept.exists():
        return _read(json.loads(kept.read_text(encoding="utf-8")))
    report = _verify(definition, thorough)
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(report.as_json(), ensure_ascii=False, indent=1), encoding="utf-8")
    return report


def _read(data: dict[str, Any]) -> Report:
    faults = tuple(Fault(**{**fault, "story": tuple(fault["story"])}) for fault in data.pop("faults"))
    data.pop("ok")
    return Report(
        **{**data, "faults": faults, "proved": tuple(data["proved"]), "bounds": tuple(data["bounds"])}
    )


def _verify(definition: Definition, thorough: bool) -> Report:
    began = time.monotonic()
    model = Model(definition)
    moves = tuple(move for move in model.moves if thorough or move.row.step.act != "overturn")
    reached = model.reachable(overturning=thorough)
    faults: list[Fault] = [Fault("times", one.sentence, one.basis) for one in times.check(definition)]
    dead = guarantees.dead_ends(model, reached)
    if dead != model.bdd.false:
        faults.append(_dead_end(model, dead, reached, moves))
    proved: list[str] = []
    for guarantee in definition.guarantees:
        one = guarantees.watch(model, guarantee, moves)
        title = guarantee.title or _title(definition, one)
        if guarantees.violated(model, one, reached, moves):
            told = sum(bool(fault.story) for fault in faults) < MOST_STORIES
            faults.append(_violation(model, one, title, moves, told))
        else:
            proved.append(f"{title}（{guarantee.basis.short}）")
    faults += _impossible(model, reached)
    return Report(
        definition.name,
        definition.title,
        definition.digest,
        tuple(faults),
        tuple(proved),
        (*BOUNDS, WITH_OVERTURN if thorough else WITHOUT_OVERTURN),
        model.bdd.count(reached, len(model.variables)),
        round(time.monotonic() - began, 2),
    )


def _title(definition: Definition, one: Watch) -> str:
    guarantee = one.guarantee
    if guarantee.never and not guarantee.without:
        facts = [f"“{definition.facts[name].title}”" for name in (*guarantee.only_when, *guarantee.unless)]
        never = "、".join(f"“{definition.title_of(ref)}”" for ref in guarantee.never)
        return f"取决于{'、'.join(facts)}，不得{never}"
    said = [
        "、".join(f"“{definition.title_of(ref)}”" for ref in refs)
        for refs in (guarantee.never or guarantee.after, guarantee.without or guarantee.cannot_rest_without)
    ]
    return f"未经{said[1]}，不得{said[0]}" if guarantee.never else f"{said[0]}以后，应当{said[1]}"


def _violation(model: Model, one: Watch, title: str, moves: tuple[Move, ...], told: bool) -> Fault:
    way = None
    if told:
        plain = counterexample.to_violation(model, one, ordinary(moves))
        way = plain or counterexample.to_violation(model, one, moves)
    story = counterexample.tell(model, way) if way else ()
    tail = "" if one.guarantee.never else "，程序却可以就此了结"
    return Fault("guarantee", f"保证不成立：{title}{tail}", one.guarantee.basis.printed, story)


def _impossible(model: Model, reached: Set) -> Iterator[Fault]:
    for move in guarantees.impossible(model, reached):
        step = move.row.step
        name = f"{step.name}.{move.row.outcome}" if len(step.outcomes) > 1 else step.name
        why = [
            clause.refusal.sentence
            for clause in move.row.clauses
            if reached & model.formula(clause.formula) == model.bdd.false
        ]
        reason = f"：{'；'.join(why)}" if why else "：各项条件不能同时满足"
        yield Fault(
            "impossible",
            f"“{model.definition.title_of(name)}”在任何情形下都不能办理{reason}",
            step.basis.printed,
        )


def _dead_end(model: Model, dead: Set, reached: Set, moves: tuple[Move, ...]) -> Fault:
    way = counterexample.to_states(model, dead, ordinary(moves)) or counterexample.to_states(
        model, dead, moves
    )
    assert way is not None
    owed = "；".join(counterexample.owed_there(model, way.states[-1]))
    hidden = way.states[-1] & model.can_reach(model.rest, reached, moves) != model.bdd.false
    outs = "，只有撤回、终止、豁免或者推翻事实才能了结" if hidden else "，程序再也不能了结"
    return Fault("dead_end", f"程序可能走入死胡同{outs}。此时{owed}", "", counterexample.tell(model, way))

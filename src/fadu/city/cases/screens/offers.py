"""What the case page offers beside the steps: the office verbs this person may use now, and what a general act may name."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from fadu.city.authority.actor import Actor
from fadu.city.cases.desk.office_limits import DIRECTING, near
from fadu.city.cases.models import Assignment
from fadu.city.cases.screens.dossier import Dossier
from fadu.core.procedure.definition import Definition, Step
from fadu.core.procedure.engine import StepState
from fadu.core.procedure.marking import Marking

Kind = Assignment.Kind
Choice = tuple[str, str]


@dataclass(frozen=True)
class Offer:
    """An office verb and the steps on which this person may use it."""

    verb: Step
    targets: tuple[Choice, ...]


def verbs(
    around: Dossier, definition: Definition, actor: Actor, states: Sequence[StepState], mine: Collection[str]
) -> list[Offer]:
    """The verbs for work that is to be done now; ``mine`` are the steps whose role this person has. What more a verb
    asks (the receiver's post, the day) is answered when it is used."""
    if not actor.official:
        return []
    work = _Work.of(around, actor, mine)
    found: dict[str, list[Choice]] = {}
    for state in states:
        if state.state == "owed" or (state.state == "available" and not state.step.general):
            for verb in _usable(work, state.step.name, owed=state.state == "owed"):
                found.setdefault(verb, []).append((state.step.name, state.step.title))
    offices = (step for step in definition.steps.values() if step.office and step.name in found)
    return [Offer(step, tuple(found[step.name])) for step in offices]


@dataclass(frozen=True)
class _Work:
    """What lies with whom in a case, seen by one person."""

    person: int
    mine: Collection[str]
    active: list[Assignment]
    own_acts: frozenset[int]
    directed: frozenset[str]
    near: bool

    @classmethod
    def of(cls, around: Dossier, actor: Actor, mine: Collection[str]) -> _Work:
        organs = {held.organ.pk for held in actor.holdings if held.functions & DIRECTING}
        seats = frozenset(step for step, organ in around.seats if organ in organs)
        active = [row for row in around.assignments if row.done_seq is None]
        given = {row.by_seq for row in active}
        own = frozenset(
            act.seq for act in around.acts if act.seq in given and act.person_id == actor.person.pk
        )
        return cls(actor.person.pk, mine, active, own, seats, near(actor, around.case))


def _usable(work: _Work, step: str, *, owed: bool) -> Iterator[str]:
    rows = [row for row in work.active if row.step == step]
    with_me = [row for row in rows if row.person_id == work.person]
    in_hand = [row for row in rows if row.kind in Assignment.WORK]
    has = any(row in in_hand for row in with_me) or (not in_hand and step in work.mine)
    signing = any(row.kind == Kind.SIGNER for row in with_me)
    waiting = any(row.kind == Kind.SIGNER for row in rows)
    given = any(row.by_seq in work.own_acts and row.person_id != work.person for row in rows)
    yield from (
        verb
        for verb, usable in (
            ("countersign", signing),
            ("hand_over", has),
            ("add_signer", has or signing),
            ("remove_signer", waiting and (has or given)),
            ("delegate_task", step in work.directed),
            ("send_back", bool(with_me)),
            ("recall", given),
            ("urge", (owed or waiting) and (work.near or given)),
        )
        if usable
    )


def targets(
    around: Dossier, definition: Definition, step: Step, states: Sequence[StepState], offers: Sequence[Offer]
) -> list[Choice]:
    """What an act of this step may name, with words for a person; empty where it names nothing."""
    if step.office:
        return [choice for offer in offers if offer.verb == step for choice in offer.targets]
    marking = Marking.from_data(around.case.marking)
    if step.act == "serve":
        return [
            (name, definition.steps[name].title) for name in marking.done if _served(definition.steps[name])
        ]
    if step.act == "extend":
        running = ((state.step, state.step.limit) for state in states if state.duty is not None)
        return [(one.name, one.title) for one, limit in running if limit is not None and limit.extension]
    if step.act == "correct":
        acts = reversed(around.acts)
        return [(str(act.seq), f"第 {act.seq} 步：{definition.steps[act.step].title}") for act in acts]
    if step.act == "explain":
        return [(key, _finding(around, definition, key)) for key in marking.findings]
    named = next((state.targets for state in states if state.step == step), ())
    return [(name, _called(definition, name)) for name in named]


def _served(step: Step) -> bool:
    """Steps that make a paper; where a procedure says nothing of service, any of its own steps may be served."""
    return not step.general and bool(step.produces or step.serves or step.documents)


def _finding(around: Dossier, definition: Definition, key: str) -> str:
    seq, _, code = key.partition(":")
    act = next(act for act in around.acts if act.seq == int(seq))
    told = next((one["sentence"] for one in act.data.get("findings", ()) if one["code"] == code), code)
    return f"第 {seq} 步 {definition.steps[act.step].title}：{told}"


def _called(definition: Definition, name: str) -> str:
    fact, _, value = name.partition("=")
    if fact in definition.facts:
        said = {"yes": "，改认定为“是”", "no": "，改认定为“否”"}.get(value, "")
        return f"{definition.facts[fact].title}{said}"
    step = name.removesuffix(".wait")
    title = definition.steps[step].title if step in definition.steps else name
    return f"{title}（等待期）" if name != step else title

"""经办分派 out of history: what the office acts (转办、委派、会签 …) of a case made of its work, replayed from its acts.

``office`` moves rows as each act is done; this says the same from the acts alone, so that rows can be compared with
history and written anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fadu.city.accounts.models import Person
from fadu.city.authority import queries as authority
from fadu.city.cases.desk.office_limits import by_role
from fadu.city.cases.models import Act, Assignment, Case
from fadu.city.ledger import queries as ledger
from fadu.core.procedure.definition import Definition

Kind = Assignment.Kind


@dataclass
class Piece:
    """One assignment as history tells it."""

    step: str
    person: int
    kind: str
    by_seq: int
    done_seq: int | None = None


def replay(case: Case, definition: Definition) -> list[Piece]:
    """The assignments of a case in the order in which they were made."""
    acts = list(case.acts.select_related("person").order_by("seq"))
    moving = [act for act in acts if act.step in definition.steps and definition.steps[act.step].office]
    if not moving:
        return []
    work = _Work(case, definition, acts, ledger.openings(f"case/{case.key}"))
    for act in moving:
        if (move := _MOVES.get(act.step)) is not None:
            move(work, act)
    return work.pieces


class _Work:
    """The pieces so far, and what a move asks of them."""

    def __init__(
        self, case: Case, definition: Definition, acts: Sequence[Act], opened: Mapping[str, Mapping[str, Any]]
    ) -> None:
        self.case, self.definition, self.opened = case, definition, opened
        self.by = {act.seq: act for act in acts}
        self.pieces: list[Piece] = []

    def open(self, act: Act, kinds: Iterable[str]) -> list[Piece]:
        step = act.data["targets"][0]
        wanted = set(kinds)
        return [
            one for one in self.pieces if one.step == step and one.kind in wanted and one.done_seq is None
        ]

    def mine(self, act: Act, kinds: Iterable[str]) -> list[Piece]:
        return [one for one in self.open(act, kinds) if one.person == act.person_id]

    def named(self, act: Act, field: str = "person") -> list[int]:
        wanted = self.opened.get(act.leaf, {}).get(field) or []
        keys = [wanted] if isinstance(wanted, str) else list(wanted)
        known = dict(Person.objects.filter(key__in=keys).values_list("key", "pk"))
        return [known[key] for key in keys if key in known]

    def give(self, act: Act, persons: Iterable[int], kind: str) -> None:
        step = act.data["targets"][0]
        self.pieces += [Piece(step, person, kind, act.seq) for person in persons]

    def may_do(self, act: Act, person: Person) -> bool:
        target = self.definition.steps[act.data["targets"][0]]
        held = authority.holdings_of(person, act.recorded_at.date())
        return by_role(self.definition, target, held, self.case, act.recorded_at) is not None


def _close(pieces: Iterable[Piece], act: Act) -> None:
    for one in pieces:
        one.done_seq = act.seq


def _hand_over(work: _Work, act: Act) -> None:
    _close(work.mine(act, Assignment.WORK), act)
    work.give(act, work.named(act), Kind.HANDED)


def _hand_over_on_leaving(work: _Work, act: Act) -> None:
    leaver = set(work.named(act, "leaver"))
    rows = [one for one in work.open(act, Kind.values) if one.person in leaver]
    _close(rows, act)
    for kind in dict.fromkeys(Kind.SIGNER if one.kind == Kind.SIGNER else Kind.HANDED for one in rows):
        work.give(act, work.named(act), kind)


def _delegate(work: _Work, act: Act) -> None:
    _close(work.open(act, Assignment.WORK), act)
    work.give(act, work.named(act), Kind.DELEGATED)


def _add(work: _Work, act: Act) -> None:
    work.give(act, work.named(act, "persons"), Kind.SIGNER)


def _remove(work: _Work, act: Act) -> None:
    gone = set(work.named(act))
    _close([one for one in work.open(act, [Kind.SIGNER]) if one.person in gone], act)


def _sign(work: _Work, act: Act) -> None:
    _close(work.mine(act, [Kind.SIGNER]), act)


def _send_back(work: _Work, act: Act) -> None:
    for one in work.mine(act, Kind.values):
        giver = work.by[one.by_seq].person
        _close([one], act)
        if one.kind != Kind.SIGNER and work.may_do(act, giver):
            work.give(act, [giver.pk], Kind.RETURNED)


def _recall(work: _Work, act: Act) -> None:
    rows = [
        one
        for one in work.open(act, Kind.values)
        if work.by[one.by_seq].person_id == act.person_id and one.person != act.person_id
    ]
    _close(rows, act)
    sent = {one.by_seq for one in rows if one.kind != Kind.SIGNER}
    step = act.data["targets"][0]
    if any(
        one.step == step
        and one.person == act.person_id
        and one.done_seq in sent
        and one.kind in Assignment.WORK
        for one in work.pieces
    ):
        work.give(act, [act.person_id], Kind.RETURNED)


_MOVES: dict[str, Callable[[_Work, Act], None]] = {
    "hand_over": _hand_over,
    "hand_over_on_leaving": _hand_over_on_leaving,
    "delegate_task": _delegate,
    "add_signer": _add,
    "remove_signer": _remove,
    "countersign": _sign,
    "send_back": _send_back,
    "recall": _recall,
}

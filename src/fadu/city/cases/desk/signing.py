"""会签: who was asked to sign within a step, who has signed, and whether all have. A projection of the office acts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from fadu.city.accounts.models import Person
from fadu.city.authority import queries as authority
from fadu.city.authority.models import Organ
from fadu.city.cases.models import Assignment, Case, Duty
from fadu.city.cases.screens.dossier import Dossier
from fadu.city.cases.writing import Says
from fadu.core.procedure.definition import Definition

COUNTERSIGN = "countersign"


@dataclass(frozen=True)
class Signer:
    """One signer of a step: ``asked`` and ``answered`` are act numbers; ``state`` is waiting, signed or returned."""

    person: Person
    asked: int
    answered: int | None
    state: str


@dataclass(frozen=True)
class Round:
    """The 会签 of one step; complete when everybody asked has signed."""

    step: str
    title: str
    signers: tuple[Signer, ...]

    @property
    def complete(self) -> bool:
        """Nobody is waited for and nobody has sent it back unsigned."""
        return all(signer.state == "signed" for signer in self.signers)


def rounds(case: Case, definition: Definition) -> list[Round]:
    """The 会签 of every step that has signers, in file order; for each person the latest asking counts."""
    rows = list(case.assignments.filter(kind=Assignment.Kind.SIGNER).select_related("person"))
    done = [row.done_seq for row in rows if row.done_seq]
    return _rounds(definition, rows, dict(case.acts.filter(seq__in=done).values_list("seq", "step")))


def rounds_in(around: Dossier, definition: Definition) -> list[Round]:
    """``rounds`` of a case whose surroundings have been read."""
    rows = [row for row in around.assignments if row.kind == Assignment.Kind.SIGNER]
    return _rounds(definition, rows, {act.seq: act.step for act in around.acts}) if rows else []


def _rounds(definition: Definition, rows: Iterable[Assignment], how: dict[int, str]) -> list[Round]:
    latest: dict[str, dict[int, Assignment]] = {}
    for row in sorted(rows, key=lambda row: (row.by_seq, row.pk)):
        latest.setdefault(row.step, {})[row.person_id] = row
    found = []
    for name in (name for name in definition.steps if name in latest):
        signers = [_signer(row, how) for row in latest[name].values()]
        found.append(
            Round(name, definition.steps[name].title, tuple(one for one in signers if one is not None))
        )
    return [one for one in found if one.signers]


def _signer(row: Assignment, how: dict[int, str]) -> Signer | None:
    """A signer taken off again (减签、撤回) is none."""
    if row.done_seq is None:
        return Signer(row.person, row.by_seq, None, "waiting")
    state = {COUNTERSIGN: "signed", "send_back": "returned"}.get(how.get(row.done_seq, ""))
    return Signer(row.person, row.by_seq, row.done_seq, state) if state else None


def duties(case: Case, definition: Definition, *, at: datetime) -> list[Says]:
    """What each signer still has to do; his organ comes to see the case through it."""
    waiting = Assignment.objects.filter(case=case, kind=Assignment.Kind.SIGNER, done_seq=None)
    return [
        Says(
            step=COUNTERSIGN,
            title=f"会签：{definition.steps[row.step].title}",
            kind=Duty.Kind.OWED.value,
            organ_id=organ.pk if (organ := organ_of(row.person, case, at)) else None,
            person_id=row.person_id,
        )
        for row in waiting.select_related("person").order_by("pk")
    ]


def organ_of(person: Person, case: Case, at: datetime) -> Organ | None:
    """The organ in which a person signs: the handling one if he is there, else his first under the same government."""
    organs = [held.organ for held in authority.holdings_of(person, at.date()) if not held.delegated]
    near = [organ for organ in organs if case.government_id in (organ.pk, organ.government_id)]
    return next((organ for organ in near if organ.pk == case.organ_id), near[0] if near else None)

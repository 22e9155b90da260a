"""The hand-written statements of the hot path: lock a case, read what stands around it, write what an act leaves there.

The same for both databases as far as they speak the same; where a round trip costs, all that is written goes in one
statement (docs/decisions/0001-hot-path.md). Nothing here decides anything.
"""

from __future__ import annotations

import functools
import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db import models

from fadu.city.authority.models import Organ
from fadu.city.cases.models import Act, Assignment, Case, Duty
from fadu.city.ledger import acts as ledger
from fadu.city.statements import Table, Together, among, ask, postgres

_CASE, _ORGAN, _ACT, _DUTY = Table(Case), Table(Organ), Table(Act), Table(Duty)


@functools.cache
def _lock_statement(server: bool, by: str, head: bool) -> str:
    return (
        f"SELECT {_CASE.columns('c')}, {_ORGAN.columns('o')}, {_ORGAN.columns('g')}, {_CASE.columns('p')}"
        + (f", {ledger.BESIDE.columns}" if head else "")
        + f" FROM cases_case c{ledger.BESIDE.joins if head else ''}"
        " JOIN authority_organ o ON o.id = c.organ_id"
        " JOIN authority_organ g ON g.id = c.government_id"
        " LEFT JOIN cases_case p ON p.id = c.parent_id"
        f" WHERE c.{by} = %s" + (f" FOR UPDATE OF c{ledger.BESIDE.lock if head else ''}" if server else "")
    )


class Locked(NamedTuple):
    """A case under lock, and the head of its chain under lock too, where it has begun."""

    case: Case
    head: Any = None


def lock(*, key: str = "", pk: int = 0) -> Case | None:
    """The case with its organ, government and parent, locked until the transaction ends; SQLite has one writer anyway."""
    found = lock_with_head(key=key, pk=pk)
    return found.case if found is not None else None


def lock_with_head(*, key: str = "", pk: int = 0) -> Locked | None:
    """As ``lock``, with the head of the case's chain."""
    by, wanted = ("key", key) if key else ("id", pk)
    if rows := ask(_lock_statement(postgres(), by, True), [wanted]):
        cells = rows[0]
        return Locked(_locked(cells[:-_HEAD_WIDTH]), ledger.BESIDE.read(cells[-_HEAD_WIDTH:]))
    # A child case has no head before its own first act.
    rows = ask(_lock_statement(postgres(), by, False), [wanted])
    return Locked(_locked(rows[0])) if rows else None


_HEAD_WIDTH = ledger.BESIDE.columns.count(",") + 1


def _locked(cells: Sequence[Any]) -> Case:
    case, cells = _CASE.split(cells)
    organ, cells = _ORGAN.split(cells)
    government, cells = _ORGAN.split(cells)
    assert case is not None and organ is not None and government is not None
    if organ.government_id == government.pk:
        organ.government = government
    case.organ, case.government, case.parent = organ, government, _CASE.split(cells)[0]
    return case


@dataclass
class Around:
    """What stands around a case: its duties (by what they say, with their keys), the organs involved, the work handed
    out and not yet done (step, person, kind), and the roles that one person has in it as a party.
    """

    duties: dict[tuple[Any, ...], list[int]] = field(default_factory=dict)
    organs: set[int] = field(default_factory=set)
    assignments: list[tuple[str, int, str]] = field(default_factory=list)
    roles: set[str] = field(default_factory=set)

    def handed(self, step: str) -> list[int]:
        """The persons who have a step in hand by name."""
        return [person for name, person, kind in self.assignments if name == step and kind in Assignment.WORK]


class Says(NamedTuple):
    """What a duty says: the columns of its row but for its key and its case, under their names."""

    step: str
    title: str
    kind: str
    organ_id: int | None = None
    function: str = ""
    person_id: int | None = None
    due_internal: date | None = None
    due_legal: date | None = None
    provisional: bool = False
    paused: bool = False
    waiting: bool = False


_UNSAID = ("id", "case")
_SAYS = [one for one in Duty._meta.concrete_fields if one.name not in _UNSAID]
assert [one.attname for one in _SAYS] == list(Says._fields)  # a column added to one is added to the other
_FLAGS = [isinstance(one, models.BooleanField) for one in _SAYS]


@functools.cache
def _around_statement(array: str) -> str:
    parts = (
        f"SELECT 1, {array}(d.id, {_DUTY.columns('d', but=_UNSAID)}) FROM cases_duty d WHERE d.case_id = %s",
        f"SELECT 2, {array}(i.organ_id) FROM cases_involvement i WHERE i.case_id = %s",
        f"SELECT 3, {array}(a.step, a.person_id, a.kind) FROM cases_assignment a"
        " WHERE a.case_id = %s AND a.done_seq IS NULL",
        f"SELECT 4, {array}(p.role) FROM cases_party p WHERE p.case_id = %s AND p.person_id = %s",
    )
    return " UNION ALL ".join(parts)


def around(case: int, person: int = 0) -> Around:
    """Everything around a case, by one statement."""
    array = "json_build_array" if postgres() else "json_array"
    found = Around()
    for kind, text in ask(_around_statement(array), [case, case, case, case, person]):
        cells = json.loads(text) if isinstance(text, str) else text
        if kind == 1:
            found.duties.setdefault(_said_by(cells[1:]), []).append(cells[0])
        elif kind == 2:
            found.organs.add(cells[0])
        elif kind == 3:
            found.assignments.append((cells[0], cells[1], cells[2]))
        else:
            found.roles.add(cells[0])
    return found


def _said_by(cells: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(bool(cell) if flag else cell for cell, flag in zip(cells, _FLAGS, strict=True))


def _as_read(says: Says) -> tuple[Any, ...]:
    """What a duty says, in the form in which it is read: days as text."""
    return tuple(value.isoformat() if isinstance(value, date) else value for value in says)


@dataclass(frozen=True)
class Change:
    """What changes around a case: keys of duties that are gone, what new ones say, organs that come to see it."""

    gone: Sequence[int]
    new: Sequence[tuple[Any, ...]]
    organs: Collection[int]


def change(before: Around, duties: Iterable[Says], organs: Iterable[int]) -> Change:
    """From what stands there to what shall stand; a duty that says the same stays as it is."""
    wanted = Counter(map(_as_read, duties))
    gone: list[int] = []
    for said, keys in before.duties.items():
        kept = min(wanted.get(said, 0), len(keys))
        gone += keys[kept:]
        wanted[said] -= kept
    return Change(gone, list(wanted.elements()), set(organs) - before.organs)


def write(together: Together, act: Act, case: Case, changed: Change) -> None:
    """The act, the duties and involvements that it changes, and the case's own columns that follow its history."""
    together.add(_ACT.insert, _ACT.inserted(act))
    _around(together, case, changed)
    together.add(_UPDATE, [*_CASE.given(case, _FOLLOW), case.pk], touches=1)


def project(case: Case, changed: Change) -> None:
    """Duties and involvements alone."""
    together = Together()
    _around(together, case, changed)
    together.run()


def _around(together: Together, case: Case, changed: Change) -> None:
    if changed.gone:
        condition, keys = among("id", changed.gone)
        together.add(f"DELETE FROM cases_duty WHERE {condition}", keys)
    for said in changed.new:
        together.add(_NEW_DUTY, (case.pk, *said))
    (moment,) = _CASE.given(case, ("changed_at",))
    together.add("UPDATE cases_involvement SET changed_at = %s WHERE case_id = %s", (moment, case.pk))
    for organ in sorted(changed.organs):
        together.add(_NEW_ORGAN, (case.pk, organ, moment))


_NEW_DUTY = (
    f"INSERT INTO cases_duty (case_id, {_DUTY.columns(but=_UNSAID)})"
    f" VALUES (%s, {', '.join(['%s'] * len(_SAYS))})"
)
_NEW_ORGAN = "INSERT INTO cases_involvement (case_id, organ_id, changed_at) VALUES (%s, %s, %s)"
# The columns of a case that follow its history; the others are set when it is opened or by an effect.
_FOLLOW = ("version", "marking", "ended_at", "stage", "due", "changed_at")
_SET = ", ".join(f'"{name}" = %s' for name in _FOLLOW)
_UPDATE = f"UPDATE cases_case SET {_SET} WHERE id = %s"

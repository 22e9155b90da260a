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

from fadu.city.authority import tenure
from fadu.city.authority.models import Organ
from fadu.city.cases.models import Act, Assignment, Case, Duty
from fadu.city.ledger import acts as ledger
from fadu.city.statements import Table, Together, among, arrays, ask, in_bulk, postgres

ACT = Table(Act)
_CASE, _ORGAN, _DUTY = Table(Case), Table(Organ), Table(Duty)


@functools.cache
def _lock_statement(server: bool, condition: str, head: bool) -> str:
    return (
        f"SELECT {_CASE.columns('c')}, {_ORGAN.columns('o')}, {_ORGAN.columns('g')}, {_CASE.columns('p')}"
        + (f", {ledger.BESIDE.columns}" if head else "")
        + f" FROM cases_case c{ledger.BESIDE.joins if head else ''}"
        " JOIN authority_organ o ON o.id = c.organ_id"
        " JOIN authority_organ g ON g.id = c.government_id"
        " LEFT JOIN cases_case p ON p.id = c.parent_id"
        f" WHERE {condition}" + (f" FOR UPDATE OF c{ledger.BESIDE.lock if head else ''}" if server else "")
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
    by, wanted = ("c.key = %s", key) if key else ("c.id = %s", pk)
    if rows := ask(_lock_statement(postgres(), by, True), [wanted]):
        cells = rows[0]
        return Locked(_locked(cells[:-_HEAD_WIDTH]), ledger.BESIDE.read(cells[-_HEAD_WIDTH:]))
    # A child case has no head before its own first act.
    rows = ask(_lock_statement(postgres(), by, False), [wanted])
    return Locked(_locked(rows[0])) if rows else None


def lock_many(keys: Collection[str]) -> list[Locked]:
    """Those of the cases that have begun, locked as by ``lock_with_head``; all are locked in the order of their keys."""
    condition, wanted = among("c.key", keys)
    if postgres():
        # By itself: what has no head yet must not be locked out of turn.
        ask(f'SELECT 1 FROM cases_case c WHERE {condition} ORDER BY c.key COLLATE "C" FOR UPDATE', wanted)
    rows = ask(_lock_statement(postgres(), condition, True), wanted)
    organs: dict[int, Organ] = {}
    return [
        Locked(_locked(row[:-_HEAD_WIDTH], organs), ledger.BESIDE.read(row[-_HEAD_WIDTH:])) for row in rows
    ]


_HEAD_WIDTH = ledger.BESIDE.columns.count(",") + 1


def _locked(cells: Sequence[Any], organs: dict[int, Organ] | None = None) -> Case:
    """The case; ``organs`` are those read already, so that cases of one organ do not read it each anew."""
    known = {} if organs is None else organs
    case, cells = _CASE.split(cells)
    organ, cells = _organ(cells, known)
    government, cells = _organ(cells, known)
    assert case is not None
    if organ.government_id == government.pk:
        organ.government = government
    case.organ, case.government, case.parent = organ, government, _CASE.split(cells)[0]
    return case


def _organ(cells: Sequence[Any], known: dict[int, Organ]) -> tuple[Organ, Sequence[Any]]:
    width, pk = len(_ORGAN.fields), cells[_ORGAN_KEY]
    if pk not in known:
        known[pk] = _ORGAN.row(cells[:width])
    return known[pk], cells[width:]


_ORGAN_KEY = next(place for place, field_ in enumerate(_ORGAN.fields) if field_.primary_key)


@dataclass
class Around:
    """What stands around a case: its duties (by what they say, with their keys), the organs involved, the work handed
    out and not yet done (step, person, kind), and the roles that one person has in it as a party; beside that the posts
    that somebody holds.
    """

    duties: dict[tuple[Any, ...], list[int]] = field(default_factory=dict)
    organs: set[int] = field(default_factory=set)
    assignments: list[tuple[str, int, str]] = field(default_factory=list)
    roles: set[str] = field(default_factory=set)
    tenure: tenure.Tenure = field(default_factory=tenure.Tenure)

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
def _around_statement(array: str, of: str, holder: bool) -> str:
    parts = (
        f"SELECT 1, d.case_id, {array}(d.id, {_DUTY.columns('d', but=_UNSAID)}) FROM cases_duty d WHERE d.case_id {of}",
        f"SELECT 2, i.case_id, {array}(i.organ_id) FROM cases_involvement i WHERE i.case_id {of}",
        f"SELECT 3, a.case_id, {array}(a.step, a.person_id, a.kind) FROM cases_assignment a"
        f" WHERE a.case_id {of} AND a.done_seq IS NULL",
        f"SELECT 4, p.case_id, {array}(p.role) FROM cases_party p WHERE p.case_id {of} AND p.person_id = %s",
    )
    return " UNION ALL ".join(
        (*parts, *tenure.parts(array, "{}" if postgres() else "json({})")) if holder else parts
    )


def around(case: int, person: int = 0, holder: Sequence[Any] = ()) -> Around:
    """Everything around a case, by one statement; with ``holder`` (``tenure.parameters``) the posts of somebody too."""
    return _read_around([case], "= %s", [case], person, holder)[case]


def around_many(cases: Sequence[int], person: int, holder: Sequence[Any] = ()) -> dict[int, Around]:
    """Everything around each of these cases, by one statement for all."""
    condition, parameters = among("", cases)
    return _read_around(cases, condition, parameters, person, holder)


def _read_around(
    cases: Sequence[int], of: str, wanted: Sequence[Any], person: int, holder: Sequence[Any]
) -> dict[int, Around]:
    array = "json_build_array" if postgres() else "json_array"
    posts = tenure.Tenure()
    every = {case: Around(tenure=posts) for case in cases}
    for kind, case, text in ask(_around_statement(array, of, bool(holder)), [*wanted * 4, person, *holder]):
        cells = json.loads(text) if isinstance(text, str) else text
        if kind > 4:
            posts.read(kind, cells)
            continue
        found = every[case]
        if kind == 1:
            found.duties.setdefault(_said_by(cells[1:]), []).append(cells[0])
        elif kind == 2:
            found.organs.add(cells[0])
        elif kind == 3:
            found.assignments.append((cells[0], cells[1], cells[2]))
        else:
            found.roles.add(cells[0])
    return every


def _said_by(cells: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(bool(cell) if flag else cell for cell, flag in zip(cells, _FLAGS, strict=True))


def _as_read(says: Says) -> tuple[Any, ...]:
    """What a duty says, in the form in which it is read: days as text."""
    internal, legal = says.due_internal, says.due_legal
    if internal is None and legal is None:
        return says
    return says._replace(
        due_internal=internal and internal.isoformat(), due_legal=legal and legal.isoformat()
    )


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
    together.add(ACT.insert, ACT.inserted(act))
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
    together.add(_CHANGED, (moment, case.pk))
    for organ in sorted(changed.organs):
        together.add(_NEW_ORGAN, (case.pk, organ, moment))


_NEW_DUTY = in_bulk(
    f"INSERT INTO cases_duty (case_id, {_DUTY.columns(but=_UNSAID)})"
    f" VALUES (%s, {', '.join(['%s'] * len(_SAYS))})",
    lambda: (
        f"INSERT INTO cases_duty (case_id, {_DUTY.columns(but=_UNSAID)}) SELECT * FROM"
        f" unnest(%b::bigint[], {arrays(_SAYS)})"
    ),
)
_NEW_ORGAN = in_bulk(
    "INSERT INTO cases_involvement (case_id, organ_id, changed_at) VALUES (%s, %s, %s)",
    lambda: (
        "INSERT INTO cases_involvement (case_id, organ_id, changed_at)"
        " SELECT * FROM unnest(%b::bigint[], %b::bigint[], %b::timestamptz[])"
    ),
)
_CHANGED = in_bulk(
    "UPDATE cases_involvement SET changed_at = %s WHERE case_id = %s",
    lambda: (
        "UPDATE cases_involvement i SET changed_at = u.at"
        " FROM unnest(%b::timestamptz[], %b::bigint[]) AS u(at, case_id) WHERE i.case_id = u.case_id"
    ),
)
# The columns of a case that follow its history; the others are set when it is opened or by an effect.
_FOLLOW = ("version", "marking", "ended_at", "stage", "due", "changed_at")
_UPDATE = _CASE.update(_FOLLOW)

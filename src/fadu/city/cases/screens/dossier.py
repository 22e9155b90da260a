"""What stands around a case for its page: its acts and everything that hangs on it, by one statement.

A page shows acts, parties, files, papers, children, linked cases, who has what in hand and what the reader has typed;
asked one after the other that is a round trip each. The rows are read for showing only: they are not locked and carry
the columns that a page tells (another one asked of a row is fetched then).
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models

from fadu.city.accounts.models import Person
from fadu.city.authority.models import Organ
from fadu.city.cases.models import Act, Assignment, Case, Delivery, Document, File, Party
from fadu.city.cases.writing import Around
from fadu.city.ledger import casepage
from fadu.city.statements import ask

Cells = Sequence[Any]
M = TypeVar("M", bound=models.Model)


class Linked(NamedTuple):
    """Another case and how it stands to this one, with the organs involved in it and its parties (person, role)."""

    relation: str
    case: Case
    organs: frozenset[int]
    parties: Sequence[tuple[int, str]]


@dataclass
class Dossier:
    """The organs involved, which organ a duty lies with (step, organ), and the rows that a page names."""

    case: Case
    organs: list[int] = field(default_factory=list)
    seats: list[tuple[str, int | None]] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    children: list[Case] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    links: list[Linked] = field(default_factory=list)
    # The acts in order, with who did them and where.
    acts: list[Act] = field(default_factory=list)
    # What the reader has typed for one step (at most one), and the files kept with it.
    drafts: list[Any] = field(default_factory=list)
    kept: list[File] = field(default_factory=list)

    @functools.cached_property
    def ledger(self) -> casepage.Page:
        """What the ledger knows of the acts: their values, how far each is proved."""
        return casepage.read(f"case/{self.case.key}")

    @functools.cached_property
    def opened(self) -> dict[str, dict[str, Any]]:
        """The values that each act committed to, by its leaf; the caller decides who may see which."""
        return self.ledger.opened

    def around(self, person: Person) -> Around:
        """What rules about who may do what ask of it, for one person."""
        return Around(
            organs=set(self.organs),
            assignments=[
                (row.step, row.person_id, row.kind) for row in self.assignments if row.done_seq is None
            ],
            roles={row.role for row in self.parties if row.person_id == person.pk},
        )


def partly(model: type[M], names: Sequence[str], cells: Cells) -> M:
    """A row of which only these columns were read; whatever else it is asked, it asks the database itself."""
    given = dict(zip(names, cells, strict=True))
    # ``from_db`` takes the columns in the model's order.
    ordered = [one.attname for one in model._meta.concrete_fields if one.attname in given]
    return model.from_db(DEFAULT_DB_ALIAS, ordered, [given[name] for name in ordered])


def _moment(text: str) -> datetime:
    """As the ORM gives it: PostgreSQL writes the offset (the connection's: UTC), SQLite leaves it out and means UTC."""
    read = datetime.fromisoformat(text)
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def _act(cells: Cells) -> Act:
    pk, case, seq, step, outcome, occurred, recorded, leaf, data, *who = cells
    act = Act(
        pk=pk, case_id=case, seq=seq, step=step, outcome=outcome, occurred_at=_moment(occurred),
        recorded_at=_moment(recorded), leaf=leaf, data=data,
    )  # fmt: skip
    act.person = partly(Person, ("id", "key", "name"), who[:3])
    act.organ = partly(Organ, ("id", "code", "name", "short"), who[3:])
    return act


_OTHER = ("id", "key", "title", "number", "procedure", "secrecy", "organ_id", "government_id")


def _linked(cells: Cells) -> Linked:
    relation, short, organs, parties, *case = cells
    other = partly(Case, _OTHER, case)
    other.organ = partly(Organ, ("id", "short"), (other.organ_id, short))
    return Linked(relation, other, frozenset(organs or ()), [tuple(one) for one in parties or ()])


_FOR_LINKS = (
    "t.relation, o.short, (SELECT {all}(i.organ_id) FROM cases_involvement i WHERE i.case_id = c.id),"
    " (SELECT {all}({array}(p.person_id, p.role)) FROM cases_party p WHERE p.case_id = c.id), "
    + ", ".join(f"c.{name}" for name in _OTHER)
)
_OF_LINKS = (
    "cases_caselink t JOIN cases_case c ON c.id = t.{other} JOIN authority_organ o ON o.id = c.organ_id"
    " WHERE t.{mine} = %s"
)


def _assignment(cells: Cells) -> Assignment:
    pk, step, kind, by_seq, done_seq, *person = cells
    return Assignment(pk=pk, step=step, kind=kind, by_seq=by_seq, done_seq=done_seq, person=_person(person))


def _person(cells: Cells) -> Person:
    return Person(pk=cells[0], key=cells[1], name=cells[2])


def _delivery(cells: Cells) -> Delivery:
    names = ("pk", "document_id", "person_id", "recipient", "method")
    return Delivery(**dict(zip(names, cells, strict=False)), served_on=date.fromisoformat(cells[-1]))


_FILE = ("pk", "seq", "field", "name", "media_type", "size", "sha256", "stands_for", "replaced_by")
_DOCUMENT = ("pk", "seq", "template", "title", "number", "sha256")
_KEPT = ("id", "field", "name", "media_type", "size", "sha256")
# What is read: the list it goes to, columns, table (with what is joined), condition, and what a row becomes.
_PARTS: tuple[tuple[str, str, str, Callable[[Cells], Any]], ...] = (
    ("organs", "t.organ_id", "cases_involvement t WHERE t.case_id = %s", lambda cells: cells[0]),
    ("seats", "t.step, t.organ_id", "cases_duty t WHERE t.case_id = %s", tuple),
    (
        "assignments",
        "t.id, t.step, t.kind, t.by_seq, t.done_seq, p.id, p.key, p.name",
        "cases_assignment t JOIN accounts_person p ON p.id = t.person_id WHERE t.case_id = %s",
        _assignment,
    ),
    (
        "parties",
        "t.role, p.id, p.key, p.name",
        "cases_party t JOIN accounts_person p ON p.id = t.person_id WHERE t.case_id = %s",
        lambda cells: Party(role=cells[0], person=_person(cells[1:])),
    ),
    (
        "children",
        "t.key, t.title, o.short",
        "cases_case t JOIN authority_organ o ON o.id = t.organ_id WHERE t.parent_id = %s",
        lambda cells: Case(key=cells[0], title=cells[1], organ=Organ(short=cells[2])),
    ),
    (
        "files",
        "t.id, t.seq, t.field, t.name, t.media_type, t.size, t.sha256, t.stands_for, t.replaced_by",
        "cases_file t WHERE t.case_id = %s AND t.seq IS NOT NULL",
        lambda cells: File(**dict(zip(_FILE, cells, strict=True))),
    ),
    (
        "documents",
        "t.id, t.seq, t.template, t.title, t.number, t.sha256",
        "cases_document t WHERE t.case_id = %s",
        lambda cells: Document(**dict(zip(_DOCUMENT, cells, strict=True))),
    ),
    (
        "deliveries",
        "t.id, t.document_id, t.person_id, t.recipient, t.method, t.served_on",
        "cases_delivery t WHERE t.case_id = %s",
        _delivery,
    ),
    ("links", _FOR_LINKS, _OF_LINKS.format(other="other_id", mine="case_id"), _linked),
    ("links", _FOR_LINKS, _OF_LINKS.format(other="case_id", mine="other_id"), _linked),
    (
        "acts",
        "t.id, t.case_id, t.seq, t.step, t.outcome, t.occurred_at, t.recorded_at, t.leaf, {data}, p.id, p.key, p.name,"
        " o.id, o.code, o.name, o.short",
        "cases_act t JOIN accounts_person p ON p.id = t.person_id JOIN authority_organ o ON o.id = t.organ_id"
        " WHERE t.case_id = %s",
        _act,
    ),
)
# What hangs on the reader and the step that he looks at: asked only where there is one.
_TYPED: tuple[tuple[str, str, str, Callable[[Cells], Any]], ...] = (
    ("drafts", "{values}", "cases_draft t WHERE t.person_id = %s AND t.place = %s", lambda cells: cells[0]),
    (
        "kept",
        ", ".join(f"t.{name}" for name in _KEPT),
        "cases_file t WHERE t.uploaded_by_id = %s AND t.place = %s AND t.seq IS NULL",
        lambda cells: partly(File, _KEPT, cells),
    ),
)
# A JSON column within JSON, as each database says it.
_SPOKEN = {
    "postgresql": {
        "array": "json_build_array", "all": "json_agg", "data": "t.data", "values": 't."values"',
    },
    "sqlite": {
        "array": "json_array", "all": "json_group_array", "data": "json(t.data)", "values": 'json(t."values")',
    },
}  # fmt: skip


@functools.cache
def _statement(vendor: str, *, typed: bool) -> str:
    spoken = _SPOKEN[vendor]
    parts = (
        f"SELECT {number} AS part, t.id AS place, {spoken['array']}({columns.format(**spoken)}) FROM {source}"
        for number, (_, columns, source, _) in enumerate((*_PARTS, *(_TYPED if typed else ())))
    )
    return f"{' UNION ALL '.join(parts)} ORDER BY 1, 2"


def read(case: Case, *, reader: Person | None = None, place: str = "") -> Dossier:
    """Everything around a case, by one statement; with what the reader has typed in a place, where it is named."""
    found = Dossier(case)
    typed = reader is not None and bool(place)
    asked: list[Any] = [case.pk] * len(_PARTS)
    if reader is not None and place:
        asked += [reader.pk, place] * len(_TYPED)
    for part, _, text in ask(_statement(connection.vendor, typed=typed), asked):
        name, _, _, made = (*_PARTS, *_TYPED)[part]
        getattr(found, name).append(made(json.loads(text) if isinstance(text, str) else text))
    found.acts.sort(key=lambda act: act.seq)
    return found

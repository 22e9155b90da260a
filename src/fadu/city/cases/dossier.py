"""What stands around a case for its page: everything that hangs on it in one statement, its acts in another.

A page shows parties, files, papers, children and who has what in hand; asked one after the other that is a round trip
each. The rows are read for showing only: they are not locked and carry no more columns than a page tells.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from fadu.city.accounts.models import Person
from fadu.city.authority.models import Organ
from fadu.city.cases.models import Act, Assignment, Case, Delivery, Document, File, Party
from fadu.city.cases.writing import Around
from fadu.city.ledger import casepage
from fadu.city.statements import ask

Cells = Sequence[Any]


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
    # How another case stands to this one, and its key.
    links: list[tuple[str, int]] = field(default_factory=list)

    @functools.cached_property
    def acts(self) -> list[Act]:
        """The acts in order, with who did them and where."""
        return list(self.case.acts.select_related("person", "organ").order_by("seq"))

    @functools.cached_property
    def opened(self) -> dict[str, dict[str, Any]]:
        """The values that each act committed to, by its leaf; the caller decides who may see which."""
        return casepage.openings(f"case/{self.case.key}")

    def around(self, person: Person) -> Around:
        """What rules about who may do what ask of it, for one person."""
        return Around(
            organs=set(self.organs),
            assignments=[
                (row.step, row.person_id, row.kind) for row in self.assignments if row.done_seq is None
            ],
            roles={row.role for row in self.parties if row.person_id == person.pk},
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
    ("links", "t.relation, t.other_id", "cases_caselink t WHERE t.case_id = %s", tuple),
    ("links", "t.relation, t.case_id", "cases_caselink t WHERE t.other_id = %s", tuple),
)


@functools.cache
def _statement(array: str) -> str:
    parts = (
        f"SELECT {number} AS part, t.id AS place, {array}({columns}) FROM {source}"
        for number, (_, columns, source, _) in enumerate(_PARTS)
    )
    return f"{' UNION ALL '.join(parts)} ORDER BY 1, 2"


def read(case: Case) -> Dossier:
    """Everything around a case, by one statement."""
    array = "json_build_array" if connection.vendor == "postgresql" else "json_array"
    found = Dossier(case)
    for part, _, text in ask(_statement(array), [case.pk] * len(_PARTS)):
        name, _, _, made = _PARTS[part]
        getattr(found, name).append(made(json.loads(text) if isinstance(text, str) else text))
    return found

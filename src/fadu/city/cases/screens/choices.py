"""What the lists of a form offer, all of it by one statement: organs, officials and registered people, a register's entries.

The people offered are those who hold or held a post, who stand in a register, who are parties of the case, or whom the
form names already. Everybody else the city knows is nobody's choice: a list of the
citizens would tell who has ever come to the counter, and grow with the cases.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from fadu.city.accounts.models import Person
from fadu.city.authority.actor import Actor
from fadu.city.authority.models import Organ
from fadu.city.cases import procedures
from fadu.city.cases.kin import linking
from fadu.city.cases.screens.dossier import partly
from fadu.city.statements import ask
from fadu.core.procedure.definition import Field

Choice = tuple[str, str]
_PERSONS, _ORGANS = ("person", "persons"), ("organ", "organs")
_ORGAN = ("id", "code", "name", "short", "level", "government_id", "parent_id", "administrative", "duties")
_IN_FORCE = '{0}.start <= %s AND ({0}."end" IS NULL OR {0}."end" > %s)'
_NATURAL = "p.kind = 'natural'"


@dataclass
class Lists:
    """What was read, and what each entry offers of it."""

    organs: list[Organ] = field(default_factory=list)
    people: list[Choice] = field(default_factory=list)
    registers: dict[str, list[Choice]] = field(default_factory=dict)
    cases: dict[str, list[Choice]] = field(default_factory=dict)

    def of(self, entry: Field) -> list[Choice] | None:
        """Its own choices, a register's entries, people, organs, cases of a procedure that the reader sees; None where
        it is typed.
        """
        if entry.choices:
            return list(entry.choices)
        if entry.type in _PERSONS:
            return self.registers.get(entry.register, []) if entry.register else self.people
        if entry.type in _ORGANS:
            return [(organ.code, organ.name) for organ in self.organs]
        return self.cases.get(entry.register) if entry.type == "reference" else None

    def by_duty(self, government: Organ) -> dict[str, Organ]:
        """For each duty the organ under the government that has it, as ``authority.queries.organs_by_duty`` finds it."""
        found: dict[str, Organ] = {}
        for organ in self.organs:
            if government.pk in (organ.pk, organ.government_id):
                for duty in organ.duties:
                    found.setdefault(duty, organ)
        return found


def read(
    actor: Actor,
    at: datetime,
    *,
    entries: Iterable[Field] = (),
    values: Mapping[str, Any] | None = None,
    performers: bool = False,
    parties: Iterable[Person] = (),
) -> Lists:
    """The organs of the day, and what these entries want. ``values`` are typed or recorded already: people named there
    stay offered. ``performers``: the form asks who did the step elsewhere.
    """
    wanted = list(_flat(entries))
    registers = sorted({one.register for one in wanted if one.type in _PERSONS and one.register})
    persons = performers or any(one.type in _PERSONS and not one.register for one in wanted)
    named = sorted(_named(wanted, values or {})) if persons else []
    asked = [
        *_days(at),
        *(_days(at) if persons else ()),
        *named,
        *(_days(at) if registers else ()),
        *registers,
    ]
    people: dict[str, tuple[str, str]] = {one.key: (one.name, "") for one in parties} if persons else {}
    statement = _statement(connection.vendor, persons=persons, named=len(named), registers=len(registers))
    found = _read(statement, asked, Lists(registers={name: [] for name in registers}), people)
    known = procedures.book().procedures
    names = sorted({one.register for one in wanted if one.type == "reference" and one.register in known})
    found.cases = linking.offered(actor, *names) if names else {}
    return found


def organs(at: datetime) -> Lists:
    """The organs of the day alone."""
    return _read(_statement(connection.vendor, persons=False, named=0, registers=0), _days(at), Lists(), {})


def _flat(entries: Iterable[Field]) -> Iterator[Field]:
    for one in entries:
        yield one
        yield from _flat(one.columns.values())


def _named(wanted: Sequence[Field], values: Mapping[str, Any]) -> Iterator[str]:
    """The people that typed or recorded values name, in fields and in the columns of tables."""
    names = {one.name for one in wanted if one.type in _PERSONS and not one.register}
    for name, value in values.items():
        if name in names:
            yield from {
                one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)
            }
        elif isinstance(value, list):
            for row in value:
                if isinstance(row, Mapping):
                    yield from _named(wanted, row)


def _days(at: datetime) -> list[Any]:
    return [at.date(), at.date()]


def _read(statement: str, asked: Sequence[Any], found: Lists, people: dict[str, tuple[str, str]]) -> Lists:
    """Put what the statement answers where it belongs; somebody with several posts is called by the first."""
    entered: list[tuple[str, str, str, str]] = []
    for part, _, text in ask(statement, asked):
        cells = json.loads(text) if isinstance(text, str) else text
        if part == _OF_ORGANS:
            found.organs.append(partly(Organ, _ORGAN, cells))
        elif part == _OF_PEOPLE:
            key, name, post = cells
            people[key] = (name, people.get(key, ("", ""))[1] or post)
        else:
            register, person, title, key = cells
            entered.append((register, key, person, title))
    for register, _, person, title in sorted(entered):
        found.registers[register].append((person, title))
    found.organs.sort(key=lambda organ: organ.code)
    told = sorted((name, key, post) for key, (name, post) in people.items())
    found.people = [(key, f"{name}（{post}）" if post else name) for name, key, post in told]
    return found


_OF_ORGANS, _OF_PEOPLE, _OF_REGISTERS = range(3)
_APPOINTED = f"""
SELECT 1, a.id, {{array}}(p.key, p.name, CASE WHEN {_IN_FORCE.format("a")} THEN o.short || t.title ELSE '' END)
  FROM authority_appointment a JOIN accounts_person p ON p.id = a.person_id
  JOIN authority_post t ON t.id = a.post_id JOIN authority_organ o ON o.id = t.organ_id WHERE {_NATURAL}"""
_ENTERED = f"""
SELECT 1, 0, {{array}}(p.key, p.name, '') FROM registries_entry e JOIN accounts_person p ON p.id = e.person_id
 WHERE {_NATURAL}"""
_NAMED = f"""
SELECT 1, 0, {{array}}(p.key, p.name, '') FROM accounts_person p WHERE {_NATURAL} AND p.key IN ({{named}})"""
_REGISTERED = f"""
SELECT 2, e.id, {{array}}(e.register, p.key, e.title, e.key)
  FROM registries_entry e JOIN accounts_person p ON p.id = e.person_id
 WHERE {_IN_FORCE.format("e")} AND e.register IN ({{registers}})"""
_SPOKEN = {
    "postgresql": {"array": "json_build_array", "duties": "o.duties"},
    "sqlite": {"array": "json_array", "duties": "json(o.duties)"},
}


@functools.lru_cache(maxsize=64)
def _statement(vendor: str, *, persons: bool, named: int, registers: int) -> str:
    spoken = _SPOKEN[vendor]
    columns = ", ".join(spoken["duties"] if name == "duties" else f"o.{name}" for name in _ORGAN)
    parts = [
        f"SELECT 0 AS part, o.id AS place, {spoken['array']}({columns}) AS cells"
        f" FROM authority_organ o WHERE {_IN_FORCE.format('o')}"
    ]
    if persons:
        parts += [_APPOINTED.format(**spoken), _ENTERED.format(**spoken)]
    if named:
        parts.append(_NAMED.format(**spoken, named=_marks(named)))
    if registers:
        parts.append(_REGISTERED.format(**spoken, registers=_marks(registers)))
    return f"SELECT part, place, cells FROM ({' UNION ALL '.join(parts)}) AS l ORDER BY part, place"


def _marks(count: int) -> str:
    return ", ".join(["%s"] * count)

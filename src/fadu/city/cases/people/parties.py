"""当事人和参加人 as a page names them: who, and in what capacity."""

from __future__ import annotations

from collections.abc import Iterable

from fadu.city.accounts.models import Person
from fadu.city.cases.models import Party
from fadu.core.procedure.definition import Definition

# Capacities of those whom the procedure names by register alone: asked in through a field, with no role of their own.
_REGISTERS = {"experts": "参加论证的专家", "counsel": "法律顾问、公职律师"}


def named(rows: Iterable[Party], definition: Definition) -> list[tuple[Person, str]]:
    """Everybody with a standing of his own, each with the title of his capacity."""
    return [(row.person, role_title(definition, row.role)) for row in rows]


def role_title(definition: Definition, role: str) -> str:
    """The title of the role itself, else of the role that is filled from that register; no code is ever shown."""
    if role in definition.roles:
        return definition.roles[role].title
    filled = (
        one.title for one in definition.roles.values() if one.kind == "register" and one.register == role
    )
    return next(filled, _REGISTERS.get(role, "参加人"))

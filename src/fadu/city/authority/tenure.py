"""Whether an official still holds what he came with: asked under the lock of an act, beside what the act reads there.

Who acts is read at the beginning of a request. Until the act has its turn a post may have been ended, a function taken
from it, a delegation called back; from then on nothing is done by it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from fadu.city.authority import queries
from fadu.city.authority.actor import Actor, Holding

# How many of the parameters are the day, after the person.
_DAYS = 4
_OF_A_DAY = '{0}.start <= %s AND ({0}."end" IS NULL OR {0}."end" > %s)'


def parts(array: str, json: str) -> tuple[str, str]:
    """Two SELECTs of a number, nothing and an array: 5 for each post of a person's own, 6 for each that is lent to him.

    ``array`` and ``json`` are the database's words for an array and for a column that holds one.
    """
    post = "JOIN authority_post p ON p.id = a.post_id"
    return (
        f"SELECT 5, 0, {array}(a.id, {json.format('p.functions')}) FROM authority_appointment a {post}"
        f" JOIN authority_organ o ON o.id = p.organ_id WHERE a.person_id = %s AND {_OF_A_DAY.format('a')}"
        f" AND {_OF_A_DAY.format('o')}",
        f"SELECT 6, 0, {array}(a.id, {json.format('p.functions')}, {json.format('d.functions')})"
        f" FROM authority_delegation d JOIN authority_appointment a ON a.id = d.appointment_id {post}"
        f" WHERE d.to_id = %s AND {_OF_A_DAY.format('d')} AND {_OF_A_DAY.format('a')}",
    )


def parameters(actor: Actor, on: date) -> list[Any]:
    """What the two SELECTs are asked with."""
    return [actor.person.pk, *[on] * _DAYS] * 2


@dataclasses.dataclass
class Tenure:
    """The functions that somebody has by each appointment: his own, and lent ones."""

    own: dict[int, set[str]] = dataclasses.field(default_factory=dict)
    lent: dict[int, set[str]] = dataclasses.field(default_factory=dict)

    def read(self, kind: int, cells: Sequence[Any]) -> None:
        """Take one row of the SELECTs."""
        appointment, functions = cells[0], set(cells[1])
        if kind == 5:
            self.own[appointment] = functions
        else:
            self.lent.setdefault(appointment, set()).update(functions.intersection(cells[2]))

    def covers(self, holding: Holding) -> bool:
        """Whether the holding is still there with all that was in it."""
        among: Mapping[int, set[str]] = self.lent if holding.delegated else self.own
        return bool(self.own) and holding.functions <= among.get(holding.appointment, _NOTHING)


_NOTHING: set[str] = set()


def still(actor: Actor, tenure: Tenure, on: date) -> Actor:
    """The actor as he came, or with the posts of today if anything of what he held is gone."""
    if all(tenure.covers(holding) for holding in actor.holdings):
        return actor
    return renewed(actor, on)


def renewed(actor: Actor, on: date) -> Actor:
    """The actor with what he holds now."""
    return dataclasses.replace(actor, holdings=queries.holdings_of(actor.person, on))

"""按日增长的金额 of a case: what has grown by a day, for whoever may read the amount that it grows from."""

from __future__ import annotations

import dataclasses
from datetime import date

from fadu.city.accounts.models import Person
from fadu.city.cases import procedures, queries
from fadu.city.cases.models import Case
from fadu.city.cases.people import rights
from fadu.city.cases.screens import dossier
from fadu.city.cases.screens.dossier import Dossier
from fadu.core.procedure import accrual
from fadu.core.procedure.accrual import Amount
from fadu.core.procedure.act import Act as EngineAct
from fadu.core.procedure.definition import Definition


def grown(
    near: Dossier,
    definition: Definition,
    *,
    on: date,
    relations: frozenset[str],
    reader: Person | None = None,
) -> tuple[Amount, ...]:
    """Every amount of the case as of the day; those whose base the reader may not see are left out."""
    return tuple(
        one for one in _every(near, definition, on=on) if _may_read(one, near, definition, relations, reader)
    )


def of_record(case: Case, definition: Definition, *, on: date) -> tuple[Amount, ...]:
    """The same for the package of a filed case (归档), which holds what the acts hold."""
    return _every(dossier.read(case), definition, on=on)


def _every(near: Dossier, definition: Definition, *, on: date) -> tuple[Amount, ...]:
    if not any(step.accrues for step in definition.steps.values()):
        return ()
    acts = [
        dataclasses.replace(EngineAct.from_data(row.data), values=near.opened.get(row.leaf, {}))
        for row in near.acts
    ]
    return accrual.amounts(definition, acts, on=on, calendar=procedures.calendar())


def _may_read(
    one: Amount, near: Dossier, definition: Definition, relations: frozenset[str], reader: Person | None
) -> bool:
    owner, _, field = one.base_field.partition(".")
    step = definition.steps[owner]
    if queries.may_read(step.entries()[field], relations, step.readers):
        return True
    return any(act.step == owner and rights.own(act, reader, relations) for act in near.acts)

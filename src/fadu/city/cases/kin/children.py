"""子案件: a step opens cases of their own, each with its organ, clocks, lock and acts; their end enters here.

A child is told its parent and waits for its own opening step; the parent's act commits to the children's keys. Locks
go from child to parent only, so two cases never wait for each other.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from fadu.city.authority.models import Organ
from fadu.city.authority.queries import government_of
from fadu.city.cases import procedures, projection
from fadu.city.cases.issuing import numbering
from fadu.city.cases.models import Case
from fadu.core.errors import Refusal, Refused
from fadu.core.procedure import engine
from fadu.core.procedure.definition import Definition, Step
from fadu.core.procedure.marking import Marking
from fadu.core.terms import legal_day


def planned(step: Step, case: Case, values: dict) -> list[tuple[str, Organ]]:
    """Key and handling organ of each child the step opens: one, or one for each organ chosen in a field."""
    if step.opens is None:
        return []
    kind, _, field = step.opens.per.partition(":")
    codes = [case.organ.code] if kind == "one" else list(values.get(field, []))
    organs = {
        organ.code: organ for organ in Organ.objects.select_related("government").filter(code__in=codes)
    }
    if missing := [code for code in codes if code not in organs]:
        raise Refused(
            Refusal(
                "unknown_organ", f"没有代码为 {'、'.join(missing)} 的机构", cure="请重新选择", subject=field
            )
        )
    return [(secrets.token_hex(13), organs[code]) for code in codes]


def open_all(case: Case, step: Step, plan: Sequence[tuple[str, Organ]], *, by: int, at: datetime) -> None:
    """Set up the children the act has opened."""
    if not plan or step.opens is None:
        return
    definition = procedures.in_force(step.opens.procedure, on=legal_day(at))
    for key, organ in plan:
        child = Case(
            key=key, procedure=definition.name, definition=procedures.pin(definition), title=case.title,
            number=_number(definition, organ, at), organ=organ, government=government_of(organ),
            division=organ.division, year=at.year, secrecy=case.secrecy, parent=case, parent_step=step.name,
            opened_at=at, opened_by_id=by, changed_at=at,
        )  # fmt: skip
        child.save()
        start = engine.start(definition)
        child.marking = start.to_data()
        projection.refresh(child, definition, start, at=at)
        child.save()


def _number(definition: Definition, organ: Organ, at: datetime) -> str:
    if definition.number is None:
        return ""
    return numbering.written(
        definition.number.form, organ, at.year, numbering.take(organ, definition.number.series, at.year)
    )


def awaited(case: Case, definition: Definition) -> str:
    """The parent's step that still waits for this child, or nothing."""
    if case.parent is None:
        return ""
    marking = Marking.from_data(case.parent.marking)
    return next((step for step, children in marking.waiting.items() if case.key in children), "")

"""公开: what the definition says must be disclosed is published by the act itself; nobody has to remember.

Only the fields shown go out, all else is withheld. A disclosure whose secrecy review (保密审查) is a step of the
procedure goes out with the act, because the act needs that step; otherwise it waits for the general one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from fadu.city.cases.models import Act, Case, Publication
from fadu.city.ledger import queries as ledger
from fadu.core.procedure.definition import Definition, Step
from fadu.core.procedure.engine import Recorded
from fadu.core.procedure.marking import Marking
from fadu.core.terms import Limit, Unit, add_months


def follow(case: Case, definition: Definition, recorded: Recorded, row: Act, before: Marking) -> None:
    """Publish what may now go out: what this act discloses, or what its secrecy review releases."""
    if case.secrecy != Case.Secrecy.PUBLIC:
        return
    for name in recorded.discloses:
        step = definition.steps[name]
        if name == row.step:
            publish(case, step, row, recorded.act.values, at=row.recorded_at)
        else:
            act = case.acts.get(seq=before.undisclosed[name])
            publish(case, step, act, ledger.opened(bytes.fromhex(act.leaf)), at=row.recorded_at)


def publish(case: Case, step: Step, act: Act, values: Mapping[str, Any], *, at: datetime) -> Publication:
    """The fields that the step shows, out of what was recorded; ``at`` is when it goes out."""
    assert step.disclosure is not None
    entries = step.entries()
    shown = [
        {"name": name, "title": entries[name].title, "type": entries[name].type, "value": values[name]}
        for name in step.disclosure.shows
        if name in values
    ]
    return Publication.objects.create(
        case=case,
        seq=act.seq,
        step=step.name,
        kind=f"{case.procedure}.{step.name}",
        title=f"{case.title}：{step.title}",
        shown=shown,
        published_at=at,
        until=_until(step.disclosure.duration, at.date()),
    )


def _until(duration: str, start: date) -> date | None:
    """The first day it need no longer stand; None for permanent."""
    if duration == "permanent":
        return None
    limit = Limit.parse(duration)
    if limit.unit == Unit.DAY:
        return start + timedelta(days=limit.number)
    return add_months(start, limit.number * (12 if limit.unit == Unit.YEAR else 1))

"""定期启动: procedures that the law has begun every year or month, and whether this period's case has been opened.

Nothing is opened by the clock, since only a person can fill in the opening step: it is owed, shown to whoever may
open it, and stands on the supervisors' wall until it is done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from fadu.city.authority.models import Organ
from fadu.city.cases import procedures
from fadu.city.cases.models import Case
from fadu.core.procedure.definition import Definition
from fadu.core.terms import BEIJING


@dataclass(frozen=True)
class Start:
    """A case that a government owes to have begun since a day, and by which rule."""

    definition: Definition
    government: Organ
    since: date
    basis: str


def owed(governments: Iterable[Organ], on: date) -> list[Start]:
    """What these governments should have begun by a day and have not. One query for each procedure that begins so."""
    places = {one.pk: one for one in governments}
    known = procedures.book().procedures.values()
    return [start for definition in known for start in _owed(definition, places, on)] if places else []


def _owed(definition: Definition, places: Mapping[int, Organ], on: date) -> Iterator[Start]:
    rule = definition.starts
    if rule is None or (since := rule.last(on)) < definition.in_force:
        return
    moment = datetime.combine(since, time.min, BEIJING)
    # What was opened since has been worked on since: that is what the index of a procedure is ordered by.
    begun = Case.objects.filter(
        procedure=definition.name, government__in=places, opened_at__gte=moment, changed_at__gte=moment
    )
    done = set(begun.values_list("government", flat=True))
    for pk, government in places.items():
        fits = not definition.levels or government.get_level_display()[0] in definition.levels
        if fits and pk not in done and government.start <= since:
            yield Start(definition, government, since, rule.basis.printed)

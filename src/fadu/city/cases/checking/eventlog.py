"""事件日志: the cases of this installation as an OCEL 2.0 event log, which may leave the house.

Order, time, outcome, organ and post of each act, by random case keys. What was said in an act, titles of matters and
natural persons stay inside; so do sealed matters (保密) as a whole, whose mere course may tell something.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch

from fadu.city.authority.models import Organ, Post
from fadu.city.cases import procedures, recording
from fadu.city.cases.corrections import amending
from fadu.city.cases.models import Act, Case
from fadu.core.log.errors import LogError
from fadu.core.procedure import ocel
from fadu.core.procedure.act import PERFORMED, Performer
from fadu.core.procedure.act import Act as EngineAct
from fadu.core.procedure.definition import Definition
from fadu.core.procedure.fold import corrected
from fadu.core.procedure.names import unknown

BATCH = 200


@dataclass(frozen=True)
class EventLog:
    """The log, how much it holds, and what was left out: sealed matters, cases whose corrections cannot be opened."""

    log: dict[str, Any]
    cases: int
    acts: int
    sealed: int
    unreadable: tuple[str, ...]


def event_log(
    *,
    procedure: str = "",
    since: date | None = None,
    until: date | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> EventLog:
    """The cases of one procedure or of all, begun (立案) from the day ``since`` to the day ``until``, both included.

    Raises InputError where no procedure and no case bears the name.
    """
    chosen = Case.objects.all()
    if procedure:
        check_procedure(procedure)
        chosen = chosen.filter(procedure=procedure)
    if since:
        chosen = chosen.filter(opened_at__date__gte=since)
    if until:
        chosen = chosen.filter(opened_at__date__lte=until)
    open_ones = chosen.exclude(secrecy=Case.Secrecy.SEALED)
    total = open_ones.count()
    offices = _Offices.known()
    taken: dict[str, tuple[Definition, list[EngineAct]]] = {}
    unreadable: list[str] = []
    rows = open_ones.order_by("pk").prefetch_related(Prefetch("acts", Act.objects.order_by("seq")))
    for number, case in enumerate(rows.iterator(chunk_size=BATCH)):
        progress(number, total)
        definition = procedures.of(case)
        try:
            acts = _acts(case, definition)
        except LogError:
            unreadable.append(case.key)
            continue
        taken[case.key] = definition, [offices.only(act) for act in acts]
    progress(total, total)
    return EventLog(
        log=ocel.export(taken),
        cases=len(taken),
        acts=sum(len(acts) for _, acts in taken.values()),
        sealed=chosen.filter(secrecy=Case.Secrecy.SEALED).count(),
        unreadable=tuple(unreadable),
    )


def check_procedure(name: str) -> None:
    """Stop at a name that no procedure in force and no case bears."""
    if name not in procedures.book().procedures and not Case.objects.filter(procedure=name).exists():
        unknown("程序", name, procedures.book().procedures, "本系统的案件")


def _acts(case: Case, definition: Definition) -> list[EngineAct]:
    """The acts; values are opened only where a correction (更正) may say that an act happened at another time."""
    acts = [EngineAct.from_data(row.data) for row in case.acts.all()]
    if any(definition.steps[act.step].act == amending.ACT for act in acts):
        return corrected(definition, recording.past(case))
    return acts


@dataclass(frozen=True)
class _Offices:
    """The organs and posts of this city: what somebody typed as the origin of an act is none of them unless it is here."""

    organs: frozenset[str]
    posts: frozenset[str]

    @classmethod
    def known(cls) -> _Offices:
        return cls(
            frozenset(Organ.objects.values_list("code", flat=True)),
            frozenset(str(post) for post in Post.objects.select_related("organ")),
        )

    def only(self, act: EngineAct) -> EngineAct:
        """The act with offices alone; a post that this system wrote itself may have been renamed since."""
        performers = tuple(
            Performer(
                person="",
                post=one.post if act.channel == PERFORMED or one.post in self.posts else "",
                organ=one.organ if one.organ in self.organs else "",
            )
            for one in act.performers
        )
        return dataclasses.replace(act, performers=performers, recorder="", on_behalf="")

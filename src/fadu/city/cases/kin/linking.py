"""关联案件: a step may name a case of another procedure; what happens there may enter here as an attested act.

The name is resolved when the act is done, so that no act refers to a case that does not exist. What the other case
then does is owed to the clock in the same transaction and entered by ``entering`` under the lock of this case alone.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from fadu.city.authority.actor import Actor
from fadu.city.authority.door import Doing
from fadu.city.cases import procedures, queries
from fadu.city.cases.models import Act, Case, CaseLink
from fadu.city.cases.screens import ways
from fadu.city.cases.screens.dossier import Linked
from fadu.city.cases.screens.firsts import first_of_each
from fadu.city.cases.telling import reminding
from fadu.city.cases.writing import Around
from fadu.core.errors import Refusal, Refused
from fadu.core.procedure import engine
from fadu.core.procedure.act import Act as EngineAct
from fadu.core.procedure.definition import Definition, Link, Step

KIND = "link"
OFFERED = 30


@dataclass(frozen=True)
class Named:
    """A case that the act ``seq`` names, and the words of the law that link it."""

    link: Link
    other: Case
    seq: int


def named(actor: Actor, case: Case, definition: Definition, done: EngineAct) -> list[Named]:
    """The cases that the record of an act names, by number or key; Refused beside the field where there is none.

    A correction (更正) names them for the act that it corrects.
    """
    step, values, seq = definition.steps[done.step], done.values, done.seq
    if step.act == "correct":
        values, seq = values.get("corrected") or {}, _number(done.targets)
        corrected = case.acts.filter(seq=seq).values_list("step", flat=True).first() if values else None
        if corrected is None:
            return []
        step = definition.steps[corrected]
    return [
        Named(link, _resolve(actor, step, link, str(values[link.field])), seq)
        for link in step.links
        if link.field and values.get(link.field)
    ]


def _number(targets: Sequence[str]) -> int:
    return int(targets[0]) if targets and targets[0].isdecimal() else 0


def _resolve(actor: Actor, step: Step, link: Link, reference: str) -> Case:
    """Hidden and absent cases answer alike; what is published may be named by everybody."""
    wanted = Case.objects.filter(Q(number=reference) | Q(key=reference), procedure=link.procedure)
    if actor.source != "clock":
        wanted = wanted.filter(
            Q(pk__in=queries.visible_to(actor).values("pk"))
            | Q(secrecy=Case.Secrecy.PUBLIC, publications__isnull=False)
        )
    found = wanted.first()
    if found is None:
        title = procedures.in_force(link.procedure).title
        raise Refused(
            Refusal(
                "unknown_case",
                f"没有编号为“{reference}”的“{title}”案件，或者您无权查看",
                basis=step.basis.printed,
                cure="请从列表中选择，或者写明案件的完整编号",
                subject=link.field,
            )
        )
    return found


def keep(doing: Doing, case: Case, found: Iterable[Named]) -> None:
    """Remember what an act has named; what the other case has done already enters here too."""
    for one in found:
        CaseLink.objects.update_or_create(
            case=case, seq=one.seq, field=one.link.field,
            defaults={"other": one.other, "relation": one.link.relation},
        )  # fmt: skip
        if one.link.on:
            for row in one.other.acts.order_by("seq"):
                _owe(doing, case, row, one.other)


def follow(doing: Doing, case: Case, row: Act) -> None:
    """Owe every linked case the acts of this one that mean something there."""
    if not any(case.procedure in _listens(one) for one in procedures.book().procedures.values()):
        return
    every = CaseLink.objects.filter(Q(case=case) | Q(other=case)).select_related("case", "other")
    for other in {other.pk: other for link in every for other in (link.case, link.other)}.values():
        if other.pk != case.pk:
            _owe(doing, other, row, case)


@functools.lru_cache(maxsize=256)
def _listens(definition: Definition) -> frozenset[str]:
    """The procedures whose acts may enter a case of this one."""
    return frozenset(link.procedure for step in definition.steps.values() for link in step.links if link.on)


def _owe(doing: Doing, case: Case, row: Act, source: Case) -> None:
    for ref, _ in engine.linked_acts(procedures.of(case), source.procedure, row.step, row.outcome):
        payload = {"case": case.key, "from": source.key, "seq": row.seq, "as": str(ref)}
        doing.send(KIND, reminding.key_of(KIND, case.key, source.key, str(row.seq), str(ref)), payload)


def around(actor: Actor, links: Sequence[Linked]) -> list[tuple[str, Case]]:
    """The linked cases that this person may see, with how they stand to this one."""
    me = actor.stands_for.pk
    return [
        (one.relation, one.case)
        for one in links
        if queries.sees(actor, one.case, Around(organs=set(one.organs), roles=_roles(one, me)))
    ]


def _roles(linked: Linked, person: int) -> set[str]:
    return {role for pk, role in linked.parties if pk == person}


def offered(actor: Actor, *names: str) -> dict[str, list[tuple[str, str]]]:
    """What fields that name a case of these procedures may offer: the newest ones that this person sees, by number and
    title; one statement finds them, another reads them.
    """
    found = first_of_each(
        {name: ways.of(actor, Q(procedure=name), Q(case__procedure=name)) for name in names}, limit=OFFERED
    )
    rows = Case.objects.only("key", "number", "title").in_bulk([pk for pks in found.values() for pk in pks])
    return {
        name: [(rows[pk].number or rows[pk].key, rows[pk].title) for pk in pks if pk in rows]
        for name, pks in found.items()
    }

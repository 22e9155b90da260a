"""超越权限的补录: what the city's registers say against an act that was done elsewhere, written with it as findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from fadu.city.accounts.models import Person
from fadu.city.authority import queries as authority
from fadu.city.authority.actor import Holding
from fadu.city.authority.models import Appointment, Organ
from fadu.city.cases.entry import Elsewhere
from fadu.city.cases.models import Assignment, Case, Party
from fadu.city.cases.people import bodies, seats, standing
from fadu.city.registries import queries as registers
from fadu.core.errors import Refusal
from fadu.core.procedure.act import Finding
from fadu.core.procedure.definition import Definition, Role, Step
from fadu.core.terms import BEIJING, chinese_day, legal_day

Held = Mapping[Person, tuple[Holding, ...]]


def outside(
    definition: Definition,
    step: Step,
    elsewhere: Elsewhere,
    values: Mapping[str, Any],
    sight: standing.Sight,
) -> tuple[Finding, ...]:
    """What only the city's registers can say against an act done elsewhere: that the views recorded are not those of the
    body that decides, that it was not for any of those who did it, or that whoever did it went beyond his limit. All
    is asked of the day on which it was done. ``sight`` is the recorder before the case: what it knows of today, and of
    the recorder himself, is not asked again."""
    case, on = sight.case, legal_day(elsewhere.occurred_at)
    assert case is not None
    named = {one["person"]: one for one in elsewhere.performers}
    held = _held(named, sight, on)
    found = [*bodies.refusals(definition, step, values, case=case, at=elsewhere.occurred_at)]
    if not elsewhere.linked:
        found += _wrong_officer(definition, step, held, sight, on)
    if step.amount_limit:
        found += [
            refusal
            for person, holdings in held.items()
            for one in holdings
            if one.organ.code == named[person.key].get("organ")
            and f"{one.organ.short}{one.post}" == named[person.key].get("post")
            for refusal in standing.beyond_limit(
                definition, step, one, values, case=case, at=elsewhere.occurred_at
            )
        ]
    return tuple(dict.fromkeys(Finding.of(refusal) for refusal in found))


def _held(named: Mapping[str, Any], sight: standing.Sight, on: date) -> Held:
    """The registered persons among those named, with the posts of each on that day."""
    me = sight.actor.person
    if on == legal_day(sight.at) and set(named) == {me.key}:
        return {me: sight.actor.holdings}
    found = Person.objects.filter(key__in=named).order_by("pk")
    return {person: authority.holdings_of(person, on) for person in found}


def _wrong_officer(
    definition: Definition, step: Step, held: Held, sight: standing.Sight, on: date
) -> Iterator[Refusal]:
    """Nobody among the performers had on that day one of the roles of the step.

    The register of appointments speaks only of whom it knows by then: about persons from outside it (a notary, an
    official of another place), or entered in it only later, nothing is found. One who had left, or who had another
    post, it does know. Where no organ has the duty that a role asks for, nobody can be measured by it.
    """
    case = sight.case
    assert case is not None
    organs = sight.organs
    if on != legal_day(sight.at):
        organs = standing.Organs(case.organ, datetime.combine(on, time.min, BEIJING), case)
    roles = [definition.roles[name] for name in step.by]
    sought: list[seats.Seat] = [
        (role, organs.of(role) if role.kind == "function" else None) for role in roles
    ]
    if any(role.kind == "function" and organ is None for role, organ in sought):
        return
    if not held or not all(_known(person, holdings, on) for person, holdings in held.items()):
        return
    if any(
        _had(role, organ, person, held[person], step, case, on) for role, organ in sought for person in held
    ):
        return
    whose = "或者".join(dict.fromkeys(seats.seat_words(role, organ) for role, organ in sought))
    posts = [f"{one.organ.short}{one.post}" for holdings in held.values() for one in holdings]
    had = f"任{'、'.join(dict.fromkeys(posts))}" if posts else "没有任职"
    yield Refusal(
        "wrong_officer",
        f"“{step.title}”由{whose}办理；按任职登记，补录的办理人在{chinese_day(on)}{had}",
        basis=step.basis.printed,
        cure="核对办理人，写错的予以更正；属实的，说明由其办理的依据",
        subject=step.name,
    )


def _known(person: Person, holdings: tuple[Holding, ...], on: date) -> bool:
    """Whether the register of appointments knew the person by then."""
    return bool(holdings) or Appointment.objects.filter(person=person, start__lte=on).exists()


def _had(
    role: Role,
    organ: Organ | None,
    person: Person,
    holdings: tuple[Holding, ...],
    step: Step,
    case: Case,
    on: date,
) -> bool:
    """Whether a person had the role that day: by post or delegation, by work handed to him by name, as expert or
    counsel entered in a register, as a party."""
    if role.kind == "function":
        there = [one for one in holdings if organ is not None and one.organ.pk == organ.pk]
        if any(role.function in one.functions for one in there):
            return True
        by_name = Assignment.objects.filter(
            case=case, step=step.name, person=person, kind__in=Assignment.WORK
        )
        return bool(there) and by_name.exists()
    if role.kind == "register":
        return registers.stands_in(role.register, person, on)
    if role.kind in ("public", "clock"):
        # What the clock does elsewhere is written down by whoever kept the clock there.
        return True
    return Party.objects.filter(case=case, person=person).exists() or not holdings

"""May this person do this step in this case? Roles of the definition, resolved to organs, posts, parties, as of a day."""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fadu.city.authority import queries as authority
from fadu.city.authority.actor import NOT_BY_TOKEN, PROVE_AGAIN, Actor, Holding
from fadu.city.authority.models import Organ
from fadu.city.cases.models import Assignment, Case, Party
from fadu.city.cases.people import citizens, grades, seats
from fadu.city.cases.writing import Around
from fadu.city.ledger.acts import Citizen, Official, Who
from fadu.city.registries import queries as registers
from fadu.core.errors import Refusal
from fadu.core.procedure.definition import Definition, Role, Step
from fadu.core.terms import legal_day

# Functions whose exercise needs a fresh proof of identity.
GRAVE = frozenset({"review", "approve", "decide", "head"})


@dataclass(frozen=True)
class Standing:
    """By which role, and as holder of which post, a person does a step."""

    role: Role
    holding: Holding | None = None
    organ: Organ | None = None


@dataclass
class Organs:
    """The organs in which the roles of a case, or of one that an organ will handle, are sought that day; each is
    looked up once.
    """

    handling: Organ
    at: datetime
    case: Case | None = None
    _known: dict[str, Organ | None] = field(default_factory=dict)
    _read: bool = False

    @property
    def government(self) -> Organ:
        """The government under which the roles are sought."""
        return self.case.government if self.case else authority.government_of(self.handling)

    def know(self, by_duty: Mapping[str, Organ]) -> None:
        """Take every organ that a role may name by its duty, read at once: a page asks for most of them, an act for few."""
        self._known |= {duty: organ for duty, organ in by_duty.items() if duty not in authority.PLACES}
        self._read = True

    def of(self, role: Role) -> Organ | None:
        """The organ in which the role's function is sought."""
        if self._read and role.organ not in authority.PLACES:
            return self._known.get(role.organ)
        if role.organ not in self._known:
            self._known[role.organ] = organ_of(role, self.handling, self.case, self.at)
        return self._known[role.organ]


@dataclass
class Sight:
    """One person before one case, or before an organ that will handle one; each thing is looked up at most once.

    ``around`` is what an act has read under its lock; without it the tables are asked when something is wanted.
    """

    actor: Actor
    handling: Organ
    at: datetime
    case: Case | None = None
    around: Around | None = None
    # The case's version when this was read, and the head of its chain if that was locked with the case.
    version: int = 0
    head: Any = None
    # Many steps are asked about: who else could do them is not looked up.
    brief: bool = False

    @functools.cached_property
    def organs(self) -> Organs:
        """The organs of the roles."""
        return Organs(self.handling, self.at, self.case)

    @functools.cached_property
    def holders(self) -> seats.Holders:
        """Who holds the posts of these organs that day."""
        return seats.Holders(self.at.date())

    @functools.cached_property
    def roles(self) -> set[str]:
        """The roles in the case, as a party, of the person or of whom he acts for."""
        if self.around is not None:
            return self.around.roles
        if self.case is None:
            return set()
        rows = Party.objects.filter(case=self.case, person=self.actor.stands_for)
        return set(rows.values_list("role", flat=True))

    @functools.cached_property
    def in_hand(self) -> set[str]:
        """The steps that this person has in hand by name (转办、委派)."""
        if self.around is not None:
            return {step for step, person, kind in self.around.assignments if self._mine(person, kind)}
        if self.case is None:
            return set()
        rows = Assignment.objects.filter(
            case=self.case, person=self.actor.person, done_seq=None, kind__in=Assignment.WORK
        )
        return set(rows.values_list("step", flat=True))

    def _mine(self, person: int, kind: str) -> bool:
        return person == self.actor.person.pk and kind in Assignment.WORK

    def find(self, definition: Definition, step: Step) -> Standing | None:
        """The first role of the step that this person has on that day, or None."""
        for name in step.by:
            if (found := self._as(definition.roles[name], step)) is not None:
                return found
        return None

    def _as(self, role: Role, step: Step) -> Standing | None:
        if role.kind == "function":
            organ = self.organs.of(role)
            held = self.actor.holding(organ, role.function) if organ is not None else None
            if held is None and organ is not None:
                held = self._assigned(step, organ)
            return Standing(role, held, organ) if held is not None else None
        return Standing(role, None, self.handling) if self._has(role) else None

    def _has(self, role: Role) -> bool:
        """Whether he has a role that no post gives."""
        if role.kind == "clock":
            return self.actor.source == "clock"
        if role.kind == "public" or self.case is None:
            # A party opens his own matter; he becomes a party by opening it.
            return not self.actor.official
        if role.kind == "register":
            # Asked into this case, and still in the register today.
            asked = role.register in self.roles
            return asked and registers.stands_in(role.register, self.actor.person, self.at.date())
        return bool(self.roles)

    def _assigned(self, step: Step, organ: Organ) -> Holding | None:
        """Work handed to a person by name (转办、委派) lets him act within his own organ, by his own post."""
        mine = (held for held in self.actor.holdings if held.organ.pk == organ.pk)
        return next(mine, None) if step.name in self.in_hand else None

    def refusals(self, definition: Definition, step: Step) -> tuple[Refusal, ...]:
        """Every reason why this person may not do this step, whatever the state of the case."""
        found = self.find(definition, step)
        if found is None:
            return (self._not_yours(definition, step),)
        if found.role.kind in citizens.PRIVATE:
            return tuple(citizens.refusals(definition, step, found.role, self.actor, legal_day(self.at)))
        if found.holding is None:
            return ()
        if late := tuple(grades.rotation_refusals(found.holding, self.case, self.at)):
            return late
        return proof_refusals(self.actor, self.at) if found.role.function in GRAVE else ()

    def _not_yours(self, definition: Definition, step: Step) -> Refusal:
        """Says which function is missing and who does this step, so that nobody has to guess whom to ask."""
        roles = [definition.roles[name] for name in step.by]
        found = [(role, self.organs.of(role) if role.organ else None) for role in roles]
        return seats.not_yours(step, found, self.actor, None if self.brief else self.holders)


def find(
    definition: Definition,
    step: Step,
    actor: Actor,
    *,
    handling: Organ,
    at: datetime,
    case: Case | None = None,
) -> Standing | None:
    """For one question alone, see ``Sight.find``."""
    return Sight(actor, handling, at, case).find(definition, step)


def refusals(
    definition: Definition,
    step: Step,
    actor: Actor,
    *,
    handling: Organ,
    at: datetime,
    case: Case | None = None,
) -> tuple[Refusal, ...]:
    """For one question alone, see ``Sight.refusals``."""
    return Sight(actor, handling, at, case).refusals(definition, step)


def organ_of(role: Role, handling: Organ, case: Case | None, at: datetime) -> Organ | None:
    """The organ in which the role's function is sought that day."""
    government = case.government if case is not None else authority.government_of(handling)
    return authority.organ_of_role(role.organ, handling=handling, government=government, on=at.date())


def proof_refusals(actor: Actor, at: datetime) -> tuple[Refusal, ...]:
    """Approving, signing and deciding ask for a fresh proof of identity from whoever comes by web or API."""
    if actor.token:
        return (NOT_BY_TOKEN,)
    fresh = actor.source not in ("web", "api") or actor.freshly_proved(at)
    return () if fresh else (PROVE_AGAIN,)


def beyond_limit(
    definition: Definition,
    step: Step,
    held: Holding | None,
    values: Mapping[str, Any],
    *,
    case: Case,
    at: datetime,
) -> tuple[Refusal, ...]:
    """分级授权: what is beyond the limit of the post in which the step is done."""
    if not step.amount_limit or held is None:
        return ()
    roles = [definition.roles[name] for name in step.by if definition.roles[name].kind == "function"]
    found = [(organ_of(role, case.organ, case, at), role.function) for role in roles]
    seats = [(organ, function) for organ, function in found if organ is not None]
    return tuple(
        grades.amount_refusals(
            definition, step, appointment=held.appointment, values=values, seats=seats, on=legal_day(at)
        )
    )


def may_open(
    definition: Definition,
    actor: Actor,
    *,
    handling: Organ,
    at: datetime,
    sight: Sight | None = None,
    powers: Collection[str] | None = None,
) -> tuple[Refusal, ...]:
    """Whether this person may open a case of this procedure for that organ: level, power in force, role.

    ``sight`` and ``powers`` (procedures for which the organ has power) are given by whoever asks for many procedures.
    """
    reasons: list[Refusal] = []
    level = handling.get_level_display()[0]
    if definition.levels and level not in definition.levels:
        reasons.append(
            Refusal(
                "wrong_level",
                f"“{definition.title}”适用于{'、'.join(definition.levels)}级机关，{handling.name}是{handling.get_level_display()}机关",
                cure="请由有权层级的机关办理",
            )
        )
    if definition.power and not (
        authority.power_in_force(handling, definition.name, at.date())
        if powers is None
        else definition.name in powers
    ):
        reasons.append(
            Refusal(
                "no_power",
                f"{handling.name}没有现行有效的“{definition.title}”职权",
                cure="权力清单载明并生效后方可办理",
            )
        )
    step = definition.steps[definition.opening]
    return (*reasons, *(sight or Sight(actor, handling, at)).refusals(definition, step))


def holding_for(actor: Actor, organ: str, post: str) -> Holding | None:
    """The post, among those this person holds, that an act names."""
    return next(
        (
            held
            for held in actor.holdings
            if held.organ.code == organ and f"{held.organ.short}{held.post}" == post
        ),
        None,
    )


def who(person: str, post: str) -> Who:
    """Somebody named by an attested act, as he stands in a leaf."""
    return Official(post, person) if post else Citizen(person)

"""May this person do this step in this case? Roles of the definition, resolved to organs, posts, parties, as of a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fadu.city.authority import queries as authority
from fadu.city.authority.actor import PROVE_AGAIN, Actor, Holding
from fadu.city.authority.models import Organ
from fadu.city.cases import citizens, grades
from fadu.city.cases.models import Assignment, Case, Party
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


def find(
    definition: Definition,
    step: Step,
    actor: Actor,
    *,
    handling: Organ,
    at: datetime,
    case: Case | None = None,
) -> Standing | None:
    """The first role of the step that this person has on that day, or None."""
    for name in step.by:
        role = definition.roles[name]
        if (found := _as_role(role, step, actor, handling, at, case)) is not None:
            return found
    return None


def organ_of(role: Role, handling: Organ, case: Case | None, at: datetime) -> Organ | None:
    """The organ in which the role's function is sought that day."""
    government = case.government if case is not None else authority.government_of(handling)
    return authority.organ_of_role(role.organ, handling=handling, government=government, on=at.date())


def _as_role(
    role: Role, step: Step, actor: Actor, handling: Organ, at: datetime, case: Case | None
) -> Standing | None:
    if role.kind == "function":
        organ = organ_of(role, handling, case, at)
        held = actor.holding(organ, role.function) if organ is not None else None
        if held is None and organ is not None and case is not None:
            held = _assigned(step, actor, organ, case)
        return Standing(role, held, organ) if held is not None else None
    if role.kind == "clock":
        return Standing(role, None, handling) if actor.source == "clock" else None
    if role.kind == "public":
        return Standing(role, None, handling) if not actor.official else None
    if case is None:
        # A party opens his own matter; he becomes a party by opening it.
        return Standing(role, None, handling) if not actor.official else None
    parties = Party.objects.filter(case=case, person=actor.stands_for)
    if role.kind == "register":
        # Asked into this case, and still in the register today.
        entered = registers.stands_in(role.register, actor.person, at.date())
        return (
            Standing(role, None, handling)
            if entered and parties.filter(role=role.register).exists()
            else None
        )
    return Standing(role, None, handling) if parties.exists() else None


def _assigned(step: Step, actor: Actor, organ: Organ, case: Case) -> Holding | None:
    """Work handed to a person by name (转办、委派) lets him act within his own organ, by his own post."""
    mine = Assignment.objects.filter(
        case=case, step=step.name, person=actor.person, done_seq=None, kind__in=Assignment.WORK
    )
    if not mine.exists():
        return None
    return next((held for held in actor.holdings if held.organ.pk == organ.pk), None)


def refusals(
    definition: Definition,
    step: Step,
    actor: Actor,
    *,
    handling: Organ,
    at: datetime,
    case: Case | None = None,
) -> tuple[Refusal, ...]:
    """Every reason why this person may not do this step, whatever the state of the case."""
    found = find(definition, step, actor, handling=handling, at=at, case=case)
    if found is None:
        return (_not_yours(definition, step, handling, case, at),)
    if found.role.kind in citizens.PRIVATE:
        return tuple(citizens.refusals(definition, step, found.role, actor, legal_day(at)))
    if found.holding is None:
        return ()
    if late := tuple(grades.rotation_refusals(found.holding, case, at)):
        return late
    return proof_refusals(actor, at) if found.role.function in GRAVE else ()


def proof_refusals(actor: Actor, at: datetime) -> tuple[Refusal, ...]:
    """Approving, signing and deciding ask for a fresh proof of identity from whoever comes by web or API."""
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


def _not_yours(
    definition: Definition, step: Step, handling: Organ, case: Case | None, at: datetime
) -> Refusal:
    """Says who does this step, so that nobody has to guess whom to ask."""
    whose = []
    for name in step.by:
        role = definition.roles[name]
        organ = organ_of(role, handling, case, at) if role.organ else None
        whose.append(f"{role.title}（{organ.name}）" if organ else role.title)
    return Refusal(
        "not_yours",
        f"“{step.title}”由{'或者'.join(whose)}办理",
        basis=step.basis.printed,
        cure="请交由有权的岗位办理；如应当由您办理，请核对任职和委派",
        subject=step.name,
    )


def may_open(definition: Definition, actor: Actor, *, handling: Organ, at: datetime) -> tuple[Refusal, ...]:
    """Whether this person may open a case of this procedure for that organ: level, power in force, role."""
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
    if definition.power and authority.power_in_force(handling, definition.name, at.date()) is None:
        reasons.append(
            Refusal(
                "no_power",
                f"{handling.name}没有现行有效的“{definition.title}”职权",
                cure="权力清单载明并生效后方可办理",
            )
        )
    step = definition.steps[definition.opening]
    return (*reasons, *refusals(definition, step, actor, handling=handling, at=at))


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

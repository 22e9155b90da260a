"""One case asked in memory (``queries.sees``) and every case asked in the database (``visible_to``) say the same."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fadu.city.accounts.models import ALL_PROCEDURES, Mandate, Person, User
from fadu.city.authority import clock
from fadu.city.authority.actor import Actor, Holding
from fadu.city.cases import procedures, queries, writing
from fadu.city.cases.models import Case, Involvement, Party
from tests.factories import ORGANS, City

pytestmark = pytest.mark.django_db
PEOPLE = ("zhao", "li", "chen")
ORGAN, PERSON = st.sampled_from(sorted(ORGANS)), st.sampled_from(PEOPLE)
PROCEDURES = ("matter", "other")


@dataclass(frozen=True)
class Drawn:
    """A case with what stands around it, and somebody who comes to see it."""

    organ: str
    government: str
    procedure: str
    secrecy: str
    involved: frozenset[str]
    parties: frozenset[tuple[str, str]]
    person: str
    kind: str | None
    posts: tuple[tuple[str, frozenset[str]], ...]
    principal: str | None
    covers: frozenset[str]


DRAWN = st.builds(
    Drawn,
    organ=ORGAN,
    government=st.sampled_from(("gov", "legal")),
    procedure=st.sampled_from(PROCEDURES),
    secrecy=st.sampled_from(Case.Secrecy.values),
    involved=st.frozensets(ORGAN, max_size=3),
    parties=st.frozensets(st.tuples(PERSON, st.sampled_from(("applicant", "third"))), max_size=3),
    person=PERSON,
    kind=st.sampled_from((None, *User.Kind.values)),
    posts=st.lists(
        st.tuples(ORGAN, st.frozensets(st.sampled_from(("handle", "review", "supervise")))), max_size=3
    ).map(tuple),
    principal=st.none() | PERSON,
    covers=st.frozensets(st.sampled_from((*PROCEDURES, ALL_PROCEDURES))),
)


def make_case(city: City, drawn: Drawn) -> Case:
    """The drawn case, its involvements and parties."""
    now = clock.now()
    case = Case.objects.create(
        key="sees", procedure=drawn.procedure, definition=procedures.pin(procedures.in_force("matter")), title="t",
        organ=city.organs[drawn.organ], government=city.organs[drawn.government], division="330100", year=2026,
        secrecy=drawn.secrecy, opened_at=now, opened_by=city.people["zhao"], changed_at=now,
    )  # fmt: skip
    for organ in drawn.involved:
        Involvement.objects.create(case=case, organ=city.organs[organ], changed_at=now)
    for person, role in drawn.parties:
        Party.objects.create(case=case, person=city.people[person], role=role)
    return case


def make_actor(city: City, drawn: Drawn) -> Actor:
    """The drawn person with the drawn posts, perhaps by a mandate of another."""
    posts = tuple(
        Holding(city.organs[organ], "post", functions, number)
        for number, (organ, functions) in enumerate(drawn.posts)
    )
    mandate = None
    if drawn.principal is not None:
        principal: Person = city.people[drawn.principal]
        mandate = Mandate(
            principal=principal, agent=city.people[drawn.person], procedures=sorted(drawn.covers)
        )
    user = User(kind=drawn.kind) if drawn.kind is not None else None
    return Actor(city.people[drawn.person], user, posts, clock.now(), mandate, source="test")


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=DRAWN)
def test_asked_in_memory_and_in_the_database_alike(city: City, drawn: Drawn) -> None:
    with transaction.atomic():
        case, actor = make_case(city, drawn), make_actor(city, drawn)
        around = writing.around(case.pk, actor.stands_for.pk)
        told = queries.sees(actor, case, around)
        found = queries.visible_to(actor).filter(pk=case.pk).exists()
        transaction.set_rollback(True)
    assert told == found

"""未成年人 and agents around a matter: a hearing's participant is of age or comes by his guardian; an opinion of a child under
fourteen kept under his name needs his guardian; whoever speaks by mandate speaks for the one he stands for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from fadu.city.accounts.models import Mandate, Person, User
from fadu.city.authority import acts as authority
from fadu.city.authority import clock, queries
from fadu.city.authority.actor import Actor
from fadu.city.ledger import queries as ledger
from fadu.city.participation.models import Comment, Hearing, Registration
from tests import factories
from tests.city.participation.conftest import Matter, browser, refused, say
from tests.city.participation.test_hearing import announce, enter

pytestmark = pytest.mark.django_db
YOUNG = date(2030, 1, 1)  # fourteen on 2026-01-01
CHILD = date(2031, 1, 1)  # fourteen on 2027-01-01


@pytest.fixture
def hearing(make_matter: Callable[..., Matter]) -> Hearing:
    """A hearing for which one may register."""
    return announce(make_matter(hearing=True))


def ward(matter_until: date, *, key: str = "child") -> Actor:
    """小童, a minor with an account; 陈十 is his guardian."""
    factories.make_person(key, "小童")
    Person.objects.filter(key=key).update(minor_until=matter_until)
    user = factories.make_user(key, kind="citizen")
    return Actor(Person.objects.get(key=key), user)


def guardian(principal: Actor, feng: Actor) -> Actor:
    """陈十 acting for the child by his registered guardianship."""
    made = authority.register_guardian(
        feng, principal=principal.person.key, agent="chen", basis="出生医学证明", start=date(2026, 1, 1)
    )
    chen = User.objects.select_related("person").get(username="chen")
    return Actor(chen.person, chen, mandate=Mandate.objects.get(pk=made["mandate"]))


def test_a_minor_registers_for_a_hearing_by_his_guardian_only(hearing: Hearing, city: Any) -> None:
    child = ward(YOUNG)
    with refused("minor") as told:
        enter(hearing, "小童", actor=child)
    assert "民法典" in told.reasons["minor"].basis and "监护人" in told.reasons["minor"].cure
    by = guardian(child, city.actor("feng"))
    enter(hearing, "小童", actor=by)
    row = Registration.objects.get()
    assert row.person == child.person
    assert ledger.opened(bytes.fromhex(row.leaf))["on_behalf"] == "child"
    with refused("registered"):
        enter(hearing, "小童", actor=by)


def test_an_agent_registers_within_his_mandate(hearing: Hearing, city: Any) -> None:
    factories.make_person("chener", "陈二")
    principal = Actor(Person.objects.get(key="chener"), factories.make_user("chener", kind="citizen"))
    day = clock.now().date()
    asked = {"agent": "chen", "scope": "一般代理", "start": day, "end": date(2027, 1, 1)}
    made = authority.give_mandate(principal, procedures=["matter"], **asked)
    chen = User.objects.select_related("person").get(username="chen")
    with refused("beyond_mandate"):
        enter(
            hearing, "陈二", actor=Actor(chen.person, chen, mandate=Mandate.objects.get(pk=made["mandate"]))
        )
    made = authority.give_mandate(principal, procedures=["major_decision"], **asked)
    enter(hearing, "陈二", actor=Actor(chen.person, chen, mandate=Mandate.objects.get(pk=made["mandate"])))
    assert Registration.objects.get().person == principal.person
    enter(hearing, "陈十", actor=Actor(chen.person, chen))
    assert Registration.objects.count() == 2


def test_from_fourteen_on_one_speaks_for_oneself(matter: Matter) -> None:
    row = matter.open()
    young, child = ward(YOUNG, key="young"), ward(CHILD)
    say(row.key, "希望校车也免费", actor=young)
    with refused("child") as told:
        say(row.key, "希望校车也免费", actor=child)
    assert "第三十一条" in told.reasons["child"].basis and "不登录" in told.reasons["child"].cure
    say(row.key, "希望校车也免费", actor=guardian(child, matter.city.actor("feng")))
    assert Comment.objects.latest("pk").person == child.person
    say(row.key, "没有署名")
    assert Comment.objects.count() == 3
    # The one he stands for finds it among his own.
    assert "希望校车也免费" in browser("child").get("/consultations/mine/").content.decode()


@pytest.mark.parametrize(
    ("until", "on", "child"),
    [
        (date(2030, 1, 1), date(2025, 12, 31), True),
        (date(2030, 1, 1), date(2026, 1, 1), False),
        (date(2032, 2, 29), date(2028, 2, 28), True),
        (date(2032, 2, 29), date(2028, 2, 29), False),
        (date(2104, 2, 29), date(2100, 2, 28), True),
        (date(2104, 2, 29), date(2100, 3, 1), False),
        (None, date(2026, 1, 1), False),
    ],
)
def test_the_fourteenth_birthday(until: date | None, on: date, child: bool) -> None:
    assert queries.is_child(Person(key="x", name="x", minor_until=until), on) is child

"""A party reads what he said himself, whatever its class; nobody else reads it by that rule."""

from __future__ import annotations

import pytest

from fadu.city.accounts.models import Person
from fadu.city.cases import queries as cases
from fadu.city.cases.models import Act, Party
from tests import factories
from tests.city.participation.conftest import browser
from tests.city.portal.conftest import main_of
from tests.city.portal.test_matter import OPENING, propose
from tests.factories import City

pytestmark = pytest.mark.django_db


def other_party(city: City, case: object) -> str:
    """陈二, a party to the same matter, who said nothing in it."""
    factories.make_person("chener", "陈二")
    factories.make_user("chener", kind="citizen")
    Party.objects.create(case=case, person=Person.objects.get(key="chener"), role="proposer")
    return "chener"


def test_a_party_sees_his_own_answers_and_another_party_does_not(city: City) -> None:
    case, _ = propose(city)
    own = main_of(browser("chen").get(f"/cases/{case.key}/"))
    others = main_of(browser(other_party(city, case)).get(f"/cases/{case.key}/"))
    said = OPENING["content"]
    assert said in own and said not in others
    assert "未显示" not in own and "未显示" in others
    assert said in str(browser("chen").get(f"/api/cases/{case.key}/acts").json())
    assert said not in str(browser("chener").get(f"/api/cases/{case.key}/acts").json())


def test_what_was_said_for_him_by_mandate_is_his_own_too(city: City) -> None:
    case, _ = propose(city)
    act = Act.objects.get(case=case)
    standing = cases.relations(city.actor("chen"), case)
    act.data |= {"on_behalf": "cheng"}
    assert not cases.own(act, city.people["chen"], standing)
    act.data |= {"on_behalf": "chen", "performers": [{"person": "cheng"}]}
    assert cases.own(act, city.people["chen"], standing)


def test_what_an_official_did_in_his_post_is_not_his_own_as_a_party(city: City) -> None:
    case, _ = propose(city)
    act = Act.objects.get(case=case)
    act.data |= {"performers": [{"person": "chen", "post": "市财政局科员"}]}
    assert not cases.own(act, city.people["chen"], frozenset({"party", "public"}))
    assert not cases.own(act, city.people["chen"], frozenset({"public"}))


def test_whoever_was_asked_in_from_a_register_is_named_by_his_capacity(city: City) -> None:
    case, _ = propose(city)
    for role in ("experts", "counsel"):
        Party.objects.create(case=case, person=city.people["feng"], role=role)
    text = main_of(browser("chen").get(f"/cases/{case.key}/"))
    assert "参加论证的专家" in text
    # The procedure has a role of its own that is filled from this register.
    assert '冯九 <small class="quiet">法律顾问、公职律师' in text
    assert ">experts<" not in text and ">counsel<" not in text

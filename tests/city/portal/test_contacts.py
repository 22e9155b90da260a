"""Where a code goes: the contact typed with the matter, else the account's, which its owner changes after a fresh proof."""

from __future__ import annotations

from typing import Any

import pytest

from fadu.city.accounts.models import User
from fadu.city.authority import acts, clock
from fadu.city.authority.actor import Actor
from fadu.city.cases import procedures
from fadu.city.ledger import queries as ledger
from fadu.city.ledger.models import Leaf
from fadu.city.portal import contacts
from fadu.core.errors import Refused
from tests.city.participation.conftest import browser
from tests.city.portal.test_matter import OPENING, propose
from tests.factories import City

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("手机 139-1234-5678，邮箱 a.b@example.gov.cn", ["13912345678", "a.b@example.gov.cn"]),
        ("+8613912345678", ["13912345678"]),
        ("0086 13912345678", ["13912345678"]),
        ("身份证 330100199001011234", []),
        ("12345678901", []),
        ("座机 0571-88888888", []),
        ("@", []),
        ("a@b", []),
    ],
)
def test_what_is_an_address(text: str, found: list[str]) -> None:
    assert [one.address for one in contacts._written(text)] == found


def test_the_contact_given_with_the_matter_goes_before_the_account(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, _ = propose(city)
    on = clock.now().date()
    found = contacts.of(case, on)
    assert found is not None and found.address == "chen@example.invalid", "nothing given: that of the account"
    monkeypatch.setitem(OPENING, "contact", "手机 139-1234-5678")
    other, _ = propose(city, "request-0002")
    found = contacts.of(other, on)
    assert found is not None and (found.channel, found.address) == ("sms", "13912345678")
    assert found.digest != contacts.Contact("sms", "13912345679").digest and "139" not in found.digest[:3]


def test_the_form_asks_for_it_and_only_those_concerned_read_it(city: City) -> None:
    """The field stands in the form of everybody who may propose; it is personal: the public page never has it."""
    chen = browser("chen")
    form = chen.get("/cases/new/major_decision/").content.decode()
    assert 'name="v.contact"' in form and "建议人的联系方式" in form and "不公开" in form
    entry = procedures.in_force("major_decision").steps["propose"].fields["contact"]
    assert entry.cls == "personal" and entry.required is False
    clue = procedures.in_force("decision_accountability").steps["clue"].fields["contact"]
    assert clue.cls == "sealed", "an informant is known to the organ that handles the matter and to no other"


def test_an_official_opening_leaves_nobody_to_send_to(city: City, settings: Any) -> None:
    case, _ = propose(city)
    User.objects.filter(username="chen").update(active=False)
    assert contacts.of(case, clock.now().date()) is None
    User.objects.filter(username="chen").update(active=True, email="", mobile="13912345678")
    settings.FADU_DEMO = False
    assert contacts.of(case, clock.now().date()) is None, "no gateway, no text message"


def test_its_owner_changes_it(city: City) -> None:
    chen = browser("chen")
    assert 'value="chen@example.invalid"' in chen.get("/account/contact/").content.decode()
    for wrong, words in (
        ({"mobile": "12345", "email": ""}, "手机号码的写法不对"),
        ({"mobile": "", "email": "chen"}, "电子邮箱的写法不对"),
        ({"mobile": "", "email": "chen@example.invalid"}, "没有变化"),
    ):
        answer = chen.post("/account/contact/", wrong)
        assert answer.status_code == 409 and words in answer.content.decode()
    right = {"mobile": "13912345678", "email": "new@example.invalid"}
    assert chen.post("/account/contact/", right).status_code == 302
    user = User.objects.get(username="chen")
    assert (user.mobile, user.email) == ("13912345678", "new@example.invalid")
    leaf = Leaf.objects.filter(case_ref="register/account/chen").latest("seq")
    assert ledger.opened(bytes(leaf.hash)) == {"changed": ["email", "mobile"]}


def test_only_its_owner_having_just_proved_himself(city: City) -> None:
    user, now = User.objects.select_related("person").get(username="chen"), clock.now()
    asked = {"username": "chen", "email": "", "mobile": "13912345678"}
    for actor, code in (
        (city.actor("li"), "not_yours"),
        (Actor(user.person, user), "prove_again"),
        (Actor(user.person, user, proved_at=now, token=True), "not_yours"),
    ):
        with pytest.raises(Refused) as refused:
            acts.change_contact(actor, **asked)
        assert [one.code for one in refused.value.refusals] == [code]

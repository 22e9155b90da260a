"""Where a code goes: the contact typed with the matter, else the account's, which its owner changes after a fresh proof."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings as conf
from django.core import mail

from fadu.city.accounts.models import ContactClaim, User
from fadu.city.authority import acts, clock
from fadu.city.authority.actor import Actor
from fadu.city.cases import procedures
from fadu.city.cases.telling import outbox
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
    answer = chen.post("/account/contact/", right)
    assert answer.status_code == 302 and answer["Location"] == "/account/contact/confirm/"
    assert _addresses() == ("", "chen@example.invalid"), "nothing goes to an address nobody has proved"
    assert _leaf() == {"removed": [], "claimed": ["email", "mobile"]}
    again = chen.post("/account/contact/", right)
    assert again.status_code == 409 and "刚刚发送过验证码" in again.content.decode()
    for channel in ("mobile", "email"):
        assert _confirm(chen, channel, _sent(channel)).status_code == 302
        assert _leaf() == {"changed": [channel]}
    assert _addresses() == ("13912345678", "new@example.invalid")
    assert _confirm(chen, "email", "000000").status_code == 409, "a code serves once"
    assert (
        chen.post("/account/contact/", {"mobile": "", "email": "new@example.invalid"})["Location"]
        == "/account/"
    )
    assert _addresses() == ("", "new@example.invalid") and _leaf() == {"removed": ["mobile"], "claimed": []}


def test_a_code_is_tried_a_few_times_and_lives_for_minutes(city: City, settings: Any) -> None:
    """Whoever has not read it does not guess it; a claim that was not proved leaves the old address in force."""
    chen = browser("chen")
    claim = {"mobile": "", "email": "new@example.invalid"}
    chen.post("/account/contact/", claim)
    assert "new@example.invalid" in chen.get("/account/contact/confirm/").content.decode()
    code = _sent("email")
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(settings.FADU_CODE_TRIES):
        answer = _confirm(chen, "email", wrong)
        assert answer.status_code == 409 and "验证码不正确" in answer.content.decode()
    assert "已经作废" in _confirm(chen, "email", code).content.decode()
    assert _addresses() == ("", "chen@example.invalid")
    assert "没有等待核验的地址" in _confirm(chen, "mobile", code).content.decode()
    ContactClaim.objects.update(tries=0, until=clock.now())
    assert "已经过期" in _confirm(chen, "email", code).content.decode()
    assert outbox.run_once(clock.now()).delivered == 0, "sent once"


def test_an_address_is_not_flooded(city: City, settings: Any) -> None:
    """Neither by one account again and again, nor by emptying and filling in between."""
    settings.FADU_CODE_PAUSE_SECONDS = 0
    chen = browser("chen")
    for number in range(settings.FADU_CODES_A_DAY):
        asked = {"mobile": "", "email": f"new{number}@example.invalid"}
        assert chen.post("/account/contact/", asked).status_code == 302
    asked = {"mobile": "", "email": "one.more@example.invalid"}
    answer = chen.post("/account/contact/", asked)
    assert answer.status_code == 409 and "最多发送 5 次" in answer.content.decode()
    mail.outbox.clear()
    outbox.run_once(clock.now())
    assert [one.to for one in mail.outbox] == [["new4@example.invalid"]], "only the newest claim is sent"


def _addresses() -> tuple[str, str]:
    user = User.objects.get(username="chen")
    return user.mobile, user.email


def _leaf() -> dict[str, Any]:
    leaf = Leaf.objects.filter(case_ref="register/account/chen").latest("seq")
    return ledger.opened(bytes(leaf.hash))


def _confirm(who: Any, channel: str, code: str) -> Any:
    return who.post("/account/contact/confirm/", {"channel": channel, "code": code})


def _sent(channel: str) -> str:
    """The code out of the message that the worker sends; nothing else of the account stands in it."""
    outbox.run_once(clock.now())
    if channel == "email":
        text, to = mail.outbox[0].body, mail.outbox[0].to
        assert to == ["new@example.invalid"] and "陈" not in text and "chen" not in text
    else:
        newest = max((conf.FADU_VAR / "sms").glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
        text = newest.read_text()
        assert "13912345678" in text and "陈" not in text
    found = re.search(r"验证码 ([0-9]{6})", text)
    assert found is not None
    return found[1]


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

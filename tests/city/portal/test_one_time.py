"""凭验证码查看: sent to the contact given with the matter, short-lived, used once, tried and sent so many times; and what it opens."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as conf
from django.test import Client

from fadu.city.accounts.models import User
from fadu.city.authority import clock
from fadu.city.authority.models import Outbox
from fadu.city.cases.telling import outbox
from fadu.city.ledger.models import AccessEntry, Leaf
from fadu.city.portal import onetime
from fadu.city.portal.models import OneTimeCode
from fadu.core.log import record
from tests.city.participation.conftest import browser
from tests.city.portal.conftest import main_of
from tests.city.portal.test_matter import OPENING, propose
from tests.factories import City

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_mail(settings: Any, tmp_path: Any) -> None:
    """Messages of this test alone."""
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"


def wait(seconds: float) -> None:
    """The demonstration's clock moves on."""
    clock.move_forward(clock.now() + timedelta(seconds=seconds))


def ask(client: Client, code: str, *, status: int = 200, address: str = "127.0.0.1") -> str:
    """「发送验证码」; what the page says."""
    answer = client.post("/matter/send-code/", {"code": code}, REMOTE_ADDR=address)
    assert answer.status_code == status, main_of(answer)
    assert answer["Cache-Control"] == "no-store"
    return main_of(answer)


def arrived(client: Client) -> str:
    """The worker delivers; the newest message on the demonstration's page, and the code in it."""
    outbox.run_once(clock.now())
    page = main_of(client.get("/demo/messages/"))
    found = re.search(r"验证码 (\d+)，", page)
    assert found is not None, page
    return found[1]


def enter(client: Client, code: str, once: str, *, status: int) -> str:
    """「查看内容」; what the page says where it is refused."""
    answer = client.post("/matter/enter/", {"code": code, "once": once})
    assert answer.status_code == status, answer.content.decode()
    return "" if status == 302 else main_of(answer)


def wrong(once: str) -> str:
    """Another code."""
    return f"{(int(once) + 1) % 10**conf.FADU_CODE_DIGITS:0{conf.FADU_CODE_DIGITS}d}"


def kinds() -> list[tuple[str, str]]:
    """Kind and step of the access log's entries."""
    bodies = [record.read(bytes(entry.body)) for entry in AccessEntry.objects.order_by("pk")]
    return [(body["kind"], body.get("step", "")) for body in bodies]


def test_the_way_to_the_content(city: City, client: Client) -> None:
    case, code = propose(city)
    assert "发送验证码" in main_of(client.post("/matter/", {"code": code}))
    told = ask(client, code)
    assert "电子邮件" in told and "chen@example.invalid" not in told
    once = arrived(client)
    assert re.fullmatch(r"\d{6}", once)
    assert client.get("/matter/content/").status_code == 403
    enter(client, code, once, status=302)
    page = client.get("/matter/content/")
    text = main_of(page)
    assert page.status_code == 200 and page["Cache-Control"] == "no-store"
    for said in (*(OPENING[name] for name in ("subject", "content", "proposed_by")), case.number):
        assert said in text, said
    assert kinds().count(("code", onetime.USE)) == 1 and ("page", "") in kinds()
    assert client.post("/matter/content/close/").status_code == 302
    assert client.get("/matter/content/").status_code == 403


def test_it_opens_this_matter_and_no_right_beside_it(city: City, client: Client) -> None:
    case, code = propose(city)
    other, _ = propose(city, "request-0002")
    ask(client, code)
    enter(client, code, arrived(client), status=302)
    for path in (f"/cases/{case.key}/", f"/cases/{other.key}/", "/account/"):
        assert client.get(path)["Location"].startswith("/login/"), path
    assert client.get("/api/cases").status_code == 401
    assert client.get("/matter/content/files/1/").status_code == 404
    assert client.get("/matter/content/documents/1.pdf").status_code == 404
    assert client.get("/matter/content/documents/1.exe").status_code == 404
    # The session was given a new key, and ends by itself.
    wait(conf.FADU_CODE_READING_SECONDS + 1)
    assert client.get("/matter/content/").status_code == 403


def test_the_message_and_what_is_kept_tell_nothing(city: City, client: Client) -> None:
    case, code = propose(city)
    ask(client, code)
    once = arrived(client)
    row, sent = OneTimeCode.objects.get(), Outbox.objects.get(kind="portal.code")
    kept = json.dumps([sent.payload, sent.key, str(vars(row))], default=str)
    assert once not in kept and "chen@example.invalid" not in kept and code not in kept
    page = main_of(client.get("/demo/messages/"))
    for personal in ("陈十", OPENING["subject"], case.number, case.key):
        assert personal not in page, personal
    steps = list(Leaf.objects.filter(case_ref=f"matter-code/{case.key}").values_list("case_ref", flat=True))
    assert len(steps) == 1, "that it was sent is a leaf"
    assert Leaf.objects.filter(case_ref=f"case/{case.key}").count() == case.acts.count()


def test_wrong_used_expired_and_none_are_told_apart(city: City, client: Client) -> None:
    _, code = propose(city)
    assert "还没有发送验证码" in enter(client, code, "123456", status=409)
    ask(client, code)
    once = arrived(client)
    for left, typed in enumerate(("x" * 5000, "一二三四五六", "９９９９９９", "", wrong(once))[::-1]):
        told = enter(client, code, typed, status=409)
        last = left == conf.FADU_CODE_TRIES - 1
        assert ("请重新发送验证码" if last else f"还可以再试 {conf.FADU_CODE_TRIES - left - 1} 次") in told
    assert "输错次数过多" in enter(client, code, once, status=409)
    wait(conf.FADU_CODE_PAUSE_SECONDS)
    ask(client, code)
    once = arrived(client)
    spaced = f" {once[:3]} {once[3:]} "
    enter(client, code, spaced, status=302)
    assert "已经使用过" in enter(client, code, once, status=409)
    wait(conf.FADU_CODE_PAUSE_SECONDS)
    ask(client, code)
    once = arrived(client)
    wait(conf.FADU_CODE_SECONDS)
    assert "已经过期" in enter(client, code, once, status=409)
    assert ("refused", onetime.USE) in kinds()


def test_a_newer_code_ends_the_one_before(city: City, client: Client) -> None:
    _, code = propose(city)
    ask(client, code)
    first = arrived(client)
    wait(conf.FADU_CODE_PAUSE_SECONDS)
    ask(client, code)
    second = arrived(client)
    if first != second:
        assert "不正确" in enter(client, code, first, status=409)
    enter(client, code, second, status=302)


def test_sendings_are_limited_by_matter_and_by_address(city: City, client: Client) -> None:
    _, code = propose(city)
    ask(client, code)
    assert "刚刚发送过" in ask(client, code, status=429)
    for _ in range(conf.FADU_CODES_A_DAY - 1):
        wait(conf.FADU_CODE_PAUSE_SECONDS)
        ask(client, code)
    wait(conf.FADU_CODE_PAUSE_SECONDS)
    assert "二十四小时内最多发送" in ask(client, code, status=429, address="192.0.2.9")
    _, second = propose(city, "request-0002")
    for number in range(conf.FADU_CODES_A_DAY):
        ask(client, second, address=f"192.0.2.{number}")
        wait(conf.FADU_CODE_PAUSE_SECONDS)
    _, third = propose(city, "request-0003")
    assert "同一手机或邮箱" in ask(client, third, status=429, address="192.0.2.99")
    wait(24 * 3600)
    ask(client, third)


def test_one_network_cannot_have_codes_sent_to_many(city: City, client: Client) -> None:
    rows = [propose(city, f"request-{number:04}") for number in range(2 * conf.FADU_CODES_A_DAY + 1)]
    # As if each had left another address.
    for case, code in rows[:-1]:
        ask(client, code)
        OneTimeCode.objects.filter(case=case).update(address=case.key)
    assert "同一网络" in ask(client, rows[-1][1], status=429)
    ask(client, rows[-1][1], address="192.0.2.9")


def test_tries_add_up_over_the_codes_of_a_day(city: City, client: Client) -> None:
    case, code = propose(city)
    OneTimeCode.objects.create(
        case=case, channel="sms", address="a", origin="o", seed="s", digest="d", issued_at=clock.now(),
        until=clock.now(), tries=3 * conf.FADU_CODE_TRIES,
    )  # fmt: skip
    assert "暂停凭验证码查看" in enter(client, code, "123456", status=429)
    wait(conf.FADU_CODE_PAUSE_SECONDS)
    assert "暂停凭验证码查看" in ask(client, code, status=429)


def test_a_wrong_receipt_code_sends_nothing_and_is_counted(city: City, client: Client) -> None:
    propose(city)
    for _ in range(10):
        ask(client, "00000-00000-00000-00000-000000", status=404)
    assert "暂停查询" in ask(client, "00000-00000-00000-00000-000000", status=429)
    assert not OneTimeCode.objects.exists() and not Outbox.objects.filter(kind="portal.code").exists()


def test_without_a_contact_one_is_told_to_log_in(city: City, client: Client) -> None:
    _, code = propose(city)
    User.objects.filter(username="chen").update(email="")
    assert "没有留下" in ask(client, code, status=409)
    User.objects.filter(username="chen").update(mobile="13912345678")
    assert "短信" in ask(client, code)
    outbox.run_once(clock.now())
    page = main_of(client.get("/demo/messages/"))
    assert "13912345678" in page and "【法度】验证码" in page


def test_a_contact_changed_after_sending_gets_nothing(city: City, client: Client) -> None:
    _, code = propose(city)
    ask(client, code)
    User.objects.filter(username="chen").update(email="other@example.invalid")
    outbox.run_once(clock.now())
    assert "验证码 " not in main_of(client.get("/demo/messages/"))


def test_a_real_system_shows_no_messages(city: City, client: Client, settings: Any) -> None:
    settings.FADU_DEMO = False
    assert client.get("/demo/messages/").status_code == 404


def test_sent_twice_by_one_request_is_one_message(city: City, client: Client) -> None:
    _, code = propose(city)
    asked = {"code": code, "request_id": "0123456789abcdef01234567"}
    for _ in range(2):
        assert client.post("/matter/send-code/", asked).status_code == 200
    assert OneTimeCode.objects.count() == 1


def test_a_session_logged_in_keeps_what_it_may(city: City) -> None:
    _, code = propose(city)
    li = browser("li")
    ask(li, code)
    enter(li, code, arrived(li), status=302)
    assert OPENING["subject"] in main_of(li.get("/matter/content/"))
    assert li.get("/my/").status_code == 200

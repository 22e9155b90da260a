"""Log-in: two factors, replay, lock-out, limits of a session, proof again before what is grave."""

from __future__ import annotations

import base64
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from fadu.city.accounts import secondfactor
from fadu.city.accounts.models import LogIn, Recovery, User
from fadu.city.authority import acts
from fadu.core.errors import Refused
from tests.city.accounts.conftest import Wall, code, secret_of
from tests.factories import PASSWORD, City

pytestmark = pytest.mark.django_db
NEW = "another-horse-10"


def enter(client: Client, username: str, given: str = "", password: str = PASSWORD):
    return client.post("/login/", {"username": username, "password": password, "code": given})


def logged_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def logged(username: str, wall: Wall) -> Client:
    """A browser in which an official with a second factor has just logged in."""
    secret_of(username)
    client = Client()
    assert enter(client, username, code(username, wall)).status_code == 302
    return client


def test_password_and_code_open_a_session(city: City, wall: Wall, client: Client) -> None:
    secret_of("sun")
    answer = enter(client, "sun", code("sun", wall))
    assert (answer.status_code, answer["Location"]) == (302, "/my/")
    assert logged_in(client)


@pytest.mark.parametrize(
    ("username", "password", "given"),
    [
        ("sun", PASSWORD, "000000"),
        ("sun", PASSWORD, ""),
        ("sun", "wrong-horse-9", None),
        ("nobody", PASSWORD, "000000"),
    ],
)
def test_whatever_was_wrong_the_answer_is_the_same(
    city: City, wall: Wall, client: Client, username: str, password: str, given: str | None
) -> None:
    secret_of("sun")
    answer = enter(client, username, code("sun", wall) if given is None else given, password)
    assert answer.status_code == 401
    assert "账号、口令或动态口令不正确" in answer.content.decode()
    assert not logged_in(client)


def test_a_code_serves_once(city: City, wall: Wall) -> None:
    secret_of("sun")
    shown = code("sun", wall)
    assert enter(Client(), "sun", shown).status_code == 302
    assert enter(Client(), "sun", shown).status_code == 401
    wall.wait(seconds=30)
    assert enter(Client(), "sun", code("sun", wall)).status_code == 302


def test_a_code_is_good_for_one_step_of_drift_and_no_more(city: City, wall: Wall) -> None:
    secret_of("sun")
    shown = code("sun", wall)
    wall.wait(seconds=90)
    assert enter(Client(), "sun", shown).status_code == 401


def test_five_failures_lock_and_a_quarter_of_an_hour_unlocks(city: City, wall: Wall, client: Client) -> None:
    secret_of("sun")
    for _ in range(5):
        assert enter(client, "sun", "000000").status_code == 401
    locked = enter(client, "sun", code("sun", wall))
    assert locked.status_code == 401 and "已锁定，约 16 分钟后自动解锁" in locked.content.decode()
    wall.wait(minutes=14, seconds=59)
    assert enter(client, "sun", code("sun", wall)).status_code == 401
    wall.wait(seconds=2)
    assert enter(client, "sun", code("sun", wall)).status_code == 302
    assert [row.result for row in LogIn.objects.order_by("pk")] == ["wrong"] * 5 + ["locked"] * 2 + ["in"]


def test_a_success_forgets_earlier_failures(city: City, wall: Wall, client: Client) -> None:
    secret_of("sun")
    for _ in range(4):
        enter(client, "sun", "000000")
    assert enter(client, "sun", code("sun", wall)).status_code == 302
    assert User.objects.get(username="sun").failures == 0


def test_idle_for_half_an_hour_ends_the_session(city: City, wall: Wall) -> None:
    client = logged("sun", wall)
    wall.wait(minutes=29)
    assert logged_in(client)
    wall.wait(minutes=29)
    assert logged_in(client)
    wall.wait(minutes=31)
    assert client.get("/account/").status_code == 302


def test_eight_hours_end_it_however_busy(city: City, wall: Wall) -> None:
    client = logged("sun", wall)
    for _ in range(24):
        wall.wait(minutes=20)
        assert logged_in(client)
    wall.wait(minutes=1)
    assert client.get("/account/").status_code == 302


def test_the_key_of_a_session_changes_at_log_in(city: City, wall: Wall, client: Client) -> None:
    session = client.session
    session["planted"] = "by an attacker"
    session.save()
    before = session.session_key
    secret_of("sun")
    enter(client, "sun", code("sun", wall))
    assert client.session.session_key != before
    assert "planted" not in client.session


@pytest.mark.parametrize("how", ["close", "sessions", "recover"])
def test_sessions_end_when_the_account_is_closed_or_raised(city: City, wall: Wall, how: str) -> None:
    client = logged("sun", wall)
    if how == "close":
        acts.close_account(city.actor("he"), username="sun", reason="调离")
    elif how == "sessions":
        acts.end_sessions(city.actor("he"), username="sun", reason="设备丢失")
    else:
        row = acts.ask_recovery(city.actor("he"), username="sun", reason="手机丢失，已当面核验")["recovery"]
        acts.approve_recovery(city.actor("lu"), recovery=row, password=NEW)
    assert client.get("/account/").status_code == 302


def test_a_closed_account_does_not_log_in(city: City, wall: Wall, client: Client) -> None:
    secret_of("sun")
    acts.close_account(city.actor("he"), username="sun", reason="调离")
    assert enter(client, "sun", code("sun", wall)).status_code == 401
    acts.reopen_account(city.actor("he"), username="sun", reason="调回")
    wall.wait(minutes=1)
    assert enter(client, "sun", code("sun", wall)).status_code == 302


def test_the_proof_is_fresh_for_five_minutes_then_asked_again(city: City, wall: Wall) -> None:
    client = logged("sun", wall)
    client.get("/my/")
    wall.wait(minutes=5, seconds=1)
    answer = client.get("/my/")
    assert answer.wsgi_request.actor.proved_at is None
    wrong = client.post("/prove/", {"password": PASSWORD, "code": "000000"})
    assert wrong.status_code == 401
    right = client.post("/prove/?next=/organs/", {"password": PASSWORD, "code": code("sun", wall)})
    assert (right.status_code, right["Location"]) == (302, "/organs/")
    assert client.get("/my/").wsgi_request.actor.proved_at is not None


def test_the_way_back_stays_on_this_site(city: City, wall: Wall) -> None:
    client = logged("sun", wall)
    wall.wait(minutes=6)
    given = {"password": PASSWORD, "code": code("sun", wall), "next": "https://elsewhere.example/"}
    assert client.post("/prove/", given)["Location"] == "/my/"


def test_outside_a_demonstration_there_is_no_persona_and_its_mark_is_worth_nothing(
    city: City, wall: Wall
) -> None:
    client = logged("sun", wall)
    assert client.post("/demo/persona/", {"username": "zheng"}).status_code == 404
    session = client.session
    session["persona"] = True
    session.save()
    wall.wait(minutes=6)
    assert client.get("/my/").wsgi_request.actor.proved_at is None


def test_in_a_demonstration_the_switch_counts_for_the_whole_session(
    city: City, wall: Wall, client: Client, settings: object
) -> None:
    settings.FADU_DEMO = True
    assert client.post("/demo/persona/", {"username": "sun"}).status_code == 302
    wall.wait(minutes=29)
    assert client.get("/my/").wsgi_request.actor.proved_at is not None


def test_in_a_demonstration_a_password_session_is_no_persona(
    city: City, wall: Wall, settings: object
) -> None:
    settings.FADU_DEMO = True
    client = logged("sun", wall)
    wall.wait(minutes=6)
    assert client.get("/my/").wsgi_request.actor.proved_at is None


def test_an_official_without_a_second_factor_enrols_one_before_he_is_in(
    city: City, wall: Wall, client: Client
) -> None:
    answer = enter(client, "sun")
    assert answer["Location"] == "/account/second-factor/"
    assert client.get("/my/").status_code == 302, "nobody is logged in yet"
    page = client.get("/account/second-factor/").content.decode()
    assert "data:image/svg+xml" in page
    secret = base64.b32decode(re.search(r"<code>([A-Z2-7]+)</code>", page)[1])
    wrong = client.post("/account/second-factor/", {"code": "000000"})
    assert wrong.status_code == 409 and "动态口令不正确" in wrong.content.decode()
    shown = secondfactor.code_at(secret, at=wall.at.timestamp())
    assert client.post("/account/second-factor/", {"code": shown})["Location"] == "/my/"
    assert logged_in(client)
    assert secondfactor.unseal(User.objects.get(username="sun").second_factor) == secret
    assert enter(Client(), "sun", shown).status_code == 401, "the enrolling code is used up"
    wall.wait(seconds=30)
    assert enter(Client(), "sun", secondfactor.code_at(secret, at=wall.at.timestamp())).status_code == 302


def test_enrolment_waits_ten_minutes_and_no_longer(city: City, wall: Wall, client: Client) -> None:
    enter(client, "sun")
    wall.wait(minutes=10, seconds=1)
    assert client.get("/account/second-factor/")["Location"] == "/login/"


def test_the_secret_is_encrypted_and_its_address_names_the_account(city: City, wall: Wall) -> None:
    secret = secret_of("sun")
    assert secret not in bytes(User.objects.get(username="sun").second_factor)
    parts = urlsplit(secondfactor.enrolment_uri(secret, "sun"))
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert base64.b32decode(parse_qs(parts.query)["secret"][0]) == secret


def test_replacing_the_second_factor_needs_a_fresh_proof(city: City, wall: Wall) -> None:
    client = logged("sun", wall)
    wall.wait(minutes=6)
    page = client.get("/account/second-factor/").content.decode()
    secret = base64.b32decode(re.search(r"<code>([A-Z2-7]+)</code>", page)[1])
    shown = secondfactor.code_at(secret, at=wall.at.timestamp())
    refused = client.post("/account/second-factor/", {"code": shown})
    assert refused.status_code == 409 and "重新核验身份" in refused.content.decode()
    client.post("/prove/", {"password": PASSWORD, "code": code("sun", wall)})
    assert client.post("/account/second-factor/", {"code": shown})["Location"] == "/account/"
    assert logged_in(client), "this session goes on"


def test_a_changed_password_ends_the_other_sessions(city: City, wall: Wall) -> None:
    here = logged("sun", wall)
    wall.wait(seconds=30)
    there = Client()
    enter(there, "sun", code("sun", wall))
    for old, password, again, sentence in (
        ("wrong", NEW, NEW, "原口令不正确"),
        (PASSWORD, "12345678901", "12345678901", "数字"),
        (PASSWORD, NEW, "other", "两次输入的新口令不一致"),
        (PASSWORD, PASSWORD, PASSWORD, "不能与原口令相同"),
    ):
        answer = here.post("/account/password/", {"old": old, "password": password, "again": again})
        assert sentence in answer.content.decode()
    answer = here.post("/account/password/", {"old": PASSWORD, "password": NEW, "again": NEW})
    assert answer["Location"] == "/account/"
    assert logged_in(here) and not logged_in(there)
    wall.wait(seconds=30)
    assert enter(Client(), "sun", code("sun", wall)).status_code == 401
    assert enter(Client(), "sun", code("sun", wall), NEW).status_code == 302


def test_the_old_password_is_not_guessed_in_an_open_session(city: City, wall: Wall) -> None:
    """Wrong ones count like those of a log-in: the account locks, also against the right one, and it is noted."""
    here = logged("sun", wall)
    for _ in range(5):
        wrong = {"old": "wrong", "password": NEW, "again": NEW}
        assert "原口令不正确" in here.post("/account/password/", wrong).content.decode()
    right = {"old": PASSWORD, "password": NEW, "again": NEW}
    assert "已锁定" in here.post("/account/password/", right).content.decode()
    assert [row.result for row in LogIn.objects.order_by("pk")] == ["in", *["wrong"] * 5, "locked"]
    wall.wait(minutes=15, seconds=1)
    assert here.post("/account/password/", right)["Location"] == "/account/"


def test_recovery_takes_two_persons_neither_the_owner(city: City, wall: Wall) -> None:
    secret_of("sun")
    for by, codes in (("sun", ["no_power"]), ("wang", ["no_power"])):
        with pytest.raises(Refused) as caught:
            acts.ask_recovery(city.actor(by), username="sun", reason="手机丢失")
        assert [one.code for one in caught.value.refusals] == codes
    row = acts.ask_recovery(city.actor("he"), username="sun", reason="手机丢失")["recovery"]
    with pytest.raises(Refused) as caught:
        acts.approve_recovery(city.actor("he"), recovery=row, password=NEW)
    assert [one.code for one in caught.value.refusals] == ["same_person"]
    assert User.objects.get(username="sun").second_factor, "nothing changed yet"
    acts.approve_recovery(city.actor("lu"), recovery=row, password=NEW)
    assert Recovery.objects.get().approved_by.key == "lu"
    client = Client()
    assert enter(client, "sun", "", NEW)["Location"] == "/account/second-factor/"


def test_a_keeper_does_not_recover_his_own_account(city: City) -> None:
    with pytest.raises(Refused) as caught:
        acts.ask_recovery(city.actor("he"), username="he", reason="手机丢失")
    assert [one.code for one in caught.value.refusals] == ["to_oneself"]
    row = acts.ask_recovery(city.actor("lu"), username="he", reason="手机丢失")["recovery"]
    with pytest.raises(Refused) as caught:
        acts.approve_recovery(city.actor("he"), recovery=row, password=NEW)
    assert [one.code for one in caught.value.refusals] == ["same_person"]


def test_a_given_password_opens_nothing_but_its_change(city: City, wall: Wall) -> None:
    User.objects.filter(username="sun").update(must_change_password=True)
    secret_of("sun")
    client = Client()
    assert enter(client, "sun", code("sun", wall))["Location"] == "/account/password/"
    assert client.get("/my/")["Location"] == "/account/password/"
    client.post("/account/password/", {"old": PASSWORD, "password": NEW, "again": NEW})
    assert client.get("/my/").status_code == 200


def test_what_was_tried_stands_on_the_owners_page(city: City, wall: Wall) -> None:
    secret_of("sun")
    enter(Client(), "sun", "000000")
    wall.at += timedelta(minutes=1)
    client = Client()
    enter(client, "sun", code("sun", wall))
    page = client.get("/account/").content.decode()
    assert "登录成功" in page and "口令或动态口令不正确" in page

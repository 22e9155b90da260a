"""Whatever refuses a request before an operation sees it answers the API in the one shape: middleware, framework, halted log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from fadu.city.accounts.models import User
from fadu.city.cases import unproved
from fadu.city.cases.models import Act, Case
from tests.city.api.conftest import Machine
from tests.city.api.test_errors import shaped

pytestmark = pytest.mark.django_db
JSON = {"content_type": "application/json"}


def test_a_password_that_must_be_changed(machine: Callable[..., Machine], case: Case) -> None:
    li = machine("li")
    User.objects.filter(username="li").update(must_change_password=True)
    error = shaped(li.client.get("/api/me"), 403, "must_change_password")
    assert "/account/password/" in error["refusals"][0]["cure"]
    headers = {"X-CSRFToken": li.token}
    shaped(li.client.post(f"/api/cases/{case.key}/acts", {}, headers=headers, **JSON), 403)
    assert li.client.get("/my/")["Location"] == "/account/password/"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/procedures/%00", 400),
        ("/api/cases?q=%00", 400),
        ("/api/cases?%00=1", 400),
        ("/api/cases?q=%ff", 400),
        ("/api/cases?q=%ed%a0%80", 400),
        ("/api/cases/%ff%fe", 422),
        ("/api/none", 404),
        ("/api/cases/", 404),
        ("/api/" + "a" * 3000, 414),
        ("/api/cases?q=" + "a" * 20_000, 414),
        ("/api/cases?page=" + "9" * 5000, 422),
        ("/api/cases?year=" + "9" * 5000, 422),
    ],
)
def test_addresses(machine: Callable[..., Machine], path: str, status: int) -> None:
    shaped(machine("zhao").client.get(path), status)


def test_cookies_and_hosts(client: Client, settings: Any) -> None:
    client.cookies["sessionid"] = "abcdefgh\x00ijklmnop"
    shaped(client.get("/api/me"), 400, "bad_text")
    client.cookies.clear()
    settings.ALLOWED_HOSTS = ["fadu.example"]
    shaped(client.get("/api/me", headers={"Host": "elsewhere.example"}), 400, "bad_request")


def test_bodies(machine: Callable[..., Machine], case: Case) -> None:
    li = machine("li")
    where, headers = f"/api/cases/{case.key}/acts", {"X-CSRFToken": li.token}
    for body, kind, status in (
        ("{}", "text/plain", 415),
        ("step=review", "application/x-www-form-urlencoded", 415),
        (b"\xff\xfe{", "application/json", 400),
        ('{"step": "review", "values": ' + "[" * 200 + "]" * 200 + "}", "application/json", 400),
        ('{"step": "review", "values": {"reasons": 1e400}}', "application/json", 400),
        ('{"step": "review", "version": ' + "9" * 5000 + "}", "application/json", 400),
        ('{"step": "review", "version": ' + "9" * 50 + "}", "application/json", 422),
        ('{"step": "review", "\\u0000": 1}', "application/json", 400),
    ):
        answer = li.client.generic("POST", where, body, content_type=kind, headers=headers)
        error = shaped(answer, status)
        assert status != 400 or error["code"] in ("bad_request", "bad_input", "input_error"), error
    answer = li.client.generic(
        "POST",
        "/api/files",
        b"--x\r\nbroken",
        content_type="multipart/form-data; boundary=x",
        headers=headers,
    )
    assert answer.status_code in (400, 422)
    shaped(answer, answer.status_code)
    answer = li.client.generic("POST", "/api/files", b"", content_type="multipart/form-data", headers=headers)
    shaped(answer, answer.status_code)
    assert Act.objects.count() == 1


def test_a_halted_log(machine: Callable[..., Machine], case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unproved, "halted", lambda at: True)
    asked = {"step": "review", "outcome": "fit", "values": {"reasons": "可以"}}
    li = machine("li")
    answer = li.client.post(f"/api/cases/{case.key}/acts", asked, headers={"X-CSRFToken": li.token}, **JSON)
    shaped(answer, 409, "refused")
    assert Act.objects.count() == 1

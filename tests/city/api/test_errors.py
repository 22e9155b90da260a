"""Every failure of every operation has the one shape, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fadu.city.api import asking, operations
from fadu.city.cases.models import Act, Case
from fadu.core.errors import InputError
from tests.city.api.conftest import Machine
from tests.factories import City

pytestmark = pytest.mark.django_db
OPERATIONS = [
    (method, path, one)
    for path, methods in operations.schema()["paths"].items()
    for method, one in methods.items()
]
NAMES = [f"{method} {path}" for method, path, _ in OPERATIONS]


def shaped(answer: Any, status: int, code: str = "") -> dict[str, Any]:
    """The one shape, whole."""
    assert answer.status_code == status, answer.content.decode()
    assert answer["Content-Type"] == "application/json"
    error = answer.json()["error"]
    assert set(answer.json()) == {"error"} and set(error) == {"code", "sentence", "refusals"}
    assert error["sentence"] and (not code or error["code"] == code)
    for one in error["refusals"]:
        assert set(one) == {"code", "sentence", "basis", "cure", "subject"}
    return error


def address(path: str, case: Case) -> str:
    """The operation's path with something that exists."""
    return path.format(key=case.key, name="matter", leaf=case.acts.get().leaf)


@pytest.mark.parametrize(("method", "path", "one"), OPERATIONS, ids=NAMES)
def test_nobody_is_told_to_log_in(client: Client, case: Case, method: str, path: str, one: Any) -> None:
    answer = getattr(client, method)(address(path, case), {}, content_type="application/json")
    if "security" in one:
        shaped(answer, 401, "log_in")
    else:
        assert answer.status_code == 200
    assert Act.objects.count() == 1


@pytest.mark.parametrize(("method", "path", "one"), OPERATIONS, ids=NAMES)
def test_a_wrong_method(client: Client, case: Case, method: str, path: str, one: Any) -> None:
    answer = client.delete(address(path, case))
    shaped(answer, 405, "wrong_method")
    assert method.upper() in answer["Allow"]


WRITES = [(path, one) for method, path, one in OPERATIONS if method == "post"]


@pytest.mark.parametrize(("path", "one"), WRITES, ids=[path for path, _ in WRITES])
def test_writes_without_token_with_broken_or_too_much(
    machine: Callable[..., Machine], case: Case, path: str, one: Any
) -> None:
    li = machine("li")
    where, headers = address(path, case), {"X-CSRFToken": li.token}
    shaped(li.client.post(where, {}, content_type="application/json"), 403, "csrf")
    for broken in ("{", '{"step": NaN}', '{"step": "\\u0000"}', '{"step": "\\ud800"}', "[" * 100_000):
        answer = li.client.post(where, broken, content_type="application/json", headers=headers)
        shaped(answer, 422 if path == "/api/files" else 400)
    shaped(li.client.post(where, "{}", content_type="application/json", headers=headers), 422, "invalid")
    if path != "/api/files":
        large = '{"title": "' + "长" * 2_000_000 + '"}'
        shaped(
            li.client.post(where, large, content_type="application/json", headers=headers), 413, "too_large"
        )
    assert Act.objects.count() == 1


def test_a_file_too_large(machine: Callable[..., Machine], settings: Any) -> None:
    """By its header before anything is read; and by its own size."""
    li = machine("li")
    settings.FADU_FILE_MAX_BYTES = 1000
    told = li.upload("draft", SimpleUploadedFile("a.txt", b"a" * 2000, "text/plain"), status=413)
    assert told["error"]["code"] == "too_large"
    told = li.upload("draft", SimpleUploadedFile("a.txt", b"a" * 100_000, "text/plain"), status=413)
    assert told["error"]["code"] == "too_large"


def test_addresses_and_queries_that_are_none(client: Client, machine: Callable[..., Machine]) -> None:
    shaped(client.get("/api/none"), 404, "not_found")
    shaped(client.get("/api/receipts/" + "0" * 64), 404, "not_found")
    shaped(client.get("/api/publications", {"page": "0"}), 422, "invalid")
    zhao = machine("zhao")
    shaped(zhao.client.get("/api/cases", {"q": "\x00"}), 400)
    error = shaped(zhao.client.get("/api/cases", {"year": "²"}), 422, "invalid")
    assert error["refusals"][0]["subject"] == "query.year"


@pytest.mark.parametrize("char", ["\x0b", "\x1b", "\u202e", "\u2066", "\uffff"])
def test_hidden_characters_enter_no_act(char: str) -> None:
    """Wherever they stand in a body: no document can hold them, and a turned line shows what it does not say."""
    for body in ({"values": {"reasons": f"可{char}以"}}, {f"a{char}": 1}, [[f"{char}"]]):
        with pytest.raises(InputError, match=f"不可见的控制字符 U\\+{ord(char):04X}"):
            asking._check(body)
    asking._check({"values": {"reasons": "可\t以\r\n第二行\u200e"}})


def test_a_citizen_has_no_day_at_the_office(machine: Callable[..., Machine], city: City) -> None:
    shaped(machine("chen").client.get("/api/my-day"), 403, "refused")


@pytest.mark.parametrize("views", [5, "同意", [5], [{"view": []}], {"view": "agree"}])
def test_opinions_of_the_wrong_kind_are_refused(
    machine: Callable[..., Machine], case: Case, views: Any
) -> None:
    """A record that is no record at all is refused like any other."""
    asked = {"step": "meet", "outcome": "passed", "values": {"meeting": "第三次", "views": views}}
    sun = machine("sun")
    answer = sun.client.post(
        f"/api/cases/{case.key}/acts",
        asked,
        content_type="application/json",
        headers={"X-CSRFToken": sun.token},
    )
    shaped(answer, 409, "refused")
    assert Act.objects.count() == 1

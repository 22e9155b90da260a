"""The small city and procedure of the cases' tests, reached through the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.city.cases.conftest import book_of_its_own, case, city, installation, law
from tests.factories import City

__all__ = ["book_of_its_own", "case", "city", "installation", "law"]


class Machine:
    """A program with somebody's session: JSON in, JSON out, the token in every write as Django demands it."""

    def __init__(self, person: str = "") -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.token = ""
        if person:
            plain = Client()
            assert plain.post("/demo/persona/", {"username": person}).status_code == 302
            self.client.cookies = plain.cookies
            self.token = self.get("/api/me")["csrf_token"]

    def get(self, path: str, *, status: int = 200, **query: Any) -> Any:
        """A reading; the answer must have the status."""
        answer = self.client.get(path, query)
        assert answer.status_code == status, answer.content.decode()
        return answer.json()

    def post(self, path: str, data: Any, *, status: int = 201, once: str = "") -> Any:
        """A write; the answer must have the status."""
        headers = {"X-CSRFToken": self.token} | ({"Idempotency-Key": once} if once else {})
        answer = self.client.post(path, data, content_type="application/json", headers=headers)
        assert answer.status_code == status, answer.content.decode()
        return answer.json()

    def upload(self, field: str, file: Any, *, status: int = 201) -> Any:
        """A file as multipart."""
        answer = self.client.post(
            "/api/files", {"field": field, "file": file}, headers={"X-CSRFToken": self.token}
        )
        assert answer.status_code == status, answer.content.decode()
        return answer.json()


@pytest.fixture
def machine(city: City) -> Callable[..., Machine]:
    """``machine("li")`` has 李四's session; ``machine()`` nobody's."""
    return Machine

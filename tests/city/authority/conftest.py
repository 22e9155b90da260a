"""The small city of ``tests/factories`` with a procedure about money beside the shipped ones; real log-in, real clock rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from fadu.city.accounts.models import User
from fadu.city.authority import clock, middleware
from fadu.city.cases.models import Case
from tests import factories, installations
from tests.factories import City

BEIJING = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 3, 9, 9, 0, tzinfo=BEIJING)


@pytest.fixture(scope="session")
def law(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The statute book with the tests' procedure added."""
    here = Path(__file__).parent
    own = here / "spending.toml", here.with_name("cases") / "matter.toml"
    return installations.law_with(tmp_path_factory.mktemp("law"), *own)


@pytest.fixture(scope="package", autouse=True)
def book_of_its_own() -> Iterator[None]:
    """The statute book is read once for these tests, and again for whatever runs after them."""
    with installations.read_afresh():
        yield


@pytest.fixture(autouse=True)
def installation(settings: Any, tmp_path: Path, law: Path) -> None:
    """Keys, files and law of this test alone; the clock of a demonstration."""
    installations.install(settings, tmp_path, law=law)


@pytest.fixture
def city(db: None) -> City:
    """The small city on a Monday morning, with two who keep its posts."""
    made = factories.make_city(at=MONDAY)
    for key, name in (("he", "何编"), ("lu", "吕制")):
        made.people[key] = factories.make_person(key, name)
        factories.make_post("office", f"编制{name}", ["staffing"], held_by=key)
        factories.make_user(key)
    return made


@pytest.fixture
def case(city: City) -> Case:
    """A matter asked by 赵一 of the finance bureau."""
    return factories.open_case(city, "spending", by="zhao", organ="finance", step="ask", purpose="修缮")


@pytest.fixture
def as_user(city: City) -> Callable[..., Client]:
    """A browser in which somebody is logged in, with a session such as the log-in page begins."""

    def enter(username: str, *, persona: bool = True) -> Client:
        client = Client()
        session = client.session
        user = User.objects.get(username=username)
        moment = clock.wall().timestamp()
        session.update(middleware.session_of(user, moment, persona=persona))
        session.save()
        return client

    return enter

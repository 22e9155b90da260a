"""The small city of ``tests/factories`` with a procedure about money beside the shipped ones; real log-in, real clock rules."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from fadu.city import wiring
from fadu.city.accounts.models import User
from fadu.city.authority import clock, middleware
from fadu.city.cases import procedures
from fadu.city.cases.models import Case
from tests import factories
from tests.factories import City

BEIJING = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 3, 9, 9, 0, tzinfo=BEIJING)


@pytest.fixture(scope="session")
def law(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The statute book with the tests' procedure added."""
    source = Path(__file__).parents[3] / "src/fadu/law"
    folder = tmp_path_factory.mktemp("law") / "law"
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("scenarios", "demo"))
    shutil.copy(Path(__file__).with_name("spending.toml"), folder / "procedures" / "spending.toml")
    matter = Path(__file__).parents[1] / "cases" / "matter.toml"
    shutil.copy(matter, folder / "procedures" / "matter.toml")
    return folder


@pytest.fixture(scope="package", autouse=True)
def book_of_its_own() -> Iterator[None]:
    """The statute book is read once for these tests, and again for whatever runs after them."""
    caches = (procedures._book, procedures._by_digest)
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()


@pytest.fixture(autouse=True)
def installation(settings: Any, tmp_path: Path, law: Path) -> None:
    """Keys, files and law of this test alone; the clock of a demonstration."""
    settings.FADU_VAR = tmp_path
    settings.FADU_KEK = b"k" * 32
    settings.FADU_DEMO = True
    settings.FADU_LAW = law
    settings.FADU_LOG_ORIGIN = "log.example/city/demo"
    settings.FADU_LOG_SUITE = "sha256-ed25519"
    settings.FADU_WITNESS_URL = ""
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    wiring.wire()


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

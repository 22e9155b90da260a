"""A small city with a small procedure beside the shipped ones, its own keys and clock; everything through the door."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fadu.city import wiring
from fadu.city.cases import procedures
from fadu.city.cases.models import Case
from tests import factories
from tests.factories import City

BEIJING = ZoneInfo("Asia/Shanghai")
# A Monday with ordinary weeks after it.
MONDAY = datetime(2026, 3, 9, 9, 0, tzinfo=BEIJING)


@pytest.fixture(scope="session")
def law(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The statute book with the tests' procedures added."""
    source = Path(__file__).parents[3] / "src/fadu/law"
    folder = tmp_path_factory.mktemp("law") / "law"
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("scenarios", "demo"))
    for name in ("matter.toml", "asking.toml", "papers.toml", "notes.toml", "whispers.toml"):
        shutil.copy(Path(__file__).with_name(name), folder / "procedures" / name)
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
    # What passwords cost is measured elsewhere.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    wiring.wire()


@pytest.fixture
def city(db: None) -> City:
    """The small city on a Monday morning."""
    return factories.make_city(at=MONDAY)


@pytest.fixture
def case(city: City) -> Case:
    """A matter registered by 赵一 of the finance bureau; the legality office owes its review."""
    return factories.open_case(
        city, "matter", by="zhao", organ="finance", step="register", content="停车收费标准"
    )

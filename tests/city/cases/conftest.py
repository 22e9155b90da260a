"""A small city with a small procedure beside the shipped ones, its own keys and clock; everything through the door."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fadu.city.cases.models import Case
from tests import factories, installations
from tests.factories import City

BEIJING = ZoneInfo("Asia/Shanghai")
# A Monday with ordinary weeks after it.
MONDAY = datetime(2026, 3, 9, 9, 0, tzinfo=BEIJING)


@pytest.fixture(scope="session")
def law(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The statute book with the tests' procedures added."""
    names = (
        "matter.toml",
        "asking.toml",
        "papers.toml",
        "notes.toml",
        "whispers.toml",
        "fines.toml",
        "noted.toml",
        "tables.toml",
    )
    own = [Path(__file__).with_name(name) for name in names]
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
    """The small city on a Monday morning."""
    return factories.make_city(at=MONDAY)


@pytest.fixture
def case(city: City) -> Case:
    """A matter registered by 赵一 of the finance bureau; the legality office owes its review."""
    return factories.open_case(
        city, "matter", by="zhao", organ="finance", step="register", content="停车收费标准"
    )

"""The small city of ``tests/factories`` with real log-in, in a system that is no demonstration; the wall clock is moved by the test."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fadu.city.accounts import secondfactor
from fadu.city.accounts.models import User
from fadu.city.authority import clock
from tests import factories, installations
from tests.factories import City


@pytest.fixture(autouse=True)
def installation(settings: Any, tmp_path: Path) -> None:
    """Keys and files of this test alone. Not a demonstration: nothing replaces a proof here."""
    installations.install(settings, tmp_path, demo=False)


@pytest.fixture
def city(db: None) -> City:
    """The small city as a real one runs, with two who keep its posts."""
    made = factories.make_city()
    for key, name in (("he", "何编"), ("lu", "吕制")):
        made.people[key] = factories.make_person(key, name)
        factories.make_post("office", f"编制{name}", ["staffing"], held_by=key)
        factories.make_user(key)
    return made


class Wall:
    """The clock on the wall, which a test moves."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 9, 9, 0, tzinfo=clock.ZONE)

    def __call__(self) -> datetime:
        return self.at

    def wait(self, **time: float) -> None:
        """Let time pass."""
        self.at += timedelta(**time)


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    """The one clock, moved by the test: ``wall.wait(minutes=31)``."""
    made = Wall()
    monkeypatch.setattr(clock, "wall", made)
    return made


def secret_of(username: str) -> bytes:
    """Give an account a second factor and return its secret."""
    secret = hashlib.sha1(username.encode()).digest()
    User.objects.filter(username=username).update(second_factor=secondfactor.seal(secret))
    return secret


def code(username: str, wall: Wall) -> str:
    """What the account's authenticator shows now."""
    secret = hashlib.sha1(username.encode()).digest()
    return secondfactor.code_at(secret, at=wall.at.timestamp())

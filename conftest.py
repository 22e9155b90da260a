"""What every run of the suite shares: programs from outside Python by name, and the choice of database tests."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from xdist import get_xdist_worker_id

from tools import nats, need, postgres

DATABASE_FIXTURES = frozenset(
    {"db", "transactional_db", "django_db_setup", "live_server", "client", "admin_client"}
)


@pytest.fixture(scope="session")
def program() -> Callable[[str], Path]:
    """``program("chromium")`` is the path of a system program of tools/need.py.

    A missing one fails the test and names the cure; one listed in ALLOW_MISSING skips it. The test is marked ``system``.
    """

    def find(name: str) -> Path:
        wanted = need.NEEDS[name]
        if found := wanted.find():
            return found
        if name in need.allowed_missing():
            pytest.skip(f"ALLOW_MISSING: {name}")
        pytest.fail(
            f"{name} is missing ({wanted.proves}): run `make need`, or install {' '.join(wanted.packages)}"
        )

    return find


@pytest.fixture(scope="session")
def nats_url(program: Callable[[str], Path]) -> Iterator[str]:
    """A throw-away NATS server with JetStream for this session."""
    program("nats")
    with nats.throwaway() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_url(program: Callable[[str], Path]) -> Iterator[str]:
    """A throw-away PostgreSQL of this session's own, for tests that need a second server or its programs."""
    program("postgres")
    with postgres.throwaway() as url:
        yield url


@pytest.fixture
def own_time() -> Iterator[None]:
    """For a test that measures time: what the tests before it left in memory is not collected on its account."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(scope="session")
def django_db_modify_db_settings_xdist_suffix(request: pytest.FixtureRequest) -> None:
    """A database of its own for each process of xdist. SQLite's lies in each process's memory already; pytest-django knows
    that of Django's own backend only, and would make a file name out of ours."""
    database, worker = settings.DATABASES["default"], get_xdist_worker_id(request)
    if database["ENGINE"] != "fadu.city.sqlite" and worker != "master":
        database["TEST"]["NAME"] = f"test_{database['NAME']}_{worker}"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the choice that the PostgreSQL run makes."""
    parser.addoption("--database-only", action="store_true", help="only tests that touch the database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With --database-only leave out what would give the same answer on any database."""
    if not config.getoption("--database-only"):
        return
    chosen = [item for item in items if _touches_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
    items[:] = chosen


def _touches_database(item: pytest.Item) -> bool:
    asked = DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ()))
    inside = item.path.is_relative_to(Path(__file__).parent / "tests" / "city")
    return inside or bool(asked) or item.get_closest_marker("django_db") is not None

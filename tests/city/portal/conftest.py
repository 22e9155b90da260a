"""The decision of the participation tests as the public meets it; and what only the portal needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fadu.city.authority import clock
from fadu.city.cases import unproved
from fadu.city.cases.models import Act
from fadu.city.ledger import publishing
from fadu.city.ledger.publishing import Published
from fadu.city.portal import searching
from tests.city.participation.conftest import (  # noqa: F401  # fixtures are taken over by their names
    Matter,
    book_of_its_own,
    city,
    installation,
    make_matter,
    matter,
)


@pytest.fixture
def publish() -> Callable[[], Published]:
    """Number and sign what has been done, and make what was published searchable."""

    def round_of_the_worker() -> Published:
        done = publishing.publish(at=clock.now(), close_day=False)
        searching.index_new()
        return done

    return round_of_the_worker


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """What a process remembers about overdue proofs belongs to one installation."""
    unproved._FINE_UNTIL.clear()
    yield
    unproved._FINE_UNTIL.clear()


def leaf_of(case: Any, step: str) -> str:
    """The hash of the newest act of a step."""
    return str(Act.objects.filter(case=case, step=step).latest("seq").leaf)


def main_of(response: Any) -> str:
    """What the page itself says, without the demonstration's list of persons above it."""
    text = response.content.decode()
    return str(text[text.index("<main") : text.index("</main>")])

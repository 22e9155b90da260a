"""Fixtures shared by the whole suite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import append_only

SHARED = Path(__file__).resolve().parents[1] / ".." / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real documents with their truths beside the checkout; a test that needs it is skipped without."""
    if not (SHARED / "data").is_dir():
        pytest.skip("../shared/data is not beside this checkout")
    return SHARED


@pytest.fixture(scope="session", autouse=True)
def committing_tests_may_empty_the_ledger() -> Iterator[None]:
    """See tests/append_only.py."""
    with append_only.flush_allowed():
        yield

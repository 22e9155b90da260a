"""Fixtures of every package about the city; a package names another installation where it needs one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import installations


@pytest.fixture
def database(tmp_path: Path, transactional_db: None) -> Iterator[str]:
    """The address of an empty database for other processes, of the same kind as the suite's."""
    with installations.empty_database(tmp_path, "other") as address:
        yield address

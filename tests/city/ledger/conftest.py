"""A ledger with its own keys in a folder of its own, short words for appending, and the way past the triggers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from fadu.city.ledger import acts, sequencer
from fadu.city.ledger.acts import Appended, Official
from fadu.city.ledger.models import Checkpoint
from tests import append_only

AT = datetime(2026, 9, 24, 2, 0, tzinfo=UTC)
CLERK = Official("经办人", "person-1")


@pytest.fixture(autouse=True)
def own_keys(settings: Any, tmp_path: Path) -> None:
    """Keys, locks and names of this test alone; no witness."""
    settings.FADU_VAR = tmp_path
    settings.FADU_KEK = b"k" * 32
    settings.FADU_LOG_ORIGIN = "log.example/city"
    settings.FADU_LOG_SUITE = "sha256-ed25519"
    settings.FADU_WITNESS_URL = ""


@pytest.fixture(params=["sha256-ed25519", "sm3-sm2"])
def each_suite(request: pytest.FixtureRequest, settings: Any) -> str:
    """The test runs under both suites."""
    settings.FADU_LOG_SUITE = request.param
    return str(request.param)


def said(case_ref: str = "case-1", **other: Any) -> dict[str, Any]:
    """What a caller says of one act."""
    return {
        "case_ref": case_ref, "step": "draft", "performers": [CLERK], "recorder": CLERK, "organ": "市政府办公室",
        "occurred_at": AT, "recorded_at": AT, "definition": "ab" * 32, "request_id": "r",
        "fields": {"title": "关于停车收费的决定", "amount": 12}, "files": {"draft": "cd" * 32}, **other,
    }  # fmt: skip


@pytest.fixture
def add() -> Callable[..., Appended]:
    """``add("case-1", step=…)``: one act in one transaction."""

    def append(case_ref: str = "case-1", **other: Any) -> Appended:
        with transaction.atomic():
            return acts.append(**said(case_ref, **other))

    return append


@pytest.fixture
def publish() -> Callable[[], Checkpoint]:
    """Number and sign."""

    def signed() -> Checkpoint:
        found = sequencer.publish(at=AT)
        assert found is not None
        return found

    return signed


@contextmanager
def without_triggers() -> Iterator[Any]:
    """A cursor for whoever has the database in his hands: triggers dropped before, put back after, no trace of it."""
    with append_only.set_aside(), connection.cursor() as cursor:
        yield cursor

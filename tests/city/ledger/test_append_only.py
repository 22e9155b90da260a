"""The database itself refuses: no row that was recorded can be changed, deleted, replaced or truncated."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction

from fadu.city.ledger import acts, daily, sequencer
from fadu.city.ledger.acts import Access, Appended
from fadu.city.ledger.guard import FOREVER, GUARDED, missing_triggers
from fadu.city.ledger.models import Cosignature, Log, LogIndex, Pending, TimeStamp
from tests.append_only import set_aside
from tests.city.ledger.conftest import AT, CLERK, without_triggers

pytestmark = pytest.mark.django_db
Add = Callable[..., Appended]


@pytest.fixture
def filled(add: Add) -> None:
    """A row in every table."""
    add()
    acts.note_access(Access("read", CLERK, AT))
    daily.close_day(at=AT)
    sequencer.publish(at=AT, log=Log.ACCESS)
    sequencer.publish(at=AT)
    Cosignature.objects.create(log=1, size=3, witness="w", line="x", at=AT)
    TimeStamp.objects.create(log=1, size=3, response=b"x", at=AT, authority="t", asked_at=AT)
    add()


def refused(statement: str, *parameters: object) -> None:
    """The statement fails, and for our reason."""
    with (
        pytest.raises(DatabaseError, match="append only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, parameters)


@pytest.mark.parametrize("table", FOREVER)
def test_nothing_recorded_can_change(filled: None, table: str) -> None:
    """Update, delete, replace and truncate of each table that only grows."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} LIMIT 1")
        row = cursor.fetchone()
        columns = [column.name for column in cursor.description] if connection.vendor == "postgresql" else [
            column[0] for column in cursor.description
        ]  # fmt: skip
    assert row is not None
    refused(f"UPDATE {table} SET {columns[-1]} = {columns[-1]}")
    refused(f"DELETE FROM {table}")
    if connection.vendor == "postgresql":
        refused(f"TRUNCATE {table} CASCADE")
        key = {"ledger_leaf": "hash", "ledger_headsfile": "day", "ledger_node": "log, pos"}.get(table)
        if key:
            marks = ", ".join(["%s"] * len(row))
            change = f"{columns[-1]} = EXCLUDED.{columns[-1]}"
            refused(f"INSERT INTO {table} VALUES ({marks}) ON CONFLICT ({key}) DO UPDATE SET {change}", *row)
    else:
        marks = ", ".join(["%s"] * len(row))
        refused(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", *row)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA recursive_triggers=OFF")
        refused(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", *row)


def test_what_waits_cannot_vanish(filled: None) -> None:
    """A waiting leaf leaves the list only when numbered; a head only moves forward; a log keeps its name and size."""
    refused("DELETE FROM ledger_pending")
    refused("UPDATE ledger_pending SET log = 2")
    refused("UPDATE ledger_casehead SET seq = seq - 1")
    refused("UPDATE ledger_casehead SET seq = seq")
    refused("DELETE FROM ledger_casehead")
    refused("UPDATE ledger_logstate SET size = size - 1")
    refused("UPDATE ledger_logstate SET origin = 'x'")
    refused("DELETE FROM ledger_logstate")
    assert Pending.objects.exists()
    sequencer.publish(at=AT)
    assert not Pending.objects.filter(log=1).exists()
    assert LogIndex.objects.filter(log=1).count() == 4


def test_missing_triggers_are_named(filled: None) -> None:
    """Dropped, they are missed, each by name; put back, none is."""
    assert missing_triggers() == []
    with set_aside():
        sqlite = len(FOREVER) * 3 + len(GUARDED) * 2
        assert len(missing_triggers()) == (sqlite if connection.vendor == "sqlite" else 25)
    assert missing_triggers() == []
    with without_triggers() as cursor:
        cursor.execute("DELETE FROM ledger_cosignature")

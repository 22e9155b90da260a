"""The ledger's triggers refuse to empty its tables; tests that commit must empty them. Only here are they set aside.

Django empties the tables after each test marked ``transaction=True`` (or with ``live_server``). Around that, and only
around that, the triggers of migrations ``ledger.0002`` and ``0004`` are dropped and made again.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.test import TransactionTestCase

triggers: Any = importlib.import_module("fadu.city.ledger.migrations.0002_append_only")
stamps: Any = importlib.import_module("fadu.city.ledger.migrations.0004_timestamp")


@contextmanager
def set_aside() -> Iterator[None]:
    """No triggers within."""
    stamps.remove(connection)
    triggers.remove(connection)
    try:
        yield
    finally:
        triggers.install(connection)
        stamps.install(connection)


@contextmanager
def flush_allowed() -> Iterator[None]:
    """While this runs, Django's emptying of the tables after a committing test passes the triggers."""
    name = "_fixture_teardown"
    empty = getattr(TransactionTestCase, name)

    def emptied(case: TransactionTestCase) -> None:
        with set_aside():
            empty(case)

    setattr(TransactionTestCase, name, emptied)
    try:
        yield
    finally:
        setattr(TransactionTestCase, name, empty)

"""Django's SQLite backend with one fair queue for writers.

SQLite lets whoever wakes first take the write lock: measured with eight writers, the slowest made none of the
fastest one's commits. A lock file (``flock``) in front of each transaction is served roughly in order, and it also
keeps two connections from checkpointing while a third commits (the WAL-reset bug of SQLite 3.7.0–3.51.2).
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Takes the queue when a transaction begins and leaves it when the transaction ends."""

    _queue: int | None = None

    def run_kept(self, statement: str, parameters: Sequence[Any]) -> Any:
        """As on PostgreSQL (``fadu.city.postgresql``); here the driver keeps every statement by itself."""
        cursor = self.cursor()
        cursor.execute(statement, parameters)
        return cursor

    def _enter_queue(self) -> None:
        name = str(self.settings_dict["NAME"])
        if self._queue is not None or ":memory:" in name or "mode=memory" in name:
            return
        descriptor = os.open(Path(f"{name}.queue"), os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        self._queue = descriptor

    def _leave_queue(self) -> None:
        if self._queue is not None:
            os.close(self._queue)
            self._queue = None

    def _start_transaction_under_autocommit(self) -> None:
        self._enter_queue()
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            self._leave_queue()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()
        finally:
            self._leave_queue()

    def _rollback(self) -> None:
        try:
            super()._rollback()
        finally:
            self._leave_queue()

    def _close(self) -> None:
        try:
            super()._close()
        finally:
            self._leave_queue()

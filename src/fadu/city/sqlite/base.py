"""Django's SQLite backend with one fair queue for writers.

SQLite lets whoever wakes first take the write lock: measured with eight writers, the slowest made none of the
fastest one's commits. A lock file (``flock``) in front of each transaction is served roughly in order, and it also
keeps two connections from checkpointing while a third commits (the WAL-reset bug of SQLite 3.7.0–3.51.2).

Whoever stands in the queue keeps all others waiting, so what can be done before is done before (``in_advance``).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base

from fadu.city.sqlite.advance import NotingCursor, Reads, in_its_own_words


class DatabaseWrapper(base.DatabaseWrapper):
    """Takes the queue when a transaction begins and leaves it when the transaction ends."""

    _queue: int | None = None
    _reads: Reads | None = None

    def run_kept(self, statement: str, parameters: Sequence[Any]) -> Any:
        """As on PostgreSQL (``fadu.city.postgresql``); here the driver keeps every statement by itself."""
        self.ensure_connection()
        if self.queries_logged or self.execute_wrappers:  # somebody listens: through Django's own cursor
            cursor = self.cursor()
            cursor.execute(statement, parameters)
            return cursor
        self.validate_no_broken_transaction()
        with self.wrap_database_errors:
            if self._reads is not None:
                return self.create_cursor().execute(statement, parameters)
            return self.connection.execute(in_its_own_words(statement), parameters)

    @property
    def queues(self) -> bool:
        """Whether writers wait for one another in the queue; a database in memory has one process and no queue."""
        name = str(self.settings_dict["NAME"])
        return ":memory:" not in name and "mode=memory" not in name

    @contextlib.contextmanager
    def in_advance(self, reads: Reads) -> Iterator[None]:
        """A transaction begun in here is one for show, outside the queue: what is read in it is noted, and the first
        write raises ``NotInAdvance``. Whoever opens it rolls it back.
        """
        self._reads = reads
        try:
            yield
        finally:
            self._reads = None

    def run_each(self, statements: Iterable[tuple[str, Sequence[Any]]]) -> list[int]:
        """Run statements one after the other; how many rows each touched."""
        return [self.run_kept(statement, parameters).rowcount for statement, parameters in statements]

    def create_cursor(self, name: str | None = None) -> Any:
        """Django's own; in advance one that notes."""
        if self._reads is None:
            return super().create_cursor(name)
        cursor = self.connection.cursor(factory=NotingCursor)
        cursor.reads = self._reads
        return cursor

    def _enter_queue(self) -> None:
        if self._queue is not None or not self.queues:
            return
        descriptor = os.open(Path(f"{self.settings_dict['NAME']}.queue"), os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        self._queue = descriptor

    def _leave_queue(self) -> None:
        if self._queue is not None:
            os.close(self._queue)
            self._queue = None

    def _start_transaction_under_autocommit(self) -> None:
        if self._reads is not None:
            return
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

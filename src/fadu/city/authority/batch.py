"""Many acts in one transaction: what they leave waits and is written for all of them at once.

Every statement that an act sends by itself is watched. Before it the acts that came earlier are written, so that none
misses what another has done; before the first that writes a savepoint is set, so that a refusal undoes it. An act that
sends no statement of its own costs the database neither.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from fadu.city.statements import Together
from fadu.core.errors import Refused

# Reads subjects under lock: what the acts on them begin to know, by subject. What is missing the act locks itself.
Ahead = Callable[[Sequence[str]], Mapping[str, dict[Any, Any]]]
# So many subjects are locked, and so many acts written, at once.
CHUNK = 200


class _Own(Together):
    """The rows of one act; written before their turn they stand behind the savepoint."""

    def __init__(self, batch: Batch) -> None:
        super().__init__()
        self.batch = batch

    def run(self) -> None:
        """As for one act alone."""
        if self.parts:
            self.batch.protect()
            super().run()


@dataclass
class Batch:
    """One transaction's acts, one after the other; ``subjects`` are all of theirs in the order of locking."""

    subjects: Sequence[str]
    ahead: Ahead | None = None
    _waiting: Together = field(default_factory=Together)
    _ready: dict[str, dict[Any, Any]] = field(default_factory=dict)
    _until: int = 0
    _size: int = CHUNK
    _savepoint: str | None = None
    _own_affair: bool = False

    @contextlib.contextmanager
    def open(self) -> Iterator[None]:
        """Inside the transaction around all of them; at its end everything that waited has been written."""
        with connection.execute_wrapper(self._before):
            yield
        self._write()

    @contextlib.contextmanager
    def one(self) -> Iterator[Together]:
        """Around one act, whose rows may wait in what it is given; refused, it has left nothing."""
        rows = _Own(self)
        try:
            yield rows
        except Refused:
            transaction.set_rollback(False)
            self._leave(transaction.savepoint_rollback)
            raise
        self._leave(transaction.savepoint_commit)
        self._waiting.parts += rows.parts

    def known(self, place: int) -> dict[Any, Any]:
        """What the act on the subject at that place begins to know."""
        if self.ahead is not None and place >= self._until:
            self._until = place + self._size
            coming = list(dict.fromkeys(self.subjects[place : self._until]))
            # One alone its act locks itself.
            self._ready = dict(self.ahead(coming)) if len(coming) > 1 else {}
            self._size = min(2 * self._size, CHUNK)
        return self._ready.pop(self.subjects[place], {})

    def protect(self) -> None:
        """Set the act's savepoint, if it has none yet. What it writes may reach other subjects, so nothing read before
        is trusted after it.
        """
        if self._savepoint is None:
            self._write()
            with self._unwatched():
                self._savepoint = transaction.savepoint()
            self._ready, self._until, self._size = {}, 0, 1

    def _leave(self, end: Callable[[str], None]) -> None:
        if self._savepoint is not None:
            with self._unwatched():
                end(self._savepoint)
            self._savepoint = None

    def _before(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Mapping[str, Any]
    ) -> Any:
        if not self._own_affair:
            self._write()
            if not str(sql).startswith("SELECT"):
                self.protect()
        return execute(sql, params, many, context)

    def _write(self) -> None:
        if self._waiting.parts:
            with self._unwatched():
                self._waiting.run_in_bulk()

    @contextlib.contextmanager
    def _unwatched(self) -> Iterator[None]:
        before, self._own_affair = self._own_affair, True
        try:
            yield
        finally:
            self._own_affair = before

"""What is read in advance of a transaction: noted statement by statement, to be asked again when the turn has come.

Only reading is possible here; whatever would write ends it. What was computed from the answers is as good as computed
inside the transaction if there, before anything is written, every statement gives the same answer again.
"""

from __future__ import annotations

import functools
import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.backends.sqlite3 import base

# Seconds after which nothing read in advance is trusted: what processes remember of the law for a second ages with it.
FRESH = 0.5


class NotInAdvance(Exception):
    """This can be done only inside the transaction."""


@dataclass(frozen=True)
class Reads:
    """Every statement that was sent in advance, with its parameters and its whole answer."""

    noted: list[tuple[str, Sequence[Any], list[Any]]] = field(default_factory=list)
    begun: float = field(default_factory=time.monotonic)

    def stand(self, connection: Any) -> bool:
        """Whether all of it is fresh and answers now as it did."""
        return time.monotonic() - self.begun <= FRESH and all(
            connection.run_kept(statement, parameters).fetchall() == rows
            for statement, parameters, rows in self.noted
        )


@functools.lru_cache(maxsize=512)
def in_its_own_words(statement: str) -> str:
    """The marks that Django writes (``%s``) as SQLite wants them."""
    return base.FORMAT_QMARK_REGEX.sub("?", statement).replace("%%", "%")


class NotingCursor(base.Database.Cursor):
    """Takes each answer whole and notes it. Without transaction: each statement sees what is committed then."""

    reads: Reads
    _left: Iterator[Any] = iter(())

    def execute(self, query: str, params: Sequence[Any] = ()) -> NotingCursor:
        """Run a SELECT; anything else is not for now."""
        if not query.startswith("SELECT"):
            raise NotInAdvance(query)
        super().execute(in_its_own_words(query), params)
        rows = super().fetchall()
        self.reads.noted.append((query, params, rows))
        self._left = iter(rows)
        return self

    def executemany(self, query: str, param_list: Any) -> NotingCursor:
        """Many at once are written, never read."""
        raise NotInAdvance(query)

    def fetchone(self) -> Any:
        """The next row, or None."""
        return next(self._left, None)

    def fetchmany(self, size: int | None = 1) -> list[Any]:
        """Some of the next rows."""
        return list(itertools.islice(self._left, size))

    def fetchall(self) -> list[Any]:
        """The rest of the rows."""
        return list(self._left)

    def __iter__(self) -> NotingCursor:
        return self

    def __next__(self) -> Any:
        return next(self._left)

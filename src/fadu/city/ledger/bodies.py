"""The bodies of a log's entries by their hashes, read in bulk.

On SQLite an entry looked up by its hash costs two walks down a tree, each at another place of the file; so entries are
read in the order in which they were written, which is nearly that of the log, and kept until they are asked for. What is
not found that way is asked for by its hash: the order makes the reading quick and decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection

from fadu.city.ledger.models import Log
from fadu.city.statements import among

# So many entries are read at once, and so many are kept at most.
CHUNK, KEPT = 4096, 16_384
_TABLES = {Log.MAIN: "ledger_leaf", Log.ACCESS: "ledger_accessentry"}


@dataclass
class Bodies:
    """Asked block by block in the order of the log."""

    log: Log
    _read: dict[bytes, bytes] = field(default_factory=dict)
    _last: int | None = -1  # the place of the last entry read; None when no more follow

    def __post_init__(self) -> None:
        if connection.vendor != "sqlite":
            self._last = None

    def of(self, names: Sequence[bytes]) -> list[bytes | None]:
        """The stored bytes of each entry, None where there is no entry of that hash."""
        while self._last is not None and not self._read.keys() >= set(names):
            self._read_on(self._last)
            if len(self._read) > KEPT:
                # What nobody has asked for so long stands elsewhere in the log.
                for hash_ in list(self._read)[:CHUNK]:
                    del self._read[hash_]
                break
        found = [self._read.pop(name, None) for name in names]
        if None in found:
            found = self._looked_up(names, found)
        return found

    def _read_on(self, last: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT rowid, hash, body FROM {_TABLES[self.log]} WHERE rowid > %s ORDER BY rowid LIMIT {CHUNK}",
                [last],
            )
            rows = cursor.fetchall()
        self._read.update((hash_, body) for _, hash_, body in rows)
        self._last = rows[-1][0] if len(rows) == CHUNK else None

    def _looked_up(self, names: Sequence[bytes], found: list[bytes | None]) -> list[bytes | None]:
        condition, wanted = among(
            "hash", [name for name, body in zip(names, found, strict=True) if body is None]
        )
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT hash, body FROM {_TABLES[self.log]} WHERE {condition}", wanted)
            more = {bytes(hash_): bytes(body) for hash_, body in cursor.fetchall()}
        return [more.get(name) if body is None else body for name, body in zip(names, found, strict=True)]

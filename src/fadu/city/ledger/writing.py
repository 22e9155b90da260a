"""The hand-written statements of the hot path: one reads heads under lock, the others write what leaves leave.

One leaf can be written together with what its caller writes (``Together``); many go to PostgreSQL as one statement with
arrays, to SQLite by executemany, which costs no round trip there. Nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection

from fadu.city.ledger.models import Log
from fadu.city.statements import Together, among, ask, in_bulk
from fadu.core.log.record import Head


class LeafRow(NamedTuple):
    """A leaf ready to be written, with its sealed opening."""

    hash: bytes
    case_ref: str
    seq: int
    prev: bytes
    body: bytes
    box: bytes
    sealed_case: str | None


class StoredHead(NamedTuple):
    """Where a case stands, and its wrapped key."""

    head: Head
    kek: str
    wrapped: bytes


class HeadRow(NamedTuple):
    """A head to be written; ``was`` is the number it must have had (None: the case has none yet, and gets a key)."""

    case_ref: str
    head: Head
    was: int | None
    kek: str
    wrapped: bytes


def lock_heads(case_refs: Iterable[str]) -> dict[str, StoredHead]:
    """The heads of these cases, locked until the transaction ends, in the order of their names (no deadlock)."""
    wanted = sorted(set(case_refs))
    condition, parameters = among("h.case_ref", wanted) if len(wanted) != 1 else ("h.case_ref = %s", wanted)
    rows = ask(f"{_HEADS}{condition}{_LOCKED[connection.vendor]}", parameters)
    return {
        case_ref: StoredHead(Head(seq, bytes(last)), kek, bytes(wrapped))
        for case_ref, seq, last, kek, wrapped in rows
    }


_HEADS = (
    "SELECT h.case_ref, h.seq, h.hash, k.kek, k.wrapped FROM ledger_casehead h"
    " JOIN ledger_casekey k ON k.case_ref = h.case_ref WHERE "
)
# SQLite has one writer; its transactions begin IMMEDIATE. The key is locked against being exchanged (erasing).
_LOCKED = {"postgresql": " ORDER BY h.case_ref FOR UPDATE OF h FOR KEY SHARE OF k", "sqlite": ""}


@dataclass(frozen=True)
class Beside:
    """What a statement that locks a case adds, to lock and read its head in the same breath; ``c.key`` is the case's."""

    columns: str = "h.seq, h.hash, k.kek, k.wrapped"
    joins: str = " JOIN ledger_casehead h ON h.case_ref = 'case/' || c.key JOIN ledger_casekey k ON k.case_ref = h.case_ref"
    lock: str = ", h FOR KEY SHARE OF k"

    @staticmethod
    def read(cells: Sequence[Any]) -> StoredHead:
        """The head out of the cells of ``columns``."""
        seq, last, kek, wrapped = cells
        return StoredHead(Head(seq, bytes(last)), kek, bytes(wrapped))


def add(together: Together, leaf: LeafRow, head: HeadRow) -> None:
    """One leaf and its head, to be written with whatever else is in there."""
    together.add(_LEAF, (leaf.hash, leaf.case_ref, leaf.seq, leaf.prev, leaf.body))
    together.add(_OPENING, (leaf.hash, leaf.sealed_case, leaf.box))
    together.add(_PENDING, (Log.MAIN.value, leaf.hash))
    if head.was is None:
        together.add(_KEY, (head.case_ref, head.kek, head.wrapped))
        together.add(_HEAD, (head.case_ref, head.head.seq, head.head.hash))
    else:
        together.add(_MOVE, (head.head.seq, head.head.hash, head.case_ref, head.was), touches=1)


def write(leaves: Sequence[LeafRow], heads: Sequence[HeadRow]) -> None:
    """Write leaves, openings, waiting rows and heads in this transaction; raise if a head moved under our feet."""
    begun = [head for head in heads if head.was is None]
    moved = [head for head in heads if head.was is not None]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES, _arrays(leaves, begun, moved))
            count = cursor.rowcount
        else:
            cursor.executemany(_LEAF, [(x.hash, x.case_ref, x.seq, x.prev, x.body) for x in leaves])
            cursor.executemany(_OPENING, [(x.hash, x.sealed_case, x.box) for x in leaves])
            cursor.executemany(_PENDING, [(Log.MAIN.value, x.hash) for x in leaves])
            cursor.executemany(_KEY, [(x.case_ref, x.kek, x.wrapped) for x in begun])
            cursor.executemany(_HEAD, [(x.case_ref, x.head.seq, x.head.hash) for x in begun])
            count = 0
            for x in moved:
                cursor.execute(_MOVE, (x.head.seq, x.head.hash, x.case_ref, x.was))
                count += cursor.rowcount
    if count != len(moved):
        raise RuntimeError("a case head moved although it was locked: somebody wrote past the door")


def _insert(table: str, columns: str, kinds: str) -> str:
    marks = ", ".join(["%s"] * (columns.count(",") + 1))
    arrays = ", ".join(f"%b::{kind}[]" for kind in kinds.split(", "))
    return in_bulk(
        f"INSERT INTO {table} ({columns}) VALUES ({marks})",
        lambda: f"INSERT INTO {table} ({columns}) SELECT * FROM unnest({arrays})",
    )


_LEAF = _insert("ledger_leaf", "hash, case_ref, seq, prev, body", "bytea, text, int, bytea, bytea")
_OPENING = _insert("ledger_opening", "hash, sealed_case, box", "bytea, text, bytea")
_PENDING = _insert("ledger_pending", "log, hash", "int, bytea")
_KEY = _insert("ledger_casekey", "case_ref, kek, wrapped", "text, text, bytea")
_HEAD = _insert("ledger_casehead", "case_ref, seq, hash", "text, int, bytea")
_MOVE = in_bulk(
    "UPDATE ledger_casehead SET seq = %s, hash = %s WHERE case_ref = %s AND seq = %s",
    lambda: (
        "UPDATE ledger_casehead h SET seq = u.seq, hash = u.hash"
        " FROM unnest(%b::int[], %b::bytea[], %b::text[], %b::int[]) AS u(seq, hash, case_ref, was)"
        " WHERE h.case_ref = u.case_ref AND h.seq = u.was"
    ),
)

_POSTGRES = """
WITH l AS (INSERT INTO ledger_leaf (hash, case_ref, seq, prev, body)
             SELECT * FROM unnest(%(hash)s::bytea[], %(case)s::text[], %(seq)s::int[], %(prev)s::bytea[],
                                  %(body)s::bytea[])),
     o AS (INSERT INTO ledger_opening (hash, sealed_case, box)
             SELECT * FROM unnest(%(hash)s::bytea[], %(sealed)s::text[], %(box)s::bytea[])),
     p AS (INSERT INTO ledger_pending (log, hash)
             SELECT 1, u.h FROM unnest(%(hash)s::bytea[]) WITH ORDINALITY AS u(h, n) ORDER BY u.n),
     k AS (INSERT INTO ledger_casekey (case_ref, kek, wrapped)
             SELECT * FROM unnest(%(new_case)s::text[], %(new_kek)s::text[], %(new_key)s::bytea[])),
     n AS (INSERT INTO ledger_casehead (case_ref, seq, hash)
             SELECT * FROM unnest(%(new_case)s::text[], %(new_seq)s::int[], %(new_hash)s::bytea[]))
UPDATE ledger_casehead h SET seq = u.seq, hash = u.hash
  FROM unnest(%(old_case)s::text[], %(old_seq)s::int[], %(old_hash)s::bytea[], %(was)s::int[])
       AS u(case_ref, seq, hash, was)
 WHERE h.case_ref = u.case_ref AND h.seq = u.was
"""


def _arrays(
    leaves: Sequence[LeafRow], begun: Sequence[HeadRow], moved: Sequence[HeadRow]
) -> Mapping[str, list[object]]:
    return {
        "hash": [x.hash for x in leaves],
        "case": [x.case_ref for x in leaves],
        "seq": [x.seq for x in leaves],
        "prev": [x.prev for x in leaves],
        "body": [x.body for x in leaves],
        "sealed": [x.sealed_case for x in leaves],
        "box": [x.box for x in leaves],
        "new_case": [x.case_ref for x in begun],
        "new_kek": [x.kek for x in begun],
        "new_key": [x.wrapped for x in begun],
        "new_seq": [x.head.seq for x in begun],
        "new_hash": [x.head.hash for x in begun],
        "old_case": [x.case_ref for x in moved],
        "old_seq": [x.head.seq for x in moved],
        "old_hash": [x.head.hash for x in moved],
        "was": [x.was for x in moved],
    }


def write_access(rows: Sequence[tuple[bytes, str, object, bytes]]) -> None:
    """Write entries (hash, case_ref, at, body) of the access log: one statement on PostgreSQL, else in this transaction."""
    entries = ", ".join(["(%s, %s, %s, %s)"] * len(rows))
    pending = ", ".join(["(%s, %s)"] * len(rows))
    together = Together()
    together.add(
        f"INSERT INTO ledger_accessentry (hash, case_ref, at, body) VALUES {entries}",
        [cell for row in rows for cell in row],
    )
    together.add(
        f"INSERT INTO ledger_pending (log, hash) VALUES {pending}",
        [cell for row in rows for cell in (Log.ACCESS.value, row[0])],
    )
    together.run()

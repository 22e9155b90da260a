"""The bulk of check L1: blocks of entries hashed and compared with index and stored hashes.

A block is an aligned run of 4,096 entries, so its subtree and the places of its stored hashes have always the same
shape; whole lists are compared, and only a block that disagrees is looked at entry by entry. What joins
blocks (`check_tree.py`) needs of each only its subtree hashes.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from django.db import connection

from fadu.city.ledger import identity
from fadu.city.ledger.bodies import Bodies
from fadu.city.ledger.findings import Finding
from fadu.city.ledger.models import Log
from fadu.core.log import tree
from fadu.core.log.suites import Suite

LEVEL = 12
BLOCK = 1 << LEVEL
_WHOSE = {
    Log.MAIN: "SELECT case_ref, seq FROM ledger_leaf WHERE hash = %s",
    Log.ACCESS: "SELECT case_ref, NULL FROM ledger_accessentry WHERE hash = %s",
}
Row = tuple[int, Any]


@dataclass
class Block:
    """What is left of a block: how many entries it had, subtree hashes where they are asked for, and findings.

    ``tops``: for each asked number of its entries the finished subtrees over them, left to right.
    """

    start: int
    count: int
    tops: dict[int, list[bytes]]
    findings: list[Finding] = field(default_factory=list)
    broken: bool = False


def check_blocks(log: Log, size: int, ends: Iterable[int]) -> Iterator[Block]:
    """The blocks of a log of ``size`` entries in order; ``ends`` are sizes at which somebody signed a root."""
    asked: dict[int, set[int]] = {}
    for end in ends:
        asked.setdefault((end - 1) // BLOCK * BLOCK, set()).add(end)
    bodies = Bodies(log)
    for start in range(0, size, BLOCK):
        end = min(start + BLOCK, size)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT idx, hash FROM ledger_logindex WHERE log = %s AND idx >= %s AND idx < %s ORDER BY idx",
                [int(log), start, end],
            )
            rows = cursor.fetchall()
            cursor.execute(
                "SELECT pos, hash FROM ledger_node WHERE log = %s AND pos >= %s AND pos < %s ORDER BY pos",
                [int(log), tree.stored_count(start), tree.stored_count(end)],
            )
            nodes = cursor.fetchall()
        missing = _first_missing(start, end, rows)
        names = [bytes(row[1]) for row in rows[: missing - start]]
        block = _check_block(
            identity.suite(), log, start, names, bodies.of(names), nodes, asked.get(start, set())
        )
        if missing < end:
            block.broken = True
            block.findings.append(
                Finding("deleted", f"账本没有第 {missing} 条：编号及其后的条目被删去", index=missing)
            )
        yield block


def _first_missing(start: int, end: int, rows: Sequence[Row]) -> int:
    """The first number of [start, end) that no row has; ``end`` if none is missing. Numbers are ordered and unique."""
    if len(rows) == end - start:
        return end
    return next((place for place, row in enumerate(rows, start) if row[0] != place), start + len(rows))


def _check_block(
    suite: Suite,
    log: Log,
    start: int,
    names: Sequence[bytes],
    bodies: Sequence[bytes | None],
    nodes: Sequence[tuple[int, Any]],
    asked: set[int],
) -> Block:
    """Hash entries without gap, grow the block's tree, compare all of it with index and stored hashes."""
    if not names:
        return Block(start, 0, {})
    new = suite.new
    leaves = [
        name if body is None else new(b"\x00" + body).digest()
        for name, body in zip(names, bodies, strict=True)
    ]
    levels = _levels(suite, leaves)
    flat = [value for level in levels for value in level]
    stored = list(itemgetter(*_stored_order(len(leaves)))(flat)) if len(leaves) > 1 else flat
    tops = {
        end: _tops(levels, end - start) for end in asked | {start + len(names)} if end <= start + len(names)
    }
    block = Block(start, len(names), tops)
    whole = len(nodes) >= len(stored) and [node[1] for node in nodes[: len(stored)]] == stored
    if not (whole and names == leaves and None not in bodies):
        entries = list(zip(names, bodies, leaves, strict=True))
        block.findings = list(
            _compare_each(log, start, entries, stored, {pos: bytes(one) for pos, one in nodes})
        )
    return block


def _levels(suite: Suite, leaves: list[bytes]) -> list[list[bytes]]:
    """The finished hashes of each level above these leaves."""
    new, levels = suite.new, [leaves]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append(
            [
                new(b"\x01" + left + right).digest()
                for left, right in zip(below[::2], below[1::2], strict=False)
            ]
        )
    return levels


def _tops(levels: Sequence[Sequence[bytes]], count: int) -> list[bytes]:
    """The finished subtrees over the first ``count`` entries of a block."""
    return [levels[level][number] for level, number in tree.peaks(count)]


@functools.cache
def _stored_order(count: int) -> list[int]:
    """In which order the hashes of a block, level after level, are stored."""
    places, offset, width, level = [], 0, count, 0
    while width:
        places += [(tree.stored_index(level, number), offset + number) for number in range(width)]
        offset, width, level = offset + width, width // 2, level + 1
    return [place for _, place in sorted(places)]


def _compare_each(
    log: Log,
    start: int,
    entries: Sequence[tuple[bytes, bytes | None, bytes]],
    stored: Sequence[bytes],
    nodes: dict[int, bytes],
) -> Iterator[Finding]:
    """Entry by entry: which of body, index and tree do not agree."""
    places = set()
    for idx, (named, body, leaf) in enumerate(entries, start):
        position = tree.stored_index(0, idx)
        places.add(position)
        kept = nodes.get(position)
        if body is None or not leaf == named == kept:
            yield _damage(log, idx, named, leaf, kept, gone=body is None)
    for position, value in enumerate(stored, tree.stored_count(start)):
        if position not in places and nodes.get(position) != value:
            yield Finding("node", f"树的第 {position} 号散列与条目不符")


def _damage(log: Log, idx: int, named: bytes, leaf: bytes, kept: bytes | None, *, gone: bool) -> Finding:
    """Say what happened to one entry, judged by which of body, index and tree agree."""
    if gone:
        code, sentence = "deleted", "条目被删去，树中只剩它的散列"
    elif leaf != named:
        code, sentence = "changed", "条目的内容被改动，与当时的散列不符"
    elif kept is None:
        code, sentence = "inserted", "条目不在树中：绕过编号插入"
    elif _elsewhere(log, kept, idx):
        code, sentence = "reordered", "此处原是另一条目：次序被调换"
    else:
        code, sentence = "replaced", "此处原是另一条目：条目被替换或者插入"
    return Finding(code, sentence, idx, *whose(log, named), named.hex())


def _elsewhere(log: Log, leaf: bytes, idx: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM ledger_logindex WHERE log = %s AND hash = %s AND idx <> %s", [int(log), leaf, idx]
        )
        return cursor.fetchone() is not None


def whose(log: Log, leaf: bytes) -> tuple[str, int | None]:
    """Case and number of a leaf, as far as its row still tells."""
    with connection.cursor() as cursor:
        cursor.execute(_WHOSE[log], [leaf])
        return cursor.fetchone() or ("", None)

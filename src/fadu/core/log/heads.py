"""The heads of all cases on one day, and their root: proof that a case had exactly so many acts on that day.

One line a case, sorted by tag: ``tag seq hash`` (hex, decimal, hex). The root is the RFC 6962 root over the lines; it
is a leaf of the log, so a tail cut off later shows against the file, and a file changed later against the leaf.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from fadu.core.log.errors import LogError
from fadu.core.log.record import Covers, Head
from fadu.core.log.suites import Suite
from fadu.core.log.tree import MemoryStore, append_hashes, tree_hash

KIND = "case-heads"
_LINE = re.compile(rb"([0-9a-f]{64}) ([1-9][0-9]{0,18}) ([0-9a-f]{64})")


def format_heads(heads: Iterable[tuple[bytes, Head]]) -> bytes:
    """The file of the day from (case tag, head)."""
    lines = sorted(f"{tag.hex()} {head.seq} {head.hash.hex()}\n".encode() for tag, head in heads)
    return b"".join(lines)


def parse_heads(data: bytes) -> dict[bytes, Head]:
    """Tag → head, strictly: sorted, no tag twice."""
    found: dict[bytes, Head] = {}
    last = b""
    for line in data.splitlines(keepends=True):
        match = _LINE.fullmatch(line.removesuffix(b"\n"))
        if match is None or not line.endswith(b"\n") or match[1] <= last:
            raise LogError("案件末端清单的格式不对", where=line[:40].decode(errors="replace"))
        last = match[1]
        found[bytes.fromhex(match[1].decode())] = Head(int(match[2]), bytes.fromhex(match[3].decode()))
    return found


def covers(suite: Suite, data: bytes) -> Covers:
    """Count and root of the file, for the leaf of the day."""
    lines = data.splitlines(keepends=True)
    return Covers(KIND, len(lines), root_of(suite, lines))


def root_of(suite: Suite, entries: Iterable[bytes]) -> bytes:
    """The RFC 6962 root over a list of entries (heads, comments, evidence items)."""
    store = MemoryStore()
    leaves = [suite.leaf(entry) for entry in entries]
    store.extend(append_hashes(suite, 0, store, leaves))
    return tree_hash(suite, len(leaves), store)

"""The Merkle tree of RFC 6962/9162 over stored hashes: append, prove, check.

A log of n entries is one binary tree. Finished subtrees never change, so every finished hash is stored once, in the
order in which it is finished: position 0 is entry 0, 1 is entry 1, 2 their parent, 3 entry 2 … (the layout of
golang.org/x/mod/sumdb/tlog). All proofs are made of such hashes and of nothing else.

Names come in pairs: what ``prove_record`` makes ``check_record`` checks, what ``prove_tree`` makes ``check_tree``
checks. Checks raise; they never return a boolean that could be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from fadu.core.log.errors import ProofError
from fadu.core.log.suites import SIZE, Suite


class HashStore(Protocol):
    """The only door to storage: the finished hashes at these positions, in the same order; all of them exist."""

    def read(self, positions: Sequence[int]) -> list[bytes]:
        """The hashes at ``positions``."""
        ...


class MemoryStore(list[bytes]):
    """A store in memory; with `append_hashes` it is a whole tree."""

    def read(self, positions: Sequence[int]) -> list[bytes]:
        """The hashes at ``positions``."""
        return [self[position] for position in positions]


def stored_index(level: int, number: int) -> int:
    """Where the hash of the ``number``-th finished subtree of 2^level entries is stored."""
    # The subtree is finished by its last entry; that entry's own hash comes first, then one for each level up.
    last = ((number + 1) << level) - 1
    return stored_count(last) + level


def stored_count(size: int) -> int:
    """How many hashes a tree of ``size`` entries has stored: n entries and one for each finished pair above."""
    return 2 * size - size.bit_count()


def peaks(size: int) -> list[tuple[int, int]]:
    """The finished subtrees (level, number) of which a tree of ``size`` consists, left (largest) to right."""
    found = []
    start = 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            found.append((level, start >> level))
            start += 1 << level
    return found


def append_hashes(suite: Suite, size: int, store: HashStore, leaves: Iterable[bytes]) -> list[bytes]:
    """The hashes to store, in order from position ``stored_count(size)``, when these leaf hashes are added."""
    tops = peaks(size)
    edge = store.read([stored_index(level, number) for level, number in tops])
    added: list[bytes] = []
    node = suite.node
    for leaf in leaves:
        added.append(leaf)
        edge.append(leaf)
        carry = size
        while carry & 1:
            right = edge.pop()
            edge[-1] = node(edge[-1], right)
            added.append(edge[-1])
            carry >>= 1
        size += 1
    return added


def tree_hash(suite: Suite, size: int, store: HashStore) -> bytes:
    """The root of the tree of the first ``size`` entries."""
    return _fold(suite, store.read([stored_index(*peak) for peak in peaks(size)]))


def _fold(suite: Suite, hashes: Sequence[bytes]) -> bytes:
    """The root over finished subtrees given left to right."""
    if not hashes:
        return suite.empty()
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = suite.node(left, root)
    return root


def _cover(start: int, end: int) -> list[int]:
    """Positions of the finished subtrees of the aligned range [start, end), left to right."""
    return [stored_index(level, (start >> level) + number) for level, number in peaks(end - start)]


def _split(width: int) -> int:
    """The largest power of two smaller than ``width`` (RFC 6962, 2.1)."""
    return 1 << (width - 1).bit_length() - 1


def _read_ranges(suite: Suite, store: HashStore, ranges: Sequence[tuple[int, int]]) -> list[bytes]:
    """The hashes of these ranges of entries, fetched from the store in one call."""
    covers = [_cover(start, end) for start, end in ranges]
    flat = iter(store.read([position for cover in covers for position in cover]))
    return [_fold(suite, [next(flat) for _ in cover]) for cover in covers]


def prove_record(suite: Suite, size: int, index: int, store: HashStore) -> list[bytes]:
    """The audit path (RFC 6962, 2.1.1) that entry ``index`` is in the tree of ``size`` entries."""
    if not 0 <= index < size:
        raise ValueError(f"entry {index} is not in a tree of {size}")
    ranges = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return _read_ranges(suite, store, ranges[::-1])


def check_record(
    suite: Suite, proof: Sequence[bytes], size: int, root: bytes, index: int, leaf_hash: bytes
) -> None:
    """Check an audit path by the loop of RFC 9162, 2.1.3.2; raise `ProofError` if it does not hold."""
    if not 0 <= index < size:
        raise ProofError(f"序号 {index} 不在共 {size} 条的账本之内")
    _check_lengths([*proof, root, leaf_hash])
    place, last, current = index, size - 1, leaf_hash
    for sibling in proof:
        if last == 0:
            raise ProofError("存在证明过长")
        if place & 1 or place == last:
            current = suite.node(sibling, current)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            current = suite.node(current, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise ProofError("存在证明过短")
    if current != root:
        raise ProofError("存在证明算出的根与检查点不符", why="该条痕迹、证明或者检查点被改动过")


def prove_tree(suite: Suite, new: int, old: int, store: HashStore) -> list[bytes]:
    """The consistency proof (RFC 6962, 2.1.2) that the tree of ``old`` entries is the beginning of that of ``new``."""
    if not 1 <= old <= new:
        raise ValueError(f"no consistency proof from {old} to {new}")
    if old == new:
        return []
    ranges = []
    start, end, whole = 0, new, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start, whole = middle, False
    if not whole:
        ranges.append((start, end))
    return _read_ranges(suite, store, ranges[::-1])


def check_tree(
    suite: Suite, proof: Sequence[bytes], new: int, new_root: bytes, old: int, old_root: bytes
) -> None:
    """Check a consistency proof by the loop of RFC 9162, 2.1.4.2. From an empty tree nothing can be proved: refused."""
    if not 1 <= old <= new:
        raise ProofError(f"不能证明从 {old} 条到 {new} 条的一致性")
    if old == new:
        if proof or old_root != new_root:
            raise ProofError("同样大小的两个检查点根不相同", why="账本出现分叉")
        return
    _check_lengths([*proof, new_root, old_root])
    if not proof:
        raise ProofError("一致性证明为空")
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    was = now = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofError("一致性证明过长")
        if place & 1 or place == last:
            was, now = suite.node(sibling, was), suite.node(sibling, now)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            now = suite.node(now, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise ProofError("一致性证明过短")
    if was != old_root or now != new_root:
        raise ProofError("新旧检查点不一致", why="账本的过去被改写或者出现分叉")


def _check_lengths(hashes: Iterable[bytes]) -> None:
    if any(len(value) != SIZE for value in hashes):
        raise ProofError("散列值长度不是 32 字节")

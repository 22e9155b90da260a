"""Full verification of a mirror: entry bundles → leaves → every hash tile → the root that was signed.

What a supervisor's or archive's node does with the files it received: no database, no network. Memory grows only with
one hash for each 256 entries.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fadu.core.log import note, tiles, tree
from fadu.core.log.checkpoint import Checkpoint, open_checkpoint
from fadu.core.log.errors import LogError, ProofError
from fadu.core.log.suites import Suite
from fadu.core.log.tiles import HEIGHT, WIDTH, Tile


def verify_mirror(
    folder: Path, entries: Path, key: note.Key, suite: Suite, *, others: Sequence[note.Key] = ()
) -> Checkpoint:
    """Check all files of a mirror against its checkpoint; raise `ProofError` naming the first entry or tile that is wrong.

    ``folder`` holds checkpoint and hash tiles, ``entries`` the bundles; ``others`` are keys of witnesses.
    """
    signed, _ = open_checkpoint(_read(folder / "checkpoint"), key, others=others)
    # levels[k]: hashes of level 8k; of level 0 only those that no full tile covers are kept.
    tail: list[bytes] = []
    level: list[bytes] = []
    for tile in tiles.entry_tiles_of(signed.size):
        leaves = _leaves(suite, tiles.unpack_entries(_read(entries / tile.path), tile.width))
        _compare(folder, Tile(0, tile.number, tile.width), leaves)
        if tile.width == WIDTH:
            level.append(_reduce(suite, leaves))
        else:
            tail = leaves
    levels = [tail, level]
    while levels[-1]:
        levels.append(_check_level(suite, folder, len(levels) - 1, levels[-1]))
    if _root(suite, signed.size, levels) != signed.root:
        raise ProofError(
            "条目算出的根与签名的检查点不符", why="检查点与瓦片不属于同一个账本，或者账本出现分叉"
        )
    return signed


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise LogError("镜像缺少文件", where=str(path), cure="请重新同步镜像") from error


def _leaves(suite: Suite, entries: Sequence[bytes]) -> list[bytes]:
    new = suite.new
    return [new(b"\x00" + entry).digest() for entry in entries]


def _reduce(suite: Suite, hashes: Sequence[bytes]) -> bytes:
    """The hash over a power of two of hashes."""
    new, level = suite.new, hashes
    while len(level) > 1:
        level = [
            new(b"\x01" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=True)
        ]
    return level[0]


def _compare(folder: Path, tile: Tile, hashes: Sequence[bytes]) -> None:
    """A tile against what it should hold; names the first entry that differs."""
    data = _read(folder / tile.path)
    if data == b"".join(hashes):
        return
    kept = tiles.split_tile(data, tile.width)
    first = tile.number * WIDTH + next(place for place in range(tile.width) if kept[place] != hashes[place])
    if tile.level == 0:
        raise ProofError(f"第 {first} 条的内容与瓦片中的散列不符", where=tile.path, why="条目或者瓦片被改动")
    raise ProofError("上层瓦片与下层不符", where=tile.path, why="瓦片被改动")


def _check_level(suite: Suite, folder: Path, number: int, hashes: Sequence[bytes]) -> list[bytes]:
    """Compare all tiles of a level; the hashes of the next one."""
    above = []
    for start in range(0, len(hashes), WIDTH):
        part = hashes[start : start + WIDTH]
        _compare(folder, Tile(number, start // WIDTH, len(part)), part)
        if len(part) == WIDTH:
            above.append(_reduce(suite, part))
    return above


def _root(suite: Suite, size: int, levels: Sequence[Sequence[bytes]]) -> bytes:
    """The root over the finished subtrees of the tree (RFC 6962, 2.1)."""
    subtrees = []
    for height, number in tree.peaks(size):
        level, rest = divmod(height, HEIGHT)
        start = number << rest
        if level == 0:
            start -= size // WIDTH * WIDTH
        subtrees.append(_reduce(suite, levels[level][start : start + (1 << rest)]))
    if not subtrees:
        return suite.empty()
    root = subtrees[-1]
    for left in reversed(subtrees[:-1]):
        root = suite.node(left, root)
    return root

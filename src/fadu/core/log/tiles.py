"""Tiles (C2SP tlog-tiles): the tree and its entries as static files that anyone may mirror.

``tile/<L>/<N>`` holds 256 hashes of level 8·L, ``tile/entries/<N>`` 256 entries each with its length (u16); the last
one of a level may be partial (``.p/<W>``). Numbers are written in groups of three digits, all but the last with x.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fadu.core.log.errors import LogError
from fadu.core.log.suites import SIZE
from fadu.core.log.tree import HashStore, stored_index

HEIGHT = 8
WIDTH = 1 << HEIGHT
_MAX_ENTRY = 0xFFFF
_MAX_LEVEL = 63
# Seven groups of three digits number more tiles than a log of 2^63 entries has.
_LONGEST = 60
_PATH = re.compile(r"tile/(0|[1-9][0-9]?|entries)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


@dataclass(frozen=True)
class Tile:
    """One tile: level (None for entries), number, and how many hashes or entries it holds (256: full)."""

    level: int | None
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Its path under the prefix of the log."""
        level = "entries" if self.level is None else str(self.level)
        return f"tile/{level}/{format_number(self.number)}" + (
            f".p/{self.width}" if self.width < WIDTH else ""
        )


def format_number(number: int) -> str:
    """1234067 → x001/x234/067."""
    groups = [f"{number % 1000:03d}"]
    while number := number // 1000:
        groups.append(f"x{number % 1000:03d}")
    return "/".join(reversed(groups))


def parse_path(path: str) -> Tile:
    """The tile at a path, strictly: one tile has one path."""
    match = _PATH.fullmatch(path) if len(path) <= _LONGEST else None
    if match is None:
        raise LogError("不是瓦片路径", where=path[:80])
    level = None if match[1] == "entries" else int(match[1])
    number = int(match[2].replace("x", "").replace("/", ""))
    tile = Tile(level, number, int(match[3] or WIDTH))
    if (level or 0) > _MAX_LEVEL or (match[3] and tile.width >= WIDTH) or tile.path != path:
        raise LogError("不是瓦片路径", where=path[:80])
    return tile


def tiles_of(size: int, since: int = 0) -> Iterator[Tile]:
    """Every hash tile that a tree of ``size`` entries has and one of ``since`` entries had not, lowest level first."""
    level = 0
    while size >> HEIGHT * level:
        now, before = size >> HEIGHT * level, since >> HEIGHT * level
        if now != before:
            for number in range(before // WIDTH, now // WIDTH):
                yield Tile(level, number)
            if now % WIDTH:
                yield Tile(level, now // WIDTH, now % WIDTH)
        level += 1


def entry_tiles_of(size: int, since: int = 0) -> Iterator[Tile]:
    """Every bundle of entries that a log of ``size`` has and one of ``since`` had not."""
    if size != since:
        for number in range(since // WIDTH, size // WIDTH):
            yield Tile(None, number)
        if size % WIDTH:
            yield Tile(None, size // WIDTH, size % WIDTH)


def read_tile(tile: Tile, store: HashStore) -> bytes:
    """The bytes of a hash tile out of the stored hashes."""
    if tile.level is None:
        raise ValueError("an entry bundle is not made of hashes")
    first = tile.number * WIDTH
    return b"".join(
        store.read([stored_index(HEIGHT * tile.level, first + place) for place in range(tile.width)])
    )


def split_tile(data: bytes, width: int) -> list[bytes]:
    """The hashes of a tile; refused if there are more or fewer than its path says."""
    if len(data) != width * SIZE:
        raise LogError(f"瓦片应有 {width} 个散列值", why=f"实有 {len(data)} 字节")
    return [data[start : start + SIZE] for start in range(0, len(data), SIZE)]


def pack_entries(entries: Sequence[bytes]) -> bytes:
    """The bytes of an entry bundle."""
    if any(len(entry) > _MAX_ENTRY for entry in entries):
        raise LogError(f"条目超过 {_MAX_ENTRY} 字节")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unpack_entries(data: bytes, width: int) -> list[bytes]:
    """The entries of a bundle; refused if there are more or fewer than its path says, or one is cut."""
    entries: list[bytes] = []
    place, size = 0, len(data)
    while place < size - 1:
        end = place + 2 + (data[place] << 8 | data[place + 1])
        if end > size:
            break
        entries.append(data[place + 2 : end])
        place = end
    if place != size:
        raise LogError("条目包被截断", where=f"第 {len(entries)} 条")
    if len(entries) != width:
        raise LogError(f"条目包应有 {width} 条，实有 {len(entries)} 条")
    return entries

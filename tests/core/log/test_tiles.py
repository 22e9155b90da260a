"""Tiles: paths of the specification, a whole foreign log re-derived, and our own tiles from stored hashes."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fadu.core.log import checkpoint, note, tiles, tree
from fadu.core.log.errors import LogError
from fadu.core.log.suites import SHA256_ED25519
from fadu.core.log.tiles import Tile
from fadu.core.log.tree import MemoryStore

FILE = "c2sp_note_checkpoint_tiles"


@pytest.mark.corpus
def test_paths(vectors: Callable[[str], Any]) -> None:
    """Numbers in groups of three, and every malformed path refused."""
    data = vectors(FILE)
    for number, text in data["tile_index_path"]:
        assert tiles.format_number(number) == text
        assert tiles.parse_path(f"tile/3/{text}") == Tile(3, number)
    for path in data["tile_path_invalid"]:
        with pytest.raises(LogError):
            tiles.parse_path(path)


@given(st.none() | st.integers(0, 63), st.integers(0, 2**40), st.integers(1, 256))
def test_path_both_ways(level: int | None, number: int, width: int) -> None:
    """Every tile has one path and every path one tile."""
    tile = Tile(level, number, width)
    assert tiles.parse_path(tile.path) == tile


@pytest.mark.corpus
def test_which_tiles_a_log_has(vectors: Callable[[str], Any]) -> None:
    """The example of the specification: 70,000 entries, 277 tiles."""
    wanted = vectors(FILE)["tile_counts_example"]
    found = list(tiles.tiles_of(wanted["size"]))
    full = Counter(tile.level for tile in found if tile.width == tiles.WIDTH)
    partial = {tile.level: tile.width for tile in found if tile.width < tiles.WIDTH}
    assert len(found) == wanted["total"]
    assert (full[0], full[1]) == (wanted["level0_full"], wanted["level1_full"])
    assert [partial[level] for level in (0, 1, 2)] == [wanted[f"level{level}_partial"] for level in (0, 1, 2)]


@pytest.mark.corpus
def test_a_foreign_log(vectors: Callable[[str], Any]) -> None:
    """Tessera's log: bundles give its entries, entries its tiles, tiles the roots of all its checkpoints."""
    data = vectors("tlog_tiles_tessera_log")
    files = {path: base64.b64decode(content) for path, content in data["files_b64"].items()}
    key, store, suite = note.parse_vkey(data["vkey"]), MemoryStore(), SHA256_ED25519
    entries = [entry.encode() for entry in data["entries"]]
    for size, entry in enumerate(entries, 1):
        assert tiles.unpack_entries(files[Tile(None, 0, size).path], size) == entries[:size]
        assert tiles.pack_entries(entries[:size]) == files[Tile(None, 0, size).path]
        store.extend(tree.append_hashes(suite, size - 1, store, [suite.leaf(entry)]))
        assert tiles.read_tile(Tile(0, 0, size), store) == files[Tile(0, 0, size).path]
        signed, _ = checkpoint.open_checkpoint(files[f"checkpoint.{size}"], key)
        assert signed.root == tree.tree_hash(suite, size, store)


@given(st.integers(0, 2000), st.integers(0, 2000))
def test_growing_writes_what_is_new(one: int, other: int) -> None:
    """Tiles of the old size and those written since together hold every tile of the new size."""
    old, new = sorted((one, other))
    paths = {tile.path for tile in tiles.tiles_of(old)} | {tile.path for tile in tiles.tiles_of(new, old)}
    assert {tile.path for tile in tiles.tiles_of(new)} <= paths
    bundles = {tile.path for tile in tiles.entry_tiles_of(old)} | {
        tile.path for tile in tiles.entry_tiles_of(new, old)
    }
    assert {tile.path for tile in tiles.entry_tiles_of(new)} <= bundles


@pytest.mark.parametrize("data", [b"\x00", b"\x00\x02a", b"\x00\x01a\x00", b"", b"\x00\x01a\x00\x01b"])
def test_damaged_bundles(data: bytes) -> None:
    """A bundle said to hold one entry: cut, lengthened or empty it is refused."""
    with pytest.raises(LogError):
        tiles.unpack_entries(data, 1)


def test_largest_entry() -> None:
    """65,535 bytes fit, one more does not."""
    assert tiles.unpack_entries(tiles.pack_entries([b"x" * 65535]), 1) == [b"x" * 65535]
    with pytest.raises(LogError):
        tiles.pack_entries([b"x" * 65536])


def test_a_tile_of_the_wrong_length() -> None:
    """Hashes of a tile are neither more nor fewer than its path says."""
    assert tiles.split_tile(bytes(64), 2) == [bytes(32), bytes(32)]
    with pytest.raises(LogError):
        tiles.split_tile(bytes(65), 2)

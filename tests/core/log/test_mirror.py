"""A mirror verified offline: sizes around tile boundaries, another program's log, and every file that can be damaged."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fadu.core.log import note, tiles, tree
from fadu.core.log.checkpoint import Checkpoint
from fadu.core.log.errors import LogError, ProofError
from fadu.core.log.mirror import verify_mirror
from fadu.core.log.suites import SHA256_ED25519
from fadu.core.log.tree import MemoryStore

SUITE, ORIGIN = SHA256_ED25519, "log.example/city"


def write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


@pytest.fixture
def mirrored(make_signer: Callable[..., Any], tmp_path: Path) -> Callable[[int], note.Key]:
    """``mirrored(size)`` writes a whole log into the folder and gives its key."""

    def make(size: int) -> note.Key:
        entries, store, signer = (
            [b"entry %d" % number for number in range(size)],
            MemoryStore(),
            make_signer(ORIGIN),
        )
        store.extend(tree.append_hashes(SUITE, 0, store, [SUITE.leaf(entry) for entry in entries]))
        for tile in tiles.tiles_of(size):
            write(tmp_path / tile.path, tiles.read_tile(tile, store))
        for tile in tiles.entry_tiles_of(size):
            start = tile.number * tiles.WIDTH
            write(tmp_path / tile.path, tiles.pack_entries(entries[start : start + tile.width]))
        text = Checkpoint(ORIGIN, size, tree.tree_hash(SUITE, size, store)).text
        write(tmp_path / "checkpoint", note.sign(text, signer).encode())
        return signer.key

    return make


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 511, 512, 1000, 65_535, 65_536, 65_537, 70_000])
def test_sizes(mirrored: Callable[[int], note.Key], tmp_path: Path, size: int) -> None:
    """Around one tile, two tiles and a whole second level."""
    assert verify_mirror(tmp_path, tmp_path, mirrored(size), SUITE).size == size


@pytest.mark.corpus
def test_a_foreign_log(vectors: Callable[[str], Any], tmp_path: Path) -> None:
    """Tessera's files."""
    data = vectors("tlog_tiles_tessera_log")
    for path, content in data["files_b64"].items():
        write(tmp_path / path, base64.b64decode(content))
    key = note.parse_vkey(data["vkey"])
    for size in range(1, 16):
        write(tmp_path / "checkpoint", (tmp_path / f"checkpoint.{size}").read_bytes())
        assert verify_mirror(tmp_path, tmp_path, key, SUITE).size == size


def test_every_damaged_file_is_named(mirrored: Callable[[int], note.Key], tmp_path: Path) -> None:
    """One byte of each file in turn; then each file missing."""
    key = mirrored(600)
    for path in sorted(path for path in tmp_path.rglob("*") if path.is_file()):
        good = path.read_bytes()
        path.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
        with pytest.raises(LogError):
            verify_mirror(tmp_path, tmp_path, key, SUITE)
        path.unlink()
        with pytest.raises(LogError):
            verify_mirror(tmp_path, tmp_path, key, SUITE)
        path.write_bytes(good)
    assert verify_mirror(tmp_path, tmp_path, key, SUITE).size == 600


def test_the_first_wrong_entry_is_named(mirrored: Callable[[int], note.Key], tmp_path: Path) -> None:
    """Entry 300 says something else."""
    key = mirrored(600)
    path = tmp_path / "tile/entries/001"
    path.write_bytes(path.read_bytes().replace(b"entry 300", b"entry 3oo"))
    with pytest.raises(ProofError, match="第 300 条"):
        verify_mirror(tmp_path, tmp_path, key, SUITE)


def test_a_remade_mirror(mirrored: Callable[[int], note.Key], tmp_path: Path) -> None:
    """All files of another log, with our checkpoint: the root differs."""
    key = mirrored(600)
    checkpoint = (tmp_path / "checkpoint").read_bytes()
    mirrored(600)
    path, tile = tmp_path / "tile/entries/002.p/88", tmp_path / "tile/0/002.p/88"
    entries = tiles.unpack_entries(path.read_bytes(), 88)
    entries[-1] = b"other"
    path.write_bytes(tiles.pack_entries(entries))
    tile.write_bytes(tile.read_bytes()[:-32] + SUITE.leaf(b"other"))
    (tmp_path / "checkpoint").write_bytes(checkpoint)
    with pytest.raises(ProofError, match="分叉"):
        verify_mirror(tmp_path, tmp_path, key, SUITE)

"""Static files: what a mirror gets re-derives the log; published files never change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fadu.city.ledger import acts, export, queries
from fadu.city.ledger.acts import Appended, Record
from fadu.city.ledger.models import Checkpoint, Log
from fadu.city.ledger.sequencer import publish as sign
from fadu.core.errors import InputError
from fadu.core.log import tiles, tree
from fadu.core.log.checkpoint import open_checkpoint
from fadu.core.log.errors import ProofError
from fadu.core.log.tree import MemoryStore
from tests.city.ledger.conftest import AT, said

pytestmark = pytest.mark.django_db


def derive(folder: Path, entries: Path) -> int:
    """What a monitor does: bundles → leaves → tree → every tile and the checkpoint. The size."""
    suite, store = acts.identity.suite(), MemoryStore()
    signed, _ = open_checkpoint((folder / "checkpoint").read_bytes(), acts.identity.log_signer().key)
    for tile in tiles.entry_tiles_of(signed.size):
        bodies = tiles.unpack_entries((entries / tile.path).read_bytes(), tile.width)
        size = tile.number * tiles.WIDTH
        store.extend(tree.append_hashes(suite, size, store, [suite.leaf(body) for body in bodies]))
    for tile in tiles.tiles_of(signed.size):
        assert (folder / tile.path).read_bytes() == tiles.read_tile(tile, store)
    assert tree.tree_hash(suite, signed.size, store) == signed.root
    return signed.size


def test_a_mirror_can_rederive_the_log(tmp_path: Path, publish: Callable[[], Checkpoint]) -> None:
    """Over the boundary of a full tile, in several exports; no entry stands in the public folder."""
    folder, entries, done = tmp_path / "public", tmp_path / "restricted", 0
    for size in (1, 255, 256, 257, 600):
        acts.append_many([Record(**said(f"case-{number}")) for number in range(done, size)])
        done = size
        publish()
        assert export.export_tiles(folder, entries=entries).size == size
        assert derive(folder, entries) == size
    assert not (folder / "tile" / "entries").exists()
    assert not list(folder.rglob(".*"))
    assert queries.check(mirror=folder).sound


def test_entries_may_be_exported_later(tmp_path: Path, publish: Callable[[], Checkpoint]) -> None:
    """A monitor that comes later gets all bundles from the beginning."""
    acts.append_many([Record(**said(f"case-{number}")) for number in range(300)])
    publish()
    export.export_tiles(tmp_path / "public")
    export.export_tiles(tmp_path / "public", entries=tmp_path / "late")
    assert derive(tmp_path / "public", tmp_path / "late") == 300


def test_published_tiles_never_change(
    tmp_path: Path, publish: Callable[[], Checkpoint], add: Callable[..., Appended]
) -> None:
    """A tile that differs, or a longer checkpoint in the folder, stops the export."""
    for _ in range(3):
        add()
    with pytest.raises(InputError, match="还没有检查点"):
        export.export_tiles(tmp_path)
    publish()
    export.export_tiles(tmp_path)
    add()
    publish()
    (tmp_path / "tile/0/000.p").mkdir(exist_ok=True)
    (tmp_path / "tile/0/000.p/4").write_bytes(bytes(4 * 32))
    with pytest.raises(ProofError, match="与账本不符"):
        export.export_tiles(tmp_path)
    (tmp_path / "tile/0/000.p/4").unlink()
    export.export_tiles(tmp_path)
    ahead = (tmp_path / "checkpoint").read_text()
    assert open_checkpoint(ahead, acts.identity.log_signer().key)[0].size == 4


def test_the_access_log_too(tmp_path: Path) -> None:
    """The second log has tiles of its own."""
    acts.note_access(acts.Access("read", "p", AT), acts.Access("read", "q", AT))
    sign(at=AT, log=Log.ACCESS)
    assert export.export_tiles(tmp_path, log=Log.ACCESS, entries=tmp_path / "entries").size == 2

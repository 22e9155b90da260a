"""Export as static files (C2SP tlog-tiles): written aside, synced, renamed; the checkpoint last.

Hash tiles and checkpoint are public. Entry bundles go only to supervisor, archive and monitor: another folder.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from fadu.city.ledger import identity, queries, signers
from fadu.city.ledger.check_tree import stream
from fadu.city.ledger.models import Log
from fadu.city.ledger.store import NodeStore
from fadu.core.errors import InputError
from fadu.core.log import tiles
from fadu.core.log.checkpoint import open_checkpoint
from fadu.core.log.errors import ProofError

_BODIES = {
    Log.MAIN: "SELECT l.body FROM ledger_logindex i JOIN ledger_leaf l ON l.hash = i.hash",
    Log.ACCESS: "SELECT l.body FROM ledger_logindex i JOIN ledger_accessentry l ON l.hash = i.hash",
}


@dataclass(frozen=True)
class Exported:
    """What an export wrote."""

    size: int
    files: int


def export_tiles(folder: Path, *, log: Log = Log.MAIN, entries: Path | None = None) -> Exported:
    """Write what the newest checkpoint covers and the folder has not; the entry bundles too if ``entries`` names one."""
    newest = queries.newest_checkpoint(log)
    if newest is None:
        raise InputError("账本还没有检查点", cure="请先运行 fadu ledger publish")
    since = _exported_size(folder, log)
    if newest.size < since:
        raise ProofError(
            f"目录中的检查点有 {since} 条，本地账本只有 {newest.size} 条",
            why="本地账本被截短或者恢复了旧备份",
        )
    store, written = NodeStore(log), 0
    if entries is not None:
        for tile in tiles.entry_tiles_of(newest.size, _bundled(entries, since)):
            written += _write(entries / tile.path, _bundle(log, tile))
    for tile in tiles.tiles_of(newest.size, since):
        written += _write(folder / tile.path, tiles.read_tile(tile, store))
    _replace(folder / "checkpoint", queries.cosigned(newest).encode())
    return Exported(newest.size, written + 1)


def _bundled(entries: Path, since: int) -> int:
    """From where entry bundles are missing: the beginning, when the folder never got any."""
    return since if (entries / "tile" / "entries").is_dir() else 0


def _exported_size(folder: Path, log: Log) -> int:
    path = folder / "checkpoint"
    if not path.exists():
        return 0
    return open_checkpoint(path.read_bytes(), identity.log_signer(log).key, primitives=signers.FAST)[0].size


def _bundle(log: Log, tile: tiles.Tile) -> bytes:
    first = tile.number * tiles.WIDTH
    rows = stream(
        f"{_BODIES[log]} WHERE i.log = %s AND i.idx >= %s AND i.idx < %s ORDER BY i.idx",
        [log.value, first, first + tile.width],
    )
    bodies = [bytes(body) for (body,) in rows]
    if len(bodies) != tile.width:
        raise ProofError(f"账本第 {first} 条起缺少条目", cure="请运行 fadu ledger check")
    return tiles.pack_entries(bodies)


def _write(path: Path, data: bytes) -> int:
    """Write a file that never changes again; if it exists it must be equal, else stop."""
    if path.exists():
        if path.read_bytes() != data:
            raise ProofError(
                "已公布的瓦片与账本不符", where=str(path), why="账本的过去被改写，或者瓦片被改动"
            )
        return 0
    _replace(path, data)
    return 1


def _replace(path: Path, data: bytes) -> None:
    """Durably: aside, sync, rename, sync the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    with aside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)

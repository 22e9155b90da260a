"""What of the log everybody may see: checkpoints, hash tiles, public keys, and the proof that a hash is in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fadu.city.ledger import identity, queries, timestamping
from fadu.city.ledger.models import Checkpoint, Cosignature, Log, TimeStamp
from fadu.city.ledger.store import NodeStore
from fadu.core.log import receipt, tiles


def recent_checkpoints(log: Log = Log.MAIN, *, limit: int = 10) -> list[tuple[Checkpoint, list[Cosignature]]]:
    """The newest checkpoints, each with the cosignatures it has."""
    rows = list(Checkpoint.objects.filter(log=log).order_by("-size")[:limit])
    return [(row, list(queries.cosignatures(row))) for row in rows]


def checkpoints(log: Log = Log.MAIN) -> Iterator[Checkpoint]:
    """Every signed checkpoint of a log, the smallest first."""
    return Checkpoint.objects.filter(log=log).order_by("size").iterator(chunk_size=500)


def newest_stamp() -> TimeStamp | None:
    """The newest time-stamp of the main log."""
    return timestamping.newest()


def stamp_response(size: int) -> bytes | None:
    """The time-stamping authority's answer over the checkpoint of that size, for anybody to verify."""
    return timestamping.response_of(size)


def stamped_checkpoint(size: int) -> bytes | None:
    """A checkpoint as the log signed it, which is what was stamped; None if there is none of that size."""
    found = Checkpoint.objects.filter(log=Log.MAIN, size=size).first()
    return None if found is None else timestamping.stamped_bytes(found)


def checkpoint_of(size: int, log: Log = Log.MAIN) -> Checkpoint:
    """The signed checkpoint of that size."""
    return Checkpoint.objects.get(log=log, size=size)


def tile(path: str) -> bytes | None:
    """A hash tile of the main log that a published checkpoint covers; None for one that there is not.

    Entry bundles hold what leaves say and are not for everybody: their paths are refused as unknown.
    """
    asked = tiles.parse_path(path)
    newest = queries.newest_checkpoint()
    if asked.level is None or newest is None:
        return None
    finished = newest.size >> tiles.HEIGHT * asked.level
    if asked.number * tiles.WIDTH + asked.width > finished:
        return None
    return tiles.read_tile(asked, NodeStore(Log.MAIN))


@dataclass(frozen=True)
class PublicKeys:
    """What a reader pins: the name of the log, its suite, and the printed keys."""

    origin: str
    suite: str
    log: str
    promise: str
    witnesses: tuple[str, ...]


def public_keys() -> PublicKeys:
    """The printed public keys of this log."""
    return PublicKeys(
        identity.origin(),
        identity.suite().name,
        identity.log_signer().key.vkey,
        identity.promise_signer().key.vkey,
        tuple(key.vkey for key in identity.witness_keys()),
    )


def proof_json(leaf: bytes) -> dict[str, Any]:
    """The proof as a file of its own (``receipt.PROOF_FORMAT``) with the public keys; no body, no case, no promise."""
    found = queries.proof(leaf)
    return receipt.Proof(
        suite=identity.suite().name,
        origin=identity.origin(),
        log_key=identity.log_signer().key.vkey,
        witnesses=[key.vkey for key in identity.witness_keys()],
        leaf=leaf,
        text=queries.proof_text(leaf),
        stamp=timestamping.response_of(found[2].size) if found else None,
    ).as_json()

"""The log of reads and refusals is restored like the log of acts: out of its own mirror, bound to the roots in the main log.

Nobody witnesses this log by itself; what the main log says of it day by day (``daily``) is what its mirror must agree with.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fadu.city.ledger import identity
from fadu.city.ledger.models import AccessEntry, Checkpoint, Log, LogIndex, LogState, Node, Pending
from fadu.city.ledger.recovered_rows import BATCH, Names
from fadu.city.ledger.sequencer import locked_state
from fadu.city.ledger.store import NodeStore
from fadu.core.errors import InputError
from fadu.core.log import record, tree
from fadu.core.log.checkpoint import open_checkpoint
from fadu.core.log.errors import ProofError


@dataclass(frozen=True)
class AccessPlan:
    """What comes back into the access log: from which size to which, the entries in order, the mirror's checkpoint."""

    since: int
    size: int
    bodies: list[bytes] = field(repr=False)
    signed: str = field(repr=False)


def demand_roots(bodies: Iterable[bytes], covers: Sequence[dict[str, Any]]) -> None:
    """Each root of this log that a leaf of the main log holds must be that of the mirror's entries at that size."""
    wanted = {one["count"]: one["root"] for one in covers}
    suite, store = identity.suite(), tree.MemoryStore()
    for size, body in enumerate(bodies, 1):
        store.extend(tree.append_hashes(suite, size - 1, store, [suite.leaf(body)]))
        if size in wanted and tree.tree_hash(suite, size, store).hex() != wanted[size]:
            raise ProofError(
                f"查阅账本镜像的前 {size} 条与主账本所记的根不同",
                why="镜像是另一段历史",
                cure="停止运行，保留现场，由监督机关查明",
            )


def write(found: AccessPlan, *, candidates: Iterable[str], at: datetime) -> None:
    """Put the entries behind what is there; what waits for its number and is among them gets it."""
    state = locked_state(Log.ACCESS)
    if state.size != found.since:
        raise InputError(f"查阅账本在核对之后变成了 {state.size} 条", cure="请停止其他进程后重新运行")
    suite, names = identity.suite(), Names(candidates)
    leaves = [suite.leaf(body) for body in found.bodies]
    here = _present(leaves)
    rows = [
        _entry(leaf, body, names) for leaf, body in zip(leaves, found.bodies, strict=True) if leaf not in here
    ]
    AccessEntry.objects.bulk_create(rows, batch_size=BATCH)
    LogIndex.objects.bulk_create(
        [LogIndex(log=Log.ACCESS, idx=state.size + place, hash=leaf) for place, leaf in enumerate(leaves)],
        batch_size=BATCH,
    )
    added = tree.append_hashes(suite, state.size, NodeStore(Log.ACCESS), leaves)
    first = tree.stored_count(state.size)
    Node.objects.bulk_create(
        [Node(log=Log.ACCESS, pos=first + place, hash=value) for place, value in enumerate(added)],
        batch_size=BATCH,
    )
    Pending.objects.filter(log=Log.ACCESS, hash__in=list(here)).delete()
    LogState.objects.filter(pk=Log.ACCESS).update(size=found.size)
    _write_checkpoint(found, at)


def _present(leaves: Sequence[bytes]) -> set[bytes]:
    found: set[bytes] = set()
    for start in range(0, len(leaves), BATCH):
        part = AccessEntry.objects.filter(hash__in=leaves[start : start + BATCH])
        found |= {bytes(leaf) for leaf in part.values_list("hash", flat=True)}
    return found


def _entry(leaf: bytes, body: bytes, names: Names) -> AccessEntry:
    said = record.read(body)
    case_ref = names.of(bytes.fromhex(said["case"])) if said["case"] else ""
    return AccessEntry(hash=leaf, case_ref=case_ref, at=record.from_moment(said["at"]), body=body)


def _write_checkpoint(found: AccessPlan, at: datetime) -> None:
    key = identity.log_signer(Log.ACCESS).key
    signed, opened = open_checkpoint(found.signed, key)
    if signed.size != found.size or (
        tree.tree_hash(identity.suite(), found.size, NodeStore(Log.ACCESS)) != signed.root
    ):
        raise ProofError("恢复后的查阅账本与镜像的检查点不符", cure="没有改变任何内容；请重新同步镜像")
    own = opened.signed_by(key)
    if own is None:
        raise ProofError("查阅账本的检查点没有账本自己的签名")
    Checkpoint.objects.create(log=Log.ACCESS, size=found.size, note=f"{opened.text}\n{own.line}", at=at)

"""The rows of a recovery: which case a leaf belongs to, the leaves back in their places, heads and heads files with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from fadu.city.ledger import identity, signers, vault
from fadu.city.ledger.check_cases import HEADS_CASE
from fadu.city.ledger.models import (
    CaseHead,
    CaseKey,
    Checkpoint,
    Cosignature,
    HeadsFile,
    Leaf,
    Log,
    LogIndex,
    LogState,
    Node,
    Opening,
    Pending,
)
from fadu.city.ledger.sequencer import locked_state
from fadu.city.ledger.store import NodeStore
from fadu.core.log import heads, record, tree
from fadu.core.log.checkpoint import open_checkpoint
from fadu.core.log.errors import ProofError
from fadu.core.log.record import Head

BATCH = 500


class Names:
    """Case names by their keyed tags: those that this database knows, and candidates; an unknown tag names itself."""

    def __init__(self, candidates: Iterable[str]) -> None:
        known = CaseHead.objects.values_list("case_ref", flat=True)
        self._by_tag = {identity.case_tag(name): name for name in (*candidates, *known)}

    def of(self, tag: bytes) -> str:
        """The name of the case with this tag."""
        return self._by_tag.get(tag) or f"{identity.LOST}{tag.hex()}"


@dataclass(frozen=True)
class Row:
    """One leaf of the mirror in its place; a blinded one has the random name that such rows have."""

    index: int
    hash: bytes
    case_ref: str
    seq: int
    prev: bytes
    body: bytes

    @property
    def blinded(self) -> bool:
        """Whether it belongs to a sealed matter that only its lost opening could tell."""
        return self.case_ref.startswith("sealed:")


def conflicts(rows: Sequence[Row]) -> list[str]:
    """Places that this database has filled with other leaves since it was restored."""
    found = []
    for row in rows:
        other = Leaf.objects.filter(case_ref=row.case_ref, seq=row.seq).exclude(pk=row.hash).first()
        if other is not None and not row.blinded:
            found.append(f"案件 {row.case_ref} 第 {row.seq} 项")
    return found


def write(rows: Sequence[Row], *, signed: str, at: datetime) -> None:
    """Put the rows behind what is there, with index, tree, heads and checkpoint; `ProofError` if the root is not it."""
    state, here = locked_state(Log.MAIN), present(rows)
    Leaf.objects.bulk_create(
        [
            Leaf(hash=row.hash, case_ref=row.case_ref, seq=row.seq, prev=row.prev, body=row.body)
            for row in rows
            if row.hash not in here
        ],
        batch_size=BATCH,
    )
    LogIndex.objects.bulk_create(
        [LogIndex(log=Log.MAIN, idx=row.index, hash=row.hash) for row in rows], batch_size=BATCH
    )
    added = tree.append_hashes(identity.suite(), state.size, NodeStore(Log.MAIN), [row.hash for row in rows])
    first = tree.stored_count(state.size)
    Node.objects.bulk_create(
        [Node(log=Log.MAIN, pos=first + place, hash=value) for place, value in enumerate(added)],
        batch_size=BATCH,
    )
    Pending.objects.filter(log=Log.MAIN, hash__in=list(here)).delete()
    size = state.size + len(rows)
    LogState.objects.filter(pk=Log.MAIN).update(size=size)
    _write_heads(rows)
    _write_checkpoint(size, signed, at)


def present(rows: Sequence[Row]) -> set[bytes]:
    """The leaves that this database has all the same: committed before the backup, numbered after it."""
    wanted, found = [row.hash for row in rows], set()
    for start in range(0, len(wanted), BATCH):
        part = Leaf.objects.filter(pk__in=wanted[start : start + BATCH])
        found |= {bytes(leaf) for leaf in part.values_list("hash", flat=True)}
    return found


def _write_heads(rows: Sequence[Row]) -> None:
    last = {row.case_ref: row for row in rows if not row.blinded}
    for case_ref, row in sorted(last.items()):
        head = CaseHead.objects.select_for_update().filter(pk=case_ref).first()
        if head is None:
            CaseHead.objects.create(case_ref=case_ref, seq=row.seq, hash=row.hash)
        elif head.seq < row.seq:
            CaseHead.objects.filter(pk=case_ref).update(seq=row.seq, hash=row.hash)
        if not CaseKey.objects.filter(pk=case_ref).exists():
            key = vault.new_key(case_ref)
            CaseKey.objects.create(case_ref=case_ref, kek=vault.kek_name(), wrapped=vault.wrap(key))


def _write_checkpoint(size: int, signed: str, at: datetime) -> None:
    """The mirror's checkpoint as ours again, if the tree that stands now is the one it was signed over."""
    key, witnesses = identity.log_signer().key, identity.witness_keys()
    found, opened = open_checkpoint(signed, key, others=witnesses, primitives=signers.FAST)
    if found.size != size or tree.tree_hash(identity.suite(), size, NodeStore(Log.MAIN)) != found.root:
        raise ProofError("恢复后的根与镜像的检查点不符", cure="没有改变任何内容；请重新同步镜像")
    own = opened.signed_by(key)
    if own is None:
        raise ProofError("检查点没有账本自己的签名")
    Checkpoint.objects.create(log=Log.MAIN, size=size, note=f"{opened.text}\n{own.line}", at=at)
    for one in opened.verified:
        if one is not own:
            Cosignature.objects.create(log=Log.MAIN, size=size, witness=one.name, line=one.line, at=at)


def rebuild_heads(rows: Sequence[Row], *, zone_of: datetime) -> list[str]:
    """The heads files of the recovered days, where they can be made again to the root in their leaf; what cannot."""
    lost = []
    for row in rows:
        if row.case_ref != HEADS_CASE or HeadsFile.objects.filter(leaf=row.hash).exists():
            continue
        said = record.read(row.body)
        day = record.from_moment(said["recorded_at"]).astimezone(zone_of.tzinfo).date()
        body = heads.format_heads(_heads_before(row.index))
        covers = heads.covers(identity.suite(), body)
        made = {"kind": covers.kind, "count": covers.count, "root": covers.root.hex()}
        if made in said["covers"] and not HeadsFile.objects.filter(day=day).exists():
            HeadsFile.objects.create(day=day, leaf=row.hash, body=body)
        else:
            lost.append(f"{day} 的案件末端清单：不能由痕迹重新推算，未能恢复")
    return lost


def _heads_before(index: int) -> list[tuple[bytes, Head]]:
    """Every case's head as of the entry before ``index``; of sealed matters the one there is."""
    found: dict[str, Head] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.case_ref, l.seq, l.hash FROM ledger_logindex i JOIN ledger_leaf l ON l.hash = i.hash"
            " WHERE i.log = %s AND i.idx < %s ORDER BY i.idx",
            [Log.MAIN.value, index],
        )
        for case_ref, seq, leaf in cursor.fetchall():
            if not case_ref.startswith("sealed:"):
                found[case_ref] = Head(seq, bytes(leaf))
    sealed = Opening.objects.exclude(sealed_case=None).values("sealed_case")
    for one in CaseHead.objects.filter(pk__in=sealed):
        found[one.case_ref] = Head(one.seq, bytes(one.hash))
    return [(identity.case_tag(case_ref), head) for case_ref, head in found.items()]

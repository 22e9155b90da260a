"""Recovery of a log whose database was restored from an older backup: what its mirror holds is put back, leaf by leaf.

The mirror's entry bundles are a second copy of every trace, so the log can go on under its own name: same leaves, same
indexes, nothing issued twice. What a trace only commits to (values, files, the rows of the case) is not in it and is
lost with the database; everything lost is named, here and in the leaf that records the recovery. If the witness has
seen more than the mirror holds, the log must not go on, because nobody can tell what stood there.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from fadu.city.ledger import identity, recovered_rows, recovering_access, witnessing
from fadu.city.ledger.acts import Appended, Official, append
from fadu.city.ledger.check_cases import HEADS_CASE
from fadu.city.ledger.daily import ACCESS_CASE, ACCESS_KIND
from fadu.city.ledger.models import Log, LogState
from fadu.city.ledger.recovered_rows import Names, Row
from fadu.city.ledger.recovering_access import AccessPlan
from fadu.city.ledger.sequencer import single_writer
from fadu.city.ledger.store import NodeStore
from fadu.core.errors import InputError, Refusal, Refused
from fadu.core.log import record, tiles, tree
from fadu.core.log.checkpoint import Checkpoint as Signed
from fadu.core.log.errors import ProofError
from fadu.core.log.mirror import verify_mirror

RECOVERY_CASE, STEP = "ledger/recovery", "ledger.recover"
FIXED = (HEADS_CASE, ACCESS_CASE, RECOVERY_CASE)


@dataclass(frozen=True)
class Entry:
    """A leaf to be put back, as far as it tells by itself; empty where it was blinded (保密事项).

    ``content``: whether this database has what was recorded with it (committed before the backup, numbered after).
    """

    index: int
    leaf: str
    case_ref: str
    seq: int
    step: str
    organ: str
    occurred_at: str
    recorded_at: str
    content: bool

    def __str__(self) -> str:
        if not self.step:
            return f"账本第 {self.index} 条：保密事项的痕迹，属于哪一件无法得知"
        return (
            f"账本第 {self.index} 条：案件 {self.case_ref} 第 {self.seq} 项 {self.step}，"
            f"机关 {self.organ or '—'}，发生 {self.occurred_at[:19].replace('T', ' ')}（世界协调时）"
        )


@dataclass
class Plan:
    """What a recovery would do: from which size to which, the leaves that come back, and what does not come back."""

    since: int
    size: int
    witnessed: int
    entries: list[Entry] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list, repr=False)
    lost: list[str] = field(default_factory=list)
    signed: str = ""
    access: AccessPlan | None = None
    candidates: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The plan as data."""
        return {
            "since": self.since,
            "size": self.size,
            "witnessed": self.witnessed,
            "entries": [asdict(one) for one in self.entries],
            "access": {"since": self.access.since, "size": self.access.size} if self.access else None,
            "lost": self.lost,
        }


def plan(
    mirror: Path, entries: Path, *, candidates: Iterable[str] = (), access: tuple[Path, Path] | None = None
) -> Plan:
    """Compare this database with a mirror and its entry bundles; nothing is changed.

    ``candidates`` are case names that a leaf may belong to beside those this database knows. Refuses a mirror that is
    not whole, not ours, not longer, or does not begin with what we hold; and one that is shorter than the witness's.
    ``access`` is the mirror of the access log and its entry bundles, where there is one.
    """
    signed = verify_mirror(
        mirror, entries, identity.log_signer().key, identity.suite(), others=identity.witness_keys()
    )
    since = LogState.objects.filter(pk=Log.MAIN).values_list("size", flat=True).first() or 0
    seen = witnessing.newest_witnessed()
    _demand_beginning(mirror, since, signed, Log.MAIN)
    if seen is not None:
        _demand_whole(signed, seen, entries)
    found = Plan(since, signed.size, seen.size if seen else 0, signed=(mirror / "checkpoint").read_text())
    found.candidates = (*FIXED, *candidates)
    known = Names(found.candidates)
    found.rows = [_row(index, body, known) for index, body in _bodies(entries, since, signed.size)]
    here = recovered_rows.present(found.rows)
    found.entries = [_entry(row, content=row.hash in here) for row in found.rows]
    if access is not None:
        found.access = _access_plan(*access, found.rows)
    found.lost = [*_losses(found)]
    return found


def _access_plan(mirror: Path, entries: Path, rows: list[Row]) -> AccessPlan | None:
    """The access log as its mirror has it; None where that is no longer than ours."""
    signed = verify_mirror(mirror, entries, identity.log_signer(Log.ACCESS).key, identity.suite())
    since = LogState.objects.filter(pk=Log.ACCESS).values_list("size", flat=True).first() or 0
    covers = [one for row in rows for one in _covers(row.body, ACCESS_KIND)]
    recovering_access.demand_roots((body for _, body in _bodies(entries, 0, signed.size)), covers)
    if signed.size <= since:
        return None
    _demand_beginning(mirror, since, signed, Log.ACCESS)
    bodies = [body for _, body in _bodies(entries, since, signed.size)]
    return AccessPlan(since, signed.size, bodies, (mirror / "checkpoint").read_text())


def _demand_beginning(mirror: Path, since: int, signed: Signed, log: Log) -> None:
    """What we hold must be the beginning of the mirror; else the first difference is named."""
    if signed.size <= since:
        raise InputError(
            f"镜像只有 {signed.size} 条，本地账本有 {since} 条：没有需要恢复的",
            cure="请核对是否用错了镜像目录",
        )
    store = NodeStore(log)
    for tile in tiles.tiles_of(signed.size):
        first = tile.number * tiles.WIDTH
        if tile.level != 0 or first >= since:
            continue
        kept = tiles.split_tile((mirror / tile.path).read_bytes(), tile.width)[: since - first]
        ours = store.read([tree.stored_index(0, first + place) for place in range(len(kept))])
        for place, (theirs, mine) in enumerate(zip(kept, ours, strict=True)):
            if theirs != mine:
                raise ProofError(
                    f"本地账本第 {first + place} 条与镜像不同",
                    why="本地账本不是镜像的旧备份，而是另一段历史；恢复不能掩盖分叉",
                    cure="停止运行，保留现场，由监督机关查明",
                )


def _demand_whole(signed: Signed, seen: Signed, entries: Path) -> None:
    """The mirror must hold all that the witness has seen, and the same."""
    if signed.size < seen.size:
        raise ProofError(
            f"见证方见过 {seen.size} 条，镜像只到 {signed.size} 条：第 {signed.size} 至 {seen.size - 1} 条没有副本",
            why="这些痕迹无从恢复；以现有内容继续签发，就是另造一段历史",
            cure="请找更新的镜像；确无副本的，本账本到此为止，由监督机关公布缺失的范围后以新的账本名称另行开始",
        )
    suite, store = identity.suite(), tree.MemoryStore()
    bodies = itertools.islice(_bodies(entries, 0, signed.size), seen.size)
    store.extend(tree.append_hashes(suite, 0, store, (suite.leaf(body) for _, body in bodies)))
    if tree.tree_hash(suite, seen.size, store) != seen.root:
        raise ProofError(
            f"镜像的前 {seen.size} 条与见证方所见的不同",
            why="镜像是另一段历史",
            cure="停止运行，保留现场，由监督机关查明",
        )


def _bodies(entries: Path, since: int, size: int) -> Iterator[tuple[int, bytes]]:
    """The entries from ``since`` on, with their numbers, out of the bundles of a mirror of ``size``."""
    for tile in tiles.entry_tiles_of(size, since // tiles.WIDTH * tiles.WIDTH):
        bodies = tiles.unpack_entries((entries / tile.path).read_bytes(), tile.width)
        for index, body in enumerate(bodies, tile.number * tiles.WIDTH):
            if index >= since:
                yield index, body


def _row(index: int, body: bytes, known: Names) -> Row:
    said, leaf = record.read(body), identity.suite().leaf(body)
    if said["v"] == record.BLINDED:
        return Row(index, leaf, f"sealed:{os.urandom(16).hex()}", 1, b"", body)
    case_ref = known.of(bytes.fromhex(said["case"]))
    return Row(index, leaf, case_ref, said["seq"], bytes.fromhex(said["prev"]), body)


def _entry(row: Row, *, content: bool) -> Entry:
    said = {} if row.blinded else record.read(row.body)
    return Entry(
        index=row.index,
        leaf=row.hash.hex(),
        case_ref="" if row.blinded else row.case_ref,
        seq=0 if row.blinded else row.seq,
        step=said.get("step", ""),
        organ=said.get("organ", ""),
        occurred_at=said.get("occurred_at", ""),
        recorded_at=said.get("recorded_at", ""),
        content=content,
    )


def _losses(found: Plan) -> Iterator[str]:
    """What the mirror cannot give back, in sentences."""
    for one in found.entries:
        if not one.content:
            yield f"{one}。痕迹已恢复，填写的内容、材料和文书未能恢复"
    access = LogState.objects.filter(pk=Log.ACCESS).values_list("size", flat=True).first() or 0
    access = max(access, found.access.size if found.access else 0)
    proved = max((one["count"] for row in found.rows for one in _covers(row.body, ACCESS_KIND)), default=0)
    if proved > access:
        yield f"查阅账本：主账本证明至少有 {proved} 条，本地和镜像只有 {access} 条，其间的查阅和拒绝记录未能恢复"


def _covers(body: bytes, kind: str) -> list[dict[str, Any]]:
    return [one for one in record.read(body).get("covers", ()) if one["kind"] == kind]


def recover(
    found: Plan, *, by: Official, together: Official, reason: str, at: datetime
) -> tuple[Appended, list[str]]:
    """Write the missing leaves back and record it, in one transaction; the leaf of it, and what is lost.

    Two different persons stand for it. Refused if this database has gone on by itself since it was restored.
    """
    if by.person == together.person:
        raise Refused(Refusal("two_persons", "恢复账本须由两人共同办理", cure="请由另一名有权人员会同办理"))
    if not reason.strip():
        raise Refused(Refusal("no_reason", "恢复账本须写明原因", cure="请写明何时因何恢复了旧备份"))
    with single_writer(), transaction.atomic():
        now = LogState.objects.filter(pk=Log.MAIN).values_list("size", flat=True).first() or 0
        if now != found.since:
            raise InputError(f"账本在核对之后变成了 {now} 条", cure="请停止其他进程后重新运行")
        if taken := recovered_rows.conflicts(found.rows):
            raise ProofError(
                f"本地在恢复旧备份之后又有办理，占了缺失痕迹的位置：{'、'.join(taken[:10])}",
                why="两条痕迹不能有同一个位置",
                cure="请先把数据库重新恢复到备份的状态（其后的办理另行补录），再运行本命令",
            )
        recovered_rows.write(found.rows, signed=found.signed, at=at)
        if found.access is not None:
            recovering_access.write(found.access, candidates=found.candidates, at=at)
        lost = [*found.lost, *recovered_rows.rebuild_heads(found.rows, zone_of=at)]
        leaf = append(
            case_ref=RECOVERY_CASE,
            step=STEP,
            performers=[by, together],
            recorder=by,
            organ="",
            occurred_at=at,
            recorded_at=at,
            fields={"since": found.since, "size": found.size, "reason": reason.strip(), "lost": lost},
        )
    return leaf, lost

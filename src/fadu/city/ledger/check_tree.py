"""Check L1: every entry against its index, its hash and the tree; the tree against every checkpoint ever signed.

Entries are read in blocks in the order of the log; memory does not grow with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.db import connection

from fadu.city.ledger import identity, signers
from fadu.city.ledger.check_blocks import BLOCK, Block, check_blocks, whose
from fadu.city.ledger.findings import Finding, Report
from fadu.city.ledger.models import Checkpoint, Cosignature, Log, LogState
from fadu.core.log import tiles, tree
from fadu.core.log.checkpoint import Checkpoint as Signed
from fadu.core.log.checkpoint import open_checkpoint
from fadu.core.log.errors import LogError
from fadu.core.log.suites import Suite

_CHUNK = 4096


def stream(query: str, parameters: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """Rows of one statement (one snapshot), in chunks, on both databases."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, parameters)
        while rows := cursor.fetchmany(_CHUNK):
            yield from rows


def check_tree(report: Report, log: Log, *, others: Iterable[str] = (), mirror: Path | None = None) -> None:
    """Re-derive the tree of a log and compare it with what is stored, signed, cosigned and mirrored elsewhere.

    ``others``: checkpoint notes kept elsewhere (witness, mirror, receipts). ``mirror``: a folder of exported tiles.
    """
    # Checkpoints are read before the size, so that what is published meanwhile cannot look like a cut tail.
    signed = _signed(report, log, others)
    state = LogState.objects.filter(pk=log).first()
    if state is None and not signed:
        return
    size = state.size if state else 0
    walk = _Walk(report, log, signed, mirror)
    walk.run(size)
    _check_beyond(report, log)
    for beyond in sorted(walk.signed):
        sentence = f"签名检查点有 {beyond} 条，本地账本只有 {size} 条：尾部被截去或者恢复了旧备份"
        report.add(Finding("behind", sentence, index=size))


def _check_beyond(report: Report, log: Log) -> None:
    """Entries with an index beyond the size of the log (one statement, so a running sequencer does not disturb)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.idx, i.hash, l.case_ref, l.seq FROM ledger_logindex i LEFT JOIN ledger_leaf l ON l.hash = i.hash"
            " WHERE i.log = %s AND i.idx >= COALESCE((SELECT s.size FROM ledger_logstate s WHERE s.log = i.log), 0)"
            " ORDER BY i.idx LIMIT 20",
            [log.value],
        )
        for idx, named, case_ref, seq in cursor.fetchall():
            sentence = "编号超出账本的条数：绕过编号插入"
            report.add(Finding("inserted", sentence, idx, case_ref or "", seq, bytes(named).hex()))


def _signed(report: Report, log: Log, others: Iterable[str]) -> dict[int, list[Signed]]:
    """Every checkpoint that our key signed, by size; a bad signature is a finding."""
    key = identity.log_signer(log).key
    found: dict[int, list[Signed]] = {}
    stored = list(Checkpoint.objects.filter(log=log).order_by("size").values_list("size", "note"))
    report.checkpoints = len(stored)
    for size, text in [*stored, *((None, other) for other in others)]:
        try:
            one, _ = open_checkpoint(text, key, primitives=signers.FAST)
        except LogError as error:
            report.add(Finding("checkpoint_signature", f"检查点无效：{error}", index=size))
            continue
        if size is not None and one.size != size:
            report.add(Finding("checkpoint_signature", f"检查点写的是 {one.size} 条", index=size))
        if one not in found.setdefault(one.size, []):
            found[one.size].append(one)
    _check_cosignatures(report, log)
    return found


def _check_cosignatures(report: Report, log: Log) -> None:
    """Every stored cosignature by a key we know must hold over its checkpoint."""
    notes = dict(Checkpoint.objects.filter(log=log).values_list("size", "note"))
    for one in Cosignature.objects.filter(log=log):
        try:
            open_checkpoint(
                notes.get(one.size, "") + one.line,
                identity.log_signer(log).key,
                others=identity.witness_keys(),
                primitives=signers.FAST,
            )
        except LogError as error:
            report.add(Finding("cosignature", f"见证方 {one.witness} 的签名无效：{error}", index=one.size))


class _Walk:
    """One walk over the blocks of the log: their subtrees joined, roots compared wherever one was signed."""

    def __init__(
        self, report: Report, log: Log, signed: dict[int, list[Signed]], mirror: Path | None
    ) -> None:
        self.report, self.log, self.signed, self.mirror = report, log, signed, mirror
        self.suite: Suite = identity.suite()
        self.good = 0
        self._edge: list[bytes] = []

    def run(self, size: int) -> None:
        self._compare_root(0, [])
        for block in check_blocks(self.log, size, [end for end in self.signed if end]):
            self.report.leaves = block.start + block.count
            for finding in block.findings:
                self.report.add(finding)
            if block.broken:
                break
            for end in sorted(block.tops):
                self._compare_root(end, block.tops[end])
            self._join(block)
            self._compare_mirror(block.start, block.start + block.count)
        if self.report.leaves != size:
            sentence = f"账本记录为 {size} 条，连续的只有 {self.report.leaves} 条"
            self.report.add(Finding("size", sentence, index=self.report.leaves))

    def _join(self, block: Block) -> None:
        """Join a whole block with those before it; compare the hashes above blocks with the stored ones."""
        if block.count < BLOCK:
            return
        self._edge += block.tops[block.start + BLOCK]
        number, above = block.start // BLOCK, []
        while number & 1:
            right = self._edge.pop()
            self._edge[-1] = self.suite.node(self._edge[-1], right)
            above.append(self._edge[-1])
            number >>= 1
        last = tree.stored_count(block.start + BLOCK)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT hash FROM ledger_node WHERE log = %s AND pos >= %s AND pos < %s ORDER BY pos",
                [int(self.log), last - len(above), last],
            )
            if [bytes(value) for (value,) in cursor.fetchall()] != above:
                self.report.add(Finding("node", f"树中第 {block.start + BLOCK} 条之上的散列与条目不符"))

    def _compare_root(self, size: int, tops: Sequence[bytes]) -> None:
        signed = self.signed.pop(size, [])
        if not signed:
            return
        subtrees = [*self._edge, *tops]
        root = subtrees[-1] if subtrees else self.suite.empty()
        for left in reversed(subtrees[:-1]):
            root = self.suite.node(left, root)
        wrong = [one for one in signed if one.root != root]
        if not wrong:
            self.good = size
        elif len(signed) > 1:
            sentence = f"对 {size} 条签发过 {len(signed)} 个不同的检查点：账本分叉"
            self.report.add(Finding("fork", sentence, index=size))
        else:
            sentence = (
                f"算出的根与 {size} 条的签名检查点不符：第 {self.good} 至 {size - 1} 条之间有条目被改动"
            )
            self.report.add(Finding("checkpoint_root", sentence, index=self.good))

    def _compare_mirror(self, start: int, end: int) -> None:
        """Compare entries with mirrored tiles of level 0; names the exact leaf of a remade tree."""
        if self.mirror is None:
            return
        for tile in tiles.tiles_of(end, start):
            path = self.mirror / tile.path
            if tile.level != 0 or not path.exists():
                continue
            first = tile.number * tiles.WIDTH
            kept = tiles.split_tile(path.read_bytes(), tile.width)
            rows = stream(
                "SELECT idx, hash FROM ledger_logindex WHERE log = %s AND idx >= %s AND idx < %s ORDER BY idx",
                [int(self.log), first, first + tile.width],
            )
            for idx, named in rows:
                if bytes(named) != kept[idx - first]:
                    sentence = "条目与镜像瓦片中的不同：整个账本被重做过"
                    found = whose(self.log, bytes(named))
                    self.report.add(Finding("rewritten", sentence, idx, *found, bytes(named).hex()))

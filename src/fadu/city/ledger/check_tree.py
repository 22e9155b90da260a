"""Check L1: every entry against its index, its hash and the tree; the tree against every checkpoint ever signed.

One stream over the entries in the order of the log; memory does not grow with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.db import connection

from fadu.city.ledger import identity, signers
from fadu.city.ledger.findings import Finding, Report
from fadu.city.ledger.models import Checkpoint, Cosignature, Log, LogState
from fadu.core.log import tiles
from fadu.core.log.checkpoint import Checkpoint as Signed
from fadu.core.log.checkpoint import open_checkpoint
from fadu.core.log.errors import LogError
from fadu.core.log.suites import Suite

_CHUNK = 4096
_ENTRIES = {
    Log.MAIN: "SELECT i.idx, i.hash, l.body, l.case_ref, l.seq FROM ledger_logindex i"
    " LEFT JOIN ledger_leaf l ON l.hash = i.hash WHERE i.log = 1 AND i.idx < %s ORDER BY i.idx",
    Log.ACCESS: "SELECT i.idx, i.hash, e.body, e.case_ref, 0 FROM ledger_logindex i"
    " LEFT JOIN ledger_accessentry e ON e.hash = i.hash WHERE i.log = 2 AND i.idx < %s ORDER BY i.idx",
}


def stream(query: str, parameters: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """Rows of one statement (one snapshot) in chunks, on both databases."""
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
    walk = _Walk(report, log, size, signed, mirror)
    walk.run()
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
    """One walk over the log: entries and stored hashes side by side, roots compared wherever one was signed."""

    def __init__(
        self, report: Report, log: Log, size: int, signed: dict[int, list[Signed]], mirror: Path | None
    ) -> None:
        self.report, self.log, self.size, self.signed, self.mirror = report, log, size, signed, mirror
        self.suite: Suite = identity.suite()
        self.good = 0
        self._edge: list[bytes] = []
        self._nodes = stream("SELECT pos, hash FROM ledger_node WHERE log = %s ORDER BY pos", [log.value])
        self._pos = 0
        self._node: tuple[int, bytes] | None = None

    def run(self) -> None:
        leaf_hash, compare_root = self.suite.leaf, self._compare_root
        index = 0
        compare_root(0)
        for idx, named, body, case_ref, seq in stream(_ENTRIES[self.log], [self.size]):
            if idx != index:
                self._gap(index, idx)
                return
            named = bytes(named)
            body = None if body is None else bytes(body)
            computed = named if body is None else leaf_hash(body)
            stored = self._next_node()
            if stored is None or body is None or not computed == named == stored:
                self._damage(idx, named, computed, stored, body is None, case_ref or "", seq)
            self._grow(index, computed)
            index += 1
            if index in self.signed:
                compare_root(index)
            if self.mirror is not None and index % tiles.WIDTH == 0:
                self._compare_mirror(index, tiles.WIDTH)
        self.report.leaves = index
        if self.mirror is not None and index % tiles.WIDTH:
            self._compare_mirror(index, index % tiles.WIDTH)
        if index != self.size:
            self.report.add(
                Finding("size", f"账本记录为 {self.size} 条，实有 {index} 条", index=min(index, self.size))
            )

    def _gap(self, index: int, idx: int) -> None:
        self.report.leaves = index
        self.report.add(Finding("deleted", f"编号从 {index} 跳到 {idx}：其间的条目被删去", index=index))

    def _next_node(self) -> bytes | None:
        """The stored hash at the next position, or None when it is missing."""
        node = self._node or next(self._nodes, None)
        if node is None or node[0] != self._pos:
            self._node = node
            self._pos += 1
            return None
        self._node = None
        self._pos += 1
        return bytes(node[1])

    def _grow(self, index: int, leaf: bytes) -> None:
        """Add an entry; compare each inner hash that it finishes with the stored one."""
        self._edge.append(leaf)
        node = self.suite.node
        while index & 1:
            right = self._edge.pop()
            self._edge[-1] = node(self._edge[-1], right)
            if self._next_node() != self._edge[-1]:
                self.report.add(Finding("node", f"树的第 {self._pos - 1} 号散列与条目不符"))
            index >>= 1

    def _damage(
        self,
        idx: int,
        named: bytes,
        computed: bytes,
        stored: bytes | None,
        gone: bool,
        case_ref: str,
        seq: int | None,
    ) -> None:
        """Say what happened to one entry, judged by which of body, index and tree agree."""
        if gone:
            code, sentence = "deleted", "条目被删去，树中只剩它的散列"
        elif computed != named:
            code, sentence = "changed", "条目的内容被改动，与当时的散列不符"
        elif stored is None:
            code, sentence = "inserted", "条目不在树中：绕过编号插入"
        elif self._elsewhere(stored, idx):
            code, sentence = "reordered", "此处原是另一条目：次序被调换"
        else:
            code, sentence = "replaced", "此处原是另一条目：条目被替换或者插入"
        self.report.add(Finding(code, sentence, idx, case_ref, seq, named.hex()))

    def _elsewhere(self, leaf: bytes, idx: int) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM ledger_logindex WHERE log = %s AND hash = %s AND idx <> %s",
                [self.log.value, leaf, idx],
            )
            return cursor.fetchone() is not None

    def _compare_root(self, size: int) -> None:
        signed = self.signed.pop(size, [])
        if not signed:
            return
        root = self._edge[-1] if self._edge else self.suite.empty()
        for left in reversed(self._edge[:-1]):
            root = self.suite.node(left, root)
        wrong = [one for one in signed if one.root != root]
        if not wrong:
            self.good = size
        elif len(signed) > 1:
            self.report.add(
                Finding("fork", f"对 {size} 条签发过 {len(signed)} 个不同的检查点：账本分叉", index=size)
            )
        else:
            sentence = (
                f"算出的根与 {size} 条的签名检查点不符：第 {self.good} 至 {size - 1} 条之间有条目被改动"
            )
            self.report.add(Finding("checkpoint_root", sentence, index=self.good))

    def _compare_mirror(self, size: int, width: int) -> None:
        """Compare the entries just read with a mirrored tile of level 0; names the exact leaf of a remade tree."""
        if self.mirror is None:
            return
        path = self.mirror / tiles.Tile(0, (size - 1) // tiles.WIDTH, width).path
        if not path.exists():
            return
        first = size - width
        kept = tiles.split_tile(path.read_bytes(), width)
        rows = stream(
            "SELECT i.idx, i.hash, l.case_ref, l.seq FROM ledger_logindex i LEFT JOIN ledger_leaf l ON l.hash = i.hash"
            " WHERE i.log = %s AND i.idx >= %s AND i.idx < %s ORDER BY i.idx",
            [self.log.value, first, size],
        )
        for idx, named, case_ref, seq in rows:
            if bytes(named) != kept[idx - first]:
                sentence = "条目与镜像瓦片中的不同：整个账本被重做过"
                self.report.add(Finding("rewritten", sentence, idx, case_ref or "", seq, bytes(named).hex()))

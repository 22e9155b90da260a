"""Checks L2 and L3: the form of every leaf, the chain of every case, the heads, and the heads kept day by day."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from fadu.city.ledger import identity, vault
from fadu.city.ledger.check_tree import stream
from fadu.city.ledger.findings import Finding, Report
from fadu.city.ledger.models import CaseKey, HeadsFile, Leaf
from fadu.core.log import commitment, heads, record
from fadu.core.log.errors import LogError
from fadu.core.log.record import Head

HEADS_CASE = "ledger/heads"
_LEAVES = """
SELECT l.case_ref, l.seq, l.hash, l.prev, l.body, i.idx, h.seq, h.hash,
       CASE WHEN i.idx IS NULL THEN (SELECT count(*) FROM ledger_pending p WHERE p.log = 1 AND p.hash = l.hash) END
  FROM ledger_leaf l
  LEFT JOIN ledger_logindex i ON i.log = 1 AND i.hash = l.hash
  LEFT JOIN ledger_casehead h ON h.case_ref = l.case_ref
 ORDER BY l.case_ref, l.seq
"""
_BARE_HEADS = """
SELECT h.case_ref, h.seq FROM ledger_casehead h
 WHERE NOT EXISTS (SELECT 1 FROM ledger_leaf l WHERE l.case_ref = h.case_ref)
   AND NOT EXISTS (SELECT 1 FROM ledger_opening o WHERE o.sealed_case = h.case_ref)
"""
_SEALED = """
SELECT o.sealed_case, o.hash, o.box, l.body, i.idx, h.seq, h.hash FROM ledger_opening o
  LEFT JOIN ledger_leaf l ON l.hash = o.hash
  LEFT JOIN ledger_logindex i ON i.log = 1 AND i.hash = o.hash
  LEFT JOIN ledger_casehead h ON h.case_ref = o.sealed_case
 WHERE o.sealed_case IS NOT NULL ORDER BY o.sealed_case
"""


def check_cases(report: Report, *, level: int) -> None:
    """Check every case: form of each leaf (level 2), its chain and head, and the newest heads file (level 3)."""
    newest = HeadsFile.objects.order_by("-day").first() if level >= 3 else None
    expected = _expected_heads(report, newest)
    for case_ref, rows in groupby(stream(_LEAVES, []), key=lambda row: row[0]):
        report.cases += 1
        if case_ref.startswith("sealed:"):
            _check_sealed_row(report, next(rows))
            continue
        _check_chain(
            report, case_ref, rows, expected.pop(identity.case_tag(case_ref), None) if expected else None
        )
    _check_sealed(report, expected)
    for case_ref, seq in stream(_BARE_HEADS, []):
        report.add(Finding("deleted", f"案件应有 {seq} 条痕迹，一条也没有", case_ref=case_ref, seq=1))
    for tag, head in expected.items():
        sentence = f"{newest.day if newest else ''} 的案件末端清单中有 {head.seq} 条痕迹的案件已不存在（案件标签 {tag.hex()[:16]}）"
        report.add(Finding("case_gone", sentence, leaf=head.hash.hex()))


def _expected_heads(report: Report, newest: HeadsFile | None) -> dict[bytes, Head]:
    """The heads of the newest day by tag, after checking every day's file against its leaf."""
    kept = {
        bytes(leaf): (day, bytes(body))
        for day, leaf, body in HeadsFile.objects.values_list("day", "leaf", "body")
    }
    for seq, leaf, body in Leaf.objects.filter(case_ref=HEADS_CASE).values_list("seq", "hash", "body"):
        if bytes(leaf) not in kept:
            report.add(_heads_finding("案件末端清单被删去", seq))
            continue
        day, content = kept.pop(bytes(leaf))
        covers = heads.covers(identity.suite(), content)
        wanted = {"kind": covers.kind, "count": covers.count, "root": covers.root.hex()}
        if wanted not in record.read(bytes(body))["covers"]:
            report.add(_heads_finding(f"{day} 的案件末端清单与痕迹中的根不符", seq))
    for day, _ in kept.values():
        report.add(_heads_finding(f"{day} 的案件末端清单没有痕迹", None))
    return heads.parse_heads(bytes(newest.body)) if newest else {}


def _heads_finding(sentence: str, seq: int | None) -> Finding:
    return Finding("heads_file", sentence, case_ref=HEADS_CASE, seq=seq)


def _check_chain(
    report: Report, case_ref: str, rows: Iterator[tuple[Any, ...]], kept: Head | None, *, sealed: bool = False
) -> None:
    """One case: numbers without gap, each leaf naming its predecessor, index rising, head and kept head matching.

    Numbered leaves were hashed with the tree (level 1), those that wait are hashed here.
    """
    tag, place, last_index = identity.case_tag(case_ref).hex(), Head(), -1
    head: Head | None = None
    for _, seq, leaf, prev, body, index, head_seq, head_hash, waiting in rows:
        head = None if head_seq is None else Head(head_seq, bytes(head_hash))
        leaf, where = bytes(leaf), (index, case_ref, seq, bytes(leaf).hex())
        if seq != place.seq + 1:
            report.add(
                Finding(
                    "deleted",
                    f"案内序号从 {place.seq} 跳到 {seq}：其间的痕迹被删去",
                    index,
                    case_ref,
                    place.seq + 1,
                )
            )
        elif bytes(prev) != place.hash:
            report.add(Finding("chain", "没有接在上一条痕迹之后：上一条被改动，或者这一条是插入的", *where))
        _check_form(report, where, bytes(body), tag, Head(seq, bytes(prev)))
        if index is None and not waiting:
            report.add(Finding("inserted", "痕迹既未编号也不在待编号之列：绕过平台插入", *where))
        if index is None and not sealed and identity.suite().leaf(bytes(body)) != leaf:
            report.add(Finding("changed", "待编号的痕迹被改动，与当时的散列不符", *where))
        if index is not None and index <= last_index:
            report.add(Finding("reordered", "在账本中排在本案上一条之前：次序被调换", *where))
        if kept is not None and kept.seq == seq and kept.hash != leaf:
            report.add(Finding("chain", "与每日案件末端清单中的散列不符", *where))
        place, last_index = Head(seq, leaf), last_index if index is None else index
    if head is None or head.seq != place.seq or head.hash != place.hash:
        _report_tail(report, case_ref, place, head)
    if kept is not None and place.seq < kept.seq:
        sentence = f"清单记载本案有 {kept.seq} 条痕迹，现只有 {place.seq} 条：尾部被截去"
        report.add(Finding("tail", sentence, case_ref=case_ref, seq=place.seq + 1, leaf=kept.hash.hex()))


def _report_tail(report: Report, case_ref: str, place: Head, head: Head | None) -> None:
    if head is None:
        report.add(Finding("head", "案件的末端记录被删去", case_ref=case_ref, seq=place.seq))
    elif head.seq > place.seq:
        sentence = f"末端记录为第 {head.seq} 项，痕迹只到第 {place.seq} 项：尾部被截去"
        report.add(Finding("tail", sentence, case_ref=case_ref, seq=place.seq + 1, leaf=head.hash.hex()))
    else:
        sentence = f"末端记录停在第 {head.seq} 项，痕迹有 {place.seq} 项：痕迹被插入或者改动"
        report.add(Finding("head", sentence, case_ref=case_ref, seq=place.seq, leaf=place.hash.hex()))


def _check_form(report: Report, where: tuple[Any, ...], body: bytes, tag: str, place: Head) -> None:
    """The body is well-formed and says the same case, number and predecessor as its row."""
    try:
        leaf = record.read(body)
    except LogError as error:
        report.add(Finding("form", f"痕迹的格式不对：{error}", *where))
        return
    said = (leaf.get("case"), leaf.get("seq"), leaf.get("prev"), leaf["log"])
    if said != (tag, place.seq, place.hash.hex(), identity.origin()):
        report.add(Finding("row", "痕迹的内容与其行的案件、序号或者前一条不符：行被挪动", *where))


def _check_sealed_row(report: Report, row: tuple[Any, ...]) -> None:
    _, _, leaf, _, body, index, _, _, waiting = row
    try:
        blinded = record.read(bytes(body))["v"] == record.BLINDED
    except LogError:
        blinded = False
    if not blinded:
        report.add(Finding("form", "保密事项的痕迹格式不对", index, leaf=bytes(leaf).hex()))
    if index is None and not waiting:
        report.add(Finding("inserted", "保密痕迹既未编号也不在待编号之列", index, leaf=bytes(leaf).hex()))
    if index is None and identity.suite().leaf(bytes(body)) != bytes(leaf):
        report.add(Finding("changed", "待编号的保密痕迹被改动", index, leaf=bytes(leaf).hex()))


def _check_sealed(report: Report, expected: dict[bytes, Head]) -> None:
    """The chains of sealed matters, through their openings, case by case."""
    for case_ref, rows in groupby(stream(_SEALED, []), key=lambda row: row[0]):
        stored = CaseKey.objects.get(pk=case_ref)
        try:
            key = vault.unwrap(case_ref, stored.kek, bytes(stored.wrapped))
            opened = sorted(_open_sealed(key, rows), key=lambda row: row[0])
        except LogError as error:
            report.add(Finding("opening", f"保密事项打不开：{error}", case_ref=case_ref))
            continue
        kept = expected.pop(identity.case_tag(case_ref), None) if expected else None
        _check_chain(report, case_ref, iter([(case_ref, *row) for row in opened]), kept, sealed=True)


def _open_sealed(key: vault.DataKey, rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """The rows of a sealed case in the shape of `_LEAVES`, with the bodies out of their boxes."""
    for case_ref, leaf, box, body, index, head_seq, head_hash in rows:
        blind = key.open(bytes(leaf), bytes(box)).blind
        if blind is None or body is None:
            raise LogError("保密痕迹或者它的内容缺失", where=case_ref)
        salt, inner = blind
        if commitment.blind(identity.suite(), salt, inner).hex() != record.read(bytes(body))["c"]:
            raise LogError("保密痕迹的内容与承诺不符", where=case_ref)
        said = record.read(inner)
        yield said["seq"], bytes(leaf), bytes.fromhex(said["prev"]), inner, index, head_seq, head_hash, 1

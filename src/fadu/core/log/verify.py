"""The verifier of receipts: standard library only, no network, no database; also handed out as one file.

    python -m fadu.core.log.verify receipt.json
    python fadu-verify.pyz receipt.json --log-key 'fadu.example/log+1234abcd+AX…'

Exit status: 0 proved, 1 wrong or a broken promise, 2 unreadable, 3 the promise is still running. A key that came with
the receipt proves only that the receipt agrees with itself: compare the printed key with the published one, or pin it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fadu.core.log import commitment, note, receipt, record, stamps, timestamp, tree
from fadu.core.log.checkpoint import open_checkpoint
from fadu.core.log.errors import LogError, ProofError
from fadu.core.log.receipt import Proof, Receipt
from fadu.core.log.suites import Suite, suite_named
from fadu.core.log.verdict import BROKEN as BROKEN
from fadu.core.log.verdict import FAILED as FAILED
from fadu.core.log.verdict import PENDING as PENDING
from fadu.core.log.verdict import PROVED as PROVED
from fadu.core.log.verdict import Verdict as Verdict
from fadu.core.log.verdict import local
from fadu.core.log.verdict import report as report

EXIT_CODES = "返回值：0 成立；1 不成立，或者承诺期限已过而没有证明；2 读不懂（不是回执，或者文件打不开）；3 承诺期限未到。"


def check_receipt(
    given: Receipt,
    *,
    at: datetime,
    log_key: str | None = None,
    promise_key: str | None = None,
    tsa_anchor: Path | None = None,
) -> Verdict:
    """Check everything in a receipt. Pinned keys, if given, must be the ones that signed.

    ``tsa_anchor``: root certificates (PEM) of the time-stamping authority; without them only moment and imprint of a
    time-stamp are looked at.
    """
    verdict = Verdict()
    try:
        _check(given, verdict, at, log_key, promise_key)
        stamps.check_chain(given, verdict, tsa_anchor)
    except LogError as error:
        verdict.status = FAILED
        verdict.statements.append(f"不成立：{error}")
    return verdict


def _check(
    given: Receipt, verdict: Verdict, at: datetime, log_key: str | None, promise_key: str | None
) -> None:
    suite = suite_named(given.suite)
    promised = _check_promise(given, verdict, promise_key)
    _note_keys(given, verdict, log_key)
    if given.body is None or given.index is None or given.checkpoint is None:
        _judge_without_proof(promised, verdict, at)
        return
    if suite.leaf(given.body) != promised.leaf:
        raise ProofError("痕迹的散列值与当初承诺的不符", why="回执中的痕迹不是平台当时承诺记入的那一条")
    _check_inclusion(given, suite, verdict)
    inner = _read_leaf(given, suite, promised)
    _check_opened(given, suite, inner, verdict)
    stamps.compare_times(given, inner, verdict)
    verdict.leaf = inner
    verdict.status = PROVED


def check_proof(given: Proof, *, log_key: str | None = None, tsa_anchor: Path | None = None) -> Verdict:
    """Check a proof file: that the leaf with this hash is in the log. What the leaf says it does not tell."""
    verdict = Verdict()
    try:
        _note_keys(given, verdict, log_key)
        if given.text is None:
            verdict.statements.append("该痕迹尚未并入签名检查点，请稍后从同一链接取得证明")
            return verdict
        index, path, checkpoint, leaf = receipt.parse_proof(given.text)
        if leaf != given.leaf:
            raise ProofError("证明不是这条痕迹的证明", where=given.leaf.hex()[:16])
        verdict.statements.append(f"痕迹的散列值为 {leaf.hex()}")
        _check_placed(given, index, path, checkpoint, leaf, verdict)
        verdict.status = PROVED
        stamps.check_chain(given, verdict, tsa_anchor)
    except LogError as error:
        verdict.status = FAILED
        verdict.statements.append(f"不成立：{error}")
    return verdict


def _check_promise(given: Receipt, verdict: Verdict, pinned: str | None) -> receipt.Promise:
    if pinned is not None and pinned != given.promise_key:
        raise ProofError("签发承诺的公钥不是指定的公钥", where=given.promise_key)
    key = note.parse_vkey(given.promise_key)
    opened = note.open_note(given.promise, [key])
    promised = receipt.read_promise(opened.text)
    if promised.origin != given.origin or key.name != f"{given.origin}/promise":
        raise ProofError("承诺属于另一个账本", where=promised.origin)
    verdict.statements.append(
        f"平台承诺：案号 {promised.case} 第 {promised.seq} 项行为，{local(promised.before)} 前记入账本 {promised.origin}"
    )
    return promised


def _note_keys(given: Receipt | Proof, verdict: Verdict, pinned: str | None) -> None:
    if pinned is None:
        verdict.warnings.append(
            f"账本公钥来自回执本身，请与公开的公钥核对，或者用 --log-key 指定：{given.log_key}"
        )
    elif pinned != given.log_key:
        raise ProofError("账本公钥不是指定的公钥", where=given.log_key)
    if given.origin.endswith("/demo"):
        verdict.warnings.append("这是演示系统的账本，时间为演示时间，不具有法律效力")


def _judge_without_proof(promised: receipt.Promise, verdict: Verdict, at: datetime) -> None:
    if at <= promised.before:
        verdict.status = PENDING
        verdict.statements.append("承诺期限未到，请稍后从同一链接取得证明")
        return
    verdict.status = BROKEN
    verdict.statements.append(
        f"承诺期限（{local(promised.before)}）已过而回执没有证明。请先从同一链接重新取得；仍然没有的，"
        "这份由平台签名的承诺就是平台没有如期把该行为记入账本的证据，可以向监督机关提出"
    )


def _check_inclusion(given: Receipt, suite: Suite, verdict: Verdict) -> None:
    if given.body is None or given.index is None or given.checkpoint is None:
        raise LogError("回执没有证明")
    _check_placed(given, given.index, given.proof, given.checkpoint, suite.leaf(given.body), verdict)


def _check_placed(
    given: Receipt | Proof, index: int, path: Sequence[bytes], checkpoint: str, leaf: bytes, verdict: Verdict
) -> None:
    """The leaf is in the tree of a checkpoint that the log has signed; and who has witnessed it."""
    key = note.parse_vkey(given.log_key)
    witnesses = [note.parse_vkey(one) for one in given.witnesses]
    found, opened = open_checkpoint(checkpoint, key, others=witnesses, origin=given.origin)
    tree.check_record(suite_named(given.suite), path, found.size, found.root, index, leaf)
    verdict.statements.append(f"该痕迹是账本的第 {index} 条，在共 {found.size} 条的签名检查点之内")
    for witness in witnesses:
        if (signature := opened.signed_by(witness)) is not None:
            verdict.witnesses.append(witness.name)
            verdict.statements.append(f"见证方 {witness.name} 已见证该检查点{_seen_at(witness, signature)}")
    if not verdict.witnesses:
        verdict.warnings.append("该检查点尚无见证方签名，不能排除平台另有一份内容不同的账本")
    if given.stamp is not None:
        stamps.check_stamp(given, given.stamp, timestamp.stamped_bytes(checkpoint, key), verdict)


def _seen_at(witness: note.Key, signature: note.Signature) -> str:
    if witness.kind != note.COSIGNATURE:
        return ""
    return f"（{local(datetime.fromtimestamp(int.from_bytes(signature.blob[:8], 'big'), UTC))}）"


def _read_leaf(given: Receipt, suite: Suite, promised: receipt.Promise) -> dict[str, Any]:
    """The leaf proper (out of its blinding, if it is blinded), and that it is the act that was promised."""
    if given.body is None:
        raise LogError("回执没有痕迹")
    leaf = record.read(given.body)
    if leaf["v"] == record.BLINDED:
        if given.blind is None:
            raise LogError("这是保密事项的痕迹，回执缺少打开它的内容")
        salt, inner = given.blind
        if commitment.blind(suite, salt, inner).hex() != leaf["c"]:
            raise ProofError("保密痕迹的内容与账本中的承诺不符")
        leaf = record.read(inner)
    if leaf["v"] != record.VERSION or leaf["log"] != given.origin or leaf["seq"] != promised.seq:
        raise ProofError("痕迹的账本或者序号与承诺不符")
    return leaf


def _check_opened(given: Receipt, suite: Suite, leaf: dict[str, Any], verdict: Verdict) -> None:
    for kind, opened in (("fields", given.fields), ("files", given.files)):
        for name, (salt, encoded) in opened.items():
            if name not in leaf[kind]:
                raise ProofError(f"痕迹中没有“{name}”")
            label = name if kind == "fields" else commitment.file_label(name)
            commitment.check(suite, bytes.fromhex(leaf[kind][name]), label, salt, encoded)
            value = commitment.decode(encoded)
            verdict.opened[name] = value.hex() if isinstance(value, bytes) else value
            verdict.statements.append(f"“{name}”的内容与痕迹一致")


def build_parser() -> argparse.ArgumentParser:
    """The arguments of the stand-alone program."""
    parser = argparse.ArgumentParser(
        prog="fadu-verify",
        description="离线验证法度平台的回执，不需要联网，也不需要安装其他软件。",
        epilog=EXIT_CODES,
    )
    parser.add_argument("receipt", type=Path, help="回执文件（JSON）")
    add_options(parser)
    return parser


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options shared with ``fadu ledger verify-receipt``."""
    parser.add_argument("--log-key", metavar="KEY", help="账本公钥；给出后回执必须由它签名")
    parser.add_argument("--promise-key", metavar="KEY", help="承诺公钥；给出后承诺必须由它签名")
    parser.add_argument(
        "--tsa-anchor",
        type=Path,
        metavar="PEM",
        help="时间戳机构的根证书；给出后一并核验时间戳的签名和证书链（须有 openssl）",
    )
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(
    path: Path,
    *,
    log_key: str | None,
    promise_key: str | None,
    as_json: bool,
    tsa_anchor: Path | None = None,
) -> int:
    """Verify one file by this machine's own clock, print the verdict, answer the exit status."""
    try:
        given = receipt.read_any(path.read_bytes())
    except OSError as error:
        raise LogError(f"打不开 {path}", why=error.strerror or "", cure="请检查文件名") from error
    if tsa_anchor is not None and not tsa_anchor.is_file():
        raise LogError(f"打不开 {tsa_anchor}", cure="--tsa-anchor 应为时间戳机构的根证书文件（PEM）")
    if isinstance(given, Proof):
        verdict = check_proof(given, log_key=log_key, tsa_anchor=tsa_anchor)
    else:
        verdict = check_receipt(
            given,
            at=datetime.now(UTC),
            log_key=log_key,
            promise_key=promise_key,
            tsa_anchor=tsa_anchor,
        )
    print(json.dumps(verdict.as_json(), ensure_ascii=False, indent=1) if as_json else report(verdict))
    return verdict.exit_status


def main(arguments: Sequence[str] | None = None) -> int:
    """The stand-alone program."""
    asked = build_parser().parse_args(arguments)
    try:
        return run(
            asked.receipt,
            log_key=asked.log_key,
            promise_key=asked.promise_key,
            as_json=asked.json,
            tsa_anchor=asked.tsa_anchor,
        )
    except LogError as error:
        if asked.json:
            print(json.dumps({"error": error.as_json()}, ensure_ascii=False))
        print(f"读不懂：{error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())

"""What lies beside a package and proves the whole of it: the receipt of its filing, and its time-stamp.

``x.zip.receipt.json`` is the receipt of the leaf that holds the digest of ``x.zip``; ``x.zip.tsr`` the answer of a
time-stamping authority over its bytes. Without the first, pages and rendered documents inside are vouched for by the
package alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from fadu.core.log import commitment, receipt, timestamp, tsa, verify
from fadu.core.log.errors import LogError
from fadu.core.log.suites import SUITES, Suite
from fadu.core.log.verdict import local

RECEIPT, STAMP = ".receipt.json", ".tsr"


def beside(path: Path, ending: str) -> Path:
    """Where the proof of that kind lies."""
    return path.with_name(path.name + ending)


def check_receipt(data: bytes, proof: Path, *, at: datetime, log_key: str | None) -> Iterator[str]:
    """What is wrong with the receipt of the filing over the package's bytes."""
    try:
        given = receipt.read(proof.read_bytes())
    except LogError as error:
        yield f"档案包的回执 {proof.name} 不可读：{error}"
        return
    verdict = verify.check_receipt(given, at=at, log_key=log_key)
    if verdict.status != verify.PROVED:
        yield f"档案包的回执 {proof.name} 没有得到证明：{'；'.join(verdict.statements)}"
        return
    _, encoded = given.files.get("package", (b"", b""))
    if verdict.leaf["step"] != "archive.seal" or encoded != commitment.encode(hashlib.sha256(data).digest()):
        yield f"整包的摘要与归档时记入账本的不符（{proof.name}）：包内有文件被改动，或者不是同一个档案包"


def check_stamp(data: bytes, proof: Path, *, anchor: Path | None, notes: list[str]) -> Iterator[str]:
    """What is wrong with the time-stamp over the package's bytes; what could not be told goes to ``notes``."""
    try:
        response = proof.read_bytes()
        found = timestamp.read(response)
        suite = _suite(found)
        timestamp.check_imprint(found, suite, data)
        if anchor is not None and tsa.available():
            tsa.verify(response, data, suite=suite, anchor=anchor)
            notes.append(f"时间戳的签名和证书链成立（信任锚 {anchor.name}）")
        else:
            notes.append("时间戳只核对了散列值；签名和证书链请以 --tsa-anchor 指定根证书核验（须有 openssl）")
    except LogError as error:
        yield f"时间戳 {proof.name} 不成立：{error}"
        return
    notes.append(f"时间戳：{found.authority or '时间戳机构'}签发，档案包在 {local(found.at)} 已经存在")


def _suite(found: timestamp.Stamp) -> Suite:
    return next(suite for suite in SUITES.values() if suite.hash_name == found.hash_name)

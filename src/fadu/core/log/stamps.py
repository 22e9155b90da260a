"""The part of the verifier that looks at the time-stamp of the checkpoint in a receipt or proof."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from fadu.core.log import record, timestamp, tsa
from fadu.core.log.receipt import Proof, Receipt
from fadu.core.log.suites import suite_named
from fadu.core.log.verdict import Verdict, local

# How far two honest clocks may be apart.
CLOCKS = timedelta(minutes=5)


def check_stamp(given: Receipt | Proof, stamp: bytes, stamped: bytes, verdict: Verdict) -> None:
    """The time-stamp is of this checkpoint; what moment it names, and who answered."""
    found = timestamp.read(stamp)
    timestamp.check_imprint(found, suite_named(given.suite), stamped)
    verdict.stamp = {
        "at": record.moment(found.at),
        "authority": found.authority,
        "chain": "unchecked",
    }
    verdict.stamped = stamped
    verdict.statements.append(
        f"时间戳：{found.authority or '时间戳机构'}签发，该检查点在 {local(found.at)} 已经存在"
    )


def check_chain(given: Receipt | Proof, verdict: Verdict, anchor: Path | None) -> None:
    """Signature and certificates of the time-stamp, where an anchor is given and this machine has openssl."""
    if verdict.stamp is None or given.stamp is None:
        return
    if anchor is None or not tsa.available():
        reason = "请用 --tsa-anchor 指定时间戳机构的根证书" if anchor is None else "本机没有 openssl 程序"
        verdict.warnings.append(f"时间戳的签名和证书链没有核验，只核对了散列值：{reason}")
        return
    tsa.verify(given.stamp, verdict.stamped, suite=suite_named(given.suite), anchor=anchor)
    verdict.stamp["chain"] = "verified"
    verdict.statements.append(f"时间戳的签名和证书链成立（信任锚 {anchor.name}）")


def compare_times(given: Receipt, leaf: dict[str, Any], verdict: Verdict) -> None:
    """A leaf that was stamped cannot have been recorded after the stamp: then the platform's clock was not true."""
    if verdict.stamp is None or given.origin.endswith("/demo"):
        return
    recorded, stamped = record.from_moment(leaf["recorded_at"]), record.from_moment(verdict.stamp["at"])
    if recorded > stamped + CLOCKS:
        verdict.warnings.append(
            f"痕迹自称记录于 {local(recorded)}，晚于时间戳的 {local(stamped)}：平台的时钟不准，或者记录时间不真实"
        )

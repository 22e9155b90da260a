"""What the verifier found, as data and in words for a person."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from fadu.core.log import record

PROVED, FAILED, BROKEN, PENDING = "proved", "failed", "broken_promise", "pending"
_STATUS = {PROVED: 0, FAILED: 1, BROKEN: 1, PENDING: 3}
_BEIJING = timezone(timedelta(hours=8))


@dataclass
class Verdict:
    """What the verifier found: one status, the statements that lead to it, and what the leaf says."""

    status: str = PENDING
    statements: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    leaf: dict[str, Any] = field(default_factory=dict)
    opened: dict[str, Any] = field(default_factory=dict)
    witnesses: list[str] = field(default_factory=list)
    stamp: dict[str, Any] | None = None
    stamped: bytes = b""

    @property
    def exit_status(self) -> int:
        """The exit status of the program."""
        return _STATUS[self.status]

    def as_json(self) -> dict[str, Any]:
        """The verdict as data."""
        return {
            "status": self.status,
            "statements": self.statements,
            "warnings": self.warnings,
            "witnesses": self.witnesses,
            "timestamp": self.stamp,
            "leaf": self.leaf,
            "opened": self.opened,
        }


def local(moment: datetime) -> str:
    """A moment in Beijing time."""
    return f"{moment.astimezone(_BEIJING):%Y-%m-%d %H:%M:%S}（北京时间）"


def report(verdict: Verdict) -> str:
    """The verdict as text for a person."""
    titles = {
        PROVED: "成立：该行为已记入账本，未被改动",
        FAILED: "不成立：回执没有通过验证",
        BROKEN: "承诺未兑现：这份回执是对平台不利的证据",
        PENDING: "待证：承诺期限未到",
    }
    lines = [titles[verdict.status], *(f"  · {one}" for one in verdict.statements)]
    leaf = verdict.leaf
    if leaf:
        source = leaf["channel"].get("source")
        lines.append(
            f"  · 步骤 {leaf['step']}，机关 {leaf['organ']}，发生 {local(record.from_moment(leaf['occurred_at']))}，"
            f"记录 {local(record.from_moment(leaf['recorded_at']))}"
            + (f"，补录自 {source}" if source else "")
        )
    return "\n".join([*lines, *(f"  ! {one}" for one in verdict.warnings)])

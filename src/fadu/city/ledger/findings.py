"""What a check of the ledger finds: each damage with the leaf and the case it hit, the first one first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

KEPT_PER_CODE = 20


@dataclass(frozen=True)
class Finding:
    """One damage: a stable code, a sentence, and where: index in the log, case, number in the case, leaf hash."""

    code: str
    sentence: str
    index: int | None = None
    case_ref: str = ""
    seq: int | None = None
    leaf: str = ""

    def __str__(self) -> str:
        where = []
        if self.index is not None:
            where.append(f"账本第 {self.index} 条")
        if self.case_ref:
            where.append(f"案件 {self.case_ref}" + (f" 第 {self.seq} 项" if self.seq else ""))
        return ("，".join(where) + "：" if where else "") + self.sentence

    def as_json(self) -> dict[str, Any]:
        """The finding as data."""
        return {
            "code": self.code,
            "sentence": str(self),
            "index": self.index,
            "case": self.case_ref,
            "seq": self.seq,
            "leaf": self.leaf,
        }


@dataclass
class Report:
    """The result of a check: what was looked at, and everything found (of each code the first twenty, and how many)."""

    log: str
    level: int
    leaves: int = 0
    cases: int = 0
    checkpoints: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not self.counts

    @property
    def first(self) -> Finding | None:
        """The first wrong leaf: lowest index, then what has no index but a case, then the rest."""
        return min(self.findings, key=_order, default=None)

    def add(self, finding: Finding) -> None:
        """Note a finding."""
        self.counts[finding.code] = self.counts.get(finding.code, 0) + 1
        if self.counts[finding.code] <= KEPT_PER_CODE:
            self.findings.append(finding)

    def as_json(self) -> dict[str, Any]:
        """The report as data."""
        return {
            "log": self.log,
            "level": self.level,
            "sound": self.sound,
            "leaves": self.leaves,
            "cases": self.cases,
            "checkpoints": self.checkpoints,
            "counts": self.counts,
            "first": self.first.as_json() if self.first else None,
            "findings": [finding.as_json() for finding in sorted(self.findings, key=_order)],
        }


# Findings about a leaf itself come before those about what was built upon it.
_BUILT_UPON = {"checkpoint_root", "fork", "behind", "node", "size", "trigger"}


def _order(finding: Finding) -> tuple[bool, bool, int, str, int]:
    return (
        finding.code in _BUILT_UPON,
        finding.index is None,
        finding.index or 0,
        finding.case_ref,
        finding.seq or 0,
    )

"""What a measure says: each thing looked at, what the standard asks, what was found, and by how much it is off."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from fadu.core.text.typeset.measure.archival import NOTE, Fault


@dataclass(frozen=True, slots=True)
class Finding:
    """One measure. ``off_mm`` is the distance from the nearest allowed value, 0 when within; for a point that has no
    length (a bracket, a face) it is ``None`` and ``ok`` alone speaks."""

    clause: str
    item: str
    page: int
    expected: str
    measured: str
    ok: bool
    off_mm: float | None = None

    def sentence(self) -> str:
        """One line of the report."""
        off = f"，偏差 {self.off_mm:.1f} mm" if self.off_mm else ""
        return (
            f"第{self.page}页 {self.item}：应为{self.expected}，实为{self.measured}{off}（第{self.clause}条）"
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "clause": self.clause,
            "item": self.item,
            "page": self.page,
            "expected": self.expected,
            "measured": self.measured,
            "ok": self.ok,
            "off_mm": None if self.off_mm is None else round(self.off_mm, 2),
        }


@dataclass(frozen=True, slots=True)
class Substitution:
    """A face of the standard set in another font."""

    face: str
    font: str
    page: int

    def sentence(self) -> str:
        return f"{self.face}以{self.font}代替（首见第{self.page}页）"


@dataclass(slots=True)
class Report:
    """All findings on one PDF. With a substituted font it never says that the document conforms."""

    form: str
    pages: int
    findings: list[Finding] = field(default_factory=list)
    substituted: list[Substitution] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    archival: list[Fault] = field(default_factory=list)

    @property
    def departures(self) -> list[Finding]:
        """What departs from the standard."""
        return [finding for finding in self.findings if not finding.ok]

    @property
    def verdict(self) -> str:
        """``符合``, ``版式符合，字体为代用`` or ``不符合``."""
        if self.departures:
            return f"不符合：{len(self.departures)}处"
        return "版式符合，字体为代用字体" if self.substituted else "符合"

    def look(
        self, clause: str, item: str, page: int, measured: float, low: float, high: float, unit: str = "mm"
    ) -> None:
        """Record a length that must lie in ``low``..``high`` (millimetres unless ``unit`` says otherwise)."""
        off = max(low - measured, measured - high, 0.0)
        wanted = f"{low:g}–{high:g} {unit}" if low != high else f"{low:g} {unit}"
        found = f"{measured:.1f} {unit}" if unit == "mm" else f"{measured:.2f} {unit}"
        self.findings.append(
            Finding(clause, item, page, wanted, found, off == 0, off if unit == "mm" else None)
        )

    def near(
        self, clause: str, item: str, page: int, measured: float, value: float, tolerance: float
    ) -> None:
        """Record a length in millimetres that must be ``value`` within ``tolerance``; off by the whole difference."""
        off = abs(measured - value)
        wanted = f"{value:g}±{tolerance:g} mm"
        self.findings.append(
            Finding(
                clause,
                item,
                page,
                wanted,
                f"{measured:.1f} mm",
                off <= tolerance,
                0.0 if off <= tolerance else off,
            )
        )

    def say(self, clause: str, item: str, page: int, expected: str, measured: str, *, ok: bool) -> None:
        """Record a point without a length."""
        self.findings.append(Finding(clause, item, page, expected, measured, ok))

    def as_json(self) -> dict[str, Any]:
        return {
            "verdict": self.verdict,
            "form": self.form,
            "pages": self.pages,
            "departures": [finding.as_json() for finding in self.departures],
            "substituted": [{"face": s.face, "font": s.font, "page": s.page} for s in self.substituted],
            "warnings": self.warnings,
            "findings": [finding.as_json() for finding in self.findings],
            "pdfa_2b": {
                "essentials_ok": not self.archival,
                "faults": [fault.as_json() for fault in self.archival],
                "note": NOTE,
            },
        }

"""`fadu ledger check`: everything in the ledger re-derived and compared; names the first wrong leaf and its case.

Level 1 trees and checkpoints, 2 also the form of every leaf, 3 also the chains of cases, heads and daily heads, and the
signature of every time-stamp. What
this database alone cannot show (all of it remade, or restored from a backup) the witness, mirrors and receipts show:
pass their checkpoints as ``others`` and a folder of mirrored tiles as ``mirror``.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from fadu.city.ledger import timestamping
from fadu.city.ledger.check_cases import check_cases
from fadu.city.ledger.check_tree import check_tree
from fadu.city.ledger.findings import Finding, Report
from fadu.city.ledger.guard import missing_triggers
from fadu.city.ledger.models import Log

TREE, FORM, CASES = 1, 2, 3


def check(
    *,
    log: Log = Log.MAIN,
    level: int = CASES,
    others: Iterable[str] = (),
    mirror: Path | None = None,
) -> Report:
    """Check a log; the report is sound or names what was changed, deleted, inserted, reordered, cut off or forked."""
    report = Report(log.name.lower(), level)
    for name in missing_triggers():
        report.add(Finding("trigger", f"数据库中防止改动的触发器 {name} 被删去或者停用"))
    check_tree(report, log, others=others, mirror=mirror)
    for stamped in timestamping.findings(log, chains=level >= CASES):
        report.add(stamped)
    if log == Log.MAIN and level >= FORM:
        check_cases(report, level=level)
    return report

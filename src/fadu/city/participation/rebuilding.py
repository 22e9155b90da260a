"""What participation keeps of a case out of its acts, beside those acts: consultations with their days, words and counts.

Opinions, answers, registrations and draws are facts of their own with leaves of their own; here their counts and roots are
compared with what the consultation says of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from fadu.city.cases import queries as cases
from fadu.city.cases.models import Case
from fadu.city.participation import root
from fadu.city.participation.models import Consultation

_WORDS = ("notice", "how", "shorten_reason")


def differences(case: Case) -> Iterator[str]:
    """A sentence for each consultation that says something else than its opening act and its opinions."""
    for row in case.consultations.order_by("seq"):
        said = _said(case, row)
        if {name: getattr(row, name) for name in said} != said:
            yield f"第 {row.seq} 步开始的公开征求意见与其记载不符"
        leaves = list(row.comments.order_by("number").values_list("leaf", flat=True))
        if row.received != len(leaves):
            yield f"公开征求意见记收到 {row.received} 件，实有 {len(leaves)} 件"
        if row.closed_at is not None and row.root != root.over(leaves).hex():
            yield "公开征求意见的汇总摘要与各条意见不符"


def write(case: Case) -> None:
    """Days, words and counts from the acts and the opinions; what somebody said is never touched."""
    for row in case.consultations.all():
        said = _said(case, row) | {"received": row.comments.count()}
        if row.closed_at is not None:
            leaves = list(row.comments.order_by("number").values_list("leaf", flat=True))
            said["root"] = root.over(leaves).hex()
        Consultation.objects.filter(pk=row.pk).update(**said)


def _said(case: Case, row: Consultation) -> dict[str, Any]:
    record: Mapping[str, Any] = cases.record_of(case, row.seq)
    words = {name: record.get(name, "") for name in _WORDS}
    return words | {"closes_on": date.fromisoformat(str(record["closes_on"]))}

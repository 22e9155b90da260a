"""When no proof could be published for too long (trace.md): acts performed here stop, and every page says why.

What the law does not let wait goes on: what is due within three working days, and what somebody declares urgent and
says why. Such an act is marked in its own leaf. Attested entry stays open: what happened elsewhere has happened.
"""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from fadu.city.authority import queries as authority
from fadu.city.cases import procedures
from fadu.city.cases.entry import Entry
from fadu.city.cases.models import Case
from fadu.city.ledger import queries as ledger
from fadu.core.errors import Refusal, Refused
from fadu.core.terms import legal_day, workdays_between

URGENT, MARK = "urgent_act", "unwitnessed"
DUE_WITHIN = 3
# Until when a proof cannot be overdue, by installation: what waits now waits no longer than the oldest seen last.
_FINE_UNTIL: dict[tuple[Path, str], datetime] = {}


def halted(at: datetime) -> bool:
    """Whether the oldest leaf without a published proof has waited longer than FADU_PROOF_STOP_HOURS.

    In a demonstration waiting counts from where the clock landed last: the months it skips, nobody waited.
    """
    place = (settings.FADU_VAR, settings.FADU_LOG_ORIGIN)
    limit = timedelta(hours=settings.FADU_PROOF_STOP_HOURS)
    if (fine := _FINE_UNTIL.get(place)) is not None and fine - limit <= at <= fine:
        return False
    since = ledger.waiting_since()
    landed = authority.clock_landed()
    if since is not None and landed is not None:
        since = max(since, landed)
    _FINE_UNTIL[place] = (since or at) + limit
    return since is not None and at - since > limit


def admit(entry: Entry, *, case: Case | None, at: datetime) -> Entry:
    """The entry as it may be performed now: unchanged, or marked because proof is missing; else Refused."""
    if not halted(at):
        return entry
    reasons = dict(entry.reasons or {})
    if not reasons.get(URGENT, "").strip() and not _due_soon(case, entry.step, at):
        hours = settings.FADU_PROOF_STOP_HOURS
        raise Refused(
            Refusal(
                "unproved",
                f"账本已超过 {hours} 小时没有公布新的存在证明，暂停当场办理",
                cure=f"请联系信息化单位恢复签发。{DUE_WITHIN} 个工作日内到期的事项照常办理；其他确属紧急的，写明紧急理由后提交；"
                "在别处已经办理的可以补录",
                subject=URGENT,
            )
        )
    return dataclasses.replace(entry, reasons=reasons | {MARK: "办理时超过规定时间没有公布存在证明"})


def _due_soon(case: Case | None, step: str, at: datetime) -> bool:
    """Whether the step is owed within three working days, or late already."""
    if case is None:
        return False
    on = legal_day(at)
    days = [
        workdays_between(on, due, procedures.calendar(), provisional_ok=True)
        for due in case.duties.filter(step=step).values_list("due_legal", flat=True)
        if due is not None
    ]
    return any(left is not None and left <= DUE_WITHIN for left in days)

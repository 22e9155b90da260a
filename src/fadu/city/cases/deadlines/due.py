"""到期提醒: three working days before the internal date (or as long before as the law file says), on that day, and when the
legal date has passed; each once. A step that must come so long before a planned date is reminded of in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from fadu.city.authority.models import Outbox
from fadu.city.cases import procedures
from fadu.city.cases.deadlines import nearing
from fadu.city.cases.models import Duty
from fadu.city.cases.telling import reminding
from fadu.core.terms import legal_day

_BATCH = 500


def tick(at: datetime) -> int:
    """Owe every reminder that the day asks for; how often it is called does not matter. Returns how many were owed."""
    before = Outbox.objects.count()
    batch: list[Outbox] = []
    for row in _reminders(at):
        batch.append(row)
        if len(batch) == _BATCH:
            Outbox.objects.bulk_create(batch, ignore_conflicts=True)
            batch = []
    Outbox.objects.bulk_create(batch, ignore_conflicts=True)
    return Outbox.objects.count() - before


def _reminders(at: datetime) -> Iterator[Outbox]:
    on = legal_day(at)
    for duty in nearing.running(on).order_by("pk").iterator(chunk_size=_BATCH):
        if (why := occasion(duty, on)) is not None:
            # A date that moves is another occasion.
            yield from _messages(duty, why, f"{duty.due_legal}", at)
    for duty in nearing.leading().iterator(chunk_size=_BATCH):
        for strict, last in nearing.lead_dates(duty):
            if on <= last and nearing.close(strict, on):
                yield from _messages(duty, "soon" if on < strict else "today", f"{strict}", at)


def _messages(duty: Duty, why: str, stamp: str, at: datetime) -> Iterator[Outbox]:
    persons = reminding.whose(duty, at=at)
    yield from reminding.messages(
        duty.case, procedures.of(duty.case), persons, step=duty.step, why=why, stamp=stamp, at=at
    )


def occasion(duty: Duty, on: date) -> str | None:
    """What there is to say of a duty on a day: soon, today, late, or nothing yet."""
    if duty.due_legal is not None and on > duty.due_legal:
        return "late"
    internal = duty.due_internal or duty.due_legal
    if internal is None:
        return None
    if on >= internal:
        return "today"
    return "soon" if nearing.near(duty, procedures.of(duty.case), on) else None

"""到期提醒: three working days before the internal date, on that day, and when the legal date has passed; each once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from fadu.city.authority.models import Outbox
from fadu.city.cases import procedures, reminding
from fadu.city.cases.models import Duty
from fadu.core.terms import legal_day, workdays_between

WORKDAYS_BEFORE = 3
# Three working days and the roll to the legal date together are never longer; the index is on the legal date.
_HORIZON = timedelta(days=21)
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
    running = Duty.objects.filter(kind=Duty.Kind.OWED, due_legal__isnull=False, paused=False)
    near = running.filter(due_legal__lte=on + _HORIZON).select_related("case", "organ", "person")
    for duty in near.order_by("pk").iterator(chunk_size=_BATCH):
        if (why := occasion(duty, on)) is not None:
            definition = procedures.of(duty.case)
            # A date that moves is another occasion.
            stamp = f"{duty.due_legal}"
            yield from reminding.messages(
                duty.case,
                definition,
                reminding.whose(duty, at=at),
                step=duty.step,
                why=why,
                stamp=stamp,
                at=at,
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
    left = workdays_between(on, internal, procedures.calendar(), provisional_ok=True)
    return "soon" if left <= WORKDAYS_BEFORE else None

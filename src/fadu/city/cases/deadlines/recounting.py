"""暂定期限确定: a year's calendar was loaded, and what was only provisional in open cases becomes a date, by an act.

A date that was certain does not move: only cases with a provisional one are counted again, each by an act of the clock
in its own history, which says what was provisional and what it is now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from fadu.city.authority.door import Answer, Doing, act
from fadu.city.authority.queries import clock_actor
from fadu.city.cases import procedures, recording
from fadu.city.cases.deadlines import expiry
from fadu.city.cases.entry import Entry
from fadu.city.cases.models import Case, Duty
from fadu.core.errors import Refusal, Refused
from fadu.core.procedure import engine
from fadu.core.procedure.marking import Marking
from fadu.core.terms import chinese_day, legal_day

VERB = "recount"
# In the last days of the last year known, the next notice may still move a day (Calendar.unsettled).
_SETTLED = (12, 25)


def tick(at: datetime) -> int:
    """Count again every case whose provisional dates the calendar now reaches; returns how many changed."""
    years = procedures.calendar().years
    reached = date(max(years), *_SETTLED)
    waiting = Duty.objects.filter(provisional=True, due_legal__lte=reached).order_by("case__key")
    keys = list(waiting.values_list("case__key", flat=True).distinct())
    done = 0
    for key in keys:
        try:
            recount(clock_actor(), case=key)
        except Refused:
            continue  # still provisional, or the case is suspended: the next round asks again
        done += 1
    return done


@act("cases.recount", title="重新计算暂定期限", lock=expiry.lock, who=expiry.only_the_clock)
def recount(doing: Doing, case: Case, /, **_: Any) -> Answer:
    """重新计算: refused where nothing provisional has become certain."""
    definition = procedures.of(case)
    told = list(_settled(case, at=doing.at))
    if not told or VERB not in definition.steps:
        raise Refused(Refusal("still_provisional", "没有可以确定的暂定期限", cure="载入有关年度的工作日历"))
    return recording.perform(doing, case, definition, Entry(step=VERB, values={"changes": "\n".join(told)}))


def _settled(case: Case, *, at: datetime) -> Iterator[str]:
    now = _dates(case, at)
    for row in case.duties.filter(provisional=True, due_legal__isnull=False).order_by("due_legal", "pk"):
        found = now.get(row.step)
        if found is not None:
            yield f"“{row.title}”的期限原暂定为{chinese_day(row.due_legal)}，现确定为{chinese_day(found)}"


def _dates(case: Case, at: datetime) -> Mapping[str, date]:
    """The certain legal dates of what is owed, counted by the calendar of today."""
    marking = Marking.from_data(case.marking)
    duties = engine.duties(procedures.of(case), marking, on=at, calendar=procedures.calendar())
    return {
        duty.step: legal_day(duty.due_legal)
        for duty in duties
        if duty.due_legal is not None and not duty.provisional
    }

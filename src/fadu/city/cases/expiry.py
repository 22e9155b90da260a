"""期限届满: the act by which the clock does what the law attaches to the passing of time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from fadu.city.authority.door import Answer, Doing, act
from fadu.city.authority.queries import clock_actor
from fadu.city.cases import clockwork, procedures, recording
from fadu.city.cases.clockwork import Moment, NotNow
from fadu.city.cases.entry import Entry
from fadu.city.cases.models import Case
from fadu.core.errors import Refusal, Refused
from fadu.core.procedure.marking import Marking


def _lock(doing: Doing, *, case: str, **asked: Any) -> Case:
    found = Case.objects.select_for_update(of=("self",)).select_related("organ__government", "organ__parent")
    return found.select_related("government", "parent").get(key=case)


def _only_the_clock(doing: Doing, case: Case, /, **asked: Any) -> Iterable[Refusal]:
    if doing.actor.source != "clock":
        yield Refusal("no_power", "期限届满的后果由系统时钟记录", cure="请等待系统记录")


@act("cases.expire", title="记录期限届满的后果", lock=_lock, who=_only_the_clock)
def expire(doing: Doing, case: Case, /, *, step: str, moment: str, **_: Any) -> Answer:
    """期限届满: dated to the expiry. Refused where the case has moved on since."""
    definition = procedures.of(case)
    found = _still(case, step, moment, at=doing.at)
    if found is None:
        raise Refused(Refusal("moved_on", "该期限已经变动或者已经办理", cure="无需处理", subject=step))
    last = Marking.from_data(case.marking).last[0]
    when = found.at if found.exact or not last else max(found.at, datetime.fromisoformat(last))
    entry = Entry(step=found.step, outcome=found.outcome)
    return recording.perform(doing, case, definition, entry, occurred_at=when)


def _still(case: Case, step: str, moment: str, *, at: datetime) -> Moment | None:
    definition = procedures.of(case)
    every = clockwork.moments(definition, Marking.from_data(case.marking), at=at)
    return next((one for one in every if one.step == step and one.at.isoformat() == moment), None)


def deliver(payload: Mapping[str, Any], key: str, at: datetime) -> str:
    """From the outbox: done, or no longer needed; ``NotNow`` while the date is provisional or a condition is missing."""
    case = Case.objects.get(key=payload["case"])
    found = _still(case, payload["step"], payload["moment"], at=at)
    if found is None:
        return "moved_on"
    if found.provisional:
        raise NotNow("该年度的工作日安排尚未公布，期限为暂定")
    try:
        expire(clock_actor(), request_id=key, case=case.key, step=found.step, moment=payload["moment"])
    except Refused as refused:
        raise NotNow(str(refused)) from None
    return "done"

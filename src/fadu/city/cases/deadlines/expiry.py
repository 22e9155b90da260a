"""期限届满: the act by which the clock does what the law attaches to the passing of time.

The worker calls it when the moment has come. Whoever acts on a case before the worker came finds it done all the same
(``catch_up``): silence takes effect on its day, and nobody can slip in between the day and the worker.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from fadu.city.authority.door import Answer, Doing, act
from fadu.city.authority.queries import clock_actor
from fadu.city.cases import procedures, queries, recording, writing
from fadu.city.cases.checking import lost
from fadu.city.cases.deadlines import clockwork
from fadu.city.cases.deadlines.clockwork import Moment, NotNow
from fadu.city.cases.entry import Entry
from fadu.city.cases.models import Case
from fadu.city.ledger import queries as ledger
from fadu.core.errors import Refusal, Refused
from fadu.core.procedure import engine
from fadu.core.procedure.definition import Definition
from fadu.core.procedure.marking import Marking


def lock(doing: Doing, *, case: str, **asked: Any) -> Case:
    """The case, locked as for any act; the clock sees every case."""
    found = writing.lock(key=case)
    if found is None:
        raise Refused(queries.NOT_VISIBLE)
    return found


def only_the_clock(doing: Doing, case: Case, /, **asked: Any) -> Iterable[Refusal]:
    """Time has no representative."""
    if doing.actor.source != "clock":
        yield Refusal("no_power", "期限届满的后果由系统时钟记录", cure="请等待系统记录")


@act("cases.expire", title="记录期限届满的后果", lock=lock, who=only_the_clock)
def expire(doing: Doing, case: Case, /, *, step: str, moment: str, **_: Any) -> Answer:
    """期限届满: dated to the expiry. Refused where the case has moved on since."""
    found = _still(case, step, moment, at=doing.at)
    if found is None:
        raise Refused(Refusal("moved_on", "该期限已经变动或者已经办理", cure="无需处理", subject=step))
    return _record(doing, case, procedures.of(case), found)


def _record(doing: Doing, case: Case, definition: Definition, found: Moment) -> Answer:
    last = Marking.from_data(case.marking).last[0]
    when = found.at if found.exact or not last else max(found.at, datetime.fromisoformat(last))
    entry = Entry(step=found.step, outcome=found.outcome)
    return recording.perform(doing, case, definition, entry, occurred_at=when)


def catch_up(doing: Doing, case: Case) -> None:
    """Inside another act on the locked case: what time has brought about by now stands before it.

    Left to the worker where the date is provisional or a condition of the clock's step is missing.
    """
    definition = procedures.of(case)
    if not clockwork.concerns(definition) or lost.some(case, ledger.head(f"case/{case.key}").seq):
        return
    for _ in definition.steps:  # each step of the clock at most once
        moment = _overdue(case, definition, at=doing.at)
        if moment is None:
            return
        _record(Doing(doing.spec, clock_actor(), doing.at, ""), case, definition, moment)
        doing.known.pop(case.pk, None)  # what was read around the case before is no longer so


def _overdue(case: Case, definition: Definition, *, at: datetime) -> Moment | None:
    marking = Marking.from_data(case.marking)
    due = [one for one in clockwork.moments(definition, marking, at=at) if one.at <= at]
    possible = (
        {
            state.step.name
            for state in engine.steps(definition, marking, at=at, calendar=procedures.calendar())
            if state.possible
        }
        if due
        else set()
    )
    ready = [one for one in due if not one.provisional and one.step in possible]
    return min(ready, key=lambda one: one.at, default=None)


def _still(case: Case, step: str, moment: str, *, at: datetime) -> Moment | None:
    definition = procedures.of(case)
    every = clockwork.moments(definition, Marking.from_data(case.marking), at=at)
    return next((one for one in every if one.step == step and one.at.isoformat() == moment), None)


def deliver(payload: Mapping[str, Any], key: str, at: datetime) -> str:
    """From the outbox: done, or no longer needed; ``NotNow`` while the date is provisional or a condition is missing."""
    case = Case.objects.get(key=payload["case"])
    if lost.some(case, ledger.head(f"case/{case.key}").seq):
        raise NotNow("恢复旧备份时遗失的办理尚未补录")
    found = _still(case, payload["step"], payload["moment"], at=at)
    if found is None:
        return "moved_on"
    if found.provisional:
        raise NotNow("该年度的工作日安排尚未公布，期限为暂定")
    try:
        expire(clock_actor(), request_id=key, case=case.key, step=found.step, moment=payload["moment"])
    except Refused as refused:
        if {one.code for one in refused.refusals} == {"moved_on"}:
            return "moved_on"
        raise NotNow(str(refused)) from None
    return "done"

"""Warnings: an end that comes near (``warn`` on a limit), a minimum time kept only by the lenient count (on ``before``).

A warning forbids nothing. The lenient count of a time before an event is the law's; where the strict one (clear days:
neither the first nor the last counts) asks for an earlier day, whoever acts should know it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from fadu.core.errors import Refusal
from fadu.core.procedure import waits
from fadu.core.procedure.definition import Definition, Step, Wait
from fadu.core.procedure.duties import Duty, duties
from fadu.core.procedure.marking import Marking
from fadu.core.procedure.table import table_of
from fadu.core.terms import Calendar, MissingYear, Unit, chinese_day, latest_before, legal_day

LIMIT, BEFORE = "limit", "before"


@dataclass(frozen=True)
class Warned:
    """A warning that stands on a day: of which step, the last day, since when, and why. ``done``: the step has been done
    so late that the planned date could still be moved."""

    step: str
    title: str
    kind: str
    last: dt.date
    since: dt.date
    sentence: str
    basis: str
    cure: str
    party: str = ""
    done: bool = False

    def as_refusal(self) -> Refusal:
        """In the form in which every reason is told; the code says that it forbids nothing."""
        return Refusal("warning", self.sentence, self.basis, self.cure, self.step)


def warned(
    definition: Definition, marking: Marking, *, on: dt.date | dt.datetime, calendar: Calendar
) -> tuple[Warned, ...]:
    """Every warning that stands on the day, in file order."""
    if not any(
        (step.limit and step.limit.warn) or any(wait.warn for wait in step.waits)
        for step in definition.steps.values()
    ):
        return ()
    day = legal_day(on)
    found: list[Warned] = []
    for duty in duties(definition, marking, on=on, calendar=calendar):
        found += _near(definition, duty, day, calendar)
    for step in definition.steps.values():
        found += _lenient(definition, marking, step, day, calendar)
    order = {name: number for number, name in enumerate(definition.steps)}
    return tuple(sorted(found, key=lambda one: (order[one.step], one.last)))


def warns_from(definition: Definition, step: Step, end: dt.date, calendar: Calendar) -> dt.date | None:
    """The first day on which the end of the step's limit is warned of; None where the law names no such time."""
    if step.limit is None or step.limit.warn is None:
        return None
    if step.limit.warn.unit is Unit.HOUR:
        return end - dt.timedelta(days=-(-step.limit.warn.number // 24))
    regime = waits.regime_for(definition, step.limit.law)
    return latest_before(end, step.limit.warn, calendar=calendar, regime=regime, provisional_ok=True)


def _near(definition: Definition, duty: Duty, day: dt.date, calendar: Calendar) -> Iterator[Warned]:
    if duty.due_legal is None or duty.paused or duty.late:
        return
    step, last = definition.steps[duty.step], legal_day(duty.due_legal)
    since = warns_from(definition, step, legal_day(duty.due_internal or duty.due_legal), calendar)
    if since is not None and since <= day:
        assert step.limit is not None
        sentence = f"“{step.title}”的期限将于{chinese_day(last)}届满，已不足预警时间（{step.limit.warn}）"
        yield Warned(step.name, step.title, LIMIT, last, since, sentence, duty.basis, "抓紧办理；确需延期的，在届满前按规定办理", duty.party)  # fmt: skip


@dataclass(frozen=True)
class Lead:
    """A step that must come so long before a planned date: the last day, and the last by the strict count."""

    step: Step
    wait: Wait
    planned_title: str
    planned: dt.date
    strict: dt.date
    last: dt.date


def leads(definition: Definition, marking: Marking, step: Step, *, calendar: Calendar) -> Iterator[Lead]:
    """What the step must come before, where the date is planned, the demand applies, and the strict count is warned of."""
    for wait in step.waits:
        key = wait.planned if "." in wait.planned else f"{step.name}.{wait.planned}"
        text = marking.dates.get(key)
        if not wait.warn or not text or not waits.applies(wait.guard, marking.facts):
            continue
        assert wait.time is not None
        planned, rule = dt.date.fromisoformat(text[:10]), waits.regime_for(definition, wait.law)
        try:
            last = latest_before(planned, wait.time, calendar=calendar, regime=rule)
            strict = latest_before(planned, wait.time, calendar=calendar, regime=rule, strict=True)
        except MissingYear:
            continue  # the step's own refusal says that the date cannot be counted
        owner, _, field = key.partition(".")
        title = definition.steps[owner].entries()[field].title
        yield Lead(step, wait, title, planned, strict, last)


def _lenient(
    definition: Definition, marking: Marking, step: Step, day: dt.date, calendar: Calendar
) -> Iterator[Warned]:
    if table_of(definition).inapplicable[step.name](marking):
        return
    done = marking.done.get(step.name) if step.name not in marking.owed else None
    acted = dt.date.fromisoformat(done.at[:10]) if done else day
    for one in leads(definition, marking, step, calendar=calendar):
        if not one.strict < acted <= one.last or day > one.planned:
            continue
        when = f"已于{chinese_day(acted)}办理" if done else f"最迟{chinese_day(one.last)}可以办理"
        what = f"“{one.planned_title}”（{chinese_day(one.planned)}）"
        yield Warned(
            step.name, step.title, BEFORE, one.last, one.strict + dt.timedelta(days=1),
            f"“{step.title}”{when}，距{what}首尾两日均不算不足{one.wait.time}；从严计算应当在{chinese_day(one.strict)}以前",
            one.wait.basis.printed or step.basis.printed,
            "能把日期推迟的，推迟一日以上" if done else "尽快办理；能把日期推迟的，推迟一日以上",
            done=done is not None,
        )  # fmt: skip

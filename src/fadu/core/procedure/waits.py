"""Minimum times: not before 30 days have passed, at least seven days before the hearing, not before it is held.

A wait that the law *grants* (审查时间不少于7个工作日) never refuses the one it is granted to; it says until when nobody
may press him.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterator, Mapping
from typing import Any

from fadu.core.errors import Refusal
from fadu.core.procedure.definition import Definition, Guard, Ref, Step, Wait
from fadu.core.procedure.marking import Done, Marking
from fadu.core.procedure.names import EITHER
from fadu.core.procedure.table import table_of
from fadu.core.terms import Calendar, MissingYear, Regime, chinese_day, earliest, latest_before, standard


def regime_for(definition: Definition, law: str) -> Regime:
    """How the law counts: the one named (it must exist), else the procedure's own law if listed, else the general
    rule of the 民法典."""
    return _regime(definition.source, law)


@functools.lru_cache(maxsize=256)
def _regime(source: str, law: str) -> Regime:
    _, regimes = standard()
    if law:
        return regimes[law] if law in regimes else regimes.for_law(law)
    for regime in regimes.values():
        if source in regime.laws:
            return regime
    return regimes.default


def applies(guard: Guard, facts: Mapping[str, bool]) -> bool | None:
    """True, False, or None while a fact that matters is unknown."""
    answers = [facts.get(name) for name in guard.all]
    answers += [None if (fact := facts.get(name)) is None else not fact for name in guard.none]
    if guard.any:
        every = [facts.get(name) for name in guard.any]
        answers.append(True if True in every else (None if None in every else False))
    return False if False in answers else (None if None in answers else True)


def refusals(
    definition: Definition,
    marking: Marking,
    step: Step,
    values: Mapping[str, Any],
    *,
    on: dt.date,
    calendar: Calendar,
) -> Iterator[Refusal]:
    """Every minimum time that the step does not keep on this day. ``values`` is empty when only asked in general."""
    for wait in step.waits:
        if wait.kind == "grant" or (wait.force == "soft" and f"{step.name}.wait" in marking.waived):
            continue
        state = applies(wait.guard, marking.facts)
        if state is None:
            yield Refusal(
                "fact_unknown",
                f"“{step.title}”的等待期是否适用尚未认定",
                _basis(step, wait),
                "先认定有关事实",
                step.name,
            )
        elif state:
            try:
                yield from _KINDS[wait.kind](definition, marking, step, wait, values, on, calendar)
            except MissingYear as missing:
                yield _missing(step, wait, missing)
    if values:
        yield from planning(definition, marking, step, values, on=on, calendar=calendar)


def granted_until(
    definition: Definition, marking: Marking, step: Step, *, calendar: Calendar
) -> dt.date | None:
    """The day until which the law grants the actor time; None where it grants none or the step is not owed."""
    owed = marking.owed.get(step.name)
    grants = [wait for wait in step.waits if wait.kind == "grant" and wait.time is not None]
    if not grants or owed is None or not owed.at:
        return None
    every = []
    for wait in grants:
        since = [done.at for _, done in starts(marking, step, wait)] if wait.start else [owed.at]
        for at in since:
            day = dt.date.fromisoformat(at[:10])
            assert wait.time is not None
            rule = regime_for(definition, wait.law)
            every.append(earliest(day, wait.time, calendar=calendar, regime=rule, provisional_ok=True))
    if not every:
        return None
    return max(every)


def starts(marking: Marking, step: Step, wait: Wait) -> list[tuple[Ref, Done]]:
    """The acts a wait runs from; a start with another outcome, or not done, is none."""
    named = wait.start or tuple(ref for ref in step.after if ref.step != EITHER)
    found = [(ref, marking.done[ref.step]) for ref in named if ref.step in marking.done]
    return [(ref, done) for ref, done in found if not ref.outcome or done.outcome == ref.outcome]


def _elapse(
    definition: Definition,
    marking: Marking,
    step: Step,
    wait: Wait,
    values: Mapping[str, Any],
    on: dt.date,
    calendar: Calendar,
) -> Iterator[Refusal]:
    assert wait.time is not None
    for ref, done in starts(marking, step, wait):
        since = dt.date.fromisoformat(done.at[:10])
        first = earliest(since, wait.time, calendar=calendar, regime=regime_for(definition, wait.law))
        if on < first:
            sentence = (
                f"自“{definition.title_of(ref)}”（{chinese_day(since)}）起不足{wait.time}，不得“{step.title}”"
            )
            soft = "；确有必要的，说明理由并经批准后豁免" if wait.force == "soft" else ""
            yield Refusal(
                "too_early", sentence, _basis(step, wait), f"最早可于{chinese_day(first)}办理{soft}", ref.step
            )


def _before(
    definition: Definition,
    marking: Marking,
    step: Step,
    wait: Wait,
    values: Mapping[str, Any],
    on: dt.date,
    calendar: Calendar,
) -> Iterator[Refusal]:
    assert wait.time is not None
    planned = _planned(marking, step, wait, values)
    if planned is None:
        if "." in wait.planned:
            yield _unplanned(definition, step, wait)
        return
    yield from _short(definition, step, wait, planned, on, calendar)


def _reached(
    definition: Definition,
    marking: Marking,
    step: Step,
    wait: Wait,
    values: Mapping[str, Any],
    on: dt.date,
    calendar: Calendar,
) -> Iterator[Refusal]:
    planned = _planned(marking, step, wait, values)
    if planned is None:
        yield _unplanned(definition, step, wait)
    elif on < planned:
        yield Refusal(
            "too_early",
            f"“{step.title}”的日期（{chinese_day(planned)}）尚未到",
            _basis(step, wait),
            f"最早可于{chinese_day(planned)}办理",
            step.name,
        )


def planning(
    definition: Definition,
    marking: Marking,
    step: Step,
    values: Mapping[str, Any],
    *,
    on: dt.date,
    calendar: Calendar,
) -> Iterator[Refusal]:
    """A date is being planned: what must happen so long before it must have happened, or still be possible."""
    for other, wait, field in table_of(definition).counted_back[step.name]:
        if not values.get(field):
            continue
        if applies(wait.guard, marking.facts) is False or f"{other.name}.wait" in marking.waived:
            continue
        planned = dt.date.fromisoformat(str(values[field])[:10])
        done = marking.done.get(other.name)
        day = dt.date.fromisoformat(done.at[:10]) if done else on
        try:
            yield from _short(definition, other, wait, planned, day, calendar)
        except MissingYear as missing:
            yield _missing(other, wait, missing)


def _planned(marking: Marking, step: Step, wait: Wait, values: Mapping[str, Any]) -> dt.date | None:
    key = wait.planned if "." in wait.planned else f"{step.name}.{wait.planned}"
    given = values.get(wait.planned) if "." not in wait.planned else None
    text = str(given) if given else marking.dates.get(key, "")
    return dt.date.fromisoformat(text[:10]) if text else None


def _short(
    definition: Definition, step: Step, wait: Wait, planned: dt.date, day: dt.date, calendar: Calendar
) -> Iterator[Refusal]:
    """The step is done on a day that leaves less than the time before the planned date."""
    assert wait.time is not None
    last = latest_before(planned, wait.time, calendar=calendar, regime=regime_for(definition, wait.law))
    if day > last:
        yield Refusal(
            "short_notice",
            f"“{step.title}”应当在{chinese_day(planned)}的{wait.time}前完成，最迟为{chinese_day(last)}",
            _basis(step, wait),
            f"把日期推迟，使“{step.title}”与之相隔不少于{wait.time}",
            step.name,
        )


def _unplanned(definition: Definition, step: Step, wait: Wait) -> Refusal:
    owner, _, field = wait.planned.partition(".")
    title = definition.steps[owner].entries()[field].title if field else step.entries()[owner].title
    return Refusal(
        "unplanned",
        f"“{title}”尚未确定，不得“{step.title}”",
        _basis(step, wait),
        f"先确定“{title}”",
        step.name,
    )


def _missing(step: Step, wait: Wait, missing: MissingYear) -> Refusal:
    return Refusal(
        "calendar_missing",
        f"“{step.title}”的日期无法计算：{missing.what}",
        _basis(step, wait),
        missing.cure,
        step.name,
    )


def _basis(step: Step, wait: Wait) -> str:
    return wait.basis.printed or step.basis.printed


_KINDS = {"elapse": _elapse, "before": _before, "reached": _reached}

"""Amounts that grow by legal time: so much of the base for each day late, up to a cap, not while the time stands still.

An amount begins on the day after the last day in time (the legal end of the step's own limit, or the step or date named
by ``from``) and grows up to and including the day on which the step named by ``until`` (by default the step itself) is
done. It is told from the acts alone, so that a correction or a late arrival moves it like every other date.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from fadu.core.procedure.act import Act
from fadu.core.procedure.definition import Accrual, Definition, Step
from fadu.core.procedure.duties import duties
from fadu.core.procedure.fold import advance, corrected, in_order, start
from fadu.core.procedure.marking import Marking
from fadu.core.terms import Calendar, add_months, chinese_day, legal_day

_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Day:
    """One day (or month) of the count: whether it counts, why not, and the amount at its end."""

    day: dt.date
    counts: bool
    reason: str
    amount: Decimal


@dataclass(frozen=True)
class Accrued:
    """What has grown by a day: amount in 元, how many days or months count, whether the cap is reached, and each day."""

    amount: Decimal
    units: int
    capped: bool
    basis: str
    days: tuple[Day, ...] = ()


@dataclass(frozen=True)
class Amount:
    """What has grown in a case: of which step and whose base (``step.field``), since when, and until when if it has ended.
    ``provisional``: the limit it begins after was counted with a year not yet announced."""

    step: str
    title: str
    base_field: str
    base: Decimal
    rule: Accrual
    party: str
    since: dt.date
    until: dt.date | None
    provisional: bool
    grown: Accrued

    def explain(self) -> tuple[str, ...]:
        """The count in sentences: base and rate, then each run of days that count or do not, then the cap."""
        per = {"day": "每日", "month": "每满一个月"}[self.rule.per]
        cap = f"，至多为基数的{self.rule.cap}" if self.rule.cap else ""
        said = [
            f"基数{self.base:.2f}元，{per}加{self.rule.rate}{cap}，自{chinese_day(self.since)}的次日起计。"
        ]
        said += [_run_sentence(run, self.rule.per) for run in _runs(self.grown.days)]
        if self.grown.capped:
            said.append(f"已达上限{self.grown.amount}元，不再增加。")
        if self.until is not None:
            said.append(f"计至{chinese_day(self.until)}止，共{self.grown.amount}元。")
        return tuple(said)

    def as_json(self) -> dict[str, object]:
        """The amount as data; money as text, so that no digit is lost."""
        return {
            "step": self.step,
            "title": self.title,
            "party": self.party,
            "base_field": self.base_field,
            "base": f"{self.base:.2f}",
            "rate": self.rule.rate,
            "per": self.rule.per,
            "cap": self.rule.cap,
            "since": self.since.isoformat(),
            "until": self.until.isoformat() if self.until else None,
            "amount": f"{self.grown.amount:.2f}",
            "units": self.grown.units,
            "capped": self.grown.capped,
            "provisional": self.provisional,
            "basis": self.grown.basis,
            "explained": list(self.explain()),
        }


def rate(text: str) -> Decimal:
    """``3%`` as a number; the loader has checked the form."""
    return Decimal(text.removesuffix("%")) / 100


def accrued(
    marking: Marking,
    step: Step,
    base: Decimal,
    *,
    start: dt.date,
    on: dt.date,
    titles: Mapping[str, str] | None = None,
) -> Accrued:
    """What has grown from the day after ``start`` (the last day in time) up to and including ``on``. ``titles`` names the
    pauses in the explanation."""
    rule = step.accrues
    if rule is None:
        raise ValueError(f"{step.name} has nothing that accrues")
    told = _months(start, on) if rule.per == "month" else _days(marking, rule, start, on, titles or {})
    most = base * rate(rule.cap) if rule.cap else None
    units, days = 0, []
    for day, reason in told:
        units += not reason
        days.append(Day(day, not reason, reason, _upto(base * rate(rule.rate) * units, most)))
        if most is not None and base * rate(rule.rate) * units >= most:
            break
    grown = base * rate(rule.rate) * units
    return Accrued(
        _upto(grown, most), units, most is not None and grown >= most, rule.basis.printed, tuple(days)
    )


def amounts(
    definition: Definition, acts: Sequence[Act], *, on: dt.date, calendar: Calendar
) -> tuple[Amount, ...]:
    """Every amount that grows or has grown in the case, in file order, each as of ``on`` or as of the day it ended."""
    growing = [step for step in definition.steps.values() if step.accrues]
    if not growing:
        return ()
    found: list[Amount] = []
    marking = start(definition)
    values: dict[str, Mapping[str, object]] = {}
    for act in in_order(corrected(definition, acts)):
        day = legal_day(act.occurred_at)
        for step in growing:
            if act.step in _until(step):
                found += _grown(definition, marking, step, values, day, calendar, ended=True)
        values[act.step] = act.values
        marking = advance(definition, marking, act)
    for step in growing:
        found += _grown(definition, marking, step, values, on, calendar, ended=False)
    order = {name: number for number, name in enumerate(definition.steps)}
    return tuple(sorted(found, key=lambda one: (order[one.step], one.since, one.party)))


def _until(step: Step) -> tuple[str, ...]:
    assert step.accrues is not None
    return step.accrues.until or (step.name,)


def base_field(step: Step) -> str:
    """``step.field`` of the base, whichever step it stands in."""
    assert step.accrues is not None
    return step.accrues.base if "." in step.accrues.base else f"{step.name}.{step.accrues.base}"


def _grown(
    definition: Definition,
    marking: Marking,
    step: Step,
    values: Mapping[str, Mapping[str, object]],
    on: dt.date,
    calendar: Calendar,
    *,
    ended: bool,
) -> Iterator[Amount]:
    owner, _, field = base_field(step).partition(".")
    base = _money(values.get(owner, {}).get(field))
    if base is None or owner not in marking.done:
        return
    rule = step.accrues
    assert rule is not None
    titles = {name: pause.title for name, pause in definition.pauses.items()}
    for party, since, provisional in _starts(definition, marking, step, on, calendar):
        if since < on:
            grown = accrued(marking, step, base, start=since, on=on, titles=titles)
            yield Amount(
                step.name, step.title, f"{owner}.{field}", base, rule, party, since, on if ended else None, provisional, grown,
            )  # fmt: skip


def _starts(
    definition: Definition, marking: Marking, step: Step, on: dt.date, calendar: Calendar
) -> Iterator[tuple[str, dt.date, bool]]:
    """The last days in time, for each party where the limit runs from service; none where nothing has begun or all that
    ends it has been done."""
    rule = step.accrues
    assert rule is not None
    owner, _, field = rule.start.partition(".")
    if not owner:
        for duty in duties(definition, marking, on=on, calendar=calendar):
            if duty.step == step.name and duty.due_legal is not None:
                yield duty.party, legal_day(duty.due_legal), duty.provisional
        return
    begun = marking.done.get(owner)
    ends = [marking.done[name] for name in _until(step) if name in marking.done]
    if begun is None or any((one.at, one.seq) > (begun.at, begun.seq) for one in ends):
        return
    day = marking.dates.get(rule.start) if field else begun.at[:10]
    if day:
        yield "", dt.date.fromisoformat(day), False


def _money(value: object) -> Decimal | None:
    try:
        return Decimal(str(value)) if value not in (None, "") else None
    except InvalidOperation:
        return None


def _upto(amount: Decimal, most: Decimal | None) -> Decimal:
    return (amount if most is None else min(amount, most)).quantize(_CENT, ROUND_HALF_UP)


def _days(
    marking: Marking, rule: Accrual, start: dt.date, on: dt.date, titles: Mapping[str, str]
) -> Iterator[tuple[dt.date, str]]:
    """Each day, with the reason why it does not count; the day a pause begins still does."""
    still: dict[dt.date, str] = {}
    for name in rule.not_while:
        every = [
            *marking.pauses.get(name, ()),
            *([[marking.running[name], ""]] if name in marking.running else []),
        ]
        for since, till in every:
            first = dt.date.fromisoformat(since[:10])
            last = dt.date.fromisoformat(till[:10]) if till else on
            still |= {
                first + dt.timedelta(days=n): titles.get(name, name)
                for n in range(1, (last - first).days + 1)
            }
    for number in range(1, (on - start).days + 1):
        day = start + dt.timedelta(days=number)
        yield day, still.get(day, "")


def _months(start: dt.date, on: dt.date) -> Iterator[tuple[dt.date, str]]:
    """The last day of each whole month gone by."""
    months = 1
    while (day := add_months(start, months)) <= on:
        yield day, ""
        months += 1


def _runs(days: Iterable[Day]) -> list[list[Day]]:
    """Days in a row that count alike."""
    runs: list[list[Day]] = []
    for day in days:
        if runs and runs[-1][-1].reason == day.reason:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _run_sentence(run: Sequence[Day], per: str) -> str:
    first, last = run[0], run[-1]
    span = chinese_day(first.day) + (f"至{chinese_day(last.day)}" if last is not first else "")
    unit = {"day": "日", "month": "个月"}[per]
    if first.counts:
        return f"{span}，计{len(run)}{unit}，累计{last.amount}元。"
    return f"{span}（{first.reason}），{len(run)}{unit}不计。"

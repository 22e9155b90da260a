"""The engine: what may be done, why not, what is owed, and what an act changes. Pure: definition, marking, act, time.

Every refusal is given, never only the first; each carries its article and its cure. Nothing is half done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from fadu.core.errors import Refusal, Refused
from fadu.core.procedure import persons, special, waits
from fadu.core.procedure.act import ATTESTED, Act, Finding
from fadu.core.procedure.definition import Definition, Step
from fadu.core.procedure.duties import Duty, duties
from fadu.core.procedure.fold import advance, corrected, fold, in_order, needs_refold, rows_of, start
from fadu.core.procedure.marking import Done, Marking
from fadu.core.procedure.table import Row, Table, table_of
from fadu.core.terms import Calendar, legal_day

__all__ = [
    "Duty", "Recorded", "StepState", "advance", "duties", "ended", "fold", "linked_acts", "needs_refold", "record",
    "refusals", "resting", "start", "steps", "text_under_review",
]  # fmt: skip

# What makes an act unreadable: refused even when attested. All else becomes findings.
FORM = (
    "unknown_step",
    "unknown_outcome",
    "channel",
    "unknown_target",
    "in_future",
    "unattested",
    "no_performer",
)


# The outcome of a secrecy review that keeps the text back.
WITHHELD = "withheld"


@dataclass(frozen=True)
class Recorded:
    """What came of an act: the new marking, the act (with its findings when attested), the effects the law orders, the
    steps newly owed and no longer owed, the child procedures to open, and the steps whose disclosure may now go out
    (their secrecy review is done)."""

    marking: Marking
    act: Act
    effects: tuple[str, ...]
    owed_new: tuple[str, ...]
    discharged: tuple[str, ...]
    opened: tuple[str, ...]
    discloses: tuple[str, ...]


@dataclass(frozen=True)
class StepState:
    """A step now. ``state``: done, owed, available, blocked, inapplicable, unknown (a fact decides and is not known).
    ``possible`` when nothing refuses it now; then ``outcomes`` (and ``targets`` of general acts) are those allowed."""

    step: Step
    state: str
    refusals: tuple[Refusal, ...]
    done: Done | None
    duty: Duty | None
    outcomes: tuple[str, ...]
    targets: tuple[str, ...]

    @property
    def possible(self) -> bool:
        """Whether the step can be done now, by the right person."""
        return not self.refusals


def resting(definition: Definition, marking: Marking) -> bool:
    """Nothing applicable is owed, no pause runs, no finding is open."""
    table = table_of(definition)
    owed = any(not table.inapplicable[name](marking) for name in marking.owed)
    return not owed and not marking.running and not marking.findings


def ended(definition: Definition, marking: Marking) -> bool:
    """The procedure has ended (duties that outlive it, such as archiving, may still be owed)."""
    return marking.ended is not None


def steps(
    definition: Definition, marking: Marking, *, at: dt.datetime, calendar: Calendar
) -> tuple[StepState, ...]:
    """Every step that changes the state of the case, in file order, with every reason why it may not be done now."""
    table = table_of(definition)
    duty = {one.step: one for one in reversed(duties(definition, marking, on=at, calendar=calendar))}
    return tuple(
        _state(table, marking, step, duty.get(step.name), legal_day(at), calendar)
        for step in definition.steps.values()
        if not step.office
    )


def _state(
    table: Table, marking: Marking, step: Step, duty: Duty | None, on: dt.date, calendar: Calendar
) -> StepState:
    found = [clause.refusal for clause in table.step_clauses[step.name] if not clause.holds(marking)]
    found += _max(marking, step)
    if step.waits:
        found += waits.refusals(table.definition, marking, step, {}, on=on, calendar=calendar)
    open_rows = [row for row in table.by_step[step.name] if all(clause.holds(marking) for clause in row.own)]
    if not found and not open_rows:
        found = [
            clause.refusal
            for row in table.by_step[step.name]
            for clause in row.own
            if not clause.holds(marking)
        ]
        found = list(dict.fromkeys(found)) or [
            Refusal("no_target", f"本程序没有可以“{step.title}”的对象", step.basis.printed, "", step.name)
        ]
    done = marking.done.get(step.name)
    return StepState(
        step,
        _word(table, marking, step, done, found),
        tuple(found),
        done,
        duty,
        tuple(dict.fromkeys(row.outcome for row in open_rows)),
        tuple(dict.fromkeys(row.target for row in open_rows if row.target)),
    )


def _word(table: Table, marking: Marking, step: Step, done: Done | None, found: list[Refusal]) -> str:
    if table.inapplicable[step.name](marking):
        return "inapplicable"
    if step.name in marking.owed:
        return "owed"
    if done is not None:
        return "done"
    if not table.applicable[step.name](marking):
        return "unknown"
    return "blocked" if found else "available"


def refusals(
    definition: Definition,
    marking: Marking,
    act: Act,
    *,
    at: dt.datetime,
    calendar: Calendar,
    history: Sequence[Act] = (),
) -> tuple[Refusal, ...]:
    """Every reason against this act in this marking; empty when it may be done. ``at`` is now."""
    form = tuple(_form(definition, marking, act, at))
    if form:
        return form
    step = definition.steps[act.step]
    if step.office:
        return tuple(persons.refusals(definition, marking, step, act, apart=step.not_same_person_as))
    return tuple(dict.fromkeys(_conditions(definition, marking, step, act, calendar, history)))


def _form(definition: Definition, marking: Marking, act: Act, at: dt.datetime) -> Iterator[Refusal]:
    step = definition.steps.get(act.step)
    if step is None:
        yield Refusal(
            "unknown_step", f"“{definition.title}”没有步骤“{act.step}”", "", "核对步骤名称", act.step
        )
        return
    basis = step.basis.printed
    if act.outcome not in step.outcomes:
        titles = "、".join(outcome.title for outcome in step.outcomes.values())
        yield Refusal(
            "unknown_outcome",
            f"“{step.title}”没有结果“{act.outcome}”",
            basis,
            f"可用的结果：{titles}",
            step.name,
        )
    if act.channel not in step.channels:
        words = {"performed": "在线办理", "attested": "补录"}
        yield Refusal(
            "channel",
            f"“{step.title}”不允许{words.get(act.channel, act.channel)}",
            basis,
            "改用允许的方式",
            step.name,
        )
    if act.occurred_at > at:
        yield Refusal("in_future", f"“{step.title}”的办理时间尚未到", basis, "核对时间", step.name)
    if act.channel == ATTESTED and not act.source:
        yield Refusal(
            "unattested", f"补录“{step.title}”没有写明来源", basis, "写明来源、来源编号和凭据", step.name
        )
    if not act.performers:
        yield Refusal("no_performer", f"没有写明由谁“{step.title}”", basis, "写明办理人", step.name)
    yield from special.form(definition, marking, step, act)


def _conditions(
    definition: Definition, marking: Marking, step: Step, act: Act, calendar: Calendar, history: Sequence[Act]
) -> Iterator[Refusal]:
    table = table_of(definition)
    for row in _rows(table, act):
        for clause in row.clauses:
            if not clause.holds(marking):
                yield clause.refusal
    yield from _max(marking, step)
    yield from _facts(definition, marking, step, act)
    if step.waits or act.values:
        on = legal_day(act.occurred_at)
        yield from waits.refusals(definition, marking, step, act.values, on=on, calendar=calendar)
    pending = [one for one in marking.undisclosed if table.secrecy_reviews[one] == step.name]
    yield from persons.refusals(definition, marking, step, act, apart=(*step.not_same_person_as, *pending))
    if step.reviews:
        yield from _review(definition, marking, step, act)
    if step.act:
        yield from special.refusals(definition, marking, step, act, calendar=calendar, history=history)


def _rows(table: Table, act: Act) -> tuple[Row, ...]:
    if table.definition.steps[act.step].act == "child_result":
        return (table.rows[act.step, act.outcome, act.targets[0]],)
    return rows_of(table, act)


def _max(marking: Marking, step: Step) -> list[Refusal]:
    if step.max and marking.counts.get(step.name, 0) >= step.max:
        return [Refusal("max_reached", f"“{step.title}”至多{step.max}次", step.basis.printed, "", step.name)]
    return []


def _facts(definition: Definition, marking: Marking, step: Step, act: Act) -> Iterator[Refusal]:
    for name in step.asks:
        fact = definition.facts[name]
        given = act.checks.get(fact.check) if fact.check else act.facts.get(name)
        if given is None and name not in marking.facts:
            cure = "等待系统查询结果" if fact.check else "回答“是”或“否”"
            yield Refusal(
                "fact_missing", f"“{step.title}”时应当认定是否“{fact.title}”", fact.basis.printed, cure, name
            )
    if step.act != "correct":
        for name in act.facts:
            if name not in step.asks:
                yield Refusal(
                    "fact_not_asked",
                    f"“{step.title}”不认定事实“{name}”",
                    step.basis.printed,
                    "删去该项",
                    name,
                )
    for name in step.checks:
        if act.checks.get(name) is not True:
            yield Refusal(
                "check_failed",
                f"“{step.title}”的条件“{name}”查询未通过",
                step.basis.printed,
                "补正后再办理",
                name,
            )


def text_under_review(definition: Definition, marking: Marking, step: str) -> str:
    """The digest of the text that ``step`` reviews now: that of the latest of the steps it reviews."""
    texts = [marking.done[name] for name in definition.steps[step].reviews if name in marking.done]
    return max(texts, key=lambda done: (done.at, done.seq)).text if texts else ""


def _review(definition: Definition, marking: Marking, step: Step, act: Act) -> Iterator[Refusal]:
    current = text_under_review(definition, marking, step.name)
    if not current or act.reviewed == current:
        return
    titles = "、".join(f"“{definition.steps[name].title}”" for name in step.reviews)
    if act.reviewed:
        sentence = f"“{step.title}”所审查的文本已被{titles}后来的文本取代"
        yield Refusal("review_superseded", sentence, step.basis.printed, "对现行文本重新审查", step.name)
    else:
        sentence = f"“{step.title}”没有写明审查的是哪一份文本"
        yield Refusal("review_unbound", sentence, step.basis.printed, "写明所审查文本的摘要值", step.name)


def record(
    definition: Definition,
    marking: Marking,
    act: Act,
    *,
    at: dt.datetime,
    calendar: Calendar,
    history: Sequence[Act] = (),
) -> Recorded:
    """Do it, or raise Refused with every reason. An attested act is refused only for its form; what else it breaks is
    written with it as findings. Corrections and late arrivals (``needs_refold``) need the ``history`` of acts."""
    form = tuple(_form(definition, marking, act, at))
    if form:
        raise Refused(*form)
    if needs_refold(definition, marking, act):
        return _refolded(definition, marking, act, at, calendar, history)
    found = refusals(definition, marking, act, at=at, calendar=calendar, history=history)
    act = _judged(act, found)
    return _recorded(definition, marking, advance(definition, marking, act), act)


def _judged(act: Act, found: tuple[Refusal, ...]) -> Act:
    if found and act.channel != ATTESTED:
        raise Refused(*found)
    return act.with_findings(tuple(Finding.of(refusal) for refusal in found)) if found else act


def _refolded(
    definition: Definition,
    marking: Marking,
    act: Act,
    at: dt.datetime,
    calendar: Calendar,
    history: Sequence[Act],
) -> Recorded:
    """Fold again with the act in its place; what it cures or breaks in other attested acts is written with it."""
    if not history and marking.last[1]:
        raise ValueError("a correction or late arrival needs the acts of the case (history=)")
    is_correction = definition.steps[act.step].act == "correct"
    earlier = [one for one in history if one.order < act.order]
    place = marking if is_correction else fold(definition, earlier)
    act = _judged(act, refusals(definition, place, act, at=at, calendar=calendar, history=history))
    every = in_order(corrected(definition, [*history, act]))
    created = {key for one in history for key in one.creates}
    cured = {key for one in history for key in one.cures}
    cures: list[str] = []
    creates: dict[str, Finding] = {}
    now = start(definition)
    for one in every:
        if one.channel == ATTESTED and one.seq != act.seq:
            found = {
                refusal.code: refusal for refusal in refusals(definition, now, one, at=at, calendar=calendar)
            }
            has = {f"{one.seq}:{finding.code}" for finding in one.findings} | created - cured
            has = {key.partition(":")[2] for key in has if key.startswith(f"{one.seq}:")}
            cures += [f"{one.seq}:{code}" for code in has - set(found)]
            for code in set(found) - has:
                creates[f"{one.seq}:{code}"] = replace(Finding.of(found[code]), subject=one.step)
        now = advance(definition, now, one)
    act = replace(act, cures=tuple(sorted(cures)), creates=dict(sorted(creates.items())))
    return _recorded(definition, marking, fold(definition, [*history, act]), act)


def _recorded(definition: Definition, before: Marking, after: Marking, act: Act) -> Recorded:
    table = table_of(definition)
    step = definition.steps[act.step]
    effects = (
        () if step.office else tuple(dict.fromkeys(name for row in _rows(table, act) for name in row.effects))
    )
    cleared = [one for one in before.undisclosed if table.secrecy_reviews[one] == step.name]
    cleared = [] if act.outcome == WITHHELD else cleared
    if table.secrecy_reviews.get(step.name) == "":
        cleared.append(step.name)
    return Recorded(
        after,
        act,
        effects,
        tuple(name for name in after.owed if name not in before.owed),
        tuple(name for name in before.owed if name not in after.owed and name != step.name),
        (step.opens.procedure,) if step.opens else (),
        tuple(cleared),
    )


def linked_acts(definition: Definition, procedure: str, step: str, outcome: str) -> tuple[str, ...]:
    """Which ``step.outcome`` here an act in a linked case stands for (to be entered as an attested act)."""
    found = []
    for one in definition.steps.values():
        for link in one.links:
            if link.procedure == procedure:
                for name in (f"{step}.{outcome}", step):
                    if name in link.on:
                        found.append(str(link.on[name]))
    return tuple(dict.fromkeys(found))

"""Why an act may not be done: every reason, each with its article and its cure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from fadu.core.errors import Refusal
from fadu.core.procedure import persons, special, waits
from fadu.core.procedure.act import ATTESTED, Act
from fadu.core.procedure.definition import DONE, Definition, Step
from fadu.core.procedure.duties import duties
from fadu.core.procedure.fold import rows_of, stamp
from fadu.core.procedure.marking import Marking
from fadu.core.procedure.table import Row, Table, table_of
from fadu.core.terms import Calendar, chinese_day, legal_day


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
    unreadable = form(definition, marking, act, at=at)
    return unreadable or conditions(definition, marking, act, calendar=calendar, history=history)


def conditions(
    definition: Definition, marking: Marking, act: Act, *, calendar: Calendar, history: Sequence[Act] = ()
) -> tuple[Refusal, ...]:
    """Every reason against a readable act: what an attested one is taken with as findings."""
    step = definition.steps[act.step]
    if step.office:
        return tuple(persons.refusals(definition, marking, step, act, apart=step.not_same_person_as))
    return tuple(dict.fromkeys(_conditions(definition, marking, step, act, calendar, history)))


def form(definition: Definition, marking: Marking, act: Act, *, at: dt.datetime) -> tuple[Refusal, ...]:
    """What makes an act unreadable: refused even when attested. All else becomes findings."""
    return tuple(_form(definition, marking, act, at))


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
        unsaid = act.outcome == DONE
        yield Refusal(
            "unknown_outcome",
            f"“{step.title}”还没有选择办理结果" if unsaid else f"“{step.title}”没有结果“{act.outcome}”",
            basis,
            f"可选的办理结果：{titles}",
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
    for row in rows_named(table, act):
        for clause in row.clauses:
            if not clause.holds(marking):
                yield clause.refusal
    yield from max_reached(marking, step)
    if step.asks or step.checks or act.facts:
        yield from _facts(definition, marking, step, act)
    if step.waits or table.counted_back[step.name]:
        on = legal_day(act.occurred_at)
        yield from waits.refusals(definition, marking, step, act.values, on=on, calendar=calendar)
    pending = [one for one in marking.undisclosed if table.secrecy_reviews[one] == step.name]
    yield from persons.refusals(definition, marking, step, act, apart=(*step.not_same_person_as, *pending))
    if step.reviews:
        yield from _review(definition, marking, step, act)
    if step.act:
        yield from special.refusals(definition, marking, step, act, calendar=calendar, history=history)
    if act.channel == ATTESTED:
        yield from _elsewhere(definition, marking, step, act, calendar)


def _elsewhere(
    definition: Definition, marking: Marking, step: Step, act: Act, calendar: Calendar
) -> Iterator[Refusal]:
    """What only an attested act can break: it came before the opening that the law wants first, or it was late. What
    is performed here is never kept back by a deadline; that it was late is counted, not found.

    A limit that runs for each party is surely exceeded when it is for all; a date that is only provisional accuses
    nobody."""
    opened = marking.done.get(definition.opening)
    alternatives = {ref.step for ref in step.after_any} & set(marking.done)
    needed = {ref.step for ref in step.after} | (alternatives if len(alternatives) == 1 else set())
    if opened and definition.opening in needed and stamp(act.occurred_at) < opened.at:
        first = definition.steps[definition.opening].title
        sentence = f"“{step.title}”应当在“{first}”之后，补录的时间却在其前"
        yield Refusal(
            "before_opening", sentence, step.basis.printed, "核对发生时间；属实的，说明情况", step.name
        )
    if step.name not in marking.owed:
        return
    owed = [
        duty
        for duty in duties(definition, marking, on=act.occurred_at, calendar=calendar)
        if duty.step == step.name
    ]
    dues = [duty.due_legal for duty in owed if duty.due_legal and duty.late and not duty.provisional]
    if dues and len(dues) == len(owed):
        due, done = chinese_day(max(map(legal_day, dues))), chinese_day(legal_day(act.occurred_at))
        sentence = f"“{step.title}”应当在{due}前完成，于{done}完成，已逾期"
        yield Refusal("late", sentence, owed[0].basis, "核对发生时间；属实的，说明逾期的理由", step.name)


def rows_named(table: Table, act: Act) -> tuple[Row, ...]:
    """The rows of the table that an act stands for, those of a child's result included."""
    if table.definition.steps[act.step].act == "child_result":
        return (table.rows[act.step, act.outcome, act.targets[0]],)
    return rows_of(table, act)


def max_reached(marking: Marking, step: Step) -> tuple[Refusal, ...]:
    """The law allows the step so many times (补正一次)."""
    if step.max and marking.counts.get(step.name, 0) >= step.max:
        return (Refusal("max_reached", f"“{step.title}”至多{step.max}次", step.basis.printed, "", step.name),)
    return ()


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

"""States, refusals and duties as Chinese sentences with their articles, for clerk and citizen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from fadu.core.errors import Refusal
from fadu.core.procedure.definition import Accrual, Definition, Ref, Step, Term, Wait
from fadu.core.procedure.duties import Duty
from fadu.core.procedure.engine import StepState
from fadu.core.terms import chinese_day

STATE_TITLES = {
    "done": "已完成",
    "owed": "应办",
    "available": "可以办理",
    "blocked": "尚不能办理",
    "inapplicable": "本案不适用",
    "unknown": "是否适用尚未认定",
}


def state_sentence(state: StepState) -> str:
    """One sentence for a step: what it is now and, where it cannot be done, why."""
    title = f"“{state.step.title}”"
    word = STATE_TITLES[state.state]
    if state.state == "done" and state.done is not None:
        outcome = state.step.outcomes[state.done.outcome].title
        ended = "" if outcome == state.step.title else f"，结果为“{outcome}”"
        return f"{title}已于{chinese_day(dt.date.fromisoformat(state.done.at[:10]))}完成{ended}。"
    if state.state == "owed" and state.duty is not None:
        return duty_sentence(state.duty)
    reasons = "；".join(refusal.sentence for refusal in state.refusals)
    return f"{title}{word}" + (f"：{reasons}。" if reasons and state.state != "inapplicable" else "。")


def refusal_sentence(refusal: Refusal) -> str:
    """The reason, its article, and what would cure it."""
    basis = f"（{refusal.basis}）" if refusal.basis else ""
    cure = f"{refusal.cure}。" if refusal.cure else ""
    return f"{refusal.sentence}{basis}。{cure}"


def duty_sentence(duty: Duty) -> str:
    """By when, how many working days are left, whether the time stands still."""
    title = f"“{duty.title}”"
    party = f"（对{duty.party}）" if duty.party else ""
    if duty.due_legal is None:
        waiting = f"，期限自{duty.waiting_for}起算，尚未开始" if duty.waiting_for else ""
        return f"应当办理{title}{party}{waiting}。"
    due = chinese_day(duty.due_legal)
    provisional = "（该年放假安排尚未公布，日期暂定）" if duty.provisional else ""
    if duty.paused:
        return f"应当办理{title}{party}，期限中止计算；现在恢复的，至{due}届满{provisional}。"
    left = duty.remaining_workdays or 0
    if duty.late:
        return f"{title}{party}已逾期：应当在{due}前完成，逾期{max(1, -left)}个工作日。"
    return f"应当在{due}前办理{title}{party}{provisional}，还有{left}个工作日。"


def _due(definition: Definition, limit: Term) -> str:
    if not limit.until:
        return f"成为应办后{limit.time}内完成。"
    owner, _, name = limit.until[-1].partition(".")
    step = definition.steps[owner]
    return f"应当在“{step.title}”所定的“{step.entries()[name].title}”以前完成。"


def demands(definition: Definition, step: Step) -> list[str]:
    """What the law asks of a step, sentence by sentence: who, after what, when, how long."""
    title = f"“{step.title}”"
    said = [f"{title}由{'、'.join(definition.roles[name].title for name in step.by)}办理。"]
    if step.guard:
        said.append(f"{guard_words(definition, step)}，才适用。")
    if step.after:
        said.append(f"须在{_titles(definition, step.after)}之后。")
    if step.after_any:
        said.append(f"须在下列之一以后：{_titles(definition, step.after_any)}。")
    said += [wait_sentence(definition, step, wait) for wait in step.waits]
    if step.limit:
        said.append(_due(definition, step.limit))
    if step.accrues:
        said.append(accrual_sentence(definition, step, step.accrues))
    if step.not_same_person_as:
        others = "、".join(f"“{definition.steps[name].title}”" for name in step.not_same_person_as)
        said.append(f"不得由办理过{others}的人办理。")
    for outcome in step.outcomes.values():
        owes = [*step.then.owes, *outcome.then.owes]
        if owes:
            names = "、".join(f"“{definition.steps[name].title}”" for name in dict.fromkeys(owes))
            said.append(f"结果为“{outcome.title}”的，应当办理{names}。")
    return said


def accrual_sentence(definition: Definition, step: Step, rule: Accrual) -> str:
    """How an amount grows, in words."""
    owner, _, field = (rule.base if "." in rule.base else f"{step.name}.{rule.base}").partition(".")
    base = definition.steps[owner].entries()[field].title
    begun, _, date = rule.start.partition(".")
    said = "期限届满" if not begun else f"“{definition.steps[begun].title}”"
    said = f"“{definition.steps[begun].entries()[date].title}”" if date else said
    per = {"day": "每日", "month": "每满一个月"}[rule.per]
    cap = f"，至多为{rule.cap}" if rule.cap else ""
    still = "、".join(f"“{definition.pauses[name].title}”" for name in rule.not_while)
    return f"自{said}的次日起，{per}按“{base}”的{rule.rate}增长{cap}{f'，{still}不计' if still else ''}。"


def guard_words(definition: Definition, step: Step) -> str:
    """只有“专业性、技术性较强”."""
    facts = definition.facts
    parts = [f"“{facts[name].title}”" for name in step.guard.all]
    parts += [f"并非“{facts[name].title}”" for name in step.guard.none]
    if step.guard.any:
        parts.append("“" + "”或“".join(facts[name].title for name in step.guard.any) + "”")
    return f"只有{'且'.join(parts)}"


def wait_sentence(definition: Definition, step: Step, wait: Wait) -> str:
    """One minimum time in words."""
    soft = "一般" if wait.force == "soft" else ""
    if wait.kind == "grant":
        return f"应当保证的时间{soft}不少于{wait.time}，办理人可以提前完成。"
    if wait.kind == "before":
        return f"{soft}应当在“{_planned_title(definition, step, wait)}”的{wait.time}前。"
    if wait.kind == "reached":
        return f"不得早于“{_planned_title(definition, step, wait)}”。"
    return f"自{_titles(definition, wait.start or step.after)}起{soft}不少于{wait.time}。"


def _planned_title(definition: Definition, step: Step, wait: Wait) -> str:
    owner, _, field = wait.planned.rpartition(".")
    return definition.steps[owner or step.name].entries()[field].title


def _titles(definition: Definition, refs: Iterable[Ref]) -> str:
    said = []
    for ref in refs:
        if ref.step == "either":
            group = definition.either[ref.outcome]
            said.append(
                group.title or f"（{'或'.join(f'“{definition.title_of(one)}”' for one in group.any)}）"
            )
        else:
            said.append(f"“{definition.title_of(ref)}”")
    return "、".join(said)

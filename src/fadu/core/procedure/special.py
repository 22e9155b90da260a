"""Rules of the general acts that no table holds: what may be named, extended, corrected, explained, served."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence

from fadu.core.errors import InputError, Refusal
from fadu.core.procedure import duties, relations
from fadu.core.procedure.act import Act
from fadu.core.procedure.definition import Definition, Step
from fadu.core.procedure.marking import Marking
from fadu.core.procedure.names import descendants
from fadu.core.terms import Calendar, Limit, chinese_day, legal_day

Rule = Callable[[Definition, Marking, Step, Act, Calendar, Sequence[Act]], Iterator[Refusal]]


def form(definition: Definition, marking: Marking, step: Step, act: Act) -> Iterator[Refusal]:
    """What a general act names must exist: without it the act is unreadable, attested or not."""
    if step.act in relations.TARGETED and step.act != "child_result":
        known = relations.targets(definition, step)
        if not act.targets:
            yield _unknown(step, f"没有写明“{step.title}”针对什么", "、".join(known))
        for target in act.targets:
            if target not in known:
                yield _unknown(step, f"“{step.title}”不能针对“{target}”", "、".join(known))
    elif step.act in _NEEDS:
        problem = _NEEDS[step.act](definition, marking, act)
        if problem:
            yield _unknown(step, problem, "")


def refusals(
    definition: Definition,
    marking: Marking,
    step: Step,
    act: Act,
    *,
    calendar: Calendar,
    history: Sequence[Act],
) -> Iterator[Refusal]:
    """The rules of this general act."""
    rule = _RULES.get(step.act)
    if rule:
        yield from rule(definition, marking, step, act, calendar, history)


def _unknown(step: Step, sentence: str, known: str) -> Refusal:
    return Refusal(
        "unknown_target", sentence, step.basis.printed, f"可以针对：{known}" if known else "", step.name
    )


def _step_named(definition: Definition, marking: Marking, act: Act) -> str:
    return "" if act.targets and act.targets[0] in definition.steps else "没有写明针对哪个步骤"


def _act_named(definition: Definition, marking: Marking, act: Act) -> str:
    if not act.targets or not act.targets[0].isdecimal():
        return "没有写明更正第几次办理"
    seq = int(act.targets[0])
    return "" if 0 < seq < act.seq else f"没有第{seq}次办理"


def _finding_named(definition: Definition, marking: Marking, act: Act) -> str:
    if not act.targets:
        return "没有写明说明哪个问题"
    missing = [key for key in act.targets if key not in marking.findings]
    return f"没有待说明的问题“{missing[0]}”" if missing else ""


def _child_named(definition: Definition, marking: Marking, act: Act) -> str:
    if len(act.targets) != 3:
        return "没有写明哪个步骤的哪个子案件以何结果办结"
    step, child, _ = act.targets
    return "" if child in marking.waiting.get(step, {}) else f"步骤“{step}”没有未办结的子案件“{child}”"


def _extend(
    definition: Definition, marking: Marking, step: Step, act: Act, calendar: Calendar, history: Sequence[Act]
) -> Iterator[Refusal]:
    target = definition.steps[act.targets[0]]
    extension = target.limit.extension if target.limit else None
    if target.limit is None or extension is None:
        yield Refusal(
            "not_extendable",
            f"“{target.title}”的期限依法不能延长",
            target.basis.printed,
            "按期办理",
            target.name,
        )
        return
    basis = extension.basis.printed or target.limit.basis.printed or target.basis.printed
    if target.name not in marking.owed:
        yield Refusal("not_owed", f"“{target.title}”的期限没有在计算", basis, "", target.name)
        return
    if len(marking.extensions.get(target.name, ())) >= extension.times:
        yield Refusal(
            "extended_already",
            f"“{target.title}”的期限至多延长{extension.times}次",
            basis,
            "按期办理",
            target.name,
        )
    try:
        asked = Limit.parse(str(act.values.get("time", "")))
    except InputError as error:
        yield Refusal("bad_time", error.what, basis, error.cure, "time")
        return
    if asked.unit != extension.time.unit or asked.number > extension.time.number:
        yield Refusal(
            "too_long",
            f"“{target.title}”的期限至多延长{extension.time}",
            basis,
            f"不超过{extension.time}",
            "time",
        )
    if extension.notice and not act.values.get("notified_on"):
        yield Refusal("notice_missing", "延期应当告知当事人", basis, "填写告知当事人的日期", "notified_on")
    roles = {performer.role for performer in act.performers if performer.role}
    if roles and not roles & set(extension.by):
        titles = "、".join(definition.roles[name].title for name in extension.by)
        yield Refusal("wrong_role", f"延期应当由{titles}批准", basis, f"报请{titles}批准", target.name)
    end = duties.nominal_end(
        definition, marking, target.name, on=legal_day(act.occurred_at), calendar=calendar
    )
    if end is not None and legal_day(act.occurred_at) > end:
        yield Refusal(
            "expired",
            f"“{target.title}”的期限已于{chinese_day(end)}届满，不能再延长",
            basis,
            "延期应当在届满前决定",
            target.name,
        )


def _correct(
    definition: Definition, marking: Marking, step: Step, act: Act, calendar: Calendar, history: Sequence[Act]
) -> Iterator[Refusal]:
    if not (act.values.get("corrected") or act.facts or act.digests):
        yield Refusal(
            "nothing_corrected",
            "没有写明更正什么",
            step.basis.printed,
            "写明更正的字段、事实或文件",
            "corrected",
        )
    seq = int(act.targets[0])
    target = next((name for name, done in marking.done.items() if done.seq == seq), "")
    if not target:
        target = next((one.step for one in history if one.seq == seq), "")
    if not target:
        return
    later = descendants(definition, target) | {
        other.name for other in definition.steps.values() if target in other.reviews
    }
    resting = [name for name in later if name in marking.done and marking.done[name].seq > seq]
    if resting and len({performer.person for performer in act.performers}) < 2:
        title = definition.steps[resting[0]].title
        yield Refusal(
            "corrects_alone",
            f"“{title}”以所更正的记载为依据，不得由一人单独更正",
            step.basis.printed,
            "由另一人共同办理并批准",
            target,
        )


def _serve(
    definition: Definition, marking: Marking, step: Step, act: Act, calendar: Calendar, history: Sequence[Act]
) -> Iterator[Refusal]:
    target = definition.steps[act.targets[0]]
    done = marking.done.get(target.name)
    if done is None:
        yield Refusal("missing_step", f"“{target.title}”尚未完成，没有可以送达的文书", target.basis.printed, f"先完成“{target.title}”", target.name)  # fmt: skip
        return
    served = str(act.values.get("served_on", ""))[:10]
    if served and served < done.at[:10]:
        yield Refusal(
            "served_before",
            f"送达日期{served}早于“{target.title}”的日期",
            step.basis.printed,
            "核对送达日期",
            "served_on",
        )
    if served and dt.date.fromisoformat(served) > legal_day(act.occurred_at):
        yield Refusal(
            "in_future", f"送达日期{served}尚未到", step.basis.printed, "送达以后再记录", "served_on"
        )


_NEEDS: dict[str, Callable[[Definition, Marking, Act], str]] = {
    "extend": _step_named,
    "serve": _step_named,
    "correct": _act_named,
    "explain": _finding_named,
    "child_result": _child_named,
}
_RULES: dict[str, Rule] = {"extend": _extend, "correct": _correct, "serve": _serve}

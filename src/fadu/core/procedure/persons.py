"""Who may not act together: separation of duties on natural persons, and how a body decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from fadu.core.errors import Refusal
from fadu.core.procedure.act import Act
from fadu.core.procedure.definition import DecidedBy, Definition, Step
from fadu.core.procedure.marking import Marking

VIEWS = ("agree", "disagree", "abstain", "absent")


def refusals(
    definition: Definition, marking: Marking, step: Step, act: Act, *, apart: Iterable[str]
) -> Iterator[Refusal]:
    """Every rule about persons that the act breaks; ``apart`` are the steps whose persons may not do this one."""
    if not act.performers:
        yield Refusal(
            "no_performer", f"没有写明由谁“{step.title}”", step.basis.printed, "写明办理人", step.name
        )
    for other in apart:
        if set(act.persons) & set(marking.persons.get(other, ())):
            title = definition.steps[other].title
            yield Refusal(
                "same_person", f"“{step.title}”不得由办理过“{title}”的同一人办理或者记录", step.basis.printed, "换由另一人办理",
                other,
            )  # fmt: skip
    for performer in act.performers:
        if performer.role and performer.role not in step.by:
            titles = "、".join(definition.roles[name].title for name in step.by)
            yield Refusal(
                "wrong_role",
                f"“{step.title}”应当由{titles}办理",
                step.basis.printed,
                f"转由{titles}办理",
                step.name,
            )
            break
    if step.decided_by:
        yield from decision(step, step.decided_by, act)


def decision(step: Step, rule: DecidedBy, act: Act) -> Iterator[Refusal]:
    """The rules of a body's decision against the views recorded (``values["views"]``: person, post, view, text, order,
    head). A quorum or majority of ``1/2`` means more than half, any other fraction at least so much; the quorum is
    counted over the members listed, the majority over those present."""
    views = act.values.get("views")
    if not isinstance(views, Sequence) or isinstance(views, str) or not views:
        yield _refusal(step, rule, "views_missing", "没有记录参会人员的意见", "逐人记录意见")
        return
    if any(not isinstance(view, Mapping) or view.get("view") not in VIEWS for view in views):
        yield _refusal(
            step, rule, "views_incomplete", "有人的意见没有写明同意、不同意、弃权或者缺席", "逐人写明"
        )
        return
    present = [view for view in views if view["view"] != "absent"]
    yield from _roll(step, rule, views)
    if rule.quorum and not _reaches(len(present), len(views), rule.quorum):
        yield _refusal(
            step,
            rule,
            "no_quorum",
            f"应到{len(views)}人，实到{len(present)}人，不足法定人数（{_words(rule.quorum)}）",
            "另行召集会议",
        )
    if rule.head_last:
        yield from _head_last(step, rule, present)
    if rule.dissent_kept and any(view["view"] == "disagree" and not view.get("text") for view in present):
        yield _refusal(step, rule, "dissent_missing", "不同意见没有如实记录内容", "写明持不同意见者的意见")
    yield from _majority(step, rule, act, present)


def _roll(step: Step, rule: DecidedBy, views: Sequence[Mapping[str, Any]]) -> Iterator[Refusal]:
    if rule.roll == "secret":
        return
    persons = [view.get("person") for view in views]
    if not all(persons):
        yield _refusal(step, rule, "views_incomplete", "记名表决须写明每一个人", "补上姓名")
    if len(set(persons)) != len(persons):
        yield _refusal(step, rule, "views_twice", "同一人的意见记录了两次", "每人只记录一次最后意见")


def _head_last(step: Step, rule: DecidedBy, present: Sequence[Mapping[str, Any]]) -> Iterator[Refusal]:
    heads = [view for view in present if view.get("head")]
    if not heads:
        yield _refusal(step, rule, "no_head", "没有记录行政首长的意见", "写明谁是行政首长及其意见")
    elif heads[0].get("order") != max((view.get("order") or 0) for view in present) or len(heads) > 1:
        yield _refusal(
            step, rule, "head_not_last", "行政首长应当最后发表意见", "按发言顺序记录，首长排在最后"
        )


def _majority(
    step: Step, rule: DecidedBy, act: Act, present: Sequence[Mapping[str, Any]]
) -> Iterator[Refusal]:
    if not rule.passes or rule.advisory:
        return
    passes = act.outcome in rule.passes
    if rule.majority == "head":
        members = [view["view"] for view in present if not view.get("head")]
        agree, disagree = members.count("agree"), members.count("disagree")
        departs = disagree > agree if passes else agree > disagree
        if rule.departure_reason and departs and not act.values.get("departure_reason"):
            yield _refusal(
                step,
                rule,
                "departure_unreasoned",
                "行政首长的决定与多数人的意见不一致，没有说明理由",
                "在会上说明理由并记录",
            )
        return
    every = [view["view"] for view in present]
    agree = every.count("agree")
    carried = bool(rule.majority) and _reaches(agree, len(every), rule.majority)
    if not carried and agree * 2 == len(every) and rule.tie == "head":
        carried = any(view.get("head") and view["view"] == "agree" for view in present)
    if rule.majority and passes != carried:
        word = "没有达到" if passes else "已经达到"
        yield _refusal(
            step,
            rule,
            "majority",
            f"同意{agree}人，实到{len(every)}人，{word}{_words(rule.majority)}，结果与表决不符",
            "按表决结果记录",
        )


def _reaches(count: int, total: int, fraction: str) -> bool:
    wanted = Fraction(fraction)
    share = Fraction(count, total) if total else Fraction(0)
    return share > wanted if wanted == Fraction(1, 2) else share >= wanted


def _words(fraction: str) -> str:
    top, _, bottom = fraction.partition("/")
    return "过半数" if fraction == "1/2" else f"{bottom}分之{top}以上"


def _refusal(step: Step, rule: DecidedBy, code: str, sentence: str, cure: str) -> Refusal:
    return Refusal(code, f"“{step.title}”：{sentence}", rule.basis.printed, cure, "views")

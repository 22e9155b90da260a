"""What an act needs, clause by clause: the formula, the sentence when it fails, the article, the cure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fadu.core.errors import Refusal
from fadu.core.procedure import relations
from fadu.core.procedure.definition import Basis, Definition, Guard, Outcome, Ref, Step
from fadu.core.procedure.formula import TRUE, Bit, Formula, Not, Test, compile_test, conj, disj, neg
from fadu.core.procedure.names import EITHER


@dataclass(frozen=True, eq=False)
class Clause:
    """One demand. ``code`` is stable; ``subject`` names the step, fact or pause meant."""

    code: str
    formula: Formula
    holds: Test
    refusal: Refusal


def of_step(definition: Definition, step: Step) -> tuple[Clause, ...]:
    """The demands of a step, whatever its outcome."""
    return tuple(_unique(_Clauses(definition, step).every()))


def of_outcome(definition: Definition, step: Step, outcome: Outcome) -> tuple[Clause, ...]:
    """The further demands of one outcome."""
    maker = _Clauses(definition, step)
    subject = f"{step.name}.{outcome.name}"
    return tuple(maker.guard(outcome.guard, f"“{step.title}”的结果“{outcome.title}”", subject, outcome.basis))


def of_target(definition: Definition, step: Step, target: str) -> tuple[Clause, ...]:
    """The further demands of a general act on what it names."""
    maker = _Clauses(definition, step)
    if step.act == "waive":
        name = target.removesuffix(".wait")
        formula = conj([Not(Bit("waived", target)), *([] if target != name else [Not(Bit("done", name))])])
        title = definition.steps[name].title
        return (
            maker.clause("waived_already", formula, f"“{title}”已经完成或者已经豁免", "无需再豁免", name),
        )
    if step.act == "overturn":
        name, _, value = target.partition("=")
        formula = Bit("no" if value == "yes" else "yes", name)
        title = definition.facts[name].title
        return (
            maker.clause(
                "fact_unknown", formula, f"“{title}”尚未认定，或者已经是所要改成的结论", "先作认定", name
            ),
        )
    if step.act == "return":
        title = definition.steps[target].title
        return (
            maker.clause(
                "missing_step",
                Bit("done", target),
                f"“{title}”尚未完成，不能退回",
                f"先完成“{title}”",
                target,
            ),
        )
    if step.act == "reopen":
        return (
            maker.clause(
                "not_ended", Bit("ended"), "程序没有终结，不需要重新启动", "直接办理应办步骤", target
            ),
        )
    if step.act == "child_result":
        title = definition.steps[target].title
        return (
            maker.clause(
                "no_children", Bit("waiting", target), f"“{title}”没有未办结的子案件", "核对案号", target
            ),
        )
    return ()


class _Clauses:
    def __init__(self, definition: Definition, step: Step) -> None:
        self.definition, self.step = definition, step

    def clause(
        self,
        code: str,
        formula: Formula,
        sentence: str,
        cure: str,
        subject: str = "",
        basis: Basis | None = None,
    ) -> Clause:
        printed = (basis or self.step.basis).printed or self.step.basis.printed
        return Clause(code, formula, compile_test(formula), Refusal(code, sentence, printed, cure, subject))

    def every(self) -> Iterator[Clause]:
        step, definition = self.step, self.definition
        if step.act not in relations.AFTER_END:
            yield self.clause(
                "ended", disj([Not(Bit("ended")), Bit("owed", step.name)]), "程序已经终结", "需要继续办理的，先依法重新启动", step.name
            )  # fmt: skip
        yield from self.guard(step.guard, f"“{step.title}”", step.name, step.basis)
        for ref in step.after:
            yield from self.condition(ref, TRUE, frozenset())
        if step.after_any:
            yield from self.one_of(step.after_any, TRUE, frozenset())
        for name in step.not_while_owed:
            other = definition.steps[name]
            yield self.clause(
                "owed_first", neg(relations.owed(definition, name)), f"“{other.title}”应办未办，不得“{step.title}”",
                f"先完成“{other.title}”", name,
            )  # fmt: skip
        for ref in step.not_after:
            title = definition.title_of(ref)
            yield self.clause(
                "too_late",
                Not(Bit("done", ref.step, ref.outcome)),
                f"“{title}”以后，不得再“{step.title}”",
                "",
                ref.step,
            )
        yield from self.pauses()
        if not step.repeatable:
            formula = disj([Not(Bit("done", step.name)), Bit("owed", step.name)])
            yield self.clause(
                "already_done",
                formula,
                f"“{step.title}”已经完成",
                "确需重做的，由引起重做的步骤提出",
                step.name,
            )
        for other in definition.steps.values():
            if other.opens and other.opens.returns == step.name:
                yield self.clause(
                    "children_open", Not(Bit("waiting", other.name)), f"“{other.title}”所启动的子案件尚未办结", "等待子案件办结",
                    other.name,
                )  # fmt: skip
        if step.act == "secrecy_review":
            yield self.clause(
                "nothing_to_review", Bit("owed", step.name), "没有待公开的内容需要保密审查", "", step.name
            )

    def guard(self, guard: Guard, whose: str, subject: str, basis: Basis) -> Iterator[Clause]:
        for name in guard.names:
            fact = self.definition.facts[name]
            known = disj([Bit("yes", name), Bit("no", name), relations.ruled_out(guard)])
            asked = "、".join(f"“{self.definition.steps[step].title}”" for step in fact.asked)
            yield self.clause(
                "fact_unknown", known, f"尚未认定是否“{fact.title}”，不能确定{whose}是否适用", f"在{asked}时作出认定", name, fact.basis
            )  # fmt: skip
        if guard:
            titles = "、".join(f"“{self.definition.facts[name].title}”" for name in guard.names)
            yield self.clause(
                "inapplicable",
                neg(relations.ruled_out(guard)),
                f"{whose}在本案不适用（取决于{titles}）",
                "",
                subject,
                basis,
            )

    def condition(self, ref: Ref, when: Formula, seen: frozenset[str]) -> Iterator[Clause]:
        """``after``: flattened, so that the reason names the step that is really missing, also through steps that
        do not apply."""
        if ref.step == EITHER:
            yield from self.one_of(self.definition.either[ref.outcome].any, when, seen)
            return
        other = self.definition.steps[ref.step]
        if other.guard:
            yield from self.known(other, when)
        needed = disj(
            [neg(conj([when, relations.applies(other.guard)])), relations.done(self.definition, ref)]
        )
        title = self.definition.title_of(ref)
        yield self.clause(
            "missing_step", needed, f"未经“{title}”，不得“{self.step.title}”", f"先完成“{title}”", str(ref)
        )
        if other.guard and ref.step not in seen:
            further = conj([when, relations.ruled_out(other.guard)])
            for before in other.after:
                yield from self.condition(before, further, seen | {ref.step})
            if other.after_any:
                yield from self.one_of(other.after_any, further, seen | {ref.step})

    def known(self, other: Step, when: Formula) -> Iterator[Clause]:
        for name in other.guard.names:
            fact = self.definition.facts[name]
            known = disj([neg(when), Bit("yes", name), Bit("no", name), relations.ruled_out(other.guard)])
            asked = "、".join(f"“{self.definition.steps[step].title}”" for step in fact.asked)
            yield self.clause(
                "fact_unknown", known, f"尚未认定是否“{fact.title}”，不能确定是否应当先“{other.title}”", f"在{asked}时作出认定",
                name, fact.basis,
            )  # fmt: skip

    def one_of(self, refs: tuple[Ref, ...], when: Formula, seen: frozenset[str]) -> Iterator[Clause]:
        titles = "、".join(f"“{self.definition.title_of(ref)}”" for ref in refs if ref.step != EITHER)
        formula = disj([neg(when), relations.satisfied_any(self.definition, refs, seen)])
        yield self.clause(
            "missing_step", formula, f"“{self.step.title}”以前，应当先有下列之一：{titles}", "先完成其中之一",
            "|".join(map(str, refs)),
        )  # fmt: skip

    def pauses(self) -> Iterator[Clause]:
        for pause in self.definition.pauses.values():
            if self.step.name in relations.blocked_by(self.definition, pause):
                until = "、".join(f"“{self.definition.title_of(ref)}”" for ref in pause.until)
                yield self.clause(
                    "paused", Not(Bit("running", pause.name)), f"“{pause.title}”，不得“{self.step.title}”", f"先办理{until}",
                    pause.name, pause.basis,
                )  # fmt: skip


def _unique(every: Iterator[Clause]) -> Iterator[Clause]:
    seen: set[object] = set()
    for clause in every:
        key = (clause.code, clause.formula)
        if clause.formula != TRUE and key not in seen:
            seen.add(key)
            yield clause

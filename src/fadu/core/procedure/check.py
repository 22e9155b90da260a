"""Every name in a definition means something, and its words do not contradict each other."""

from __future__ import annotations

import re

from fadu.core.errors import DefinitionError
from fadu.core.procedure import check_times
from fadu.core.procedure.check_base import Checker
from fadu.core.procedure.definition import (
    Consequences,
    Definition,
    Field,
    Guarantee,
    Indicator,
    Role,
    Step,
)
from fadu.core.procedure.names import ALL, EITHER, RELATIONS, SECRECY_REVIEW, ancestors, unknown

# 1 自行填报, 2 证件核验, 3 现场或人脸核验
REAL_NAME_MAX = 3
_FRACTION = re.compile(r"[1-9]\d*/[1-9]\d*")


def check(definition: Definition, where: str) -> None:
    """Stop at the first name that does not resolve, or at words that contradict each other."""
    _Check(definition, where).run()


def check_real_name(role: Role, where: str) -> None:
    """A real-name level is asked of parties and of the public, and there are three above none."""
    if role.real_name and role.kind not in ("party", "public"):
        raise DefinitionError(
            "只有当事人、公众的角色可以要求实名等级", where=f"{where}，real_name", cure="删去，或者改正 kind"
        )
    if not 0 <= role.real_name <= REAL_NAME_MAX:
        raise DefinitionError(
            f"实名等级 {role.real_name} 不存在",
            where=f"{where}，real_name",
            cure=f"写 1 至 {REAL_NAME_MAX} 的整数",
        )


class _Check(Checker):
    def run(self) -> None:
        definition = self.definition
        self.step(definition.opening, f"{self.where}，opening")
        for role in definition.roles.values():
            check_real_name(role, f"{self.where}，角色 {role.name}")
        for fact in definition.facts.values():
            self.each(fact.asked, f"{self.where}，事实 {fact.name}，asked")
        for either in definition.either.values():
            self.refs(either.any, f"{self.where}，条件组 {either.name}")
        for step in self.steps.values():
            self.check_step(step, f"{self.where}，步骤 {step.name}")
        for pause in definition.pauses.values():
            place = f"{self.where}，暂停 {pause.name}"
            self.refs((*pause.start, *pause.until, *pause.ends_by), place)
            self.each((name for name in pause.blocks if name != ALL), place)
        self.check_stages()
        for index, guarantee in enumerate(definition.guarantees, 1):
            self.check_guarantee(guarantee, f"{self.where}，第{index}个保证")
        for one in definition.indicators.values():
            self.check_indicator(one, f"{self.where}，指标 {one.name}")
        self.check_asked_first()

    def check_step(self, step: Step, where: str) -> None:
        if step.name == EITHER:
            raise DefinitionError("步骤不能叫 either", where=where, cure="换一个名称")
        self.roles(step.by, f"{where}，by")
        self.refs((*step.after, *step.after_any), f"{where}，after", groups=True)
        self.refs(step.not_after, f"{where}，not_after")
        self.check_several(step, where)
        for word, names in (
            ("not_while_owed", step.not_while_owed),
            ("reviews", step.reviews),
            ("not_same_person_as", step.not_same_person_as),
        ):
            self.each(names, f"{where}，{word}")
            if step.name in names:
                raise DefinitionError(f"{word} 写了步骤自己", where=where, cure="写另一个步骤")
        if any(ref.step == step.name for ref in (*step.after, *step.after_any)):
            raise DefinitionError("步骤不能以自己为前提", where=f"{where}，after", cure="删去自己")
        self.guard(step.guard, f"{where}，适用条件")
        self.consequences(step.then, where)
        for wait in step.waits:
            check_times.wait(self, step, wait, f"{where}，等待期")
        self.check_record(step, where)
        self.check_outcomes(step, where)
        if step.limit:
            check_times.limit(self, step, step.limit, f"{where}，期限")
        if step.max and not step.repeatable:
            raise DefinitionError(
                "写了 max 却没有写 repeatable", where=where, cure="加上 repeatable = true，或删去 max"
            )
        if step.decided_by:
            self.check_decision(step, where)
        self.check_cases(step, where)

    def consequences(self, then: Consequences, where: str) -> None:
        self.each(then.owes, f"{where}，owes")
        self.each(then.kept, f"{where}，ends")
        self.each(then.supersedes, f"{where}，supersedes")
        self.each(then.discharges, f"{where}，discharges")
        self.each([then.restarts_from] if then.restarts_from else [], f"{where}，restarts_from")

    def check_several(self, step: Step, where: str) -> None:
        """Cases done together share what was typed; what must be looked at case by case cannot be shared."""
        own = {
            "fact": step.asks,
            "document": [one for one in step.documents.values() if one.required],
            "decided_by": step.decided_by,
            "opens": step.opens,
            "reviews": step.reviews,
            "amount_limit": step.amount_limit,
            "panel": step.panel,
        }
        if step.several and (word := next((word for word, has in own.items() if has), "")):
            raise DefinitionError(
                f"“{step.title}”有 {word}，须逐件办理", where=f"{where}，several", cure="删去 several"
            )

    def check_record(self, step: Step, where: str) -> None:
        twice = set(step.fields) & set(step.documents)
        if twice:
            raise DefinitionError(f"字段和材料同名“{sorted(twice)[0]}”", where=where, cure="改其中一个的名称")
        for entry in step.entries().values():
            self.check_field(entry, step, f"{where}，字段 {entry.name}")
        if step.disclosure:
            place = f"{where}，公开"
            self.fields(step.disclosure.shows, step, f"{place}，shows")
            for name in step.disclosure.shows:
                if step.entries()[name].cls in ("personal", "sealed"):
                    raise DefinitionError(
                        f"“{name}”是个人信息或密封信息，不能公开", where=place,
                        cure='字段写 class = "public" 或 "internal"，或从 shows 中删去',
                    )  # fmt: skip
            review = step.disclosure.review or SECRECY_REVIEW
            self.step(review, f"{place}，review")
            if review == step.name:
                raise DefinitionError(
                    "保密审查不能由公开的步骤自己作出", where=place, cure="写另一个步骤，或删去 review"
                )
        for name, relations in step.readers.items():
            self.fields([name], step, f"{where}，readers")
            for relation in relations:
                if relation not in RELATIONS:
                    unknown("与案件的关系", relation, RELATIONS, f"{where}，readers")
        if step.amount_limit:
            self.fields([step.amount_limit], step, f"{where}，amount_limit")

    def check_field(self, entry: Field, step: Step, where: str) -> None:
        if entry.type in ("choice", "choices") and not entry.choices:
            raise DefinitionError("选择字段没有选项", where=where, cure='写 choices = [["键", "中文"], …]')
        if entry.type == "table" and not entry.columns:
            raise DefinitionError("表格字段没有列", where=where, cure="写 columns")
        if entry.type == "reference" and not entry.register:
            raise DefinitionError("引用字段没有写名册", where=where, cure='写 register = "…"')
        for outcome in entry.required if isinstance(entry.required, tuple) else ():
            if outcome not in step.outcomes:
                unknown(f"“{step.title}”的结果", outcome, step.outcomes, f"{where}，required")

    def check_outcomes(self, step: Step, where: str) -> None:
        for outcome in step.outcomes.values():
            place = f"{where}，结果 {outcome.name}"
            self.fields(outcome.requires, step, f"{place}，requires")
            self.guard(outcome.guard, place)
            self.consequences(outcome.then, place)

    def check_decision(self, step: Step, where: str) -> None:
        rule = step.decided_by
        assert rule is not None
        for word, value in (("quorum", rule.quorum), ("majority", rule.majority)):
            if value and value != "head" and not _FRACTION.fullmatch(value):
                raise DefinitionError(
                    f"“{value}”不是分数", where=f"{where}，{word}", cure='写如 "1/2"、"2/3"'
                )
        if (
            not rule.passes
            and not rule.advisory
            and (rule.departure_reason or rule.majority not in ("", "head"))
        ):
            raise DefinitionError(
                "没有写明哪些结果表示通过",
                where=where,
                why="多数意见要与结果比较",
                cure='写 passes = ["通过的结果"]',
            )
        for name in rule.passes:
            if name not in step.outcomes:
                unknown(f"“{step.title}”的结果", name, step.outcomes, f"{where}，passes")

    def check_cases(self, step: Step, where: str) -> None:
        if step.accrues:
            check_times.accrual(self, step, step.accrues, f"{where}，accrues")
        if step.opens:
            kind, _, name = step.opens.per.partition(":")
            if kind not in ("one", "field") or (kind == "field" and not name):
                raise DefinitionError(
                    f"“{step.opens.per}”不可用", where=f"{where}，opens，per", cure="写 one 或 field:字段"
                )
            if name:
                self.fields([name], step, f"{where}，opens，per")
            if step.opens.returns:
                self.step(step.opens.returns, f"{where}，opens，returns")
        for link in step.links:
            self.fields([link.field] if link.field else [], step, f"{where}，links")
            self.refs(link.on.values(), f"{where}，links，on")
            for ref in link.on.values():
                self.fields(
                    link.carries.values(), self.definition.steps[ref.step], f"{where}，links，carries"
                )

    def check_stages(self) -> None:
        seen: dict[str, str] = {}
        for stage in self.definition.stages.values():
            self.each(stage.steps, f"{self.where}，阶段 {stage.name}")
            for name in stage.steps:
                if name in seen:
                    raise DefinitionError(
                        f"步骤 {name} 同时在阶段 {seen[name]} 和 {stage.name} 中",
                        where=self.where,
                        cure="只留一处",
                    )
                seen[name] = stage.name

    def check_guarantee(self, one: Guarantee, where: str) -> None:
        never = bool(one.never and (one.without or one.only_when or one.unless))
        always = bool(one.after and one.cannot_rest_without)
        if never == always:
            raise DefinitionError(
                "保证只能是两种之一", where=where, why="“未经A不得B”写 never 与 without（或者只在某些事实下绝不发生，写 only_when、unless）；“有A必有B”写 after 与 cannot_rest_without",
                cure="只写其中一对",
            )  # fmt: skip
        if always and (one.voided_by or one.armed_by):
            raise DefinitionError(
                "voided_by 和 armed_by 只与 never 连用", where=where, cure="删去，或改用 lifted_by"
            )
        if never and one.lifted_by:
            raise DefinitionError("lifted_by 只与 after 连用", where=where, cure="删去，或改用 voided_by")
        every = (
            *one.never,
            *one.without,
            *one.voided_by,
            *one.armed_by,
            *one.after,
            *one.cannot_rest_without,
        )
        self.refs((*every, *one.lifted_by), where)
        self.facts((*one.unless, *one.only_when), where)

    def check_indicator(self, one: Indicator, where: str) -> None:
        if bool(one.first) == bool(one.having):
            raise DefinitionError(
                "指标的分子只能写一种",
                where=where,
                why="first 要求在先，having 不论先后",
                cure="写 first 或者 having",
            )
        self.refs((*one.of, *one.first, *one.having), where)
        self.facts((*one.unless, *one.only_when), where)

    def check_asked_first(self) -> None:
        """Every fact is asked at the opening step or at one that comes before each reader (an unknown fact blocks)."""
        before = ancestors(self.definition)
        for step in self.steps.values():
            if step.general:
                continue
            for name in step.guard.names:
                asked = self.definition.facts[name].asked
                if self.definition.opening not in asked and not before[step.name] & set(asked):
                    raise DefinitionError(
                        f"事实“{self.definition.facts[name].title}”（{name}）在读它之前没有询问",
                        where=f"{self.where}，步骤 {step.name}",
                        why="未知的事实使步骤受阻，绝不当作“否”",
                        cure=f"在事实的 asked 中写上开启步骤 {self.definition.opening} 或某个在先的步骤",
                    )

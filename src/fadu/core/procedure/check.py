"""Every name in a definition means something, and its words do not contradict each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from fadu.core.errors import DefinitionError
from fadu.core.procedure.definition import (
    Consequences,
    Definition,
    Field,
    Guarantee,
    Guard,
    Ref,
    Role,
    Step,
    Term,
    Wait,
)
from fadu.core.procedure.names import ALL, EITHER, MOMENTS, RELATIONS, SECRECY_REVIEW, ancestors, unknown

# 1 自行填报, 2 证件核验, 3 现场或人脸核验
REAL_NAME_MAX = 3
_FRACTION = re.compile(r"[1-9]\d*/[1-9]\d*")
_PERCENT = re.compile(r"\d+(\.\d+)?%")


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


class _Check:
    def __init__(self, definition: Definition, where: str) -> None:
        self.definition, self.where = definition, where
        self.steps = definition.steps

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
        self.check_asked_first()

    def step(self, name: str, where: str) -> None:
        if name not in self.steps:
            unknown("步骤", name, (step.name for step in self.steps.values() if not step.general), where)

    def each(self, names: Iterable[str], where: str) -> None:
        for name in names:
            self.step(name, where)

    def ref(self, ref: Ref, where: str, *, groups: bool = False) -> None:
        if ref.step == EITHER:
            if not groups:
                raise DefinitionError(f"“{ref}”不能用在这里", where=where, cure="条件组只能写在 after 中")
            if ref.outcome not in self.definition.either:
                unknown("条件组", ref.outcome, self.definition.either, where)
            return
        self.step(ref.step, where)
        if ref.outcome and ref.outcome not in self.steps[ref.step].outcomes:
            unknown(
                f"“{self.steps[ref.step].title}”的结果", ref.outcome, self.steps[ref.step].outcomes, where
            )

    def refs(self, refs: Iterable[Ref], where: str, *, groups: bool = False) -> None:
        for ref in refs:
            self.ref(ref, where, groups=groups)

    def facts(self, names: Iterable[str], where: str) -> None:
        for name in names:
            if name not in self.definition.facts:
                unknown("事实", name, self.definition.facts, where)

    def roles(self, names: Iterable[str], where: str) -> None:
        for name in names:
            if name not in self.definition.roles:
                unknown("角色", name, self.definition.roles, where)

    def fields(self, names: Iterable[str], step: Step, where: str) -> None:
        for name in names:
            if name not in step.entries():
                unknown(f"“{step.title}”的字段", name, step.entries(), where)

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
            self.check_wait(step, wait, f"{where}，等待期")
        self.check_record(step, where)
        self.check_outcomes(step, where)
        if step.limit:
            self.check_limit(step, step.limit, f"{where}，期限")
        if step.max and not step.repeatable:
            raise DefinitionError(
                "写了 max 却没有写 repeatable", where=where, cure="加上 repeatable = true，或删去 max"
            )
        if step.decided_by:
            self.check_decision(step, where)
        self.check_cases(step, where)

    def guard(self, guard: Guard, where: str) -> None:
        self.facts(guard.names, where)
        both = set(guard.none) & {*guard.all, *guard.any}
        if both:
            raise DefinitionError(
                f"“{sorted(both)[0]}”既要求为“是”又要求为“否”", where=where, cure="只留一个"
            )

    def consequences(self, then: Consequences, where: str) -> None:
        self.each(then.owes, f"{where}，owes")
        self.each(then.kept, f"{where}，ends")
        self.each(then.supersedes, f"{where}，supersedes")
        self.each(then.discharges, f"{where}，discharges")
        self.each([then.restarts_from] if then.restarts_from else [], f"{where}，restarts_from")

    def check_wait(self, step: Step, wait: Wait, where: str) -> None:
        self.refs(wait.start, f"{where}，from")
        self.guard(wait.guard, where)
        if wait.kind == "elapse" and not wait.start and not [ref for ref in step.after if ref.step != EITHER]:
            raise DefinitionError("不知道自何时起算", where=where, cure='写 from = "步骤"，或先写 after')
        if wait.planned:
            owner, _, name = wait.planned.rpartition(".")
            if owner:
                self.step(owner, f"{where}，planned")
            entries = self.steps[owner or step.name].entries()
            if name not in entries:
                unknown(f"“{self.steps[owner or step.name].title}”的字段", name, entries, f"{where}，planned")
            if entries[name].type not in ("date", "datetime"):
                raise DefinitionError(
                    f"“{name}”不是日期字段", where=f"{where}，planned", cure='字段写 type = "date"'
                )

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

    def check_limit(self, step: Step, limit: Term, where: str) -> None:
        owner, _, name = limit.start.partition(".")
        if owner and owner not in MOMENTS:
            self.step(owner, f"{where}，from")
            if name:
                self.fields([name], self.steps[owner], f"{where}，from")
        for date in limit.until:
            owner, _, name = date.partition(".")
            self.step(owner, f"{where}，until")
            entries = self.steps[owner].entries()
            if name not in entries or entries[name].type != "date":
                raise DefinitionError(
                    f"“{date}”不是日期字段", where=f"{where}，until", cure='写成 until = "步骤.日期字段"'
                )
        for name in limit.paused_while:
            if name not in self.definition.pauses and not (name in self.steps and self.steps[name].opens):
                unknown("暂停或子案件步骤", name, self.definition.pauses, f"{where}，paused_while")
        if limit.on_expiry:
            self.ref(limit.on_expiry, f"{where}，on_expiry")
        if limit.replaces:
            self.step(limit.replaces, f"{where}，replaces")
        if limit.extension:
            self.roles(limit.extension.by, f"{where}，延期，by")
        owed = any(step.name in owing.owes for owing in self.all_consequences())
        taken_back = any(step.name in owing.supersedes for owing in self.all_consequences())
        if not (owed or taken_back or step.required or step.name == self.definition.opening):
            raise DefinitionError(
                "这个期限永远不会起算：没有哪个步骤使它成为应办", where=where,
                cure=f'在引起它的步骤上写 owes = ["{step.name}"]，或在本步骤上写 required = true',
            )  # fmt: skip

    def all_consequences(self) -> Iterator[Consequences]:
        for step in self.steps.values():
            yield step.then
            yield from (outcome.then for outcome in step.outcomes.values())

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
            place = f"{where}，accrues"
            self.fields([step.accrues.base], step, place)
            for value in (step.accrues.rate, *([step.accrues.cap] if step.accrues.cap else [])):
                if not _PERCENT.fullmatch(value):
                    raise DefinitionError(f"“{value}”不是比率", where=place, cure="写如 3%、0.05%、100%")
            for name in step.accrues.not_while:
                if name not in self.definition.pauses:
                    unknown("暂停", name, self.definition.pauses, f"{place}，not_while")
            self.each([step.accrues.start] if step.accrues.start else [], f"{place}，from")
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

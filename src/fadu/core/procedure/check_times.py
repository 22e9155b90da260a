"""The words of time in a definition: minimum times, limits, amounts that grow."""

from __future__ import annotations

import re

from fadu.core.errors import DefinitionError
from fadu.core.procedure.check_base import Checker
from fadu.core.procedure.definition import Accrual, Step, Term, Wait
from fadu.core.procedure.names import EITHER, MOMENTS, unknown

_PERCENT = re.compile(r"\d+(\.\d+)?%")


def wait(checker: Checker, step: Step, wait: Wait, where: str) -> None:
    checker.refs(wait.start, f"{where}，from")
    checker.guard(wait.guard, where)
    if wait.warn and wait.kind != "before":
        raise DefinitionError("warn 只与 before 连用", where=f"{where}，warn", cure="删去 warn")
    if wait.kind == "elapse" and not wait.start and not [ref for ref in step.after if ref.step != EITHER]:
        raise DefinitionError("不知道自何时起算", where=where, cure='写 from = "步骤"，或先写 after')
    if wait.planned:
        owner, _, name = wait.planned.rpartition(".")
        if owner:
            checker.step(owner, f"{where}，planned")
        entries = checker.steps[owner or step.name].entries()
        if name not in entries:
            unknown(f"“{checker.steps[owner or step.name].title}”的字段", name, entries, f"{where}，planned")
        if entries[name].type not in ("date", "datetime"):
            raise DefinitionError(
                f"“{name}”不是日期字段", where=f"{where}，planned", cure='字段写 type = "date"'
            )


def limit(checker: Checker, step: Step, limit: Term, where: str) -> None:
    owner, _, name = limit.start.partition(".")
    if owner and owner not in MOMENTS:
        checker.step(owner, f"{where}，from")
        if name:
            checker.fields([name], checker.steps[owner], f"{where}，from")
    for date in limit.until:
        owner, _, name = date.partition(".")
        checker.step(owner, f"{where}，until")
        entries = checker.steps[owner].entries()
        if name not in entries or entries[name].type != "date":
            raise DefinitionError(
                f"“{date}”不是日期字段", where=f"{where}，until", cure='写成 until = "步骤.日期字段"'
            )
    for name in limit.paused_while:
        if name not in checker.definition.pauses and not (
            name in checker.steps and checker.steps[name].opens
        ):
            unknown("暂停或子案件步骤", name, checker.definition.pauses, f"{where}，paused_while")
    if limit.on_expiry:
        checker.ref(limit.on_expiry, f"{where}，on_expiry")
    if (
        limit.warn
        and limit.warn.unit is limit.time.unit
        and limit.warn.number >= limit.time.number
        and not limit.until
    ):
        raise DefinitionError(
            f"期限只有{limit.time}，不能在{limit.warn}前预警", where=f"{where}，warn", cure="写得比期限短"
        )
    if limit.replaces:
        checker.step(limit.replaces, f"{where}，replaces")
    if limit.extension:
        checker.roles(limit.extension.by, f"{where}，延期，by")
    owed = any(step.name in owing.owes for owing in checker.all_consequences())
    taken_back = any(step.name in owing.supersedes for owing in checker.all_consequences())
    if not (owed or taken_back or step.required or step.name == checker.definition.opening):
        raise DefinitionError(
            "这个期限永远不会起算：没有哪个步骤使它成为应办", where=where,
            cure=f'在引起它的步骤上写 owes = ["{step.name}"]，或在本步骤上写 required = true',
        )  # fmt: skip


def accrual(checker: Checker, step: Step, rule: Accrual, where: str) -> None:
    """Base, rate and cap can be read, and it is known from when and until when the amount grows."""
    owner, _, name = rule.base.rpartition(".")
    checker.each([owner] if owner else [], f"{where}，base")
    checker.fields([name], checker.steps[owner or step.name], f"{where}，base")
    if (base := checker.steps[owner or step.name].entries()[name]).type not in ("money", "number"):
        raise DefinitionError(f"“{base.title}”不是金额", where=f"{where}，base", cure='字段写 type = "money"')
    for value in (rule.rate, *([rule.cap] if rule.cap else [])):
        if not _PERCENT.fullmatch(value):
            raise DefinitionError(f"“{value}”不是比率", where=where, cure="写如 3%、0.05%、100%")
    for pause in rule.not_while:
        if pause not in checker.definition.pauses:
            unknown("暂停", pause, checker.definition.pauses, f"{where}，not_while")
    checker.each(rule.until, f"{where}，until")
    if rule.start:
        checker.date(rule.start, f"{where}，from")
    elif step.limit is None:
        raise DefinitionError("不知道自何时起算", where=where, cure='写 from = "步骤"，或给本步骤写 limit')
    if not rule.until and (not owner or owner == step.name):
        raise DefinitionError(
            "不知道计至何时", where=where, why="基数由本步骤自己写明，本步骤完成时才有基数",
            cure='写 until = ["步骤"]，或把 accrues 写在应当缴纳的步骤上',
        )  # fmt: skip

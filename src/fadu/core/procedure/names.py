"""Names of the language: what the city answers to, groups written ``either.x``, what comes before what."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn

from fadu.core.errors import DefinitionError
from fadu.core.procedure.definition import Definition, Ref
from fadu.core.procedure.shape import suggest

EITHER = "either"
ALL = "all"
SECRECY_REVIEW = "secrecy_review"
MOMENTS = ("served", "received", "knew")
RELATIONS = ("handles", "supervises", "party", "public", "reviews", "decides")
_EXPRESSION = re.compile(r"[\s=<>()!&|+*/]")


@dataclass(frozen=True)
class Names:
    """The names that the city can answer to; a definition that uses another one does not load."""

    checks: frozenset[str]
    effects: frozenset[str]
    panels: frozenset[str]
    templates: frozenset[str]


def unknown(kind: str, name: str, known: Iterable[str], where: str) -> NoReturn:
    """Stop at a name that nothing bears."""
    expression = "这里只能写名称（步骤或者步骤.结果），不能写表达式" if _EXPRESSION.search(name) else ""
    cure = suggest(name, known, f"已有的{kind}")
    raise DefinitionError(f"没有名为“{name}”的{kind}", where=where, why=expression, cure=cure)


def check_city_names(definition: Definition, names: Names, where: str) -> None:
    """Stop at a check, effect, panel or template that the city does not have."""
    for step in definition.steps.values():
        place = f"{where}，步骤 {step.name}"
        for name in step.checks:
            if name not in names.checks:
                unknown("查询", name, names.checks, place)
        for then in (step.then, *(outcome.then for outcome in step.outcomes.values())):
            for name in then.effects:
                if name not in names.effects:
                    unknown("法定后果", name, names.effects, place)
        if step.panel and step.panel not in names.panels:
            unknown("面板", step.panel, names.panels, place)
        if step.produces and step.produces.template not in names.templates:
            unknown("文书格式", step.produces.template, names.templates, place)
    for fact in definition.facts.values():
        if fact.check and fact.check not in names.checks:
            unknown("查询", fact.check, names.checks, f"{where}，事实 {fact.name}")


def ancestors(definition: Definition) -> dict[str, set[str]]:
    """For each step, every step that its ``after`` rests on, however far back."""
    direct: dict[str, set[str]] = {}
    for step in definition.steps.values():
        direct[step.name] = {
            one.step for ref in (*step.after, *step.after_any) for one in expand(definition, ref)
        }
    closed: dict[str, set[str]] = {}
    for name in direct:
        seen: set[str] = set()
        todo = list(direct[name])
        while todo:
            one = todo.pop()
            if one not in seen:
                seen.add(one)
                todo.extend(direct[one])
        closed[name] = seen
    return closed


def descendants(definition: Definition, name: str) -> set[str]:
    """Every step of the procedure itself that comes after ``name``."""
    found = {step for step, before in ancestors(definition).items() if name in before}
    return {step for step in found if not definition.steps[step].general}


def expand(definition: Definition, ref: Ref) -> tuple[Ref, ...]:
    """The references behind ``either.x``, or the reference itself."""
    return definition.either[ref.outcome].any if ref.step == EITHER else (ref,)

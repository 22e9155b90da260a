"""What every check of a definition asks: whether a name means something, with the nearest names where it does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fadu.core.errors import DefinitionError
from fadu.core.procedure.definition import Consequences, Definition, Guard, Ref, Step
from fadu.core.procedure.names import EITHER, unknown


class Checker:
    """Stops at the first name that does not resolve; ``where`` is the file."""

    def __init__(self, definition: Definition, where: str) -> None:
        self.definition, self.where = definition, where
        self.steps = definition.steps

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

    def guard(self, guard: Guard, where: str) -> None:
        self.facts(guard.names, where)
        both = set(guard.none) & {*guard.all, *guard.any}
        if both:
            raise DefinitionError(
                f"“{sorted(both)[0]}”既要求为“是”又要求为“否”", where=where, cure="只留一个"
            )

    def all_consequences(self) -> Iterator[Consequences]:
        for step in self.steps.values():
            yield step.then
            yield from (outcome.then for outcome in step.outcomes.values())

    def date(self, text: str, where: str) -> None:
        """A step, or ``step.field`` of a date."""
        owner, _, name = text.partition(".")
        self.step(owner, where)
        entries = self.steps[owner].entries()
        if name and (name not in entries or entries[name].type != "date"):
            raise DefinitionError(f"“{text}”不是日期字段", where=where, cure="写成 步骤 或者 步骤.日期字段")

"""Two versions of a procedure side by side, in the words of the law file: what was added, removed, changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fadu.core.procedure.definition import Definition
from fadu.core.procedure.vocabulary import PROCEDURE
from fadu.core.procedure.words import Kind, Table

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
_WORDS = {ADDED: "增加", REMOVED: "删去", CHANGED: "修改"}


@dataclass(frozen=True)
class Difference:
    """One difference. ``place`` is where in the file, ``about`` what people call it; values as written there."""

    kind: str
    place: str
    about: str
    before: Any = None
    after: Any = None

    def sentence(self) -> str:
        """修改“合法性审查”的期限：由“7 workdays”改为“5 workdays”."""
        if self.kind == CHANGED:
            return f"修改{self.about}：由“{_shown(self.before)}”改为“{_shown(self.after)}”"
        value = self.after if self.kind == ADDED else self.before
        tail = "" if isinstance(value, dict) else f"：“{_shown(value)}”"
        return f"{_WORDS[self.kind]}{self.about}{tail}"


def compare(old: Definition, new: Definition) -> tuple[Difference, ...]:
    """Every difference between two versions, in file order. Equal digests have none."""
    return tuple(_table(old.data["procedure"], new.data["procedure"], PROCEDURE, "", ""))


def _table(
    old: Mapping[str, Any], new: Mapping[str, Any], table: Table, place: str, about: str
) -> Iterator[Difference]:
    for key, word in table.words.items():
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        here = f"{place}.{key}" if place else key
        called = f"{about}的{word.sentence}" if about else word.sentence
        if word.kind is Kind.TABLES and word.table:
            yield from _tables(before or {}, after or {}, word.table, here, about, word.sentence)
        elif word.kind is Kind.TABLE and word.table and before and after:
            yield from _table(before, after, word.table, here, called)
        elif word.kind is Kind.LIST and word.table:
            yield from _lists(before or [], after or [], here, word.sentence)
        else:
            yield _one(before, after, here, called)


def _tables(
    old: Mapping[str, Any], new: Mapping[str, Any], table: Table, place: str, about: str, called: str
) -> Iterator[Difference]:
    for name in dict.fromkeys([*old, *new]):
        before, after = old.get(name), new.get(name)
        title = (after or before or {}).get("title", name)
        whose = f"{about}的{called}“{title}”" if about else f"{called}“{title}”"
        if before is None or after is None:
            yield _one(before, after, f"{place}.{name}", whose)
        elif before != after:
            yield from _table(before, after, table, f"{place}.{name}", whose)


def _lists(old: list[Any], new: list[Any], place: str, called: str) -> Iterator[Difference]:
    """Guarantees have no names: one that is not found again unchanged was removed, the others were added."""
    for one in old:
        if one not in new:
            yield Difference(REMOVED, place, f"{called}“{one.get('title') or _shown(one)}”", one)
    for one in new:
        if one not in old:
            yield Difference(ADDED, place, f"{called}“{one.get('title') or _shown(one)}”", None, one)


def _one(before: Any, after: Any, place: str, about: str) -> Difference:
    kind = ADDED if before is None else REMOVED if after is None else CHANGED
    return Difference(kind, place, about, before, after)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(_shown(one) for one in value)
    if isinstance(value, dict):
        return "，".join(f"{key}：{_shown(one)}" for key, one in value.items())
    return {True: "是", False: "否"}.get(value, str(value)) if isinstance(value, bool) else str(value)

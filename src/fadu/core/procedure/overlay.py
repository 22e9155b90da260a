"""Local rules: dated overlays that add to a procedure or tighten it, never loosen it."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from fadu.core import citation
from fadu.core.citation import Source
from fadu.core.errors import DefinitionError
from fadu.core.procedure.names import unknown
from fadu.core.procedure.shape import check_table, parse_toml, read_toml
from fadu.core.procedure.step_words import STEP
from fadu.core.procedure.vocabulary import OVERLAY
from fadu.core.terms.limits import Limit

Data = dict[str, Any]


@dataclass(frozen=True)
class Overlays:
    """The local rules of one division, by the procedure they extend."""

    by_procedure: Mapping[str, list[tuple[str, Data]]] = field(default_factory=dict)

    def apply(self, merged: Data, sources: Mapping[str, Source], where: str) -> Data:
        """The procedure with its local rules, in the order of their dates."""
        for name, rule in self.by_procedure.get(merged["name"], ()):
            merged = _apply(merged, rule, sources, f"{where}，地方规定 {name}")
        return merged

    def check_used(self, procedures: Collection[str]) -> None:
        """A local rule for a procedure that does not exist is a mistake."""
        for extended, rules in self.by_procedure.items():
            if extended not in procedures:
                unknown("程序", extended, procedures, f"地方规定 {rules[0][0]}")


NONE = Overlays()


@dataclass(frozen=True)
class Rule:
    """A local rule kept elsewhere than in a folder: its name, its TOML, and the TOML of the instrument it rests on
    where the statute book does not hold it yet."""

    name: str
    text: str
    source: str = ""


def load(local: Path | None, rules: Sequence[Rule] = ()) -> Overlays:
    """Read ``<local>/procedures/*.toml`` and the ``rules`` kept elsewhere, in the order of their dates."""
    paths = sorted((local / "procedures").glob("*.toml")) if local else []
    tables = [(path.name, read_toml(path)) for path in paths]
    tables += [(rule.name, parse_toml(rule.text, rule.name)) for rule in rules]
    found: dict[str, list[tuple[str, Data]]] = {}
    for name, table in tables:
        rule = check_table(table, OVERLAY, name)
        found.setdefault(rule["extends"], []).append((name, rule))
    for dated in found.values():
        dated.sort(key=lambda rule: rule[1]["in_force"])
    return Overlays(found)


def head(rule: Rule) -> Data:
    """What a local rule says of itself (``extends``, ``source``, ``in_force``), its words checked."""
    return check_table(parse_toml(rule.text, rule.name), OVERLAY, rule.name)


# Words of an existing step to which a local rule may add names, each making the procedure stricter or richer.
_ADDED = ("after", "not_while_owed", "not_after", "owes", "not_same_person_as", "reviews", "checks")
_TABLES = ("field", "document")
_TIGHTENED = {"required": True, "force": "hard", "repeatable": False}
# Rank of an instrument: a deletion must rest on one at least as high as the base's own.
RANKS = (
    "地方规定",
    "部门规范性文件",
    "国务院文件",
    "规章",
    "部门规章",
    "地方性法规",
    "行政法规",
    "法律",
    "宪法",
)


def _apply(merged: Data, rule: Data, sources: Mapping[str, Source], where: str) -> Data:
    merged = copy.deepcopy(merged)
    for name, setting in rule.get("setting", {}).items():
        if name not in merged.get("setting", {}):
            unknown("参数", name, merged.get("setting", {}), where)
        merged["setting"][name] = {
            **merged["setting"][name],
            "source": rule["source"],
            "status": "local",
            **setting,
        }
    for word in ("role", "fact", "stage", "indicator"):
        for name, table in rule.get(word, {}).items():
            if name in merged.get(word, {}):
                raise DefinitionError(
                    f"{word}.{name} 在基础程序中已有", where=where, why="地方规定只能增加", cure="换一个名称"
                )
            merged.setdefault(word, {})[name] = _sourced(table, rule)
    for name, step in rule.get("step", {}).items():
        place = f"{where}，步骤 {name}"
        if name in merged["step"]:
            merged["step"][name] = _tighten(merged["step"][name], step, rule, place)
        else:
            merged["step"][name] = _sourced(check_table(step, STEP, place), rule)
    merged.setdefault("guarantee", []).extend(_sourced(one, rule) for one in rule.get("guarantee", ()))
    return _delete(merged, rule, sources, where)


def _sourced(table: Data, rule: Data) -> Data:
    """Citations of a local rule resolve against the local instrument, wherever they stand in the table."""
    table = {"source": rule["source"], **table} if "basis" in table else dict(table)
    for key, value in table.items():
        if isinstance(value, dict):
            table[key] = _sourced(value, rule)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            table[key] = [_sourced(one, rule) for one in value]
    return table


def _tighten(base: Data, step: Data, rule: Data, where: str) -> Data:
    base = dict(base)
    for word, value in step.items():
        if word in _ADDED:
            base[word] = list(dict.fromkeys([*base.get(word, []), *value]))
        elif word in _TABLES:
            twice = set(value) & {*base.get("field", {}), *base.get("document", {})}
            if twice:
                raise DefinitionError(
                    f"字段 {sorted(twice)[0]} 在基础程序中已有", where=where, cure="换一个名称"
                )
            base[word] = {**base.get(word, {}), **_sourced(value, rule)}
        elif word == "limit":
            base["limit"] = _shorter(base.get("limit"), value, rule, where)
        elif word == "wait":
            base["wait"] = _longer(base.get("wait", []), value, rule, where)
        elif word == "help" or _TIGHTENED.get(word) == value:
            base[word] = value
        else:
            raise DefinitionError(
                f"地方规定不能改变基础步骤的“{word}”", where=where,
                why="地方规定只能增加步骤、角色、字段，缩短办理期限，延长最低期限", cure="改为增加一个步骤",
            )  # fmt: skip
    return base


def _shorter(base: Data | None, limit: Data, rule: Data, where: str) -> Data:
    if base is None or "time" not in base:
        return _sourced(limit, rule) if base is None else _different(where)
    old, new = Limit.parse(str(base["time"])), Limit.parse(str(limit.get("time", base["time"])))
    if new.unit != old.unit or set(limit) - {"time", "basis", "source"}:
        _different(where)
    if new.number > old.number:
        raise DefinitionError(
            f"地方规定把期限由{old}延长为{new}",
            where=where,
            why="地方规定只能缩短办理期限",
            cure=f"不超过{old}",
        )
    return {**base, **_sourced(limit, rule)}


def _longer(base: list[Data], waits: list[Data], rule: Data, where: str) -> list[Data]:
    kept = list(base)
    for wait in waits:
        same = [one for one in kept if one["kind"] == wait["kind"] and one.get("from") == wait.get("from")]
        for one in same:
            if "time" not in one or "time" not in wait:
                _different(where)
            old, new = Limit.parse(one["time"]), Limit.parse(wait["time"])
            if new.unit != old.unit:
                _different(where)
            if new.number < old.number:
                raise DefinitionError(
                    f"地方规定把最低期限由{old}缩短为{new}",
                    where=where,
                    why="地方规定只能延长最低期限",
                    cure=f"不少于{old}",
                )
            kept.remove(one)
        kept.append({**(same[0] if same else {}), **_sourced(wait, rule)})
    return kept


def _different(where: str) -> NoReturn:
    raise DefinitionError(
        "地方规定与基础程序的期限无法比较",
        where=where,
        why="单位或写法不同",
        cure="用同一单位的 time，只改长短",
    )


def _delete(merged: Data, rule: Data, sources: Mapping[str, Source], where: str) -> Data:
    for name in rule.get("delete", ()):
        if name not in merged["step"]:
            unknown("步骤", name, merged["step"], f"{where}，delete")
        cited = citation.parse(rule["deletes_on"], rule["source"]) if "deletes_on" in rule else ()
        citation.check(cited, sources, where=where)
        base_rank = _rank(sources[merged["source"]])
        if not any(_rank(sources[one.source]) >= base_rank for one in cited):
            raise DefinitionError(
                f"地方规定删除了基础程序的步骤 {name}", where=where,
                why="没有引用与基础程序同级或者上级的规定", cure="写 deletes_on = “同级或上级规定 条文”，或保留该步骤",
            )  # fmt: skip
        del merged["step"][name]
    return merged


def _rank(source: Source) -> int:
    return RANKS.index(source.level) if source.level in RANKS else -1

"""The rules and their data from the folder ``law/review``: read strictly, so that a wrong word stops, and says where."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from fadu.core.citation import Source, check, parse, print_all
from fadu.core.errors import DefinitionError, InputError
from fadu.core.text.library import normal_title
from fadu.core.text.review import anchors
from fadu.core.text.review.checks import CHECKS
from fadu.core.text.review.model import (
    KINDS,
    LEVELS,
    RANKS,
    SEVERITIES,
    Book,
    Example,
    Pattern,
    Rule,
    Slot,
    Told,
    Unless,
)
from fadu.core.text.review.vocabulary import compiled, literal

Data = dict[str, Any]
UNITS = ("clause", "sentence", "paragraph", "provision")
MEASURED = ("hits", "right", "real_hits", "real_right", "real_found", "real_not")
DATA_FILES = ("lists", "repealed", "abolished", "proof")
_RULE = {
    "name": str,
    "kind": str,
    "title": str,
    "basis": str,
    "basis_text": str,
    "severity": str,
    "explanation": str,
    "cure": str,
    "levels": list,
    "pattern": list,
    "check": str,
    "not_title": list,
    "without": list,
    "must_find": list,
    "must_not_find": list,
}
_NEEDED = ("name", "kind", "title", "severity", "explanation", "cure")
_PATTERN = {
    "anchor": list,
    "unit": str,
    "before": list,
    "after": list,
    "also": list,
    "without": list,
    "near": list,
    "near_after": list,
    "subject_not": list,
    "lead": list,
    "lead_not": list,
    "title": list,
    "unless_reference": dict,
    "unless_basis": str,
    "unless_local_basis": bool,
}
_TOLD = {"title": str, "words": list, "on": str, "by": str, "basis": str, "status": str}


@lru_cache(maxsize=4)
def load(law: Path) -> Book:
    """All rules under ``law/review``, their bases resolved in ``law/sources``. Raises ``DefinitionError``."""
    folder = law / "review"
    sources = _sources(law / "sources")
    lists = {name: list(words) for name, words in _toml(folder / "lists.toml").items()}
    proof = _toml(folder / "proof.toml")
    rules: list[Rule] = []
    for path in sorted(folder.glob("*.toml")):
        if path.stem not in DATA_FILES:
            rules += _file(path, sources, lists, proof)
    names = [rule.name for rule in rules]
    if twice := {name for name in names if names.count(name) > 1}:
        raise DefinitionError(f"规则名重复：{'、'.join(sorted(twice))}", where=str(folder.name))
    if unknown := set(proof) - set(names):
        raise DefinitionError(f"没有名为“{sorted(unknown)[0]}”的规则", where="proof.toml")
    repealed = {normal_title(told.title): told for told in _told(folder / "repealed.toml")}
    abolished = {word: told for told in _told(folder / "abolished.toml") for word in told.words}
    rules = [_with_abolished(rule, tuple(abolished)) if rule.check == "abolished" else rule for rule in rules]
    return _book(rules, repealed, abolished)


def _with_abolished(rule: Rule, words: tuple[str, ...]) -> Rule:
    """The rule on abolished items looks for the words of the data, its patterns say what must not stand beside."""
    return replace(rule, patterns=tuple(replace(pattern, anchors=words) for pattern in rule.patterns))


def _book(rules: list[Rule], repealed: dict[str, Told], abolished: dict[str, Told]) -> Book:
    """The anchors with their owners, for each level."""
    words: dict[str, list[tuple[Rule, Pattern]]] = {}
    for rule in rules:
        for pattern in rule.patterns:
            for word in pattern.anchors:
                words.setdefault(word, []).append((rule, pattern))
    examples = [example.text for rule in rules for example in rule.examples]
    offsets = anchors.offsets(words, "".join(examples))
    rows = {level: anchors.rows(words, offsets, level) for level in LEVELS}
    return Book(tuple(rules), anchors.finder(offsets), rows, repealed, abolished)


def _toml(path: Path) -> Data:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DefinitionError("文件打不开", where=path.name, why=error.strerror or "") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DefinitionError("不是正确的 TOML", where=path.name, why=str(error)) from error


def _table(data: Any, shape: Mapping[str, type], where: str) -> Data:
    if not isinstance(data, dict):
        raise DefinitionError("应为一张表", where=where)
    for key, value in data.items():
        if key not in shape:
            raise DefinitionError(f"不认识的项目“{key}”", where=where, cure=f"可用：{'、'.join(shape)}")
        if not isinstance(value, shape[key]):
            raise DefinitionError(f"“{key}”的值类型不对", where=where, why=f"应为{_TYPES[shape[key]]}")
    return data


_TYPES: dict[Any, str] = {bool: "true 或 false", str: "文字", list: "列表", dict: "表"}


def _chosen(value: str, among: Any, name: str, where: str) -> str:
    if value not in among:
        raise DefinitionError(f"{name}“{value}”不存在", where=where, cure=f"可用：{'、'.join(among)}")
    return value


def _file(path: Path, sources: dict[str, Source], lists: dict[str, list[str]], proof: Data) -> list[Rule]:
    data = _table(_toml(path), {"rule": list}, path.name)
    return [_rule(row, sources, lists, proof, path.name) for row in data.get("rule", [])]


def _rule(row: Any, sources: dict[str, Source], lists: dict[str, list[str]], proof: Data, file: str) -> Rule:
    data = _table(row, _RULE, file)
    where = f"{file}，{data.get('name', '（无名）')}"
    for key in _NEEDED:
        if not data.get(key):
            raise DefinitionError(f"缺少“{key}”", where=where)
    if not data.get("pattern") and not data.get("check"):
        raise DefinitionError("规则没有 pattern，也没有 check", where=where, cure="至少写一种")
    if data.get("check"):
        _chosen(data["check"], CHECKS, "检查", where)
    if not data.get("must_find") and data.get("pattern"):
        raise DefinitionError("缺少应当找到的例子", where=where, cure="写 must_find 和 must_not_find")
    levels = data.get("levels") or ["规范性文件"]
    for level in levels:
        _chosen(level, LEVELS, "文本层级", where)
    measured = proof.get(data["name"], {})
    examples = [Example(text, True) for text in data.get("must_find", [])]
    examples += [Example(text, False) for text in data.get("must_not_find", [])]
    return Rule(
        name=data["name"],
        kind=_chosen(data["kind"], KINDS, "类别", where),
        title=data["title"],
        basis=_basis(data, sources, where),
        severity=_chosen(data["severity"], SEVERITIES, "程度", where),
        explanation=data["explanation"],
        cure=data["cure"],
        levels=tuple(levels),
        patterns=tuple(
            _pattern(one, lists, f"{where}，第{index}个模式")
            for index, one in enumerate(data.get("pattern", []), start=1)
        ),
        check=data.get("check", ""),
        not_title=_optional(data, "not_title", lists, where),
        without=_optional(data, "without", lists, where),
        examples=tuple(examples),
        **{name: int(measured.get(name, 0)) for name in MEASURED},
    )


def _basis(data: Data, sources: dict[str, Source], where: str) -> str:
    printed = []
    if data.get("basis"):
        try:
            citations = parse(data["basis"])
            check(citations, sources, where=where)
        except InputError as error:
            raise DefinitionError(f"依据“{data['basis']}”不能用", where=where, why=str(error)) from error
        printed.append(print_all(citations, sources))
    if data.get("basis_text"):
        printed.append(data["basis_text"])
    if not printed:
        raise DefinitionError(
            "缺少依据", where=where, cure="写 basis（法源目录中的简称和条款）或者 basis_text"
        )
    return "；".join(printed)


def _optional(data: Data, key: str, lists: dict[str, list[str]], where: str) -> re.Pattern[str] | None:
    return compiled(data[key], lists, f"{where}，{key}") if data.get(key) else None


def _pattern(row: Any, lists: dict[str, list[str]], where: str) -> Pattern:
    data = _table(row, _PATTERN, where)
    if not data.get("anchor"):
        raise DefinitionError("模式没有锚词", where=where, cure="写 anchor")
    unless = None
    if "unless_reference" in data:
        told = _table(data["unless_reference"], {"unit": str, "rank": str}, where)
        unless = Unless(
            _chosen(told.get("unit", "sentence"), UNITS, "范围", where),
            RANKS.index(_chosen(told.get("rank", "rule"), RANKS, "位阶", where)),
        )
    ranked = data.get("unless_basis")
    return Pattern(
        anchors=literal(data["anchor"], lists, where),
        unit=_chosen(data.get("unit", "sentence"), UNITS, "范围", where),
        before=tuple(_slot(one, lists, where) for one in data.get("before", [])),
        after=tuple(_slot(one, lists, where) for one in data.get("after", [])),
        also=tuple(compiled(one, lists, where) for one in data.get("also", [])),
        without=_optional(data, "without", lists, where),
        near=_near(data, "near", lists, where),
        near_after=_near(data, "near_after", lists, where),
        subject_not=_optional(data, "subject_not", lists, where),
        lead=_optional(data, "lead", lists, where),
        lead_not=_optional(data, "lead_not", lists, where),
        title=_optional(data, "title", lists, where),
        unless_reference=unless,
        unless_basis=RANKS.index(_chosen(ranked, RANKS, "位阶", where)) if ranked else None,
        unless_local_basis=data.get("unless_local_basis", False),
    )


def _near(data: Data, key: str, lists: dict[str, list[str]], where: str) -> re.Pattern[str] | None:
    """Words that stand directly before (or behind) the anchor."""
    words = _optional(data, key, lists, where)
    if words is None:
        return None
    return re.compile(rf"(?:{words.pattern})\Z" if key == "near" else words.pattern)


def _slot(row: Any, lists: dict[str, list[str]], where: str) -> Slot:
    if isinstance(row, list):
        return Slot(compiled(row, lists, where))
    data = _table(row, {"words": list, "within": int}, where)
    return Slot(compiled(data.get("words", []), lists, where), data.get("within", 0))


def _told(path: Path) -> tuple[Told, ...]:
    rows = []
    for row in _toml(path).get("item", []):
        data = _table(row, _TOLD, path.name)
        where = f"{path.name}，{data.get('title', '（无名）')}"
        for key in ("title", "by", "status"):
            if not data.get(key):
                raise DefinitionError(f"缺少“{key}”", where=where)
        _chosen(data["status"], ("verified", "unverified"), "核对情况", where)
        rows.append(
            Told(
                data["title"],
                tuple(data.get("words", [])),
                data.get("on", ""),
                data["by"],
                data.get("basis", ""),
                data["status"],
            )
        )
    return tuple(rows)


def _sources(folder: Path) -> dict[str, Source]:
    found = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            source = Source(**_toml(path))
        except TypeError as error:
            raise DefinitionError("法源文件不对", where=path.name, why=str(error)) from error
        found[source.key] = source
    return found

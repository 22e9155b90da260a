"""The strict reader: a table of a law file against the vocabulary. Unknown words, wrong kinds and missing words stop.

What comes out holds only JSON values in one spelling (a single name becomes a list of one, dates ISO text), so that
the digest of a definition does not depend on how it was typed.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from fadu.core.errors import DefinitionError, InputError
from fadu.core.procedure.words import Kind, Table, Word
from fadu.core.terms.limits import Limit

_KEY = re.compile(r"[a-z][a-z0-9_]*")


def read_toml(path: Path) -> dict[str, Any]:
    """Parse one file; a syntax error becomes a sentence with its line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        raise DefinitionError(
            "找不到文件" if missing else "无法打开文件",
            where=str(path),
            why="" if missing else error.strerror or "",
            cure="请检查文件名和目录",
        ) from error
    except UnicodeDecodeError as error:
        raise DefinitionError("文件不是 UTF-8 编码", where=path.name, cure="另存为 UTF-8 后再试") from error
    return parse_toml(text, path.name)


def parse_toml(text: str, where: str) -> dict[str, Any]:
    """Parse the text of one file; a syntax error becomes a sentence with its line."""
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise DefinitionError(
            "嵌套过深", where=where, why="法律文件没有这样深的层次", cure="去掉多余的括号"
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(
            f"不是合法的 TOML：{error}",
            where=where,
            why="同一个表或键写了两次、引号或括号不成对时会这样",
            cure="按提示的行列检查；步骤名就是键，不能重复",
        ) from error


def check_table(data: Mapping[str, Any], table: Table, where: str) -> dict[str, Any]:
    """The table in its one spelling, or DefinitionError naming the place, the word and the cure."""
    for key in data:
        if key not in table.words:
            raise DefinitionError(
                f"“{table.title}”里没有“{key}”这个词", where=where, cure=suggest(key, table.words, "可用的词")
            )
    shaped: dict[str, Any] = {}
    for key, word in table.words.items():
        if key in data:
            shaped[key] = _value(data[key], word, f"{where}，{key}")
        elif word.required:
            raise DefinitionError(f"缺少“{key}”（{word.sentence}）", where=where, cure=f"写上 {key} = …")
    return shaped


def suggest(wrong: str, known: Iterable[str], label: str) -> str:
    """The nearest known names first, otherwise all of them."""
    names = sorted(known)
    near = difflib.get_close_matches(wrong, names, n=3, cutoff=0.6)
    return f"是否应为“{'”或“'.join(near)}”" if near else f"{label}：{'、'.join(names) or '（无）'}"


def _value(value: Any, word: Word, where: str) -> Any:
    shaped = _SHAPES[word.kind](value, word, where)
    if word.values:
        for name in shaped if isinstance(shaped, list) else [shaped]:
            if name not in word.values:
                raise DefinitionError(
                    f"“{name}”不是可用的值（{word.sentence}）",
                    where=where,
                    cure=suggest(str(name), word.values, "可用的值"),
                )
    return shaped


def _wrong(value: Any, word: Word, where: str) -> DefinitionError:
    return DefinitionError(
        f"“{value}”不是{word.kind}",
        where=where,
        why=f"这里要写的是：{word.sentence}",
        cure=f"改为{word.kind}",
    )


def _string(value: Any, word: Word, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _wrong(value, word, where)
    return value.strip()


def _names(value: Any, word: Word, where: str) -> list[str]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(name, str) and name.strip() for name in values):
        raise _wrong(value, word, where)
    if len(set(values)) != len(values):
        twice = next(name for name in values if values.count(name) > 1)
        raise DefinitionError(f"“{twice}”写了两次", where=where, cure="删去重复的一个")
    return values


def _flag(value: Any, word: Word, where: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(value, word, where)
    return value


def _flag_or_names(value: Any, word: Word, where: str) -> bool | list[str]:
    return value if isinstance(value, bool) else _names(value, word, where)


def _number(value: Any, word: Word, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _wrong(value, word, where)
    return value


def _text_or_number(value: Any, word: Word, where: str) -> str | int:
    if isinstance(value, dt.date):
        return value.isoformat()
    return _number(value, word, where) if isinstance(value, int) else _string(value, word, where)


def _date(value: Any, word: Word, where: str) -> str:
    if isinstance(value, str):
        try:
            value = dt.date.fromisoformat(value)
        except ValueError as error:
            raise _wrong(value, word, where) from error
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        raise _wrong(value, word, where)
    return value.isoformat()


def _time(value: Any, word: Word, where: str) -> str:
    text = _string(value, word, where)
    try:
        return Limit.parse(text).words()
    except InputError as error:
        raise DefinitionError(error.what, where=where, why=error.why, cure=error.cure) from error


def _choices(value: Any, word: Word, where: str) -> list[list[str]]:
    if not isinstance(value, list) or not value:
        raise _wrong(value, word, where)
    for pair in value:
        if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(part, str) for part in pair):
            raise _wrong(pair, word, where)
    if len({key for key, _ in value}) != len(value):
        raise DefinitionError("选项的键重复", where=where, cure="每个选项用不同的键")
    return value


def _map(value: Any, word: Word, where: str) -> dict[str, list[str]]:
    if not isinstance(value, dict):
        raise _wrong(value, word, where)
    return {key: _names(names, word, f"{where}，{key}") for key, names in value.items()}


def _any(value: Any, word: Word, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(value, word, where)
    return {key: one.isoformat() if isinstance(one, dt.date) else one for key, one in value.items()}


def _table(value: Any, word: Word, where: str) -> dict[str, Any]:
    if not isinstance(value, dict) or word.table is None:
        raise _wrong(value, word, where)
    return check_table(value, word.table, where)


def _tables(value: Any, word: Word, where: str) -> dict[str, Any]:
    if not isinstance(value, dict) or word.table is None:
        raise _wrong(value, word, where)
    place = where.rpartition("，")[0]
    shaped = {}
    for key, table in value.items():
        if not _KEY.fullmatch(key):
            raise DefinitionError(
                f"{word.sentence}的名称“{key}”不合规则",
                where=place,
                cure="用小写英文字母、数字和下划线，字母开头",
            )
        if not isinstance(table, dict):
            raise _wrong(table, word, f"{place}，{word.sentence} {key}")
        shaped[key] = check_table(table, word.table, f"{place}，{word.sentence} {key}")
    return shaped


def _list(value: Any, word: Word, where: str) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise _wrong(value, word, where)
    place = where.rpartition("，")[0]
    return [_table(one, word, f"{place}，第{index}个{word.sentence}") for index, one in enumerate(value, 1)]


def _one_or_list(value: Any, word: Word, where: str) -> list[dict[str, Any]]:
    return _list(value, word, where) if isinstance(value, list) else [_table(value, word, where)]


_SHAPES = {
    Kind.TEXT: _string,
    Kind.NAME: _string,
    Kind.NAMES: _names,
    Kind.FLAG: _flag,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.TIME: _time,
    Kind.BASIS: _string,
    Kind.CHOICES: _choices,
    Kind.FLAG_OR_NAMES: _flag_or_names,
    Kind.TEXT_OR_NUMBER: _text_or_number,
    Kind.MAP: _map,
    Kind.ANY: _any,
    Kind.TABLE: _table,
    Kind.TABLES: _tables,
    Kind.LIST: _list,
    Kind.ONE_OR_LIST: _one_or_list,
}

"""The record of a step: what was typed becomes typed values, or every reason why not, field by field.

Values are JSON-able: dates ISO text, money text with two decimals (元), decimals text, files ``{name, sha256, size}``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from fadu.core.errors import Refusal
from fadu.core.procedure.definition import Field, Step
from fadu.core.procedure.persons import VIEWS
from fadu.core.procedure.record_schema import LONGEST, json_schema, required_for
from fadu.core.procedure.visibility import visible
from fadu.core.terms import BEIJING

__all__ = ["SECRECY_CLASS", "STATE_SECRET", "Validated", "json_schema", "validate", "visible"]

SECRECY_CLASS, STATE_SECRET = "secrecy_class", "state_secret"
# No amount, count or measure of a city needs more digits; an exponent typed by mistake must not be worked out.
_DIGITS = 18
_SHA256 = re.compile(r"[0-9a-f]{64}")
_EMPTY: tuple[Any, ...] = (None, "", [], {}, ())


@dataclass(frozen=True)
class Validated:
    """Typed values and file digests, or why not. With refusals nothing must be stored; after ``state_secret`` not even
    as a draft."""

    values: dict[str, Any]
    digests: dict[str, str]
    refusals: tuple[Refusal, ...]


class _Wrong(Exception):
    def __init__(self, code: str, sentence: str, cure: str) -> None:
        super().__init__(sentence)
        self.code, self.sentence, self.cure = code, sentence, cure


def validate(step: Step, outcome: str, raw: Mapping[str, Any], *, partial: bool = False) -> Validated:
    """Check a record against the step's fields and documents. ``partial`` (a draft) asks for nothing that is missing."""
    reader = _Reader(step)
    if raw.get(SECRECY_CLASS) == STATE_SECRET and SECRECY_CLASS in step.fields:
        entry = step.fields[SECRECY_CLASS]
        return Validated({}, {}, (Refusal(
            "state_secret", "涉及国家秘密的事项不得在本系统办理，所填内容没有保存", entry.basis.printed,
            "按照保密规定在涉密系统或者线下办理", SECRECY_CLASS,
        ),))  # fmt: skip
    entries = step.entries()
    for name, entry in entries.items():
        reader.entry(name, entry, raw.get(name), required=not partial and required_for(step, entry, outcome))
    for name in raw:
        if name not in entries and name not in _extras(step):
            reader.refuse(
                name, "unknown_field", f"“{step.title}”没有字段“{name}”", "删去该项", step.basis.printed
            )
    if step.decided_by or step.act == "correct":
        reader.extras(raw)
    return Validated(reader.values, reader.digests, tuple(reader.refusals))


def _extras(step: Step) -> tuple[str, ...]:
    """Entries that the words of the step bring with them."""
    extras: tuple[str, ...] = ()
    if step.decided_by:
        extras = ("views", "departure_reason")
    if step.act == "correct":
        extras = (*extras, "corrected")
    return extras


class _Reader:
    def __init__(self, step: Step) -> None:
        self.step = step
        self.values: dict[str, Any] = {}
        self.digests: dict[str, str] = {}
        self.refusals: list[Refusal] = []

    def refuse(self, subject: str, code: str, sentence: str, cure: str, basis: str) -> None:
        self.refusals.append(Refusal(code, sentence, basis, cure, subject))

    def entry(self, name: str, entry: Field, raw: Any, *, required: bool) -> None:
        basis = entry.basis.printed or self.step.basis.printed
        if not raw.strip() if isinstance(raw, str) else raw in _EMPTY:
            if required:
                self.refuse(name, "required", f"“{entry.title}”必须填写", f"填写“{entry.title}”", basis)
            return
        try:
            value = _TYPES[entry.type](entry, raw)
        except _Wrong as wrong:
            self.refuse(name, wrong.code, f"“{entry.title}”{wrong.sentence}", wrong.cure, basis)
            return
        if entry.type == "table":
            value = self.rows(name, entry, value)
        self.values[name] = value
        if entry.type == "file":
            self.digests[name] = value["sha256"]
        elif entry.type == "files":
            self.digests.update({f"{name}[{index}]": one["sha256"] for index, one in enumerate(value)})

    def rows(self, name: str, entry: Field, rows: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
        read = []
        for index, row in enumerate(rows):
            inner = _Reader(self.step)
            for key, column in entry.columns.items():
                inner.entry(f"{name}[{index}].{key}", column, row.get(key), required=column.required is True)
            for key in row:
                if key not in entry.columns:
                    inner.refuse(
                        f"{name}[{index}].{key}",
                        "unknown_field",
                        f"“{entry.title}”没有列“{key}”",
                        "删去该列",
                        "",
                    )
            place = f"第 {index + 1} 行"
            self.refusals += [replace(one, sentence=place + one.sentence) for one in inner.refusals]
            self.digests.update(inner.digests)
            read.append({key.rpartition(".")[2]: value for key, value in inner.values.items()})
        return read

    def extras(self, raw: Mapping[str, Any]) -> None:
        rule = self.step.decided_by
        if rule and raw.get("views") and not isinstance(raw["views"], list):
            self.refuse("views", "wrong_type", "参会人员的意见应当逐人列出", "逐人写明", rule.basis.printed)
        elif rule and raw.get("views"):
            self.values["views"] = [
                self.view(index, view, rule.basis.printed) for index, view in enumerate(raw["views"])
            ]
        for name in ("departure_reason",) if rule else ():
            if raw.get(name):
                self.values[name] = str(raw[name]).strip()
        if self.step.act == "correct" and not isinstance(raw.get("corrected") or {}, Mapping):
            self.refuse(
                "corrected",
                "wrong_type",
                "更正内容应当逐项写明",
                "逐项写明更正后的内容",
                self.step.basis.printed,
            )
        elif self.step.act == "correct" and raw.get("corrected"):
            self.values["corrected"] = dict(raw["corrected"])

    def view(self, index: int, view: Any, basis: str) -> dict[str, Any]:
        place = f"views[{index}]"
        if not isinstance(view, Mapping) or view.get("view") not in VIEWS:
            self.refuse(
                place, "wrong_type", "参会人员的意见没有写明同意、不同意、弃权或者缺席", "逐人写明", basis
            )
            return {}
        known = {"person", "post", "view", "text", "order", "head"}
        for key in set(view) - known:
            self.refuse(f"{place}.{key}", "unknown_field", f"意见记录没有“{key}”一项", "删去该项", basis)
        return {key: view[key] for key in known if key in view}


def _text(entry: Field, raw: Any) -> str:
    if not isinstance(raw, str):
        raise _Wrong("wrong_type", "应当是文字", "填写文字")
    longest = entry.max_length or LONGEST[entry.type]
    text = raw.strip()
    if len(text) > longest:
        raise _Wrong("too_long", f"有{len(text)}字，超过{longest}字", f"删减到{longest}字以内")
    if "\x00" in text:
        raise _Wrong("wrong_type", "含有不可用的字符", "删去不可见的字符")
    return text


def _decimal(entry: Field, raw: Any) -> Decimal:
    try:
        value = Decimal(str(raw).replace(",", "").replace("，", "").strip())
    except InvalidOperation:
        raise _Wrong("wrong_type", "应当是数", "填写阿拉伯数字") from None
    if isinstance(raw, bool) or not value.is_finite():
        raise _Wrong("wrong_type", "应当是数", "填写阿拉伯数字")
    if not -_DIGITS < value.adjusted() < _DIGITS:
        raise _Wrong("too_big", f"的位数超过{_DIGITS}位", "核对数字")
    if entry.min is not None and value < Decimal(str(entry.min)):
        raise _Wrong("too_small", f"不得小于{entry.min}", f"填写不小于{entry.min}的数")
    if entry.max is not None and value > Decimal(str(entry.max)):
        raise _Wrong("too_big", f"不得大于{entry.max}", f"填写不大于{entry.max}的数")
    return value


def _number(entry: Field, raw: Any) -> int | str:
    value = _decimal(entry, raw)
    return int(value) if value == value.to_integral_value() else str(value.normalize())


def _money(entry: Field, raw: Any) -> str:
    value = _decimal(entry, raw)
    if value != value.quantize(Decimal("0.01")):
        raise _Wrong("wrong_type", "最多精确到分", "填写元，小数不超过两位")
    return str(value.quantize(Decimal("0.01")))


def _date(entry: Field, raw: Any) -> str:
    try:
        day = raw if type(raw) is dt.date else dt.date.fromisoformat(str(raw).strip())
    except ValueError:
        raise _Wrong("wrong_type", "不是日期", "写成 2026-09-01") from None
    if day.year < 1900 or day.year > 2999:
        raise _Wrong("wrong_type", "的年份不合理", "核对年份")
    _between(entry, day.isoformat())
    return day.isoformat()


def _datetime(entry: Field, raw: Any) -> str:
    try:
        moment = raw if isinstance(raw, dt.datetime) else dt.datetime.fromisoformat(str(raw).strip())
    except ValueError:
        raise _Wrong("wrong_type", "不是时刻", "写成 2026-09-01T09:30") from None
    # The same years as of a date: at the ends of the calendar a change of zone has no answer.
    if moment.year < 1900 or moment.year > 2999:
        raise _Wrong("wrong_type", "的年份不合理", "核对年份")
    # What a person types without a zone is Beijing time, the only legal time here.
    moment = moment.replace(tzinfo=BEIJING) if moment.tzinfo is None else moment.astimezone(BEIJING)
    _between(entry, moment.isoformat())
    return moment.isoformat()


def _between(entry: Field, text: str) -> None:
    if entry.min is not None and text < str(entry.min):
        raise _Wrong("too_small", f"不得早于{entry.min}", "核对日期")
    if entry.max is not None and text > str(entry.max):
        raise _Wrong("too_big", f"不得晚于{entry.max}", "核对日期")


def _choice(entry: Field, raw: Any) -> str:
    titles = dict(entry.choices)
    if not isinstance(raw, str) or raw not in titles:
        raise _Wrong("unknown_choice", f"没有选项“{raw}”", f"可选：{'、'.join(titles.values())}")
    return raw


def _choices(entry: Field, raw: Any) -> list[str]:
    return [_choice(entry, one) for one in _list(raw)]


def _bool(entry: Field, raw: Any) -> bool:
    words = {
        "true": True,
        "on": True,
        "1": True,
        "是": True,
        "false": False,
        "off": False,
        "0": False,
        "否": False,
    }
    if isinstance(raw, bool):
        return raw
    if str(raw).strip().lower() not in words:
        raise _Wrong("wrong_type", "应当是“是”或“否”", "选择“是”或“否”")
    return words[str(raw).strip().lower()]


def _key(entry: Field, raw: Any) -> str:
    if isinstance(raw, bool) or not isinstance(raw, str | int) or len(str(raw)) > 200:
        raise _Wrong("wrong_reference", "应当是一个机关、人员或者名册条目", "从列表中选择")
    return str(raw).strip()


def _keys(entry: Field, raw: Any) -> list[str]:
    return [_key(entry, one) for one in _list(raw)]


def _list(raw: Any) -> list[Any]:
    if isinstance(raw, str | bytes | Mapping) or not isinstance(raw, list | tuple):
        raise _Wrong("wrong_type", "应当是列表", "可以选择多项")
    return list(raw)


def _file(entry: Field, raw: Any) -> dict[str, Any]:
    if not isinstance(raw, Mapping) or not _SHA256.fullmatch(str(raw.get("sha256", ""))):
        raise _Wrong("wrong_type", "不是上传的文件", "重新上传文件")
    return dict(raw)


def _files(entry: Field, raw: Any) -> list[dict[str, Any]]:
    return [_file(entry, one) for one in _list(raw)]


def _table(entry: Field, raw: Any) -> list[Mapping[str, Any]]:
    rows = _list(raw)
    if not all(isinstance(row, Mapping) for row in rows):
        raise _Wrong("wrong_type", "每一行应当是一组列", "按列填写")
    return rows


_TYPES: dict[str, Callable[[Field, Any], Any]] = {
    "text": _text, "longtext": _text, "number": _number, "money": _money, "date": _date, "datetime": _datetime,
    "choice": _choice, "choices": _choices, "bool": _bool, "organ": _key, "person": _key, "reference": _key,
    "organs": _keys, "persons": _keys, "file": _file, "files": _files, "table": _table,
}  # fmt: skip

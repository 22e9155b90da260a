"""Canonical JSON (RFC 8785, JCS), strictly: one value has exactly one sequence of bytes, and only those are read.

Hashes and signatures are taken over bytes, so two writings of one value would be two truths. Refused here: duplicate
keys, NaN and infinities, integers that a browser cannot hold exactly, lone surrogates, keys that are not text.
"""

from __future__ import annotations

import json
import math
from typing import Any

from fadu.core.log.errors import LogError

# I-JSON (RFC 7493, 2.2): larger integers are not exact in every reader.
MAX_INTEGER = 2**53 - 1
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False)


def dumps(value: Any) -> bytes:
    """The canonical bytes of a JSON value (dict, list, tuple, str, int, float, bool, None)."""
    try:
        if _plain(value):
            text = _ENCODER.encode(value)
        else:
            text = _write(value)
        return text.encode()
    except UnicodeEncodeError as error:
        raise LogError(
            "文字中含有不成对的代理字符", why="RFC 8785 不允许", cure="请重新录入该段文字"
        ) from error


def loads(data: bytes) -> Any:
    """Read canonical bytes; anything that is not exactly canonical is refused."""
    value = parse(data)
    if dumps(value) != data:
        raise LogError(
            "不是规范 JSON", why="RFC 8785 要求同一内容只有一种写法", cure="请使用未经改写的原始字节"
        )
    return value


def parse(data: bytes) -> Any:
    """Read JSON that need not be canonical but must be unambiguous (no duplicate keys, no NaN)."""
    try:
        return json.loads(data.decode(), object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise LogError("不是 UTF-8 文本", why=f"第 {error.start} 字节") from error
    except json.JSONDecodeError as error:
        raise LogError("不是 JSON", where=f"第 {error.lineno} 行第 {error.colno} 列") from error
    except RecursionError as error:
        raise LogError("JSON 嵌套过深") from error
    except ValueError as error:
        # What Python's own limit on the digits of a number says (CVE-2020-10735).
        raise LogError("JSON 中的数字过长", cure="请使用未经改写的原始文件") from error


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise LogError("JSON 对象中有重复的键", why="重复的键会让不同的读者读到不同的内容")
    return value


def _no_constant(name: str) -> Any:
    raise LogError(f"JSON 中不能出现 {name}")


def _plain(value: Any) -> bool:
    """Check the value; true when Python's own writer already gives canonical bytes (no float, no astral key)."""
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is int:
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise LogError(f"整数 {value} 超出 ±(2^53-1)", cure="请改用文字记录")
        return True
    if kind is dict:
        plain = True
        for key, item in value.items():
            if type(key) is not str:
                raise LogError(f"键 {key!r} 不是文字")
            plain = _plain(item) and plain and (key.isascii() or max(key) < "\ud800")
        return plain
    if kind is list or kind is tuple:
        plain = True
        for item in value:  # not all(): it would stop checking at the first float
            plain = _plain(item) and plain
        return plain
    if kind is float:
        if not math.isfinite(value):
            raise LogError(f"JSON 中不能出现 {value}")
        return False
    raise LogError(f"JSON 不能容纳 {kind.__name__} 类型的值")


def _write(value: Any) -> str:
    if isinstance(value, dict):
        items = sorted(value.items(), key=lambda item: item[0].encode("utf-16-be"))
        return "{" + ",".join(f"{_write(key)}:{_write(item)}" for key, item in items) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_write, value)) + "]"
    if isinstance(value, float):
        return _number(value)
    return json.dumps(value, ensure_ascii=False)


def _number(value: float) -> str:
    """A double as ECMAScript writes it (ECMA-262, Number::toString), which RFC 8785, 3.2.2.3 prescribes."""
    if value == 0:
        return "0"
    if value < 0:
        return "-" + _number(-value)
    mantissa, _, exponent = f"{value!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    # The value is 0.digits × 10^point.
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    if len(digits) <= point <= 21:
        return digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    power = f"e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return digits[0] + (f".{digits[1:]}" if len(digits) > 1 else "") + power

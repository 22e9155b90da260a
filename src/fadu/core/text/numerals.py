"""Numbers as Chinese legal texts write them: 第一百二十条, 第〇八号, 第12条, 第１２条."""

from __future__ import annotations

from functools import lru_cache

_DIGITS = {
    mark: value
    for value, marks in enumerate(("零〇○", "一", "二两", "三", "四", "五", "六", "七", "八", "九"))
    for mark in marks
}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_FULLWIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
_NAMES = "零一二三四五六七八九"

NUMERAL = r"[零〇○一二两三四五六七八九十百千]{1,9}|[0-9０-９]{1,9}"
"""A regular expression for one number, Chinese or Arabic, without a group. No provision has a longer one."""


@lru_cache(maxsize=4096)
def parse(written: str) -> int:
    """The value of a number as written, inner blanks allowed; ``ValueError`` when it is none."""
    compact = "".join(written.split()).translate(_FULLWIDTH)
    if compact.isascii() and compact.isdigit():
        return int(compact)
    if not compact or any(mark not in _DIGITS and mark not in _UNITS for mark in compact):
        raise ValueError(f"不是数字：{written!r}")
    if not any(mark in _UNITS for mark in compact):  # 二〇一八, 一八三: digits in a row
        return int("".join(str(_DIGITS[mark]) for mark in compact))
    total, digit = 0, 0
    for mark in compact:
        if mark in _UNITS:
            total += (digit or 1) * _UNITS[mark]
            digit = 0
        else:
            digit = _DIGITS[mark]
    return total + digit


def write(value: int) -> str:
    """A number as an article number writes it: 10 → 十, 110 → 一百一十, 1005 → 一千零五; beyond 9999 in figures."""
    if value < 0:
        raise ValueError(f"超出范围：{value}")
    if value > 9999:
        return str(value)
    if value < 10:
        return _NAMES[value]
    written, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            written += ("零" if zero else "") + _NAMES[digit] + name
            zero = False
        elif written and value:
            zero = True
    return written[1:] if written.startswith("一十") else written

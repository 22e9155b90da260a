"""A length of legal time as a statute writes it: 20个工作日, 60日, 3个月, 1年, 24小时.

What the words *mean* (whether 七日 is seven working days) depends on the law and is said by its counting regime
(:mod:`fadu.core.terms.regimes`); a :class:`Limit` only holds the words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from fadu.core.errors import InputError


class Unit(StrEnum):
    """The units of 《民法典》第二百条 and, beside them, the working day."""

    WORKDAY = "workday"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    HOUR = "hour"


#: No statute gives longer limits than a hundred years; beyond, a slip of the keyboard is likelier.
_LONGEST = {Unit.WORKDAY: 25_000, Unit.DAY: 36_500, Unit.MONTH: 1_200, Unit.YEAR: 100, Unit.HOUR: 876_000}

_CHINESE = {
    Unit.WORKDAY: "个工作日",
    Unit.DAY: "日",
    Unit.MONTH: "个月",
    Unit.YEAR: "年",
    Unit.HOUR: "小时",
}

_WORDS = {
    "workday": Unit.WORKDAY,
    "workdays": Unit.WORKDAY,
    "work day": Unit.WORKDAY,
    "work days": Unit.WORKDAY,
    "working day": Unit.WORKDAY,
    "working days": Unit.WORKDAY,
    "business day": Unit.WORKDAY,
    "business days": Unit.WORKDAY,
    "wd": Unit.WORKDAY,
    "工作日": Unit.WORKDAY,
    "day": Unit.DAY,
    "days": Unit.DAY,
    "calendar day": Unit.DAY,
    "calendar days": Unit.DAY,
    "日": Unit.DAY,
    "天": Unit.DAY,
    "自然日": Unit.DAY,
    "month": Unit.MONTH,
    "months": Unit.MONTH,
    "月": Unit.MONTH,
    "year": Unit.YEAR,
    "years": Unit.YEAR,
    "年": Unit.YEAR,
    "周年": Unit.YEAR,
    "hour": Unit.HOUR,
    "hours": Unit.HOUR,
    "小时": Unit.HOUR,
    "钟头": Unit.HOUR,
    "时": Unit.HOUR,
}

_FORM = re.compile(
    r"(?P<number>[0-9]+|[零〇一二两三四五六七八九十百千]+)\s*-?\s*个?\s*(?P<unit>.+?)\s*(?:之内|以内|内)?",
    re.DOTALL,
)
_HALF_YEARS = re.compile(
    r"(?:(?P<years>[0-9]+|[零〇一二两三四五六七八九十百千]+)年半|(?P<half>半)年)(?:之内|以内|内)?"
)
_D = "[一二两三四五六七八九]"
#: A number as it is said: 一百零五, 二十, 十五, 两千零二十; not 二三 or 一百五, which do not say one number.
_SPOKEN = re.compile(
    rf"{_D}|(?:{_D}千)?(?:[零〇]?{_D}百)?(?:[零〇]?{_D}十{_D}?|[零〇]{_D})?|(?:{_D}千)?(?:[零〇]?{_D}百)?十{_D}?"
)
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_FULL_WIDTH = str.maketrans("０１２３４５６７８９　", "0123456789 ")


@dataclass(frozen=True)
class Limit:
    """``number`` of ``unit``, as written in the law. Units: see :class:`Unit`."""

    number: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.number < 1 or self.number > _LONGEST[self.unit]:
            raise InputError(
                f"期限“{self.number}{_CHINESE[self.unit]}”超出可计算的范围",
                why=f"以{_CHINESE[self.unit].lstrip('个')}计的期限应在1至{_LONGEST[self.unit]}之间",
                cure="请核对期限的数目",
            )

    @classmethod
    def parse(cls, text: str) -> Limit:
        """Read ``20 workdays``, ``60 days``, ``3 months``, ``1 year``, ``24 hours`` or 20个工作日, 六十日, 三个月, 1年.

        半年 is six months and 一年半 eighteen; 半个月 is refused, for the general law does not say how long it is. Raises :class:`InputError` when number or unit is missing or unknown; nothing is guessed.
        """
        plain = text.translate(_FULL_WIDTH).strip()
        if half := _HALF_YEARS.fullmatch(plain):
            return cls((_number(half["years"] or "") or 0) * 12 + 6, Unit.MONTH)
        found = _FORM.fullmatch(plain)
        unit = _WORDS.get(" ".join(found["unit"].lower().split())) if found else None
        number = _number(found["number"]) if found else None
        if number is None or unit is None:
            raise InputError(
                f"看不懂期限“{text}”",
                why="期限须由数目和单位组成，单位为工作日、日、月、年或者小时",
                cure="例如：20个工作日、60日、3个月、1年、24小时，或 20 workdays、60 days、3 months、1 year、24 hours",
            )
        return cls(number, unit)

    def __str__(self) -> str:
        return f"{self.number}{_CHINESE[self.unit]}"

    def words(self) -> str:
        """The limit in the form law files use: ``20 workdays``."""
        return f"{self.number} {self.unit}{'' if self.number == 1 else 's'}"


def _number(text: str) -> int | None:
    """A number in Arabic or Chinese figures up to 千 (二十, 一百二十, 十五); None when it says no one number."""
    if text.isdecimal():
        return int(text) if len(text) < 9 else 10**9
    if not _SPOKEN.fullmatch(text):
        return None
    total, digit = 0, 0
    for char in text:
        if char in _TENS:
            total += (digit or 1) * _TENS[char]
            digit = 0
        else:
            digit = _DIGITS[char]
    return total + digit

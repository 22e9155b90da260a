"""Automatic numbering of Word: the labels that are printed but stand in no text (ECMA-376-1, 17.9)."""

from __future__ import annotations

import re

from lxml import etree

from fadu.core.text.numerals import write

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PLACE = re.compile(r"%([1-9])")
_FULL = str.maketrans("0123456789", "０１２３４５６７８９")
_LEGAL = str.maketrans("零一二三四五六七八九十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟")
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"


def written(value: int, form: str) -> str | None:
    """``value`` in a number format of Word; ``None`` when the format is not one we know to print."""
    if form in ("decimal", "none", "decimalHalfWidth"):
        return "" if form == "none" else str(value)
    if form == "decimalZero":
        return f"{value:02d}"
    if form == "decimalFullWidth" or form == "decimalFullWidth2":
        return str(value).translate(_FULL)
    if form in (
        "chineseCounting",
        "chineseCountingThousand",
        "japaneseCounting",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
        "koreanCounting",
    ):
        return write(value) if value <= 9999 else None
    if form in ("ideographDigital", "taiwaneseDigital", "japaneseDigitalTenThousand"):
        return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(value))
    if form in ("chineseLegalSimplified", "ideographLegalTraditional"):
        return write(value).translate(_LEGAL)
    if form in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese"):
        return chr(ord("①") + value - 1) if 1 <= value <= 20 else None
    if form == "decimalEnclosedParen":
        return f"({value})"
    if form == "decimalEnclosedFullstop":
        return f"{value}."
    if form in ("upperLetter", "lowerLetter"):
        letter = chr(ord("A") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return letter if form == "upperLetter" else letter.lower()
    if form in ("upperRoman", "lowerRoman"):
        return _roman(value) if form == "upperRoman" else _roman(value).lower()
    if form in ("ideographTraditional", "ideographZodiac"):
        names = _STEMS if form == "ideographTraditional" else _BRANCHES
        return names[value - 1] if 1 <= value <= len(names) else None
    return None


def _roman(value: int) -> str:
    out = ""
    for number, name in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    ):
        count, value = divmod(value, number)
        out += name * count
    return out


def _value(element: etree._Element | None, default: str = "") -> str:
    return default if element is None else element.get(W + "val") or default


class Numbering:
    """The counters of one document. ``label(num_id, level)`` counts one paragraph on and gives what is printed."""

    def __init__(self, root: etree._Element | None) -> None:
        self._abstract: dict[str, dict[int, etree._Element]] = {}
        self._nums: dict[str, tuple[str, dict[int, int]]] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._started: set[tuple[str, int]] = set()
        self.unknown: set[str] = set()
        if root is None:
            return
        for abstract in root.iterfind(W + "abstractNum"):
            levels = {int(level.get(W + "ilvl") or 0): level for level in abstract.iterfind(W + "lvl")}
            self._abstract[abstract.get(W + "abstractNumId") or ""] = levels
        for num in root.iterfind(W + "num"):
            abstract_id = _value(num.find(W + "abstractNumId"))
            starts = {}
            for override in num.iterfind(W + "lvlOverride"):
                start = override.find(W + "startOverride")
                if start is not None:
                    starts[int(override.get(W + "ilvl") or 0)] = int(_value(start, "1"))
            self._nums[num.get(W + "numId") or ""] = (abstract_id, starts)

    def label(self, num_id: str, level: int) -> str:
        """The printed label with the blank that follows it; empty for a bullet, for numId 0 and for unknown lists."""
        if num_id not in self._nums:
            return ""
        abstract_id, starts = self._nums[num_id]
        levels = self._abstract.get(abstract_id, {})
        if level not in levels:
            return ""
        counts = self._counts.setdefault(abstract_id, [None] * 10)
        if level in starts and (num_id, level) not in self._started:
            counts[level] = starts[level] - 1
        self._started.add((num_id, level))
        before = counts[level]
        counts[level] = self._start(levels, level) if before is None else before + 1
        for deeper in range(level + 1, 10):
            counts[deeper] = None
        form = _value(levels[level].find(W + "numFmt"), "decimal")
        if form == "bullet":
            return ""
        return self._print(levels, level, counts)

    def _start(self, levels: dict[int, etree._Element], level: int) -> int:
        return int(_value(levels[level].find(W + "start"), "1"))

    def _print(self, levels: dict[int, etree._Element], level: int, counts: list[int | None]) -> str:
        legal = levels[level].find(W + "isLgl") is not None

        def place(match: re.Match[str]) -> str:
            index = int(match[1]) - 1
            count = counts[index]
            value = count if count is not None else self._start(levels, index) if index in levels else 1
            form = (
                "decimal"
                if legal or index not in levels
                else _value(levels[index].find(W + "numFmt"), "decimal")
            )
            shown = written(value, form)
            if shown is None:
                self.unknown.add(form)
                return str(value)
            return shown

        text = _PLACE.sub(place, _value(levels[level].find(W + "lvlText")))
        suffix = _value(levels[level].find(W + "suff"), "tab")
        return text + ("" if suffix == "nothing" or not text else " ")

"""The words for a deadline in work plans, and the day they mean.

10月底前 → the last day of October; 上半年 → 30 June; 三季度末 → 30 September; several dates → the latest. Words without a
day (长期坚持, 每季度, X月底前) are kept as text without a date: a wrong date is worse than no date.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_YEAR = r"(?:(?P<y>\d{4})年|(?P<rel>今年|本年度?|当年|明年|次年|翌年))?"
_BEFORE = r"(?:之前|以前|前)"
_DATED: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (
            "range",
            rf"{_YEAR}\d{{1,2}}月(?:\d{{1,2}}日|底|[上中下]旬)?(?:起|开始)?(?:至|到|[—–~～－-]+)(?:(?P<y2>\d{{4}})年)?(?P<m>\d{{1,2}})月(?:(?P<d>\d{{1,2}})日|底|末)?{_BEFORE}?",
        ),
        ("day", rf"{_YEAR}(?<!\d)(?P<m>\d{{1,2}})月(?P<d>\d{{1,2}})日(?P<must>{_BEFORE}|(?=完成))"),
        ("ten", rf"{_YEAR}(?<!\d)(?P<m>\d{{1,2}})月份?(?P<part>[上中下])旬{_BEFORE}?"),
        ("month", rf"{_YEAR}(?<!\d)(?P<m>\d{{1,2}})月份?[底末]{_BEFORE}?"),
        (
            "month",
            rf"{_YEAR}(?<![\d至到—-])(?P<m>\d{{1,2}})月份(?=完成|出台|印发|公布|上线|建成|举办|召开|提交|报送)",
        ),
        ("vague", rf"{_YEAR}(?<!\d)\d{{1,2}}月份?{_BEFORE}"),
        (
            "quarter",
            rf"{_YEAR}(?<!每)第?(?P<q>[一二三四1-4])季度(?:[末底内]{_BEFORE}?|{_BEFORE}|(?=完成|出台|印发|公布|制定|开展|组织|召开|启动|举办|进行|实现|建成|上线|提交|报送))",
        ),
        (
            "half",
            rf"{_YEAR}(?<!每)(?P<half>[上下])半年(?:[末底内]{_BEFORE}?|{_BEFORE})?(?!的|工作|情况|以来|已)",
        ),
        (
            "yearend",
            rf"(?<![每\d])(?:{_YEAR}年[底末]|(?P<y3>\d{{4}})年[底末]|{_YEAR.replace('P<y>', 'P<y4>').replace('P<rel>', 'P<rel4>')}年内){_BEFORE}?",
        ),
        ("blank", rf"(?:[XＸ×xX]{{1,4}}年)?[XＸ×xX]{{1,2}}月(?:[XＸ×xX]{{1,2}}日|[底末])?{_BEFORE}"),
    )
)
_CLAUSE_DATED: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("day", rf"{_YEAR}(?<!\d)(?P<m>\d{{1,2}})月(?P<d>\d{{1,2}})日"),
        ("day", r"(?<!\d)(?P<y>\d{4})[-./](?P<m>\d{1,2})[-./](?P<d>\d{1,2})(?!\d)"),
        ("month", rf"{_YEAR}(?<!\d)(?P<m>\d{{1,2}})月份?(?!{_BEFORE})"),
        ("month", r"(?<!\d)(?P<y>\d{4})[-./](?P<m>\d{1,2})(?![-./\d])"),
        ("quarter", rf"{_YEAR}(?<!每)第?(?P<q>[一二三四1-4])季度"),
        ("yearend", r"(?<!\d)\d{4}年?(?:至|到|[—–~～－-]+)(?P<y>\d{4})年?(?!\d)"),
        ("yearend", r"(?<!\d)(?P<y>\d{4})年(?!\d|[底末内]|年|每)"),
    )
)
_RECURRING = re.compile(r"每(?:个?月|季度?|半年|周|旬|两个?月|双月)(?![底末])")
_OPEN = re.compile(
    r"^(?:长期|持续|常态|常年|全年|贯穿全年|全程|立即|立行立改|即日|即时|按时序|按进度|按序时|适时|按照?.{0,12}(?:要求|部署|安排|时限))"
)
_UNDATED = re.compile(
    r"(?:自|从)?(?:\d{4}年)?(?:\d{1,2}月(?:\d{1,2}日|份)?)?(?:起|开始)|(?:\d{4}年)?每(?:个?月|季度?|半年|周|旬)"
)
"""A clause of time without a last day: 2026年5月起, 2026年每季度."""
_ONWARD = ("起", "开始", "以来", "以后", "启用")
_SCOPE = re.compile(
    r"^[^，,。；;、]{0,8}?(?:印发|制定|出台|发布|颁布|公布|实施|施行|有效|成立|登记|注册|取得|建成|受理|立案|形成|批准|签订|发生|参加工作)(?:生效|实施|施行)?的"
)
_QUARTER = {"一": 3, "1": 3, "二": 6, "2": 6, "三": 9, "3": 9, "四": 12, "4": 12}


@dataclass(frozen=True, slots=True)
class Found:
    """One expression. ``on`` is empty where it names no day; ``why`` then says why (``blank``, ``vague``, ``no_year`` …)."""

    text: str
    start: int
    on: date | None
    why: str = ""


def is_deadline_clause(text: str) -> bool:
    """Whether a short clause inside a unit bracket is a deadline (6月底完成, 长期坚持) and not a unit."""
    if _OPEN.match(text) or _RECURRING.match(text) or _UNDATED.match(text):
        return True
    opening = re.sub(r"^(?:于|在|力争|确保|计划|拟于|预计|要求|请于)+", "", text)
    return any(match.start() == 0 for _kind, match in _matches(opening, clause=True))


def find(text: str, *, year: int | None, clause: bool = False) -> Found | None:
    """The deadline that a text states: the latest date; without any date, words such as 每季度.

    ``clause`` says that the whole text is about time (a table cell, the words after 完成时限：, a clause in a unit
    bracket): then bare months and years count too, and the clause itself is the deadline's text.
    """
    text = re.sub(r"(?<=\d)\s+(?=[年月日])|(?<=[年月前于在到至])\s+(?=\d)", "", text)
    dated: list[Found] = []
    undated: list[Found] = []
    carried = year
    for kind, match in sorted(_matches(text, clause=clause), key=lambda pair: pair[1].start()):
        if not clause and _SCOPE.match(text[match.end() :]):
            continue
        groups = match.groupdict()
        own = _own_year(groups, year)
        if own is not None and year is not None and own < year and not clause:
            continue  # 2016年12月31日前印发的…: a date of the past names a scope
        carried = own if own is not None else carried
        on, why = _day(kind, groups, carried)
        (dated if on else undated).append(Found(match.group(), match.start(), on, why))
    best = max(dated, key=lambda found: (found.on or date.min, -found.start), default=None)
    if best is None and undated:
        best = undated[-1]
    if best is None:
        recurring = _RECURRING.search(text)
        if recurring:
            best = Found(recurring.group(), recurring.start(), None, "recurring")
        elif clause and text.strip():
            best = Found(text.strip(), 0, None, "words")
    if best is not None and clause:
        return Found(_segment(text, best.start), best.start, best.on, best.why)
    return best


def milestones(text: str, *, year: int | None) -> tuple[str, ...]:
    """The months named in a cell of steps (2025年5月立项；2025年9月实施), as ``2025-05``; empty unless there are several."""
    months = []
    for kind, match in sorted(_matches(text, clause=True), key=lambda pair: pair[1].start()):
        own = _own_year(match.groupdict(), year)
        on, _why = _day(kind, match.groupdict(), own if own is not None else year)
        if on:
            months.append(f"{on.year:04d}-{on.month:02d}")
    return tuple(months) if len(months) > 1 else ()


def _segment(text: str, position: int) -> str:
    begin = max(text.rfind(mark, 0, position) for mark in "；;\n") + 1
    ends = [end for mark in "；;\n" if (end := text.find(mark, position)) >= 0]
    return text[begin : min(ends, default=len(text))].strip(" \t\u3000。，,")


def _matches(text: str, *, clause: bool) -> Iterator[tuple[str, re.Match[str]]]:
    taken: list[tuple[int, int]] = []
    for kind, pattern in _DATED + (_CLAUSE_DATED if clause else ()):
        for match in pattern.finditer(text):
            if text[: match.start()].endswith(("每", "每年")) or not match.group():
                continue
            if text.startswith(_ONWARD, match.end()):
                continue  # 2026年5月起: where something begins is not when it is due
            if all(match.end() <= start or match.start() >= end for start, end in taken):
                taken.append(match.span())
                yield kind, match


def _own_year(groups: dict[str, str | None], year: int | None) -> int | None:
    for name in ("y2", "y3", "y4", "y"):
        if groups.get(name):
            return int(groups[name] or 0)
    relative = groups.get("rel") or groups.get("rel4")
    if relative and year is not None:
        return year + 1 if relative in ("明年", "次年", "翌年") else year
    return None


def _day(kind: str, groups: dict[str, str | None], year: int | None) -> tuple[date | None, str]:
    if kind in ("blank", "vague"):
        return None, kind
    if year is None:
        return None, "no_year"
    month, day = 12, 31
    if kind == "quarter":
        month, day = _QUARTER[groups["q"] or ""], 0
    elif kind == "half":
        month, day = (6 if groups["half"] == "上" else 12), 0
    elif kind != "yearend":
        month = int(groups["m"] or 0)
        day = int(groups.get("d") or 0)
        if kind == "ten":
            day = {"上": 10, "中": 20, "下": 0}[groups["part"] or ""]
    if not 1 <= month <= 12:
        return None, "impossible"
    last = calendar.monthrange(year, month)[1]
    if day > last:
        return None, "impossible"
    return date(year, month, day or last), ""

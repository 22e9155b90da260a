"""Which days are working days in mainland China: the State Council's arrangement, year by year, as data.

No rule can produce it (每年由国务院办公厅通知, with 调休 make-up days), so a year without a table is refused.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from fadu.core.errors import DefinitionError, InputError

#: Holidays with a fixed date, off in every year whatever the notice says: 《全国年节及纪念日放假办法》第二条.
_FIXED_HOLIDAYS = {
    (1, 1): "元旦",
    (5, 1): "劳动节",
    (5, 2): "劳动节",
    (10, 1): "国庆节",
    (10, 2): "国庆节",
    (10, 3): "国庆节",
}


class MissingYear(InputError):
    """The arrangement of rest days for a year is not at hand, so no date in it can be called a working day."""

    code = "missing_year"

    def __init__(self, year: int, *, known: Iterable[int]) -> None:
        self.year = year
        years = sorted(known)
        span = f"{years[0]}年至{years[-1]}年" if years else "尚无任何年度"
        super().__init__(
            f"没有{year}年的放假安排，不能计算涉及该年的期限",
            why=f"工作日以国务院办公厅每年发布的放假安排为准，现有{span}",
            cure=f"请载入{year}年的日历（law/calendars/{year}.toml），或者允许给出暂定日期",
        )


@dataclass(frozen=True)
class Notice:
    """The notice that set a year's arrangement. ``status``: verified, unverified or local."""

    title: str
    number: str
    published: date
    url: str
    status: str


@dataclass(frozen=True)
class SpecialDay:
    """A day that differs from the plain week: off (``works`` false) or a weekend day that is worked (调休)."""

    name: str
    works: bool
    statutory: bool


class Calendar:
    """The working days of the years it has tables for. Immutable; ``edition`` names its exact content."""

    def __init__(self, days: Mapping[date, SpecialDay], notices: Mapping[int, Notice]) -> None:
        self._days = dict(days)
        self.notices = dict(sorted(notices.items()))
        self.edition = self._digest()

    @classmethod
    def load(cls, folder: Path | Traversable, years: Iterable[int] | None = None) -> Calendar:
        """Read ``<year>.toml`` of ``folder``: all of them, or only ``years``. Raises DefinitionError, MissingYear."""
        files = {int(file.name[:4]): file for file in folder.iterdir() if _is_table(file.name)}
        wanted = sorted(files) if years is None else sorted(set(years))
        days: dict[date, SpecialDay] = {}
        notices: dict[int, Notice] = {}
        for year in wanted:
            if year not in files:
                raise MissingYear(year, known=files)
            notices[year], table = _read_year(year, files[year])
            days |= table
        return cls(days, notices)

    def with_tables(self, tables: Iterable[str]) -> Calendar:
        """This calendar with the tables of further years, each a TOML text as in ``law/calendars``; a year that stands
        already is replaced whole. Raises DefinitionError."""
        days, notices = dict(self._days), dict(self.notices)
        for text in tables:
            year, notice, table = read_table(text)
            days = {day: special for day, special in days.items() if day.year != year} | table
            notices[year] = notice
        return Calendar(days, notices)

    def special_days(self, year: int) -> tuple[tuple[date, SpecialDay], ...]:
        """The days of a year that differ from the plain week, in order."""
        return tuple(sorted((day, one) for day, one in self._days.items() if day.year == year))

    @property
    def years(self) -> tuple[int, ...]:
        """The years this calendar can answer for."""
        return tuple(self.notices)

    def is_workday(self, day: date) -> bool:
        """Whether ``day`` is a working day, make-up days included. Raises :class:`MissingYear`."""
        if day.year not in self.notices:
            raise MissingYear(day.year, known=self.notices)
        special = self._days.get(day)
        return day.weekday() < 5 if special is None else special.works

    def likely_workday(self, day: date) -> bool:
        """The best guess for a year without a table: Monday to Friday, but for the holidays of fixed date.

        For provisional dates only; 春节、清明、端午、中秋 and every 调休 day are unknown until the notice.
        """
        if day.year in self.notices:
            return self.is_workday(day)
        return day.weekday() < 5 and (day.month, day.day) not in _FIXED_HOLIDAYS

    def is_statutory_holiday(self, day: date) -> bool:
        """Whether ``day`` is itself a 法定节假日 (not a weekend, 补休 or 调休 day). Raises :class:`MissingYear`."""
        self.is_workday(day)
        special = self._days.get(day)
        return special is not None and special.statutory

    def why(self, day: date) -> str:
        """Why ``day`` is worked or not, in Chinese: 国庆节放假, 周末休息, 国庆节调休上班, 工作日."""
        if day.year not in self.notices:
            holiday = _FIXED_HOLIDAYS.get((day.month, day.day))
            plain = f"{holiday}放假" if holiday else "工作日" if day.weekday() < 5 else "周末休息"
            return f"{plain}，暂定"
        special = self._days.get(day)
        if special is not None:
            return f"{special.name}{'调休上班' if special.works else '放假'}"
        return "工作日" if day.weekday() < 5 else "周末休息"

    def unsettled(self, day: date) -> bool:
        """Whether the next year's notice may still change ``day``: New Year's make-up days reach into late December
        (31 December 2022 was set by the notice for 2023, 29 December 2018 by the one for 2019)."""
        return (
            day.year in self.notices and day.year + 1 not in self.notices and (day.month, day.day) >= (12, 26)
        )

    def _digest(self) -> str:
        """A name that changes when any table changes: the span of years and a SHA-256 over the canonical tables."""
        if not self.notices:
            return "none"
        rows = [[day.isoformat(), s.name, s.works, s.statutory] for day, s in sorted(self._days.items())]
        canonical = json.dumps([list(self.notices), rows], ensure_ascii=False, separators=(",", ":"))
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        return f"{min(self.notices)}-{max(self.notices)}.{digest[:32]}"


def _is_table(name: str) -> bool:
    return len(name) == 9 and name[:4].isdecimal() and name.endswith(".toml")


def read_table(
    text: str, *, where: str = "", expected: int | None = None
) -> tuple[int, Notice, dict[date, SpecialDay]]:
    """One year's table: the year, its notice, and the days that differ from the plain week. Raises DefinitionError,
    also when the year is not the ``expected`` one."""
    where = where or "日历"
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(
            f"不是有效的 TOML 文件（{error}）", where=where, cure="请按其他年度的文件改正"
        ) from error
    _only(data, {"year", "notice", "holiday"}, where)
    year = data.get("year")
    if type(year) is not int or not 1949 < year < 10000:
        raise DefinitionError("没有写明年度", where=where, cure="写 year = 四位年份")
    if expected not in (None, year):
        raise DefinitionError(f"year 应为 {expected}", where=where, why="文件名就是年度")
    notice = data.get("notice", {})
    if not isinstance(notice, dict) or not isinstance(data.get("holiday", []), list):
        raise DefinitionError(
            "notice 或者 holiday 的写法不对", where=where, cure="写 [notice] 和 [[holiday]]"
        )
    _only(notice, {"title", "number", "published", "url", "status"}, f"{where} [notice]")
    try:
        source = Notice(**notice)
    except TypeError as error:
        raise DefinitionError(
            "放假通知的要素不全", where=f"{where} [notice]", cure="须有 title、number、published、url、status"
        ) from error
    if type(source.published) is not date or source.status not in ("verified", "unverified", "local"):
        raise DefinitionError(
            "放假通知的日期或者核对情况不对",
            where=f"{where} [notice]",
            cure="published 为日期，status 为 verified、unverified 或者 local",
        )
    return year, source, _days(year, data, where)


def _read_year(year: int, file: Path | Traversable) -> tuple[Notice, dict[date, SpecialDay]]:
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise DefinitionError(
            f"不是有效的 TOML 文件（{error}）", where=file.name, cure="请按其他年度的文件改正"
        ) from error
    _, notice, days = read_table(text, where=file.name, expected=year)
    return notice, days


def _days(year: int, data: Mapping[str, Any], where: str) -> dict[date, SpecialDay]:
    days: dict[date, SpecialDay] = {}
    for holiday in data.get("holiday", []):
        for day, special in _read_holiday(year, holiday, where):
            if day in days:
                raise DefinitionError(f"{day} 出现了两次", where=where, cure="每一天只应属于一个假期")
            days[day] = special
    return days


def _read_holiday(year: int, holiday: dict[str, Any], where: str) -> Iterable[tuple[date, SpecialDay]]:
    """The days of one ``[[holiday]]``: ``off`` = [first, last], ``statutory`` and ``work`` = lists of dates."""
    _only(holiday, {"name", "off", "statutory", "work"}, f"{where} [[holiday]]")
    name, off = holiday.get("name"), holiday.get("off")
    statutory, work = holiday.get("statutory", []), holiday.get("work", [])
    here = f"{where} [[holiday]] {name}"
    dates = (
        [*off, *statutory, *work]
        if isinstance(off, list) and isinstance(statutory, list) and isinstance(work, list)
        else []
    )
    if not name or not isinstance(off, list) or len(off) != 2 or not all(type(day) is date for day in dates):
        raise DefinitionError(
            "假期的写法不对", where=here, cure="须有 name，off = [首日, 末日]，statutory 和 work 为日期列表"
        )
    if any(day.year != year for day in dates) or off[0] > off[1]:
        raise DefinitionError(
            "日期不在本年度，或者首日晚于末日", where=here, cure="跨年的假期分别写入两个年度的文件"
        )
    rest = [off[0] + timedelta(days=n) for n in range((off[1] - off[0]).days + 1)]
    if any(day not in rest for day in statutory):
        raise DefinitionError("法定节假日不在放假期间内", where=here)
    if any(day.weekday() < 5 for day in work):
        raise DefinitionError(
            "调休上班的日期不是周六或者周日", where=here, why="平日本来就是工作日", cure="请对照放假通知改正"
        )
    yield from ((day, SpecialDay(str(name), False, day in statutory)) for day in rest)
    yield from ((day, SpecialDay(str(name), True, False)) for day in work)


def _only(table: Mapping[str, object], known: set[str], where: str) -> None:
    unknown = sorted(set(table) - known)
    if unknown:
        raise DefinitionError(
            f"有不认识的项：{'、'.join(unknown)}", where=where, cure=f"只能有：{'、'.join(sorted(known))}"
        )

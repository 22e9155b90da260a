"""The yearly tables agree with two independent sources, and a wrong table is refused with the reason."""

import json
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from fadu.core.errors import DefinitionError
from fadu.core.terms import Calendar, MissingYear, standard

CALENDAR, _ = standard()


def _year(year: int) -> list[date]:
    return [
        date(year, 1, 1) + timedelta(days=n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)
    ]


@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026])
def test_every_day_agrees_with_chinesecalendar(year: int) -> None:
    wrong = [day for day in _year(year) if CALENDAR.is_workday(day) != chinese_calendar.is_workday(day)]
    assert wrong == []


@pytest.mark.corpus
@pytest.mark.parametrize("year", ["2023", "2024", "2025"])
def test_every_day_agrees_with_the_shared_calendar(shared: Path, year: str) -> None:
    """Working days, the name of the holiday and which days are 法定节假日 themselves."""
    table = json.loads((shared / "data/calendar.json").read_text(encoding="utf-8"))["years"][year]
    listed = {date.fromisoformat(day["date"]): day for day in table["days"]}
    for day in _year(int(year)):
        expected = listed[day]["is_workday"] if day in listed else day.weekday() < 5
        assert CALENDAR.is_workday(day) is expected, day
        statutory = day in listed and listed[day]["kind"] == "statutory_holiday"
        assert CALENDAR.is_statutory_holiday(day) is statutory, day
        if day in listed:
            assert CALENDAR.why(day).startswith(listed[day]["name"])
    assert sum(CALENDAR.is_workday(day) for day in _year(int(year))) == table["workdays_in_year"]


def test_every_table_names_its_notice() -> None:
    assert CALENDAR.years == (2023, 2024, 2025, 2026)
    for year, notice in CALENDAR.notices.items():
        assert str(year) in notice.title and notice.number.startswith("国办发明电")
        assert notice.published.year == year - 1 and "gov.cn" in notice.url


def test_reasons_name_the_holiday_the_weekend_and_the_make_up_day() -> None:
    assert CALENDAR.why(date(2026, 10, 2)) == "国庆节放假"
    assert CALENDAR.why(date(2026, 10, 10)) == "国庆节调休上班"
    assert CALENDAR.why(date(2026, 10, 17)) == "周末休息"
    assert CALENDAR.why(date(2026, 10, 12)) == "工作日"
    assert CALENDAR.why(date(2027, 10, 1)) == "国庆节放假，暂定"


def test_a_year_without_a_table_is_refused_and_says_what_to_load() -> None:
    with pytest.raises(MissingYear, match="没有2027年的放假安排") as refused:
        CALENDAR.is_workday(date(2027, 1, 4))
    assert refused.value.year == 2027
    assert "2027.toml" in refused.value.cure


def test_provisional_guess_knows_the_holidays_of_fixed_date() -> None:
    assert not CALENDAR.likely_workday(date(2027, 1, 1))
    assert CALENDAR.likely_workday(date(2027, 1, 4))
    assert not CALENDAR.likely_workday(date(2026, 10, 7)), "a year with a table keeps its table"


def test_late_december_is_unsettled_until_the_next_notice() -> None:
    assert CALENDAR.unsettled(date(2026, 12, 31))
    assert not CALENDAR.unsettled(date(2025, 12, 31)), "the notice for 2026 is known"
    assert not CALENDAR.unsettled(date(2026, 12, 24))


TABLE = """
year = 2026
[notice]
title = "试"
number = "试"
published = 2025-11-04
url = "https://www.gov.cn"
status = "local"
[[holiday]]
name = "元旦"
off = [2026-01-01, 2026-01-03]
statutory = [2026-01-01]
work = [2026-01-04]
"""


def _load(folder: Path, text: str) -> Calendar:
    (folder / "2026.toml").write_text(text, encoding="utf-8")
    return Calendar.load(folder)


def test_edition_is_stable_and_changes_with_any_day(tmp_path: Path) -> None:
    one = _load(tmp_path, TABLE).edition
    assert one == _load(tmp_path, TABLE + "# a remark\n").edition
    assert one.startswith("2026-2026.")
    assert one != _load(tmp_path, TABLE.replace("2026-01-03]", "2026-01-02]")).edition


def test_only_the_years_asked_for_are_loaded(tmp_path: Path) -> None:
    _load(tmp_path, TABLE)
    (tmp_path / "2027.toml").write_text(
        TABLE.replace("2026", "2027").replace("work = [2027-01-04]", ""), encoding="utf-8"
    )
    assert Calendar.load(tmp_path).years == (2026, 2027)
    assert Calendar.load(tmp_path, years=[2026]).years == (2026,)
    with pytest.raises(MissingYear, match="2028"):
        Calendar.load(tmp_path, years=[2028])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("year = 2026", "year = 2025", "year 应为 2026"),
        ("year = 2026", "year =", "不是有效的 TOML"),
        ("url = ", "link = ", "不认识的项：link"),
        ('number = "试"\n', "", "放假通知的要素不全"),
        ("name = ", "title = ", "不认识的项：title"),
        ("work = [2026-01-04]", "work = [2026-01-05]", "不是周六或者周日"),
        ("work = [2026-01-04]", "work = [2026-01-03]", "出现了两次"),
        ("off = [2026-01-01, 2026-01-03]", "off = [2026-01-03, 2026-01-01]", "首日晚于末日"),
        ("off = [2026-01-01, 2026-01-03]", "off = [2025-12-31, 2026-01-03]", "日期不在本年度"),
        ("off = [2026-01-01, 2026-01-03]", "off = [2026-01-01]", "假期的写法不对"),
        ("statutory = [2026-01-01]", "statutory = [2026-02-01]", "法定节假日不在放假期间内"),
        ("statutory = [2026-01-01]", 'statutory = ["2026-01-01"]', "假期的写法不对"),
    ],
)
def test_a_wrong_table_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(DefinitionError, match=message) as refused:
        _load(tmp_path, TABLE.replace(old, new))
    assert "2026.toml" in refused.value.where

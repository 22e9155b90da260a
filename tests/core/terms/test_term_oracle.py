"""The command against a count that shares nothing with it: the calendar file read anew, one day after the other.

The oracle knows law-B 0.3 only in the form of sentences: a set of days off, a set of days closed, a finger that moves.
"""

import calendar as wall
import contextlib
import io
import json
import tomllib
from datetime import date, datetime, time, timedelta, timezone
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fadu.cli import main

DAY = timedelta(days=1)
BEIJING = timezone(timedelta(hours=8))


def _tables() -> tuple[set[date], set[date], set[int]]:
    """Days off, weekend days worked and years, from the TOML files as they stand."""
    off: set[date] = set()
    worked: set[date] = set()
    years: set[int] = set()
    for file in (files("fadu") / "law" / "calendars").iterdir():
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        years.add(int(file.name[:4]))
        for holiday in data["holiday"]:
            first, last = holiday["off"]
            off |= {first + timedelta(days=n) for n in range((last - first).days + 1)}
            worked |= set(holiday.get("work", []))
    return off, worked, years


OFF, WORKED, YEARS = _tables()


class NoTable(Exception):
    """The finger came to a year without a calendar."""


def _open(day: date) -> bool:
    if day.year not in YEARS:
        raise NoTable
    return day in WORKED or (day.weekday() < 5 and day not in OFF)


def _shift(day: date, months: int) -> date:
    """Month by month, keeping the day-number of the beginning where the month has it."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return date(year, month, min(day.day, wall.monthrange(year, month)[1]))


def _count(start: date, parts: list[tuple[int, str]], closed: set[date]) -> date:
    """The nominal end under the general rules; neighbouring parts in one unit are one length."""
    merged: list[list[Any]] = []
    for number, unit in parts:
        number, unit = (number * 12, "month") if unit == "year" else (number, unit)
        if merged and merged[-1][1] == unit:
            merged[-1][0] += number
        else:
            merged.append([number, unit])
    finger = start
    for number, unit in merged:
        left = (_shift(finger, number) - finger).days if unit == "month" else number
        while left:
            finger += DAY
            left -= (unit != "workday" or _open(finger)) and finger not in closed
    return finger


def _move(day: date, step: timedelta) -> date:
    while not _open(day):
        day += step
    return day


def _ask(*args: str) -> tuple[int, dict[str, Any]]:
    """Exit code and answer of the real command."""
    page = io.StringIO()
    with contextlib.redirect_stdout(page), contextlib.redirect_stderr(io.StringIO()):
        status = main(["term", *args, "--json"])
    return status, json.loads(page.getvalue())


SPELLINGS = {
    "workday": ("{} workdays", "{}个工作日", "{} 工作日"),
    "day": ("{} days", "{}日", "{}天内"),
    "month": ("{} months", "{}个月", "{} 月"),
    "year": ("{} years", "{}年", "{} year"),
}
LONGEST = {"workday": 90, "day": 200, "month": 14, "year": 2}


@st.composite
def lengths(draw: st.DrawFn) -> tuple[int, str, str]:
    """(number, unit, as written)."""
    unit = draw(st.sampled_from(sorted(LONGEST)))
    number = draw(st.integers(1, LONGEST[unit]))
    return number, unit, draw(st.sampled_from(SPELLINGS[unit])).format(number)


@st.composite
def suspensions(draw: st.DrawFn, start: date) -> list[tuple[date, date]]:
    """Up to three, apart or touching; the first may begin before the limit does."""
    spans, finger = [], start + timedelta(days=draw(st.integers(-20, 60)))
    for _ in range(draw(st.integers(0, 3))):
        end = finger + timedelta(days=draw(st.integers(0, 30)))
        spans.append((finger, end))
        finger = end + timedelta(days=draw(st.integers(0, 40)))
    return spans


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_the_command_agrees_with_a_finger_on_the_calendar_file(data: st.DataObject) -> None:
    monthly = [
        date(2024, 1, 31),
        date(2024, 2, 29),
        date(2023, 8, 31),
        date(2025, 11, 30),
        date(2023, 12, 31),
    ]
    start = data.draw(st.dates(date(2023, 1, 1), date(2026, 12, 31)) | st.sampled_from(monthly))
    number, unit, written = data.draw(lengths())
    spans = data.draw(suspensions(start))
    more = data.draw(st.lists(lengths(), max_size=2))
    roll = data.draw(st.booleans())
    args = ["--from", start.isoformat(), "--limit", written]
    for first, last in data.draw(st.permutations(spans)):
        args += ["--pause", f"{first}..{last}"]
    for extension in more:
        args += ["--extend", extension[2]]
    args += [] if roll else ["--no-roll"]
    closed = {first + timedelta(days=n) for first, last in spans for n in range((last - first).days)}
    try:
        nominal = _count(start, [(number, unit), *((n, u) for n, u, _ in more)], closed)
        expected = (
            nominal.isoformat(),
            (_move(nominal, DAY) if roll else nominal).isoformat(),
            _move(nominal, -DAY).isoformat(),
        )
    except NoTable:
        expected = None
    status, answer = _ask(*args)
    if expected is None:
        assert (status, answer["error"]["code"]) == (2, "missing_year")
        return
    assert status == 0
    assert (answer["nominal"], answer["due_legal"], answer["due_internal"]) == expected
    assert answer["provisional"] is False
    skipped = {each["date"] for each in answer["skipped"] if each["kind"] == "paused"}
    assert skipped <= {day.isoformat() for day in closed}


@given(
    day=st.dates(date(2023, 1, 1), date(2026, 12, 1)),
    clock=st.times(),
    hours=st.integers(1, 400),
    more=st.integers(0, 100),
)
def test_hours_never_stop(day: date, clock: time, hours: int, more: int) -> None:
    minute = datetime.combine(day, clock, BEIJING).replace(second=0, microsecond=0)
    args = ["--from", f"{minute:%Y-%m-%dT%H:%M}", "--limit", f"{hours} hours"]
    args += ["--extend", f"{more}小时"] if more else []
    status, answer = _ask(*args)
    assert status == 0
    due = (minute + timedelta(hours=hours + more)).isoformat()
    assert (answer["nominal"], answer["due_legal"], answer["due_internal"]) == (due, due, due)


@given(event=st.dates(date(2024, 6, 1), date(2026, 12, 31)), length=lengths())
def test_before_leaves_exactly_the_length(event: date, length: tuple[int, str, str]) -> None:
    number, unit, written = length
    status, answer = _ask("--from", event.isoformat(), "--limit", written, "--before")
    if status:
        assert answer["error"]["code"] == "missing_year"
        return
    lenient, strict = date.fromisoformat(answer["lenient"]), date.fromisoformat(answer["strict"])
    assert strict <= lenient < event
    if unit in ("workday", "day"):
        for notice, last in ((lenient, event), (strict, event - DAY)):
            between = [notice + timedelta(days=n) for n in range(1, (last - notice).days + 1)]
            assert sum(unit == "day" or _open(day) for day in between) == number
    else:
        months = number * (12 if unit == "year" else 1)
        assert _shift(lenient, months) <= event < _shift(lenient + DAY, months) + 4 * DAY
    assert answer["due_internal"] == _move(strict, -DAY).isoformat()


def _cases() -> list[dict[str, Any]]:
    folder = Path(__file__).parent / "cases"
    listed = [
        case
        for file in sorted(folder.glob("*.toml"))
        for case in tomllib.loads(file.read_text(encoding="utf-8"))["case"]
    ]
    return [case for case in listed if case["kind"] in ("term", "before")]


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case["id"])
def test_dated_examples_through_the_command(case: dict[str, Any]) -> None:
    args = ["--from", case["start"].isoformat(), "--limit", case["limit"], "--regime", case["regime"]]
    for pause in case.get("pauses", []):
        args += ["--pause", pause]
    for extension in case.get("extensions", []):
        args += ["--extend", extension]
    args += ["--no-roll"] if "exempt" in case else []
    args += ["--before"] if case["kind"] == "before" else []
    args += ["--provisional"] if case.get("provisional") else []
    status, answer = _ask(*args)
    assert status == 0
    for key, expected in case["expect"].items():
        if key in answer:
            assert answer[key] == expected.isoformat(), (key, case["facts"])
    assert len(answer.get("void_extensions", [])) == case["expect"].get("void", 0)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("20个工作日", "20 workdays"),
        ("二十个工作日内", "20 workdays"),
        ("三个月", "3 months"),
        ("60日", "60 days"),
        ("六十日以内", "60 days"),
        ("一百零五天", "105 days"),
        ("15个自然日", "15 days"),
        ("半年", "6 months"),
        ("一年半", "18 months"),
        ("3 business days", "3 workdays"),
        ("１５日", "15 days"),
        ("72 hours", "72 hours"),
    ],
)
def test_spellings(written: str, meant: str) -> None:
    status, answer = _ask("--from", "2024-03-04T09:00", "--limit", written)
    assert (status, answer["limit"]) == (0, meant)


@pytest.mark.parametrize(
    "start", ["2026-9-4", "2026年9月4日", "2026/09/04", "2026.9.4", "２０２６-09-04", "20260904"]
)
def test_spellings_of_the_day(start: str) -> None:
    assert _ask("--from", start, "--limit", "1日")[1]["start"] == "2026-09-04"


@pytest.mark.parametrize(
    ("args", "what"),
    [
        (["--limit", "二三日"], "看不懂期限"),
        (["--limit", "一百五日"], "看不懂期限"),
        (["--limit", "半个月"], "看不懂期限"),
        (["--limit", "1.5个月"], "看不懂期限"),
        (["--limit", ""], "看不懂期限"),
        (["--limit", "0 workdays"], "超出可计算的范围"),
        (["--limit", "999999999999999999999 days"], "超出可计算的范围"),
        (["--limit", "20 workdays", "--pause", "2026-09-15.."], "没有恢复之日"),
        (["--limit", "20 workdays", "--pause", "..2026-09-15"], "不是日期"),
        (["--limit", "20 workdays", "--pause", "2026-09-15T08:00..2026-09-16"], "不是中止期间"),
        (
            [
                "--limit",
                "20 workdays",
                "--pause",
                "2026-09-15..2026-09-20",
                "--pause",
                "2026-09-12..2026-09-16",
            ],
            "重叠",
        ),
        (["--limit", "20 workdays", "--extend", "24 hours"], "以小时计的延长"),
        (["--limit", "20 workdays", "--regime", "民法通则"], "没有写明"),
        (["--limit", "100 years", *["--extend", "36500 days", "--extend", "1200 months"] * 60], "超出"),
    ],
)
def test_bad_input_has_all_four_parts(args: list[str], what: str) -> None:
    status, answer = _ask("--from", "2026-09-10", *args, "--provisional")
    error = answer["error"]
    assert status == 2 and what in error["what"]
    assert error["why"] and error["cure"]


def test_pauses_that_touch_are_not_an_overlap() -> None:
    both = ["--pause", "2026-09-20..2026-09-25", "--pause", "2026-09-15..2026-09-20"]
    one = ["--pause", "2026-09-15..2026-09-25"]
    for pauses in (both, one):
        status, answer = _ask("--from", "2026-09-10", "--limit", "30 days", *pauses)
        assert (status, answer["nominal"]) == (0, "2026-10-20")


@pytest.mark.parametrize(
    "name", ["处罚法", "《行政处罚法》", "中华人民共和国行政处罚法", "行政处罚法", "penalty"]
)
def test_a_law_by_any_of_its_titles(name: str) -> None:
    assert _ask("--from", "2026-09-10", "--limit", "7日", "--regime", name)[1]["counted_as"] == "7 workdays"

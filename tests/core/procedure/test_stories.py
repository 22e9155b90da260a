"""Every story of the statute book comes out as it says."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from fadu.core.procedure import Book, load_book, scenario
from tests.core.procedure.conftest import CALENDAR, DATA, LAW

STORIES = sorted((LAW / "scenarios").rglob("*.toml"))


@cache
def book() -> Book:
    return load_book(LAW)


@pytest.mark.parametrize("path", STORIES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_story(path: Path) -> None:
    story = scenario.read_story(path)
    told = scenario.tell(story, book().procedures[story["procedure"]], calendar=CALENDAR, name=path.name)
    assert told.differences == ()


def test_a_wrong_expectation_is_shown(decision) -> None:
    story = scenario.read_story(DATA / "story_wrong.toml")
    told = scenario.tell(story, decision, calendar=CALENDAR)
    assert told.differences == (
        "2026-09-01 决定启动：拒绝的理由应当是[]，实际是[fact_missing]",
        "2026-09-02 集体讨论（通过）：依据中应当有“第九十九条”，实际是“《重大行政决策程序暂行条例》（国务院令第713号）第二十五条第二款、第三十条”",
    )

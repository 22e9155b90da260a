"""A duty due on a fixed date: it falls on that very date, a rest day or not, and moves only with the date itself."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from fadu.core.errors import DefinitionError
from fadu.core.procedure import Book, Definition, engine, explain, from_data, load_file
from tests.core.procedure.conftest import CALENDAR, Case, day

TEXT = """
name = "{name}"
title = "任务"
in_force = 2026-01-01
source = "本市规则"
opening = "assign"
[role.office]
title = "政府办公机构"
organ = "government_office"
function = "handle"
[step.assign]
title = "下达"
by = "office"
basis = "四"
owes = ["complete"]
field.deadline = {{ title = "完成时限", type = "date", required = true, class = "public" }}
[step.extend_deadline]
title = "调整时限"
by = "office"
after = ["assign"]
basis = "四"
field.deadline = {{ title = "调整后的时限", type = "date", class = "public" }}
[step.complete]
title = "报送"
by = "office"
after = ["assign"]
basis = "四"
limit = {{ {limit} }}
"""


def definition(book: Book, folder: Path, limit: str) -> Definition:
    path = folder / "task.toml"
    path.write_text(TEXT.format(name="task", limit=limit), encoding="utf-8")
    return load_file(path, book=book)


def test_due_on_the_date_itself_even_on_a_rest_day(book: Book, tmp_path: Path) -> None:
    task = definition(book, tmp_path, 'until = ["extend_deadline.deadline", "assign.deadline"]')
    case = Case(task)
    case.do("2026-02-03", "assign", values={"deadline": "2026-10-31", "secrecy_class": "open"})
    (duty,) = engine.duties(task, case.marking, on=day("2026-10-30").date(), calendar=CALENDAR)
    assert dt.date(2026, 10, 31).weekday() == 5
    assert (duty.due_legal, duty.late) == (dt.date(2026, 10, 31), False)
    (duty,) = engine.duties(task, case.marking, on=dt.date(2026, 11, 1), calendar=CALENDAR)
    assert duty.late
    case.do("2026-11-01", "extend_deadline", values={"deadline": "2026-12-31"})
    (duty,) = engine.duties(task, case.marking, on=dt.date(2026, 11, 1), calendar=CALENDAR)
    assert (duty.due_legal, duty.late) == (dt.date(2026, 12, 31), False)


def test_no_date_yet_says_what_is_awaited(book: Book, tmp_path: Path) -> None:
    task = definition(book, tmp_path, 'until = "extend_deadline.deadline"')
    case = Case(task)
    case.do("2026-02-03", "assign", values={"deadline": "2026-10-31", "secrecy_class": "open"})
    (duty,) = engine.duties(task, case.marking, on=dt.date(2026, 3, 1), calendar=CALENDAR)
    assert (duty.due_legal, duty.waiting_for) == (None, "调整后的时限")


def test_it_is_explained_and_survives_pinning(book: Book, tmp_path: Path) -> None:
    task = definition(book, tmp_path, 'until = "assign.deadline"')
    assert "应当在“下达”所定的“完成时限”以前完成。" in explain.demands(task, task.steps["complete"])
    pinned = from_data(task.as_data())
    assert pinned.steps["complete"].limit == task.steps["complete"].limit
    assert pinned.digest == task.digest


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ('until = "assign.deadline", time = "3 days"', "固定日期（until）不能再写多长、延期或者暂停"),
        ('until = "assign.nothing"', "“assign.nothing”不是日期字段"),
        ('until = "nobody.deadline"', "没有名为“nobody”的步骤"),
    ],
)
def test_mistakes_are_told(book: Book, tmp_path: Path, limit: str, said: str) -> None:
    with pytest.raises(DefinitionError, match=said.replace("（", ".").replace("）", ".")):
        definition(book, tmp_path, limit)

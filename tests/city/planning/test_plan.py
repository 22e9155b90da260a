"""工作方案: imported by the office from a page with preview, issued task by task, worked on by the units, counted on the board."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from fadu.city.authority import clock
from fadu.city.cases.models import Case
from fadu.city.planning import acts, queries
from fadu.city.planning.models import PlanTask, WorkPlan
from fadu.core.errors import Refused
from fadu.core.text.plan import read_plan
from tests import factories
from tests.city.planning.conftest import MONDAY, TEXT, browse, issued
from tests.factories import City, do

pytestmark = pytest.mark.django_db


def states(plan: WorkPlan) -> dict[str, str]:
    return {str(row.task.place): row.state for row in queries.standings(plan, clock.now().date())}


def test_units_become_organs_and_what_nobody_is_called_is_kept_as_it_stands(plan: WorkPlan) -> None:
    first, second, third = plan.tasks.all()
    assert (first.units, first.deadline) == (["finance", "transport"], date(2026, 6, 30))
    assert (second.lead, second.support, second.unknown) == (["finance"], ["inspect"], ["市火星局"])
    assert (third.units, third.sets) == (["legal"], ["各乡镇"])
    assert [task.section for task in plan.tasks.all()] == ["一、深化改革", "一、深化改革", "二、民主决策"]


def test_nothing_happens_before_the_word(city: City) -> None:
    browser = browse("feng")
    upload = SimpleUploadedFile("方案.txt", TEXT.encode("gb18030"), content_type="text/plain")
    preview = browser.post("/plans/import/", {"plan": upload})
    assert "清理涉企收费" in preview.content.decode() and "市火星局" in preview.content.decode()
    assert not WorkPlan.objects.exists()
    kept = preview.context["kept"].pk if preview.context else None
    assert kept is None or kept > 0
    number = preview.content.decode().partition('name="kept" value="')[2].partition('"')[0]
    wrong = browser.post("/plans/import/", {"kept": number, "import": "1", "government": "gov", "year": "26"})
    assert wrong.status_code == 409 and "四位数的年度" in wrong.content.decode()
    assert not WorkPlan.objects.exists()
    done = browser.post(
        "/plans/import/", {"kept": number, "import": "1", "government": "gov", "year": "2026"}
    )
    assert done.status_code == 302
    assert WorkPlan.objects.get().tasks.count() == 3
    again = browser.post(
        "/plans/import/", {"kept": number, "import": "1", "government": "gov", "year": "2026"}
    )
    assert again.status_code == 409 and "已经导入" in again.content.decode()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("诗.txt", "床前明月光，疑是地上霜。".encode(), "没有找到任何部分"),
        ("乱.txt", bytes(range(128, 256)) * 9, "不接受"),
        ("空.txt", b"", "空文件"),
    ],
)
def test_what_is_no_plan_is_said_and_nothing_is_imported(
    city: City, name: str, content: bytes, told: str
) -> None:
    answer = browse("feng").post("/plans/import/", {"plan": SimpleUploadedFile(name, content)})
    assert answer.status_code == 409
    assert told in answer.content.decode()
    assert not WorkPlan.objects.exists()


def test_only_the_office_imports_and_issues(city: City, plan: WorkPlan) -> None:
    content = b"another"
    with pytest.raises(Refused) as told:
        acts.import_plan(
            city.actor("zhao"), government="gov", plan=read_plan(TEXT.encode(), name="p.txt"), content=content, source="p.txt", year=2026,
        )  # fmt: skip
    assert told.value.refusals[0].code == "not_yours"
    with pytest.raises(Refused):
        acts.issue(city.actor("zhao"), task=plan.tasks.get(place=1).pk)
    assert states(plan) == {"1": "waiting", "2": "waiting", "3": "waiting"}


def test_a_task_is_issued_once_and_each_answers_for_itself(city: City, plan: WorkPlan) -> None:
    browser = browse("feng")
    pks = list(plan.tasks.values_list("pk", flat=True))
    browser.post(f"/plans/{plan.key}/issue/", {"task": pks[:2]})
    assert states(plan) == {"1": "issued", "2": "issued", "3": "waiting"}
    browser.post(f"/plans/{plan.key}/issue/", {"task": pks})
    assert states(plan)["3"] == "issued"
    assert Case.objects.filter(procedure="work_task").count() == 3
    page = browser.get(f"/plans/{plan.key}/").content.decode()
    assert "这项任务已经立项" in page


def test_a_set_of_units_is_expanded_before_the_task_goes_out(city: City, plan: WorkPlan) -> None:
    case = issued(city, plan, 3)
    with pytest.raises(Refused) as told:
        do(city, case, "assign", by="feng", lead="legal", deadline="2026-06-30")
    assert any("展开责任单位" in one.sentence and one.basis for one in told.value.refusals)
    do(city, case, "expand_units", by="feng", units=["legal", "transport"])
    do(city, case, "assign", by="feng", lead="legal", deadline="2026-06-30")
    do(city, case, "accept", by="li", outcome="accepted", contact="李四")
    assert states(plan)["3"] == "doing"
    case.refresh_from_db()
    assert case.organ == city.organs["legal"], "the lead handles it from now on"


def test_lateness_follows_the_date_assigned_and_the_date_extended(city: City, plan: WorkPlan) -> None:
    authority_head = factories.make_person("jiang", "姜一")
    factories.make_post("office", "主任", ("approve", "head"), held_by=authority_head.key)
    factories.make_user("jiang")
    case = issued(city, plan, 1)
    do(city, case, "assign", by="feng", lead="finance", deadline="2026-03-20")
    do(city, case, "accept", by="zhao", outcome="accepted", contact="赵一")
    clock.move_forward(datetime(2026, 3, 21, 9, 0, tzinfo=MONDAY.tzinfo))
    assert states(plan)["1"] == "late", "the plan said June, the office said 20 March"
    do(city, case, "request_extension", by="sun", new_deadline="2026-04-30", reason="须等待上级文件")
    do(city, case, "decide_extension", by="jiang", outcome="agreed", deadline="2026-04-10", reason="同意")
    assert states(plan)["1"] == "doing"
    row = next(row for row in queries.standings(plan, clock.now().date()) if row.task.place == 1)
    assert row.deadline == date(2026, 4, 10)


def test_what_is_no_duty_is_set_aside_with_a_reason_and_stays(city: City, plan: WorkPlan) -> None:
    task = plan.tasks.get(place=2)
    with pytest.raises(Refused) as told:
        acts.drop(city.actor("feng"), task=task.pk, reason=" ")
    assert told.value.refusals[0].subject == "reason"
    acts.drop(city.actor("feng"), task=task.pk, reason="与上年重复")
    assert states(plan)["2"] == "dropped"
    with pytest.raises(Refused) as told:
        acts.issue(city.actor("feng"), task=task.pk)
    assert told.value.refusals[0].code == "dropped"
    assert "与上年重复" in browse("zhao").get(f"/plans/{plan.key}/").content.decode()


def test_the_board_counts_by_section_and_by_unit(city: City, plan: WorkPlan) -> None:
    issued(city, plan, 1)
    rows = queries.standings(plan, clock.now().date())
    sections = {name: {state: n for state, n in row.items() if n} for name, row in queries.by_section(rows)}
    assert sections == {"一、深化改革": {"waiting": 1, "issued": 1}, "二、民主决策": {"waiting": 1}}
    units = {name: sum(row.values()) for name, row in queries.by_unit(rows)}
    assert units["市财政局"] == 2 and units["各乡镇（待展开）"] == 1


@pytest.mark.corpus
def test_the_seed_imports_whole(city: City, shared: Path) -> None:
    (seed,) = (shared / "seed").glob("*.txt")
    content = seed.read_bytes()
    acts.import_plan(
        city.actor("feng"), government="gov", plan=read_plan(content, name=seed.name), content=content, source=seed.name, year=2026,
    )  # fmt: skip
    plan = WorkPlan.objects.get()
    assert len(plan.sections) == 10
    assert PlanTask.objects.exclude(units_raw="").exists()
    named = {name for task in plan.tasks.all() for name in (*task.unknown, *task.sets)} | {
        code for task in plan.tasks.all() for code in task.units
    }
    assert {"legal", "finance"} & named and any("乡(镇)" in name for name in named)

"""The city's own law comes in by two persons; open cases keep theirs, new ones follow it, every process sees it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from fadu.city.authority import clock
from fadu.city.cases import procedures
from fadu.city.cases.checking import rebuild
from fadu.city.cases.deadlines import recounting
from fadu.city.cases.models import Case, Duty
from fadu.city.cases.telling import outbox
from fadu.city.ledger import queries as ledger
from fadu.city.registries import acts, queries
from fadu.city.registries.models import LawFile
from fadu.core.errors import DefinitionError, InputError, Refused
from tests import factories
from tests.city.cases.conftest import BEIJING
from tests.city.cases.test_feeds import as_person
from tests.factories import City, do

pytestmark = pytest.mark.django_db

SOURCE = """key = "本市细则"
title = "本市办理细则"
number = "云政办〔2026〕3号"
level = "地方规定"
status = "local"
"""
OVERLAY = """extends = "matter"
source = "本市细则"
in_force = 2026-03-01

[step.budget]
title = "财政承受能力评估"
by = "clerk"
after = ["register"]
basis = "12"

[step.decide]
after = ["budget"]
limit = { time = "3 workdays", basis = "13" }
"""
CALENDAR = """year = 2027
[notice]
title = "国务院办公厅关于2027年部分节假日安排的通知"
number = "国办发明电〔2026〕9号"
published = 2026-03-02
url = "https://www.gov.cn/2027"
status = "unverified"
[[holiday]]
name = "元旦"
off = [2027-01-01, 2027-01-03]
statutory = [2027-01-01]
[[holiday]]
name = "春节"
off = [2027-02-05, 2027-02-12]
statutory = [2027-02-06, 2027-02-07, 2027-02-08]
work = [2027-01-31, 2027-02-13]
"""


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """What this process saw loaded goes with the test's rows."""
    procedures.forget()
    yield
    procedures.forget()


@pytest.fixture
def keepers(city: City) -> City:
    """The office that keeps the statute book: 何 proposes, 施 and 何 may confirm."""
    factories.make_organ(
        "fazhi", name="云州市人民政府法制办公室", short="市法制办", duties=["rule_of_law_office"]
    )
    for key, name, post, functions in (
        ("he", "何提", "科长", ["handle", "approve"]),
        ("shi", "施定", "主任", ["approve", "head"]),
    ):
        factories.make_person(key, name)
        factories.make_post("fazhi", post, functions, held_by=key)
        factories.make_user(key)
    return city


def load(city: City, *, text: str = OVERLAY, source: str = SOURCE, name: str = "xize") -> LawFile:
    file = acts.propose_overlay(city.actor("he"), name=name, text=text, source=source)["file"]
    acts.confirm_law(city.actor("shi"), file=file)
    procedures.forget()
    return LawFile.objects.get(pk=file)


def another(city: City, title: str = "另一件") -> Case:
    return factories.open_case(
        city, "matter", by="zhao", organ="finance", step="register", content="甲", title=title
    )


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {one.code for one in refused.value.refusals}


def test_an_overlay_by_two_persons_applies_to_new_cases_only(keepers: City, case: Case) -> None:
    city, pinned = keepers, case.definition_id
    leaf = bytes.fromhex(case.acts.get(seq=1).leaf)
    row = load(city)
    told = row.found["differences"]
    assert any("财政承受能力评估" in line for line in told) and any("3 workdays" in line for line in told)
    assert row.confirmed and row.proposed_by.key == "he" and row.closed_by.key == "shi"
    new = another(city)
    assert "budget" in procedures.of(new).steps and new.definition_id != pinned
    case.refresh_from_db()
    assert case.definition_id == pinned and "budget" not in procedures.of(case).steps
    do(city, case, "review", by="li", outcome="fit", reasons="可以")
    do(city, case, "decide", by="sun", outcome="agreed")  # the old law asks for no budget
    do(city, new, "review", by="li", outcome="fit", reasons="可以")
    with pytest.raises(Refused) as refused:
        do(city, new, "decide", by="sun", outcome="agreed")
    assert "财政承受能力评估" in str(refused.value)
    procedures._by_digest.cache_clear()
    procedures._book.cache_clear()
    assert procedures.of(case).digest == pinned, "built again from what the case pinned"
    assert ledger.leaf_status(leaf).state != "unknown"
    assert set(ledger.openings(f"case/{case.key}")) == {one.leaf for one in case.acts.all()}


def test_both_steps_leave_a_leaf_in_the_chain_of_the_file(keepers: City) -> None:
    row = load(keepers)
    head = ledger.head("register/law/overlay/xize")
    assert head.seq == 2 and head.hash.hex() == row.closing_leaf
    assert ledger.opened(bytes.fromhex(row.proposal_leaf))["sha256"] == row.sha256
    assert ledger.opened(bytes.fromhex(row.closing_leaf))["proposal"] == row.proposal_leaf


def test_the_proposer_cannot_confirm_and_others_may_not_propose(keepers: City) -> None:
    file = acts.propose_overlay(keepers.actor("he"), name="xize", text=OVERLAY, source=SOURCE)["file"]
    with pytest.raises(Refused) as refused:
        acts.confirm_law(keepers.actor("he"), file=file)
    assert codes(refused) == {"same_person"} and "何提" in str(refused.value)
    for key in ("zhao", "zheng"):
        with pytest.raises(Refused) as refused:
            acts.confirm_law(keepers.actor(key), file=file)
        assert codes(refused) == {"no_power"}
        with pytest.raises(Refused) as refused:
            acts.propose_overlay(keepers.actor(key), name="xize", text=OVERLAY, source=SOURCE)
        assert codes(refused) == {"no_power"}
    assert procedures.loaded_on(clock.now().date()).overlays == ()


def test_confirming_asks_for_a_fresh_proof(keepers: City) -> None:
    file = acts.propose_overlay(keepers.actor("he"), name="xize", text=OVERLAY, source=SOURCE)["file"]
    stale = keepers.actor("shi", source="web")
    stale = type(stale)(
        stale.person, stale.user, stale.holdings, clock.now() - timedelta(hours=1), source="web"
    )
    with pytest.raises(Refused) as refused:
        acts.confirm_law(stale, file=file)
    assert codes(refused) == {"prove_again"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("extends = ", "不是合法的 TOML"),
        (OVERLAY.replace('"matter"', '"mater"'), "mater"),
        (OVERLAY.replace('after = ["budget"]', 'after = ["budgt"]'), "budgt"),
        (OVERLAY.replace('"3 workdays"', '"9 workdays"'), "地方规定只能缩短办理期限"),
        (OVERLAY.replace('source = "本市细则"', 'source = "无此规定"'), "无此规定"),
        (
            'extends="matter"\nsource="本市细则"\nin_force=2026-03-01\ndelete=["review"]\n',
            "地方规定删除了基础程序的步骤",
        ),
        (
            OVERLAY.replace('by = "clerk"\nafter = ["register"]', 'by = "clerk"\nafter = ["close"]'),
            "不能成立",
        ),
    ],
)
def test_a_wrong_overlay_is_refused_in_the_words_of_the_loader(keepers: City, text: str, said: str) -> None:
    with pytest.raises((DefinitionError, InputError)) as wrong:
        acts.propose_overlay(keepers.actor("he"), name="xize", text=text, source=SOURCE)
    assert said in str(wrong.value)
    assert not LawFile.objects.exists()


def test_an_overlay_begins_on_its_day(keepers: City) -> None:
    load(keepers, text=OVERLAY.replace("2026-03-01", "2026-03-12"))
    assert "budget" not in procedures.of(another(keepers)).steps
    clock.move_forward(clock.now() + timedelta(days=3))
    assert "budget" in procedures.of(another(keepers)).steps


def test_a_newer_file_of_the_name_replaces_and_a_repeal_ends_it(keepers: City) -> None:
    load(keepers)
    second = load(keepers, text=OVERLAY.replace("财政承受能力评估", "财政评估").replace("03-01", "03-05"))
    assert [row.pk for row in queries.law_files(clock.now().date())] == [second.pk]
    assert procedures.of(another(keepers)).steps["budget"].title == "财政评估"
    with pytest.raises(Refused) as refused:
        acts.propose_repeal(keepers.actor("he"), name="other", start=clock.now().date(), reason="不再需要")
    assert codes(refused) == {"unknown_overlay"}
    file = acts.propose_repeal(
        keepers.actor("he"), name="xize", start=clock.now().date(), reason="上位法已有规定"
    )["file"]
    acts.confirm_law(keepers.actor("shi"), file=file)
    assert "budget" not in procedures.of(another(keepers)).steps


def test_a_law_that_moved_meanwhile_is_checked_again(keepers: City) -> None:
    waiting = acts.propose_overlay(keepers.actor("he"), name="xize", text=OVERLAY, source=SOURCE)["file"]
    other = (
        OVERLAY.replace("budget", "audit")
        .replace("财政承受能力评估", "审计评估")
        .replace('limit = { time = "3 workdays", basis = "13" }', "")
    )
    load(keepers, text=other, name="shenji")
    with pytest.raises(Refused) as refused:
        acts.confirm_law(keepers.actor("shi"), file=waiting)
    assert codes(refused) == {"law_changed"}
    acts.return_law(keepers.actor("shi"), file=waiting, reason="请重新核对后提出")
    with pytest.raises(Refused) as refused:
        acts.return_law(keepers.actor("shi"), file=waiting, reason="再退一次")
    assert codes(refused) == {"closed_already"}


def test_a_year_without_table_is_loaded_by_two_persons(keepers: City) -> None:
    assert 2027 not in procedures.calendar().years
    file = acts.propose_calendar(keepers.actor("he"), text=CALENDAR)["file"]
    assert "2月13日：春节调休上班" in LawFile.objects.get(pk=file).found["differences"]
    procedures.forget()
    assert 2027 not in procedures.calendar().years, "proposed is not loaded"
    acts.confirm_law(keepers.actor("shi"), file=file)
    procedures.forget()
    calendar = procedures.calendar()
    assert 2027 in calendar.years
    assert calendar.is_workday(clock.now().date().replace(2027, 2, 13))
    assert procedures.book().edition == calendar.edition
    with pytest.raises(DefinitionError) as wrong:
        acts.propose_calendar(keepers.actor("he"), text=CALENDAR.replace("2027-01-31, ", "2027-02-01, "))
    assert "调休上班的日期不是周六或者周日" in str(wrong.value)


def test_the_pages_propose_confirm_and_tell(keepers: City) -> None:
    he, shi = as_person(keepers, "he", Client()), as_person(keepers, "shi", Client())
    asked = {"name": "xize", "text": OVERLAY, "source": SOURCE}
    wrong = he.post("/law/propose/overlay/", {**asked, "text": "extends = ", "check": "1"})
    assert wrong.status_code == 400 and "不是合法的 TOML" in wrong.content.decode()
    looked = he.post("/law/propose/overlay/", {**asked, "check": "1"}).content.decode()
    assert "增加步骤“财政承受能力评估”" in looked and 'name="propose"' in looked
    assert not LawFile.objects.exists()
    done = he.post("/law/propose/overlay/", {**asked, "propose": "1"})
    assert done.status_code == 302
    refused = he.post(done["Location"], {"confirm": "1"})
    assert refused.status_code == 409 and "不得由同一人确认" in refused.content.decode()
    assert shi.post(done["Location"], {"confirm": "1"}).status_code == 302
    listed = shi.get("/law/").content.decode()
    assert "xize" in listed and "《本市办理细则》" in listed and "尚未核对" in listed
    calendar = he.post("/law/propose/calendar/", {"text": CALENDAR, "propose": "1"})
    assert shi.post(calendar["Location"], {"confirm": "1"}).status_code == 302
    assert "国办发明电〔2026〕9号" in shi.get("/law/").content.decode()


def test_provisional_dates_become_real_by_an_act_of_the_clock(keepers: City, case: Case) -> None:
    clock.move_forward(datetime(2026, 12, 28, 10, tzinfo=BEIJING))
    late = another(keepers)
    duty = Duty.objects.get(case=late, step="review")
    assert duty.provisional and duty.due_legal == date(2027, 1, 12)
    worker = outbox.Worker()
    worker.round(clock.now())
    assert late.acts.count() == 1, "nothing is certain yet"
    file = acts.propose_calendar(keepers.actor("he"), text=CALENDAR.replace("01-03]", "01-05]"))["file"]
    acts.confirm_law(keepers.actor("shi"), file=file)
    procedures.forget()
    worker.round(clock.now())
    told = late.acts.get(step="recount")
    assert told.person.key == "clock"
    said = ledger.opened(bytes.fromhex(told.leaf))["changes"]
    assert said == "“审查”的期限原暂定为2027年1月12日，现确定为2027年1月14日"
    duty = Duty.objects.get(case=late, step="review")
    assert not duty.provisional and duty.due_legal == date(2027, 1, 14)
    worker.round(clock.now())
    recounting.tick(clock.now())
    assert late.acts.count() == 2, "once"
    page = as_person(keepers, "zhao", Client()).get(f"/cases/{late.key}/").content.decode()
    assert "暂定期限确定" in page and "现确定为2027年1月14日" in page
    assert not list(rebuild.check())


def test_only_the_clock_counts_again(keepers: City, case: Case) -> None:
    with pytest.raises(Refused) as refused:
        recounting.recount(keepers.actor("zheng"), case=case.key)
    assert codes(refused) == {"no_power"}


SCRIPT = Path(__file__).with_name("two_processes.py")


@pytest.mark.slow
def test_another_process_sees_it_without_a_restart(database: str, tmp_path: Path, law: Path) -> None:
    """A process that has read the book before the confirmation shows and opens under the new law after it."""
    env = {
        **os.environ, "FADU_DATABASE_URL": database, "FADU_VAR": str(tmp_path), "FADU_DEMO": "1",
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }  # fmt: skip
    asked = [sys.executable, str(SCRIPT), str(law)]
    run = subprocess.run(asked, env=env, capture_output=True, text=True, timeout=100)
    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == ["before:False", "after:True", "opened:True", "year:True"]

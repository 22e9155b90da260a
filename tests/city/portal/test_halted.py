"""No proof published for too long: acts stop, but for what is due soon or declared urgent, and these are marked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from fadu.city.authority import clock
from fadu.city.authority.models import DemoClock
from fadu.city.cases import acts as cases
from fadu.city.cases import unproved
from fadu.city.cases.entry import Entry
from fadu.city.cases.models import Act, Duty
from fadu.city.ledger import queries as ledger
from fadu.core.errors import Refused
from tests.city.participation.conftest import Matter, browser, entry

pytestmark = pytest.mark.django_db


def wait(hours: int) -> None:
    """Time passes without anybody moving the clock: a demonstration cannot tell, so the landing is put back."""
    clock.move_forward(clock.now() + timedelta(hours=hours))
    DemoClock.objects.update(landed=None)


def consult(matter: Matter, **reasons: str) -> Entry:
    """The next step of the undertaker, with a reason where one is given."""
    closes_on = (clock.now().date() + timedelta(days=30)).isoformat()
    typed = entry(
        matter.city.actor("wu"), matter.case, "open_consultation", "full", {"closes_on": closes_on}, {}
    )
    return Entry(**{**typed.__dict__, "reasons": reasons})


def test_a_jump_of_the_demonstration_clock_is_no_waiting(matter: Matter) -> None:
    clock.move_forward(clock.now() + timedelta(days=100))
    assert not unproved.halted(clock.now())


def test_acts_stop_and_go_on_with_the_next_checkpoint(matter: Matter, publish: Callable[[], object]) -> None:
    wait(5)
    with pytest.raises(Refused) as refused:
        cases.perform(matter.city.actor("wu"), case=matter.case.key, entry=consult(matter))
    assert [one.code for one in refused.value.refusals] == ["unproved"]
    assert "4 小时" in str(refused.value) and "紧急理由" in refused.value.refusals[0].cure
    assert "暂停当场办理" in browser("wu").get("/my/").content.decode()
    publish()
    cases.perform(matter.city.actor("wu"), case=matter.case.key, entry=consult(matter))
    assert "暂停当场办理" not in browser("wu").get("/my/").content.decode()


def test_just_within_the_time_nothing_stops(matter: Matter) -> None:
    wait(3)
    assert not unproved.halted(clock.now())
    wait(2)
    assert unproved.halted(clock.now())


def test_a_case_cannot_be_opened_either(matter: Matter) -> None:
    wait(5)
    wu = matter.city.actor("wu")
    typed = entry(wu, None, "propose", "department", {"subject": "另一事项", "secrecy_class": "open"}, {})
    with pytest.raises(Refused) as refused:
        cases.open_case(wu, procedure="major_decision", organ="transport", entry=typed)
    assert refused.value.refusals[0].code == "unproved"


def test_what_is_urgent_goes_on_and_its_leaf_says_so(matter: Matter) -> None:
    wait(5)
    urgent = consult(matter, urgent_act="防汛，今天必须公布")
    cases.perform(matter.city.actor("wu"), case=matter.case.key, entry=urgent)
    leaf = bytes.fromhex(Act.objects.latest("pk").leaf)
    said = ledger.opened(leaf)
    assert said["why.urgent_act"] == "防汛，今天必须公布" and "没有公布存在证明" in said["why.unwitnessed"]


@pytest.mark.parametrize(("days", "goes_on"), [(-1, True), (0, True), (2, True), (9, False)])
def test_what_is_due_within_three_working_days_goes_on(matter: Matter, days: int, goes_on: bool) -> None:
    wait(5)
    due = clock.now().date() + timedelta(days=days)
    Duty.objects.filter(case=matter.case, step="open_consultation").update(due_legal=due)
    admitted = consult(matter)
    if goes_on:
        marked = unproved.admit(admitted, case=matter.case, at=clock.now())
        assert "unwitnessed" in (marked.reasons or {})
    else:
        with pytest.raises(Refused):
            unproved.admit(admitted, case=matter.case, at=clock.now())


def test_an_act_in_good_time_carries_no_mark(matter: Matter) -> None:
    matter.open()
    assert "why.unwitnessed" not in ledger.opened(bytes.fromhex(Act.objects.latest("pk").leaf))


def test_the_form_asks_for_the_reason_once_it_was_refused(matter: Matter) -> None:
    wait(5)
    wu, path = browser("wu"), f"/cases/{matter.case.key}/"
    posted = {"step": "other_participation", "request_id": "request-0001", "v.method": "symposium"}
    posted |= {"v.held_on": "2026-03-09", "v.opinions": "赞成"}
    refused = wu.post(path, posted)
    assert refused.status_code == 409 and 'name="why.urgent_act"' in refused.content.decode()
    done = wu.post(path, posted | {"why.urgent_act": "明日会议须用"})
    assert done.status_code == 302
    assert Act.objects.latest("pk").step == "other_participation"

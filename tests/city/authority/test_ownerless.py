"""An appointment that runs out by its date leaves nothing unseen: found on the day, shown, told, handed over by the act."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from fadu.city.authority import clock
from fadu.city.authority.models import Appointment, Organ, Outbox
from fadu.city.cases import acts as cases
from fadu.city.cases import queries as case_queries
from fadu.city.cases.checking import rebuild
from fadu.city.cases.desk import ownerless
from fadu.city.cases.models import Assignment, Case, Duty, Reminder
from fadu.city.cases.telling import outbox
from fadu.city.supervision import queries as supervision
from fadu.core.errors import Refused
from tests import factories
from tests.city.cases.test_feeds import as_person
from tests.factories import City, do

pytestmark = pytest.mark.django_db


@pytest.fixture
def matter(city: City) -> Case:
    """A matter whose review the legality office owes; its head is 周五, in office for good."""
    return factories.open_case(city, "matter", by="zhao", organ="finance", step="register", content="停车")


def run_out(key: str, *, days: int = 3) -> Appointment:
    """The person's appointment ends by its date in some days."""
    row = Appointment.objects.get(person__key=key)
    Appointment.objects.filter(pk=row.pk).update(end=clock.now().date() + timedelta(days=days))
    row.refresh_from_db()
    return row


def later(days: int) -> None:
    clock.move_forward(clock.now() + timedelta(days=days))


def organs(*codes: str) -> list[int]:
    return [Organ.objects.get(code=code).pk for code in codes]


def test_work_by_name_is_found_on_the_day_and_not_before(city: City, matter: Case) -> None:
    factories.make_person("jin", "金首")
    factories.make_post("legal", "局长", ["head"], held_by="jin")
    do(city, matter, "hand_over", by="zhou", targets=["review"], person="li")
    row = run_out("li")
    legal = organs("legal")
    assert ownerless.found(legal, on=clock.now().date()) == []
    later(3)
    (found,) = ownerless.found(legal, on=clock.now().date())
    assert (found.duty.step, found.left) == ("review", row)
    assert [one.duty.pk for one in supervision.without_owner(city.actor("wang"), clock.now().date())] == [
        found.duty.pk
    ]
    ownerless.tick(clock.now())
    ownerless.tick(clock.now())
    told = Outbox.objects.filter(kind="reminder.page", payload__why="ownerless")
    assert [one.payload["person"] for one in told] == ["jin"], "once, to the head"
    outbox.run_once(clock.now())
    assert Reminder.objects.get(why="ownerless").person.key == "jin"


def test_it_is_handed_over_by_the_existing_act(city: City, matter: Case) -> None:
    do(city, matter, "hand_over", by="zhou", targets=["review"], person="li")
    row = run_out("li")
    later(3)
    answer = cases.leave_post(city.actor("he"), appointment=row.pk, basis="任期届满", successor="zhou")
    assert answer["moved"] == [f"{matter.key}/review"]
    assert Assignment.objects.get(done_seq=None).person.key == "zhou"
    assert ownerless.found(organs("legal"), on=clock.now().date()) == []
    row.refresh_from_db()
    assert row.end == clock.now().date(), "the day it ran out stays"
    with pytest.raises(Refused) as refused:
        cases.leave_post(city.actor("he"), appointment=row.pk, basis="再办一次", successor="zhou")
    assert refused.value.refusals[0].code == "ended_already"
    assert list(rebuild.check()) == []


def test_a_post_that_nobody_holds_any_more(city: City, matter: Case) -> None:
    run_out("li")
    row = run_out("zhou")
    later(3)
    (found,) = ownerless.found(organs("legal"), on=clock.now().date())
    assert found.duty.person is None and found.duty.function == "review" and found.left is not None
    ownerless.tick(clock.now())
    told = Outbox.objects.filter(kind="reminder.page", payload__why="ownerless")
    assert {one.payload["person"] for one in told} == {"zheng"}, "no head in the organ: its government's"
    cases.leave_post(city.actor("he"), appointment=row.pk, basis="任期届满", successor="qian", kind="regular")
    assert ownerless.found(organs("legal"), on=clock.now().date()) == []
    assert [one.step for one in case_queries.worklist(city.actor("qian"), Duty.Kind.OWED)] == ["review"]


def test_my_day_of_the_head_and_the_wall_show_it(city: City, matter: Case) -> None:
    do(city, matter, "review", by="li", outcome="fit", reasons="可以")
    do(city, matter, "decide", by="sun", outcome="agreed")
    for key in ("zhao", "qian"):
        run_out(key)
    later(3)
    day = as_person(city, "sun", Client()).get("/my/").content.decode()
    assert "无人办理" in day and "任职已于" in day and "关于停车收费的事项" in day
    wall = as_person(city, "wang", Client()).get("/supervision/").content.decode()
    assert "无人办理" in wall
    assert "无人办理" not in as_person(city, "zhou", Client()).get("/my/").content.decode()
    page = as_person(city, "he", Client()).get(
        f"/staffing/leave/{Appointment.objects.get(person__key='zhao').pk}/"
    )
    assert page.status_code == 200

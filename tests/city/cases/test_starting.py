"""定期启动: what the law has begun every year is owed until somebody has opened it."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.test import Client

from fadu.city.cases.deadlines import starting
from fadu.city.cases.models import Case
from fadu.core.procedure.definition import Starts
from tests.city.cases.conftest import BEIJING
from tests.city.cases.test_feeds import as_person
from tests.factories import City

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("every", "day", "on", "since"),
    [
        ("year", "10-08", "2026-10-07", "2025-10-08"),
        ("year", "10-08", "2026-10-08", "2026-10-08"),
        ("year", "10-08", "2027-01-01", "2026-10-08"),
        ("month", "15", "2026-03-14", "2026-02-15"),
        ("month", "15", "2026-01-02", "2025-12-15"),
        ("month", "28", "2026-02-28", "2026-02-28"),
    ],
)
def test_the_period_begins_when_the_day_last_came_round(every: str, day: str, on: str, since: str) -> None:
    assert Starts(every, day).last(date.fromisoformat(on)) == date.fromisoformat(since)


def _opened(city: City, at: datetime) -> None:
    """A catalogue case of the government, from another day."""
    made = Case.objects.get(procedure="matter")
    made.pk, made.key, made.procedure = None, "catalogue", "decision_catalogue"
    made.organ = made.government = city.organs["gov"]
    made.opened_at = at
    made.save()


def test_owed_until_opened_in_this_period(city: City, case: Case) -> None:
    government = city.organs["gov"]
    day = date(2026, 10, 12)
    (owed,) = starting.owed([government], day)
    assert (owed.definition.name, owed.since) == ("decision_catalogue", date(2026, 10, 8))
    assert "市人民政府工作规则" in owed.basis
    _opened(city, datetime(2026, 10, 7, 23, 59, tzinfo=BEIJING))
    assert len(starting.owed([government], day)) == 1, "last year's does not count"
    opened = datetime(2026, 10, 8, 9, tzinfo=BEIJING)
    Case.objects.filter(key="catalogue").update(opened_at=opened, changed_at=opened)
    assert starting.owed([government], day) == []


def test_a_government_founded_since_owes_the_next_one(city: City) -> None:
    government = city.organs["gov"]
    government.start = date(2026, 10, 9)
    assert starting.owed([government], date(2026, 10, 12)) == []
    assert len(starting.owed([government], date(2027, 10, 12))) == 1


def test_shown_to_who_may_open_it_and_to_the_supervisor(city: City, client: Client) -> None:
    for person, address, told in (
        ("feng", "/my/", "应当启动"),
        ("zhao", "/my/", ""),
        ("wang", "/supervision/", "应当启动而未启动"),
    ):
        page = as_person(city, person, client).get(address).content.decode()
        assert ("应当启动" in page) == bool(told), person
        assert told in page

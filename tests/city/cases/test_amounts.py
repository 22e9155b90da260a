"""An amount that grows by the day: on the case page day by day, in the interface, in the package; a correction moves it."""

from __future__ import annotations

import json
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from fadu.city.api import reading
from fadu.city.archives import packages
from fadu.city.authority import clock
from fadu.city.cases import procedures
from fadu.city.cases.checking import rebuild
from fadu.city.cases.deadlines import amounts
from fadu.city.cases.models import Case
from fadu.city.cases.screens import dossier
from fadu.city.ledger import publishing
from tests.city.cases.test_feeds import as_person
from tests.city.cases.test_reach import MOST, asked_by
from tests.factories import City, do, open_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def fined(city: City) -> Case:
    """赵一 fines 10,000 yuan on 9 March 2026; the last day to pay is 24 March."""
    return open_case(city, "fines", by="zhao", organ="finance", step="fine", amount="10000.00")


def later(days: int) -> None:
    clock.move_forward(clock.now() + timedelta(days=days))


def now(case: Case) -> list[Decimal]:
    definition = procedures.of(case)
    return [one.grown.amount for one in amounts.of_record(case, definition, on=clock.now().date())]


def test_the_page_tells_it_day_by_day(city: City, fined: Case) -> None:
    zhao, address = as_person(city, "zhao", Client()), f"/cases/{fined.key}/"
    later(15)
    assert now(fined) == [] and "按时间增长的金额" not in zhao.get(address).content.decode()
    later(3)
    page = zhao.get(address).content.decode()
    assert "<strong>900.00</strong>" in page and "截至2026年3月27日" in page
    assert "2026年3月25日至2026年3月27日，计3日，累计900.00元。" in page
    assert page.count("<td>计</td>") == 3 and "第七十二条" in page
    do(city, fined, "suspend", by="sun", reason="申请复议")
    later(10)
    do(city, fined, "resume", by="sun", reason="复议维持")
    assert now(fined) == [Decimal("900.00")]
    later(1)
    page = zhao.get(address).content.decode()
    assert "不计：中止期间" in page and "<strong>1200.00</strong>" in page
    do(city, fined, "pay", by="zhao")
    later(60)
    assert "计至2026年4月7日" in zhao.get(address).content.decode() and now(fined) == [Decimal("1200.00")]
    assert list(rebuild.check()) == []


def test_the_page_asks_no_more_for_it(city: City, fined: Case, settings: Any) -> None:
    later(18)
    publishing.publish(at=clock.now())
    zhao = as_person(city, "zhao", Client())
    settings.FADU_DEMO = False
    sent = asked_by(zhao, f"/cases/{fined.key}/")
    # A reading is noted by one statement on PostgreSQL and by two on SQLite.
    assert len(sent) <= MOST + (connection.vendor == "sqlite"), sent


def test_the_interface_and_the_package_tell_the_same(city: City, fined: Case) -> None:
    later(18)
    view = reading.case_view(city.actor("zhao"), fined, procedures.of(fined), clock.now())
    (told,) = view.amounts
    assert (told.amount, told.base, told.units, told.since) == ("900.00", "10000.00", 3, date(2026, 3, 24))
    path, _ = packages.make(fined, on=clock.now().date())
    with zipfile.ZipFile(path) as archive:
        content: dict[str, Any] = json.loads(archive.read("data/acts.json"))
        assert "累计900.00元" in archive.read("data/index.html").decode()
    assert [one["amount"] for one in content["amounts"]] == ["900.00"]


def test_a_corrected_base_moves_it(city: City, fined: Case) -> None:
    later(18)
    do(city, fined, "correct", by="zhao", targets=["1"], reason="笔误", corrected={"amount": "1000.00"})
    assert now(fined) == [Decimal("90.00")]
    assert list(rebuild.check()) == []


def test_whoever_may_not_read_the_base_does_not_see_what_grows_from_it(city: City, fined: Case) -> None:
    later(18)
    near, definition = dossier.read(fined), procedures.of(fined)
    for relations, seen in ((frozenset({"public"}), 0), (frozenset({"handles"}), 1)):
        assert len(amounts.grown(near, definition, on=clock.now().date(), relations=relations)) == seen

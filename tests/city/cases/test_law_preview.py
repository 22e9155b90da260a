"""``fadu law check``: what a local rule or a calendar would change is shown; nothing is loaded, no act is done."""

from __future__ import annotations

from datetime import datetime

import pytest

from fadu.city.authority import clock
from fadu.city.cases import procedures
from fadu.city.cases.checking import lawpreview
from fadu.city.cases.models import Case, Duty
from fadu.city.ledger.models import Leaf
from fadu.city.registries.models import LawFile
from fadu.core.errors import InputError
from tests import factories
from tests.city.cases.conftest import BEIJING
from tests.city.cases.test_law_loading import CALENDAR, OVERLAY, SOURCE
from tests.factories import City

pytestmark = pytest.mark.django_db


def test_a_local_rule_is_merged_compared_and_proved_and_not_loaded(city: City, case: Case) -> None:
    leaves = Leaf.objects.count()
    told = lawpreview.overlay("local_matter", OVERLAY, SOURCE, on=clock.now().date())
    assert any("财政承受能力评估" in one for one in told["differences"]) and told["running"] == 1
    assert "由两人" in told["note"] and told["start"] == "2026-03-01"
    assert (LawFile.objects.count(), Leaf.objects.count()) == (0, leaves)
    assert "budget" not in procedures.in_force("matter").steps
    with pytest.raises(InputError, match="不合要求"):
        lawpreview.overlay("Local Matter", OVERLAY, SOURCE, on=clock.now().date())


def test_a_calendar_names_each_owed_date_that_it_would_move(city: City) -> None:
    clock.move_forward(datetime(2026, 12, 28, 9, 0, tzinfo=BEIJING))
    matter = factories.open_case(city, "matter", by="zhao", organ="finance", step="register", content="停车")
    before = Duty.objects.get(case=matter, step="review")
    assert before.provisional
    told = lawpreview.calendar(CALENDAR, at=clock.now())
    (line,) = told["cases"]
    assert line["case"] == matter.key and line["before"] == before.due_legal.isoformat()
    assert "由暂定的" in line["sentence"] and "元旦" in "".join(told["differences"])
    before.refresh_from_db()
    assert before.due_legal.isoformat() == line["before"] and LawFile.objects.count() == 0, "only shown"

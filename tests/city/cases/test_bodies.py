"""会议组成人员: the record of a meeting is of the body that decides, with its own head last and nobody left out."""

from __future__ import annotations

from typing import Any

import pytest

from fadu.city.authority import clock
from fadu.city.cases import acts, procedures
from fadu.city.cases.entry import Elsewhere, Entry
from fadu.city.cases.models import Case
from fadu.city.cases.people import bodies
from fadu.core.errors import Refused
from tests import factories
from tests.factories import City, do

pytestmark = pytest.mark.django_db
QIAN = {"person": "qian", "view": "agree", "order": 1}
SUN = {"person": "sun", "view": "agree", "order": 2, "head": True}


def meet(city: City, case: Case, *views: dict[str, Any]) -> None:
    do(city, case, "meet", by="sun", outcome="passed", meeting="局长办公会", views=list(views))


def refused(city: City, case: Case, *views: dict[str, Any]) -> set[str]:
    with pytest.raises(Refused) as caught:
        meet(city, case, *views)
    assert all(one.basis.endswith("第十部分") for one in caught.value.refusals)
    return {one.code for one in caught.value.refusals}


def test_a_meeting_of_the_body(city: City, case: Case) -> None:
    meet(city, case, QIAN, SUN)
    assert case.acts.filter(step="meet").exists()


def test_somebody_else_is_not_the_head(city: City, case: Case) -> None:
    assert refused(city, case, SUN | {"head": False, "order": 1}, QIAN | {"head": True, "order": 2}) == {
        "not_the_head"
    }


def test_a_member_left_out_is_named(city: City, case: Case) -> None:
    factories.make_post("finance", "副局长", ["decide"], held_by="qian")
    assert refused(city, case, SUN) == {"member_missing"}
    meet(city, case, {"person": "qian", "view": "absent"}, SUN | {"order": 1}, QIAN | {"person": "zhao"})


def test_a_stranger_is_no_member(city: City, case: Case) -> None:
    assert refused(city, case, {"person": "li", "view": "agree", "order": 1}, SUN) == {"not_a_member"}


def test_elsewhere_it_is_a_finding(city: City, case: Case) -> None:
    acts.attest(
        city.actor("sun"),
        case=case.key,
        entry=Entry(step="meet", outcome="passed", values={"meeting": "局长办公会", "views": [SUN | {"person": "li"}]}),
        elsewhere=Elsewhere(clock.now(), "会议", "3", [{"person": "sun", "post": "市财政局局长", "organ": "finance", "role": "approver"}]),
    )  # fmt: skip
    told = {one["code"] for one in case.acts.get(step="meet").data["findings"]}
    assert {"not_the_head", "member_missing"} <= told


def test_the_form_begins_with_the_members(city: City, case: Case) -> None:
    factories.make_post("finance", "副局长", ["decide"], held_by="qian")
    definition = procedures.of(case)
    assert bodies.rows(definition, definition.steps["meet"], case, clock.now()) == [
        {"person": "qian", "order": 1},
        {"person": "sun", "order": 2, "head": True},
    ]
    assert bodies.rows(definition, definition.steps["review"], case, clock.now()) == []

"""一并办理: one form for several cases, each its own act; what one lacks keeps none of the others back."""

from __future__ import annotations

import pytest

from fadu.city.cases.models import Act, Case
from fadu.city.ledger.models import Leaf
from fadu.city.planning.models import WorkPlan
from tests.city.planning.conftest import browse, issued
from tests.factories import City, do

pytestmark = pytest.mark.django_db
ADDRESS = "/my/together/work_task/accept/"


@pytest.fixture
def two(city: City, plan: WorkPlan) -> list[Case]:
    """Two tasks assigned to the finance bureau and not yet accepted."""
    found = []
    for place in (1, 2):
        case = issued(city, plan, place)
        do(city, case, "assign", by="feng", lead="finance", deadline="2026-06-30")
        found.append(case)
    return found


def posted(cases: list[Case], **more: str) -> dict[str, object]:
    return {
        "case": [case.key for case in cases],
        "outcome": "accepted",
        "v.contact": "赵一",
        "request_id": "r1",
        **more,
    }


def accepted() -> list[Act]:
    return list(Act.objects.filter(step="accept").order_by("pk"))


def test_my_day_leads_to_it_and_each_case_gets_its_own_act_and_leaf(two: list[Case]) -> None:
    zhao = browse("zhao")
    assert f'href="{ADDRESS}"' in zhao.get("/my/").content.decode()
    page = zhao.get(ADDRESS).content.decode()
    assert all(case.title in page for case in two)
    before = Leaf.objects.count()
    assert zhao.post(ADDRESS, posted(two)).status_code == 302
    assert {act.case_id for act in accepted()} == {case.pk for case in two}
    assert len({act.leaf for act in accepted()}) == 2
    assert Leaf.objects.count() - before == 2
    zhao.post(ADDRESS, posted(two))
    assert len(accepted()) == 2, "sent again, nothing is done twice"


def test_only_what_was_ticked_is_done(two: list[Case]) -> None:
    zhao = browse("zhao")
    zhao.post(ADDRESS, posted(two[1:]))
    assert [act.case for act in accepted()] == [two[1]]
    none = zhao.post(ADDRESS, posted([]))
    assert none.status_code == 409 and "没有勾选事项" in none.content.decode()


def test_what_is_refused_is_said_beside_its_case_and_keeps_what_was_typed(
    city: City, two: list[Case]
) -> None:
    zhao = browse("zhao")
    lacking = zhao.post(ADDRESS, posted(two, **{"v.contact": ""}))
    assert lacking.status_code == 409 and "责任人" in lacking.content.decode()
    assert accepted() == []
    do(city, two[0], "accept", by="sun", outcome="accepted", contact="孙三")
    rest = zhao.post(ADDRESS, posted(two))
    assert rest.status_code == 302, "what somebody else has done is no longer listed"
    assert [act.case for act in accepted()] == two


def test_whoever_has_nothing_to_do_there_sees_nothing(two: list[Case]) -> None:
    page = browse("wu").get(ADDRESS).content.decode()
    assert two[0].title not in page and "没有停在这一步" in page
    assert browse("wu").post(ADDRESS, posted(two)).status_code == 409
    assert accepted() == []


@pytest.mark.parametrize(
    "address", ["/my/together/work_task/propose/", "/my/together/x/accept/", "/my/together/work_task/x/"]
)
def test_only_steps_that_allow_it(two: list[Case], address: str) -> None:
    assert browse("zhao").get(address).status_code == 404

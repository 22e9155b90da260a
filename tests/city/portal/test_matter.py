"""查我的事: a citizen's matter has a code that shows stage and dates, nothing else; wrong codes are counted."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from fadu.city.accounts import codes
from fadu.city.cases import acts as cases
from fadu.city.cases.models import Case, MatterCode
from fadu.city.cases.people import matter_codes
from fadu.core.log import receipt
from tests.city.participation.conftest import Matter, browser, entry, say
from tests.city.portal.conftest import leaf_of, main_of
from tests.factories import City

pytestmark = pytest.mark.django_db
OPENING = {
    "subject": "建议开通夜间公交",
    "secrecy_class": "open",
    "proposed_by": "陈十",
    "content": "夜班职工回家难",
}


def propose(city: City, request_id: str = "request-0001") -> tuple[Case, str]:
    """陈十 proposes a decision to the transport bureau; the case and its code."""
    chen = city.actor("chen")
    typed = entry(chen, None, "propose", "people", OPENING, {})
    answer = cases.open_case(
        chen, request_id=request_id, procedure="major_decision", organ="transport", entry=typed
    )
    return Case.objects.get(key=answer["case"]), matter_codes.shown(answer["case"], request_id)


def test_the_code_shows_stage_and_dates_only(city: City, client: Client) -> None:
    case, code = propose(city)
    page = client.post("/matter/", {"code": code.lower().replace("-", " ")})
    text = main_of(page)
    assert page.status_code == 200 and page["Cache-Control"] == "no-store"
    assert (
        "重大行政决策" in text
        and "云州市交通运输局" in text
        and "正在进行" in text
        and "2026年3月9日" in text
    )
    for hidden in ("夜间公交", "夜班职工", "陈十"):
        assert hidden not in text, hidden
    assert case.key in text, "the way to log in leads to the case"


def test_the_code_is_kept_nowhere_and_comes_back_with_the_same_request(city: City) -> None:
    case, code = propose(city)
    row = MatterCode.objects.get(case=case)
    assert row.digest == codes.digest(code) and code not in row.digest
    assert len(code.replace("-", "")) == 26
    again, same = propose(city)
    assert (again, same) == (case, code)


def test_what_an_official_opens_has_no_code(matter: Matter) -> None:
    assert not MatterCode.objects.exists()


def test_a_citizen_is_told_the_code_once(city: City) -> None:
    chen = browser("chen")
    form = chen.get("/cases/new/major_decision/").content.decode()
    found = re.search(r'name="request_id" value="([0-9a-f]+)"', form)
    assert found is not None
    posted = {f"v.{name}": value for name, value in OPENING.items()}
    posted |= {"organ": "transport", "outcome": "people", "request_id": found[1], "title": OPENING["subject"]}
    answer = chen.post("/cases/new/major_decision/", posted, follow=True)
    assert answer.status_code == 200
    case = Case.objects.get()
    code = matter_codes.shown(case.key, found[1])
    assert code in answer.content.decode()
    assert code not in chen.get(f"/cases/{case.key}/").content.decode()


def test_the_same_page_takes_the_code_of_an_opinion(matter: Matter, client: Client) -> None:
    row = matter.open()
    code = say(row.key, "建议延长换乘时间")
    text = client.post("/matter/", {"code": code}).content.decode()
    assert "意见编号" in text and "建议延长换乘时间" not in text


def test_wrong_codes_are_counted_and_then_even_the_right_one_waits(city: City, client: Client) -> None:
    _, code = propose(city)
    for _ in range(10):
        assert client.post("/matter/", {"code": "00000-00000-00000-00000-000000"}).status_code == 404
    refused = client.post("/matter/", {"code": code})
    assert refused.status_code == 429 and "暂停查询" in refused.content.decode()
    assert client.post("/matter/", {"code": code}, REMOTE_ADDR="192.0.2.7").status_code == 200


def test_nonsense_is_a_wrong_code(city: City, client: Client) -> None:
    for typed in ("", "回执码", "x" * 10_000):
        assert client.post("/matter/", {"code": typed}).status_code == 404
    assert client.post("/matter/", {"code": "\x00"}).status_code == 400


def test_whoever_acted_in_his_own_matter_has_what_he_said(city: City, publish: Callable[[], object]) -> None:
    case, _ = propose(city)
    publish()
    leaf = leaf_of(case, "propose")
    opened = receipt.read(browser("chen").get(f"/receipts/{leaf}.json").content).fields
    assert set(OPENING) <= set(opened)
    # The undertaker reads them by his standing; another citizen gets the proof alone.
    assert "content" in receipt.read(browser("wu").get(f"/receipts/{leaf}.json").content).fields
    assert b"fadu/proof/v1" in Client().get(f"/receipts/{leaf}.json").content


def test_whoever_is_logged_in_finds_his_own_matters_and_nobody_elses(city: City) -> None:
    case, _ = propose(city)
    for page in ("/matter/", "/"):
        assert f"/cases/{case.key}/" in main_of(browser("chen").get(page))
    assert "还没有事项" in main_of(browser("wu").get("/matter/"))
    assert "建议开通夜间公交" not in main_of(browser().get("/matter/"))

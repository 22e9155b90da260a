"""The case page offers the office verbs to those who may use them, and they work from its form."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from fadu.city.cases.models import Assignment, Case
from fadu.city.ledger.models import AccessEntry
from fadu.core.log import record
from tests.city.cases.test_feeds import as_person
from tests.factories import City, do

pytestmark = pytest.mark.django_db


def offered(browser: Client, case: Case) -> set[str]:
    page = browser.get(f"/cases/{case.key}/").content.decode()
    verbs = "hand_over|delegate_task|add_signer|remove_signer|countersign|send_back|recall|urge"
    return set(re.findall(rf"\?step=({verbs})\"", page))


def browse(city: City, key: str) -> Client:
    return as_person(city, key, Client())


def test_each_person_is_offered_what_he_may_use(city: City, case: Case) -> None:
    assert offered(browse(city, "li"), case) == {"hand_over", "add_signer"}
    assert offered(browse(city, "zhou"), case) == {"hand_over", "add_signer", "delegate_task"}
    assert offered(browse(city, "zhao"), case) == {"urge"}
    do(city, case, "add_signer", by="li", targets=["review"], persons=["wu"])
    assert offered(browse(city, "wu"), case) == {"countersign", "add_signer", "send_back"}
    assert {"remove_signer", "recall", "urge"} <= offered(browse(city, "li"), case)


def test_a_verb_is_used_from_the_page_and_the_reading_is_noted(city: City, case: Case) -> None:
    li = browse(city, "li")
    form = li.get(f"/cases/{case.key}/?step=hand_over").content.decode()
    assert '<option value="review"' in form and 'name="v.person"' in form
    posted = {
        "step": "hand_over",
        "target": "review",
        "v.person": "zhou",
        "version": case.version,
        "request_id": "r1",
    }
    answer = li.post(f"/cases/{case.key}/", posted)
    assert answer.status_code == 302
    assert Assignment.objects.get().person.key == "zhou"
    zhou = browse(city, "zhou")
    assert "交办给我" in zhou.get("/my/").content.decode()
    assert zhou.get(f"/cases/{case.key}/").status_code == 200
    case.refresh_from_db()
    again = {"step": "recall", "target": "review", "version": case.version, "request_id": "r2"}
    refused = li.post(f"/cases/{case.key}/", again)
    assert refused.status_code == 409
    assert "周五已经打开或者办理，不能撤回" in refused.content.decode()


def test_a_refused_verb_says_why_with_its_rule(city: City, case: Case) -> None:
    li = browse(city, "li")
    posted = {"step": "hand_over", "target": "review", "v.person": "qian", "request_id": "r3"}
    page = li.post(f"/cases/{case.key}/", posted)
    assert page.status_code == 409
    said = page.content.decode()
    assert "钱二没有办理“审查”的岗位" in said and "《市人民政府工作规则（示范）》" in said


def test_documents_and_signing_stand_on_the_page(city: City, case: Case) -> None:
    do(city, case, "add_signer", by="li", targets=["review"], persons=["wu"])
    do(city, case, "countersign", by="wu", targets=["review"], stance="agree", opinion="无意见")
    do(city, case, "review", by="li", outcome="fit", reasons="可以")
    browser = browse(city, "zhao")
    page = browser.get(f"/cases/{case.key}/").content.decode()
    assert "会签完成" in page and "云财法意〔2026〕1号" in page
    pdf = browser.get(re.search(r'href="(/cases/\w+/documents/\d+\.pdf)"', page)[1])
    assert pdf.status_code == 200 and pdf.content.startswith(b"%PDF-")


def test_a_refused_look_and_a_search_are_noted(city: City, case: Case) -> None:
    """Whoever asks for a case that is not his, by page or by interface; never what he searched for."""
    feng = browse(city, "feng")
    before = AccessEntry.objects.count()
    assert feng.get(f"/cases/{case.key}/").status_code in (403, 404)
    assert feng.get(f"/api/cases/{case.key}").status_code == 403
    assert feng.get("/cases/", {"q": "停车收费"}).status_code == 200
    assert feng.get("/cases/").status_code == 200, "a list without search is nobody's secret"
    rows = list(AccessEntry.objects.order_by("pk"))[before:]
    told = [(row.case_ref, record.read(bytes(row.body))) for row in rows]
    assert [(ref, said["kind"], said["codes"]) for ref, said in told] == [
        (f"case/{case.key}", "refused", ["not_visible"]),
        (f"case/{case.key}", "refused", ["not_visible"]),
        ("", "search", []),
    ]
    assert all("停车" not in bytes(row.body).decode() for row in rows)
    assert Client().get("/cases/").status_code == 302 and AccessEntry.objects.count() == before + 3

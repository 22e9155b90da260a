"""The correction page: fields, files and the facts of what was written down from elsewhere; a second person proves himself."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fadu.city.accounts.models import User
from fadu.city.authority import clock
from fadu.city.cases import acts
from fadu.city.cases.checking import rebuild
from fadu.city.cases.entry import Elsewhere, Entry
from fadu.city.cases.files import uploads
from fadu.city.cases.models import Case, File
from fadu.city.ledger import check
from fadu.city.ledger import queries as ledger
from fadu.core.errors import Refused
from fadu.core.procedure.marking import Marking
from tests import factories
from tests.city.cases.test_feeds import as_person
from tests.factories import City, do

pytestmark = pytest.mark.django_db


def browse(city: City, key: str) -> Client:
    return as_person(city, key, Client())


def posted(case: Case, seq: int, **more: Any) -> dict[str, Any]:
    return {"seq": seq, "version": case.version, "reason": "写错了", **more}


def test_fields_are_corrected_and_the_old_value_stays_readable(city: City, case: Case) -> None:
    zhao = browse(city, "zhao")
    address = f"/cases/{case.key}/correct/1/"
    assert "停车收费标准" in zhao.get(address).content.decode()
    assert zhao.post(address, posted(case, 1, **{"v.content": "停车收费办法"})).status_code == 302
    page = zhao.get(f"/cases/{case.key}/").content.decode()
    assert "停车收费办法" in page and "更正前：" in page and "<del>停车收费标准</del>" in page
    assert "停车收费办法" in zhao.get(address).content.decode(), "the form shows what stands now"
    assert ledger.opened(bytes.fromhex(case.acts.get(seq=1).leaf))["content"] == "停车收费标准"
    case.refresh_from_db()
    again = zhao.post(address, posted(case, 1, **{"v.content": "停车收费办法"}))
    assert again.status_code == 409 and "没有写明更正什么" in again.content.decode()
    assert list(rebuild.check()) == []


def test_a_wrong_file_is_replaced_on_the_page_and_marked(city: City, papers: Case) -> None:
    zhao = browse(city, "zhao")
    old = File.objects.get(case=papers, field="text")
    address = f"/cases/{papers.key}/correct/1/"
    assert "旧.txt" in zhao.get(address).content.decode()
    upload = SimpleUploadedFile("新.txt", "第二稿。".encode())
    assert zhao.post(address, posted(papers, 1, **{"v.text": upload})).status_code == 302
    old.refresh_from_db()
    new = File.objects.get(case=papers, stands_for=1)
    assert (old.replaced_by, new.seq, new.field) == (2, 2, "text")
    page = zhao.get(f"/cases/{papers.key}/").content.decode()
    files = page[page.index("办理经过") :]
    assert re.search(r"旧\.txt</a>[^\n]*更正前", files) and re.search(r"新\.txt</a>[^\n]*更正后", files)
    assert zhao.get(f"/cases/{papers.key}/files/{old.pk}/").content.decode() == "第一稿。"
    papers.refresh_from_db()
    assert Marking.from_data(papers.marking).done["submit"].text == new.sha256, (
        "what is reviewed from now on is the new text"
    )
    committed = ledger.opened(bytes.fromhex(papers.acts.get(seq=2).leaf))["corrected"]["text"]
    assert new.sha256 in str(committed)
    assert browse(city, "chen").get(f"/cases/{papers.key}/files/{new.pk}/").status_code in (403, 404, 409)
    assert list(rebuild.check()) == []


def test_facts_of_an_attested_act_are_corrected_those_established_here_are_not(
    city: City, papers: Case
) -> None:
    performer = {"person": "zhao", "organ": "finance", "post": "市财政局科员"}
    paper = Elsewhere(clock.now(), "纸质卷宗", "7", [performer])
    entry = Entry(step="weigh", facts={"urgent": True}, values={})
    acts.attest(city.actor("zhao"), case=papers.key, elsewhere=paper, entry=entry)
    papers.refresh_from_db()
    zhao = browse(city, "zhao")
    page = zhao.get(f"/cases/{papers.key}/correct/2/").content.decode()
    assert "补录时认定的事实" in page and "情况紧急" in page
    done = zhao.post(
        f"/cases/{papers.key}/correct/2/",
        posted(papers, 2, **{"fact.urgent": "no", "why.urgent": "核对原件"}),
    )
    assert done.status_code == 302
    papers.refresh_from_db()
    assert Marking.from_data(papers.marking).facts["urgent"] is False
    other = Entry(step="correct", values={"reason": "改"}, facts={"grave": False}, targets=["1"])
    with pytest.raises(Refused) as refused:
        acts.perform(city.actor("zhao"), case=papers.key, entry=other)
    told = {one.code: one.cure for one in refused.value.refusals}
    assert "推翻" in told["fact_not_corrected"]
    assert list(rebuild.check()) == []


@pytest.fixture
def papers(city: City) -> Case:
    """A case whose opening step has a file and a fact."""
    zhao = city.actor("zhao")
    upload = SimpleUploadedFile("旧.txt", "第一稿。".encode())
    kept = uploads.keep(zhao.person, "new/papers", "text", upload, at=clock.now())
    entry = Entry(
        step="submit",
        values={"secrecy_class": "open", "subject": "一份文稿"},
        facts={"grave": True},
        reasons={"grave": "重大"},
        files={"text": [kept.pk]},
    )
    answer = acts.open_case(zhao, procedure="papers", organ="finance", entry=entry)
    return Case.objects.get(key=answer["case"])


def test_the_second_person_needs_a_second_factor(city: City, case: Case, settings: Any) -> None:
    """Outside a demonstration password alone does not make a second person."""
    do(city, case, "review", by="li", outcome="fit", reasons="可以")
    zhao = browse(city, "zhao")
    address = f"/cases/{case.key}/correct/1/"
    given = posted(case, 1, **{"v.content": "停车收费办法"})
    alone = zhao.post(address, given)
    assert alone.status_code == 409 and "不得由一人单独更正" in alone.content.decode()
    settings.FADU_DEMO = False
    assert not User.objects.get(username="sun").second_factor
    second = {"other_username": "sun", "other_password": factories.PASSWORD, "other_code": ""}
    refused = zhao.post(address, {**given, **second})
    assert refused.status_code == 409 and "共同办理人没有登记第二因素" in refused.content.decode()
    wrong = zhao.post(address, {**given, **second, "other_password": "wrong"})
    assert wrong.status_code in (401, 409) and case.acts.count() == 2
    settings.FADU_DEMO = True
    assert zhao.post(address, {**given, "other_username": "sun"}).status_code == 302


def test_when_by_whom_and_from_where_an_attested_act_comes_is_corrected(city: City, case: Case) -> None:
    """The limit that ran from the wrong day is counted from the right one; first record, leaf and ledger stand."""
    clock.move_forward(clock.now() + timedelta(days=4))
    performer = {"person": "li", "organ": "legal", "post": "市司法局审查员", "role": "reviewer"}
    paper = Elsewhere(clock.now() - timedelta(days=3), "纸质审查单", "7", [performer])
    acts.attest(
        city.actor("li"), case=case.key, elsewhere=paper,
        entry=Entry(step="review", outcome="fit", values={"reasons": "可以"}),
    )  # fmt: skip
    case.refresh_from_db()
    leaf, due = case.acts.get(seq=2).leaf, case.due
    zhao = browse(city, "zhao")
    address = f"/cases/{case.key}/correct/2/"
    form = zhao.get(address).content.decode()
    assert "补录的来历" in form and 'value="2026-03-10T09:00"' in form and 'value="纸质审查单"' in form
    asked = {
        "occurred_at": "2026-03-12T10:30",
        "source": "纸质审查单",
        "source_number": "8",
        "performer": ["zhou"],
        "v.reasons": "可以",
    }
    assert zhao.post(address, posted(case, 2, **asked)).status_code == 302
    case.refresh_from_db()
    marking = Marking.from_data(case.marking)
    assert marking.done["review"].at.startswith("2026-03-12T10:30")
    assert (due.isoformat(), case.due.isoformat()) == ("2026-03-17", "2026-03-19"), (
        "five working days from review"
    )
    row = case.acts.get(seq=2)
    assert row.leaf == leaf and row.occurred_at.astimezone(clock.ZONE).day == 10, "the first record stands"
    page = zhao.get(f"/cases/{case.key}/").content.decode()
    assert "实际发生的时间：2026年3月12日 10:30" in page and "<del>2026年3月10日 09:00</del>" in page
    assert "实际办理人：市司法局审查处长周五" in page and "来源编号：8" in page and "<del>7</del>" in page
    again = zhao.get(address).content.decode()
    assert 'value="2026-03-12T10:30"' in again and "来源：" not in page
    assert list(rebuild.check()) == []
    assert sum(check.check().as_json()["counts"].values()) == 0


def test_a_wrong_origin_is_refused_and_what_was_done_here_has_none(city: City, case: Case) -> None:
    clock.move_forward(clock.now() + timedelta(days=4))
    performer = {"person": "li", "organ": "legal", "post": "市司法局审查员", "role": "reviewer"}
    paper = Elsewhere(clock.now() - timedelta(days=3), "纸质审查单", "7", [performer])
    acts.attest(
        city.actor("li"), case=case.key, elsewhere=paper,
        entry=Entry(step="review", outcome="fit", values={"reasons": "可以"}),
    )  # fmt: skip
    wrong = {
        "bad_moment": {"@occurred_at": (clock.now() + timedelta(days=1)).isoformat()},
        "no_source": {"@source": " "},
        "unknown_person": {"@performers": [{"person": "nobody"}]},
    }
    for code, corrected in wrong.items():
        entry = Entry(step="correct", values={"reason": "改", "corrected": corrected}, targets=["2"])
        with pytest.raises(Refused) as refused:
            acts.perform(city.actor("zhao"), case=case.key, entry=entry)
        assert code in {one.code for one in refused.value.refusals}
    here = Entry(
        step="correct", targets=["1"],
        values={"reason": "改", "corrected": {"@occurred_at": "2026-03-01T09:00:00+08:00"}},
    )  # fmt: skip
    with pytest.raises(Refused) as refused:
        acts.perform(city.actor("zhao"), case=case.key, entry=here)
    assert "origin_not_corrected" in {one.code for one in refused.value.refusals}
    assert "补录的来历" not in browse(city, "zhao").get(f"/cases/{case.key}/correct/1/").content.decode()


def test_tables_are_shown_by_the_titles_of_their_columns_before_and_after(city: City) -> None:
    zhao = city.actor("zhao")
    entry = Entry(
        step="keep",
        values={"secrecy_class": "open", "rows": [{"zone": "one", "price": "5.00"}]},
    )
    answer = acts.open_case(zhao, procedure="tables", organ="finance", title="价目", entry=entry)
    case = Case.objects.get(key=answer["case"])
    do(
        city,
        case,
        "correct",
        by="zhao",
        targets=["1"],
        reason="笔误",
        corrected={"rows": [{"zone": "two", "price": "6.00"}]},
    )
    page = browse(city, "zhao").get(f"/cases/{case.key}/").content.decode()
    told = page[page.index("办理经过") :]
    assert told.count("<th>区域</th><th>价格</th>") == 2, "as corrected, and before"
    assert (
        "<td>二类</td>" in told
        and "<td>一类</td>" in told
        and "zone" not in told
        and "<td>two</td>" not in told
    )

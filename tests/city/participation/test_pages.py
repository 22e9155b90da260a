"""The same through a browser: what everybody sees and sends, what only the undertaker may, what nobody may."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from fadu.city.authority import clock
from fadu.city.ledger import publishing
from fadu.city.participation import lots, root
from fadu.city.participation import queries as participation
from fadu.city.participation.models import Answer, Comment, Consultation, Expert, Hearing, Lot
from tests.city.cases.test_reach import asked_by
from tests.city.participation.conftest import Matter, browser, forward, say
from tests.city.participation.test_experts import POOL, SAID, fill_pool
from tests.city.participation.test_hearing import announce

pytestmark = pytest.mark.django_db


def hidden(page: str, name: str = "request_id") -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def post(visitor: Client, place: str, **typed: object) -> tuple[int, str]:
    """Fill in the form of a page as a person would, its hidden fields included."""
    page = visitor.get(place).content.decode()
    answer = visitor.post(place, {"request_id": hidden(page), **typed})
    return answer.status_code, answer.content.decode()


def test_a_visitor_reads_speaks_and_looks_up_without_log_in(matter: Matter) -> None:
    row = matter.open()
    visitor = browser()
    assert "云州市公共汽车票价调整方案" in visitor.get("/consultations/").content.decode()
    page = visitor.get(f"/consultations/{row.key}/").content.decode()
    assert "第三条 票价二元" in page
    assert f"/consultations/{row.key}/comment/?clause=6" in page
    form = visitor.get(f"/consultations/{row.key}/comment/?clause=6").content.decode()
    assert '<option value="6" selected>' in form
    status, thanks = post(
        visitor, f"/consultations/{row.key}/comment/", text="延长换乘时间。", clause="6", kind="person"
    )
    assert status == 201
    code = re.search(r'class="code"[^>]*>([^<]+)<', thanks)
    assert code
    status, found = post_code(visitor, "/consultations/receipt/", code[1])
    assert status == 200
    assert "第 1 号" in found and "待审看" in found
    assert "延长换乘时间" not in found, "a code shows what became of it, not what it says"
    assert "延长换乘时间" not in visitor.get(f"/consultations/{row.key}/comments/").content.decode()


def post_code(visitor: Client, place: str, code: str) -> tuple[int, str]:
    answer = visitor.post(place, {"code": code})
    assert answer["Cache-Control"] == "no-store"
    return answer.status_code, answer.content.decode()


def test_sending_twice_is_one_opinion_and_the_same_code(matter: Matter) -> None:
    row = matter.open()
    visitor = browser()
    place = f"/consultations/{row.key}/comment/"
    typed = {"request_id": hidden(visitor.get(place).content.decode()), "text": "一次。", "kind": "person"}
    first, second = (visitor.post(place, typed).content.decode() for _ in range(2))
    codes = [re.search(r'class="code"[^>]*>([^<]+)<', page)[1] for page in (first, second)]
    assert codes[0] == codes[1]
    assert Comment.objects.count() == 1


def test_what_is_wrong_stands_beside_what_was_typed(matter: Matter) -> None:
    row = matter.open()
    visitor = browser()
    status, page = post(visitor, f"/consultations/{row.key}/comment/", text="", kind="person", name="王某")
    assert status == 400
    assert "王某" in page
    forward(31)
    answer = visitor.post(
        f"/consultations/{row.key}/comment/", {"text": "晚了。", "kind": "person", "request_id": "f" * 24}
    )
    assert answer.status_code == 409
    assert "公开征求意见已经结束" in answer.content.decode()
    assert "晚了。" in answer.content.decode()
    assert visitor.get("/consultations/0000/").status_code == 404


def test_wrong_codes_end_in_429(matter: Matter) -> None:
    matter.open()
    visitor = browser()
    statuses = [post_code(visitor, "/consultations/receipt/", "WRONG")[0] for _ in range(11)]
    assert statuses == [404] * 10 + [429]
    assert post_code(visitor, "/hearings/receipt/", "WRONG")[0] == 429, (
        "codes of all kinds are tried at one door"
    )


def test_only_the_undertaker_works_on_opinions(matter: Matter) -> None:
    row = matter.open()
    say(row.key, "请公布成本。", name="王某某")
    place = f"/consultations/{row.key}/work/"
    assert browser().get(place).status_code == 302
    assert browser("chen").get(place).status_code == 403
    assert browser("zhao").get(place).status_code == 403
    clerk = browser("wu")
    page = clerk.get(place).content.decode()
    assert "王某某" in page and "请公布成本。" in page
    typed = {"request_id": hidden(page), "numbers": ["1"]}
    refused = clerk.post(
        f"/consultations/{row.key}/moderate/", typed | {"show": "no", "ground": "", "note": ""}
    )
    assert refused.status_code == 409
    assert "须写明理由" in refused.content.decode()
    assert (
        browser("zhao").post(f"/consultations/{row.key}/moderate/", typed | {"show": "yes"}).status_code
        == 403
    )
    done = clerk.post(f"/consultations/{row.key}/moderate/", typed | {"show": "yes", "request_id": "a" * 24})
    assert done.status_code == 302
    shown = browser().get(f"/consultations/{row.key}/comments/").content.decode()
    assert "请公布成本。" in shown and "王某某" not in shown


def test_the_undertakers_page_asks_the_same_for_one_opinion_and_for_a_page_full(
    matter: Matter, settings: Any
) -> None:
    row = matter.open()
    say(row.key, "请公布成本。", name="王某某")
    clerk, place = browser("wu"), f"/consultations/{row.key}/work/"
    publishing.publish(at=clock.now())
    settings.FADU_DEMO = False  # its bar asks for more
    one = asked_by(clerk, place)
    settings.FADU_DEMO = True
    for number in range(25):
        say(row.key, f"第{number}条意见。", clause="6", name=f"李{number}")
    publishing.publish(at=clock.now())
    settings.FADU_DEMO = False
    many = asked_by(clerk, place)
    assert len(many) <= min(15, len(one) + 1), many


def test_closing_and_answering_from_the_case_page(matter: Matter) -> None:
    """The panel carries count, root and the answers given into the forms; what it carries is accepted."""
    row = matter.open()
    say(row.key, "请公布成本。")
    forward(30)
    clerk = browser("wu")
    place = f"/cases/{matter.case.key}/"
    page = clerk.get(f"{place}?step=close_consultation").content.decode()
    carried = {f"v.{name}": hidden(page, f"v.{name}") for name in ("comments", "online", "root")}
    assert carried["v.root"] == root.over(participation.leaves(row)).hex()
    typed = {"step": "close_consultation", "request_id": hidden(page), "v.summary": "一件。", **carried}
    say(row.key, "又来一条。")
    late = clerk.post(place, typed)
    assert late.status_code == 409
    assert "与实际收到的 2 件不符" in late.content.decode()
    again = {f"v.{name}": hidden(late.content.decode(), f"v.{name}") for name in ("online", "root")}
    assert clerk.post(place, typed | again | {"v.comments": "2", "request_id": "c" * 24}).status_code == 302
    row.refresh_from_db()
    assert row.closed_at is not None
    work = clerk.get(f"/consultations/{row.key}/work/").content.decode()
    typed = {
        "request_id": hidden(work),
        "numbers": ["1", "2"],
        "opinion": "公布\r\n成本",
        "adopted": "yes",
        "why": "",
    }
    assert clerk.post(f"/consultations/{row.key}/answer/", typed).status_code == 302
    page = clerk.get(f"{place}?step=opinion_handling").content.decode()
    offered = re.search(r'name="v.answers.0.opinion"[^>]*>\s*([^<]*)<', page)
    assert offered and offered[1].split() == ["公布", "成本"]
    typed = {
        "step": "opinion_handling", "request_id": hidden(page), "outcome": "kept", "v.published_note": "二件。",
        "v.answers.0.opinion": Answer.objects.get().opinion, "v.answers.0.adopted": "yes",
    }  # fmt: skip
    assert clerk.post(place, typed).status_code == 302
    told = browser().get(f"/consultations/{row.key}/answers/").content.decode()
    assert "采纳" in told and "第 1、2 号" in told
    assert browser().get(f"/consultations/{row.key}/leaves.json").json()["root"] == row.root


def test_published_files_only(matter: Matter) -> None:
    row = matter.open()
    files = {file.field: file.pk for file in matter.case.files.all()}
    visitor = browser()
    answer = visitor.get(f"/consultations/{row.key}/files/{files['draft_shown']}/")
    assert answer.status_code == 200
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "第一条" in answer.content.decode()
    assert visitor.get(f"/consultations/{row.key}/files/{files['text']}/").status_code == 404, (
        "the internal draft"
    )


def test_my_opinions_are_mine(matter: Matter) -> None:
    row = matter.open()
    chen = browser("chen")
    post(chen, f"/consultations/{row.key}/comment/", text="登录后提的。", kind="person")
    assert "登录后提的。" in chen.get("/consultations/mine/").content.decode()
    assert "登录后提的。" not in browser("wu").get("/consultations/mine/").content.decode()
    assert browser().get("/consultations/mine/").status_code == 302


def test_a_hearing_from_registration_to_the_draw(make_matter: Callable[..., Matter]) -> None:
    matter = make_matter(hearing=True, open_consultation=False)
    row = announce(matter)
    visitor = browser()
    assert "报名参加" in visitor.get(f"/hearings/{row.key}/").content.decode()
    typed = {"stands_for": "乘客", "name": "赵甲", "contact": "13900000000"}
    status, done = post(visitor, f"/hearings/{row.key}/register/", **typed)
    assert status == 201
    code = re.search(r'class="code"[^>]*>([^<]+)<', done)[1]
    post(visitor, f"/hearings/{row.key}/register/", **(typed | {"name": "钱乙"}))
    forward(11)
    assert visitor.get(f"/hearings/{row.key}/work/").status_code == 302
    assert browser("zhao").get(f"/hearings/{row.key}/work/").status_code == 403
    clerk = browser("wu")
    page = clerk.get(f"/hearings/{row.key}/work/").content.decode()
    assert "赵甲" in page
    to = clerk.post(f"/hearings/{row.key}/lot/", {"request_id": hidden(page), "announced": ""})
    assert to.status_code == 302
    lot = visitor.get(to.url).content.decode()
    assert "赵甲" not in lot and "报名第 1 号" in lot
    assert clerk.post(f"{to.url}draw/", {"request_id": "d" * 24}).status_code == 302
    assert "重新抽取，结果一致" in visitor.get(to.url).content.decode()
    published = visitor.get(to.url.rstrip("/") + ".json").json()
    assert sorted(published["order"]["乘客"]) == ["1", "2"]
    assert "参加人" in post_code(visitor, "/hearings/receipt/", code)[1]
    assert Hearing.objects.get().lot is not None
    page = clerk.get(f"/cases/{matter.case.key}/?step=hearing_participants").content.decode()
    assert "赵甲（乘客）" in page, "those drawn stand in the form already"
    assert "赵甲" not in browser("zheng").get(f"/hearings/{row.key}/").content.decode()


def test_an_expert_from_invitation_to_signature(make_matter: Callable[..., Matter]) -> None:
    matter = make_matter(technical=True)
    fill_pool()
    clerk = browser("wu")
    assert POOL["e1"][0] in browser().get("/experts/").content.decode()
    place = f"/lots/new/{matter.case.key}/"
    assert browser("zhao").get(place).status_code == 403
    page = clerk.get(place).content.decode()
    typed = {"request_id": hidden(page), "places": "1", "excluded": "甲路，曾参与起草\n无名，理由"}
    assert clerk.post(place, typed).status_code == 400
    to = clerk.post(place, typed | {"excluded": "甲路，曾参与起草", "request_id": "e" * 24})
    assert to.status_code == 302
    lot = Lot.objects.get()
    lots.draw(matter.city.actor("wu"), lot=lot.key)
    key = Expert.objects.get(state="invited").entry
    expert = browser(key)
    mine = f"/experts/invitations/{lot.key}/"
    assert mine in expert.get("/experts/invitations/").content.decode()
    assert browser("chen").get(mine).status_code == 403
    assert expert.post(mine, {"do": "accept", "request_id": "1" * 24}).status_code == 409
    assert (
        expert.post(mine, {"do": "accept", "no_interest": "yes", "request_id": "2" * 24}).status_code == 302
    )
    paper = re.search(rf'href="({mine}files/\d+/)"', expert.get(mine).content.decode())
    assert paper and expert.get(paper[1]).status_code == 200
    assert browser("chen").get(paper[1]).status_code == 403
    signed = expert.post(mine, {"do": "sign", "view": "agree", "request_id": "3" * 24, **SAID})
    assert signed.status_code == 302
    page = clerk.get(f"/cases/{matter.case.key}/?step=expert_selection").content.decode()
    assert Lot.objects.get().seed in page


@pytest.mark.parametrize(
    "query", ["?page=9999", "?page=x", "?clause=abc", "?clause=99999999999999999999", "?state=zz"]
)
def test_odd_queries_are_answered(matter: Matter, query: str) -> None:
    row = matter.open()
    for place in (
        "/consultations/",
        f"/consultations/{row.key}/comments/",
        f"/consultations/{row.key}/comment/",
        "/hearings/",
    ):
        assert browser().get(place + query).status_code == 200
    assert browser("wu").get(f"/consultations/{row.key}/work/{query}").status_code == 200


def test_no_page_carries_inline_style_or_script(matter: Matter) -> None:
    row = matter.open()
    say(row.key, "<script>alert(1)</script>")
    clerk = browser("wu")
    for place in (f"/consultations/{row.key}/", f"/consultations/{row.key}/work/", "/hearings/", "/experts/"):
        page = clerk.get(place).content.decode()
        assert " style=" not in page and "<script>" not in page
    assert Consultation.objects.count() == 1

"""A consultation from the act that opens it to the answers, every condition at the door."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from fadu.city.authority import clock, queries
from fadu.city.cases.models import Publication
from fadu.city.ledger import queries as ledger
from fadu.city.ledger import sequencer
from fadu.city.ledger.models import Leaf
from fadu.city.participation import acts, codes, origin, root
from fadu.city.participation import queries as participation
from fadu.city.participation.models import Answer, Attempt, Comment, Consultation
from fadu.core.log.record import read
from tests.city.participation.conftest import Matter, forward, refused, say

pytestmark = pytest.mark.django_db


def fates(row: Consultation) -> list[dict[str, str]]:
    """The rows of the answers' table as the panel offers them."""
    return [{"opinion": one.opinion, "adopted": one.adopted, "why": one.why} for one in row.answers.all()]


def close(matter: Matter, row: Consultation, **values: object) -> None:
    row.refresh_from_db()
    known = {
        "comments": row.received,
        "online": row.received,
        "root": root.over(participation.leaves(row)).hex(),
    }
    matter.do("close_consultation", **(known | values))
    row.refresh_from_db()


def work(matter: Matter, act: Callable, row: Consultation, *, by: str = "wu", **asked: object) -> None:
    act(matter.city.actor(by), consultation=row.key, **asked)
    row.refresh_from_db()


def test_it_opens_with_the_case_and_shows_the_draft_by_article(matter: Matter) -> None:
    row = matter.open()
    assert [part.label for part in row.clauses.filter(heading=False)] == [
        "第一条",
        "第二条",
        "第三条",
        "第四条",
    ]
    assert Publication.objects.filter(case=matter.case, step="open_consultation").exists()
    assert row.closes_on == row.opened_at.date() + timedelta(days=30)
    assert "第十五条第一款" in row.basis


def test_a_notice_of_fewer_than_thirty_days_is_refused_with_the_article(matter: Matter) -> None:
    with refused("period_too_short") as told:
        matter.open(days=29)
    reason = told.reasons["period_too_short"]
    assert "第十五条第一款" in reason.basis
    assert "2026年4月8日" in reason.cure
    assert not Consultation.objects.exists(), "nothing is half opened"
    matter.open(days=10, outcome="shortened", shorten_reason="汛期将至。")


def test_it_cannot_be_closed_before_its_day(matter: Matter) -> None:
    row = matter.open()
    forward(29)
    with refused("too_early") as told:
        close(matter, row)
    assert "第十五条第一款" in told.reasons["too_early"].basis
    forward(1)
    close(matter, row)
    assert row.closed_at is not None


def test_a_draft_that_is_a_picture_can_be_commented_on_as_a_whole(matter: Matter) -> None:
    picture = SimpleUploadedFile("扫描件.png", b"\x89PNG\r\n\x1a\n" + bytes(99), "image/png")
    row = matter.open(draft_shown=picture)
    assert not row.clauses.exists()
    assert row.caveat
    say(row.key, "请公布可以检索的文本。")
    with refused("unknown_clause"):
        say(row.key, "对第一条。", clause=1)


def test_an_opinion_leaves_its_leaf_and_nothing_in_clear(matter: Matter) -> None:
    row = matter.open()
    say(row.key, "换乘时间应延长。", clause=6, name="王某某", contact="13812345678")
    comment = Comment.objects.get()
    assert (comment.number, comment.clause.label, comment.text, comment.person) == (1, "第三条", "", None)
    opened = ledger.opened(bytes.fromhex(comment.leaf))
    assert (opened["text"], opened["name"], opened["contact"]) == (
        "换乘时间应延长。",
        "王某某",
        "13812345678",
    )
    body = bytes(Leaf.objects.get(pk=bytes.fromhex(comment.leaf)).body).decode()
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if "participation" in name]
        clear = body
        for table in [*tables, "authority_request"]:
            cursor.execute(f"SELECT * FROM {table}")
            clear += str(cursor.fetchall())
    assert not [secret for secret in ("王某某", "13812345678", "换乘时间应延长") if secret in clear]


def test_the_code_is_kept_nowhere_and_finds_the_opinion(matter: Matter) -> None:
    row = matter.open()
    code = say(row.key, "换乘时间应延长。")
    kept = Comment.objects.get().code
    assert kept == codes.digest(code)
    found = participation.by_code(
        code.lower().replace("-", ""), origin=origin.of("a", clock.now().date()), at=clock.now()
    )
    assert found.comment.number == 1


def test_the_same_request_is_one_opinion_wherever_it_comes_from(matter: Matter) -> None:
    row = matter.open()
    request = secrets.token_hex(12)
    first = say(row.key, "同一条。", address="10.0.0.1", request_id=request)
    again = say(row.key, "同一条。", address="10.9.9.9", request_id=request)
    assert first == again
    assert Comment.objects.count() == 1
    with refused("request_reused"):
        say(row.key, "另一条。", request_id=request)
    with refused("no_request_id"):
        acts.comment(
            queries.newcomer(),
            request_id="1",
            consultation=row.key,
            text="太短的编号。",
            origin=origin.of("b", row.closes_on),
        )


@pytest.mark.parametrize(
    ("typed", "codes_"),
    [
        ({"text": ""}, ["missing"]),
        ({"text": "字" * 5001}, ["too_long"]),
        ({"text": "好的", "name": "名" * 61, "contact": "1" * 101}, ["too_long"]),
        ({"text": "好的", "clause": 1}, ["unknown_clause"]),
        ({"text": "好的", "clause": 999}, ["unknown_clause"]),
        ({"text": "好\x00的"}, ["bad_text"]),
        ({"text": "好的", "kind": "king"}, ["unknown_kind"]),
    ],
)
def test_what_cannot_be_an_opinion(matter: Matter, typed: dict, codes_: list[str]) -> None:
    row = matter.open()
    with refused(*codes_):
        say(row.key, **typed)
    assert row.comments.count() == 0


def test_after_the_closing_day_nothing_is_taken(matter: Matter) -> None:
    row = matter.open()
    forward(30)
    say(row.key, "最后一天。")
    forward(1)
    with refused("closed") as told:
        say(row.key, "迟到。")
    assert "第十五条第一款" in told.reasons["closed"].basis
    with refused("unknown_consultation"):
        say("0" * 26, "没有这次。")


def test_a_case_that_has_ended_takes_no_more(matter: Matter) -> None:
    row = matter.open()
    matter.do("terminate", by="zheng")
    with refused("closed"):
        say(row.key, "还来得及吗。")
    assert not participation.consultations({"state": "open"}, clock.now().date()).exists()


def test_one_network_cannot_flood(matter: Matter) -> None:
    row = matter.open()
    for number in range(6):
        say(row.key, f"第 {number} 条。", address="10.0.0.1")
    with refused("too_many"):
        say(row.key, "第七条。", address="10.0.0.1")
    say(row.key, "别处来的。", address="10.0.0.2")
    clock.move_forward(clock.now() + timedelta(minutes=2))
    say(row.key, "两分钟以后。", address="10.0.0.1")


def test_an_account_marks_the_opinion_and_finds_it_again(matter: Matter) -> None:
    row = matter.open()
    chen = matter.city.actor("chen")
    say(row.key, "登录后提的。", actor=chen)
    assert participation.of_person(chen.person).get().number == 1
    assert not participation.of_person(matter.city.people["wu"]).exists()


def test_moderation_states_its_reason_and_still_counts(matter: Matter) -> None:
    row = matter.open()
    code = say(row.key, "低价办证。")
    say(row.key, "赞成。")
    with refused("missing_reason"):
        work(matter, acts.moderate, row, numbers=[1], show=False)
    with refused("no_power"):
        work(matter, acts.moderate, row, by="zhao", numbers=[1], show=True)
    with refused("no_comments"):
        work(matter, acts.moderate, row, numbers=[1, 9], show=True)
    work(matter, acts.moderate, row, numbers=[1], show=False, reason="广告等与草案无关的内容")
    work(matter, acts.moderate, row, numbers=[2], show=True)
    assert [one.text for one in participation.shown_comments(row)] == ["赞成。"]
    assert participation.tally(row)["received"] == 2
    told = participation.by_code(code, origin=origin.of("x", row.closes_on), at=clock.now()).comment
    assert (told.state, told.reason, told.text) == ("withheld", "广告等与草案无关的内容", "")
    work(matter, acts.moderate, row, numbers=[2], show=False, reason="含有个人隐私")
    assert Comment.objects.get(number=2).text == "", "what is no longer shown no longer stands in clear"


def test_the_closing_act_holds_count_and_root_and_a_leaf_covers_them(matter: Matter) -> None:
    row = matter.open()
    for number in range(5):
        say(row.key, f"第 {number} 条。")
    forward(30)
    with refused("count_differs"):
        close(matter, row, root="0" * 64)
    with refused("count_differs"):
        close(matter, row, online=4)
    with refused("too_few"):
        close(matter, row, comments=4)
    close(matter, row, comments=7)
    case_leaf = matter.case.acts.order_by("-seq").first().leaf
    values = ledger.opened(bytes.fromhex(case_leaf))
    assert (values["comments"], values["online"], values["root"]) == (7, 5, row.root)
    closing = read(bytes(Leaf.objects.get(pk=bytes.fromhex(row.closing_leaf)).body))
    assert closing["covers"] == [{"kind": "consultation.comments", "count": 5, "root": row.root}]
    with refused("closed"):
        say(row.key, "晚了。")


def test_each_opinion_leads_to_the_root_by_its_path(matter: Matter) -> None:
    """RFC 6962, 2.1.1 folded by hand: the author proves that his opinion was counted."""
    row = matter.open()
    sent = [say(row.key, f"第 {number} 条。") for number in range(5)]
    forward(30)
    close(matter, row)
    for code in sent:
        fate = participation.by_code(code, origin=origin.of("y", row.closes_on), at=clock.now())
        node, index, last = bytes.fromhex(fate.comment.leaf), fate.index, row.received - 1
        for step in map(bytes.fromhex, fate.path):
            while index % 2 == 0 and index == last:
                index, last = index // 2, last // 2
            left = index % 2 == 1
            node = hashlib.sha256(b"\x01" + (step + node if left else node + step)).digest()
            index, last = index // 2, last // 2
        assert node.hex() == row.root


def test_nobody_online_needs_no_root(matter: Matter) -> None:
    row = matter.open()
    forward(30)
    matter.do("close_consultation", comments=37, summary="来信三十七件。")
    row.refresh_from_db()
    assert row.root == hashlib.sha256(b"").hexdigest()


def test_every_opinion_is_answered_before_the_answers_are_published(matter: Matter) -> None:
    row = matter.open()
    code = say(row.key, "换乘时间延长到九十分钟。")
    say(row.key, "换乘时间再长一点。")
    say(row.key, "分段计价。")
    forward(30)
    close(matter, row)
    with refused("unanswered") as told:
        matter.do("opinion_handling", outcome="kept")
    assert "第十八条" in told.reasons["unanswered"].basis
    with refused("missing_reason"):
        work(matter, acts.answer, row, numbers=[3], opinion="分段计价", adopted="no")
    with refused("missing"):
        work(matter, acts.answer, row, numbers=[3], opinion="分段计价", adopted="perhaps")
    work(
        matter,
        acts.answer,
        row,
        numbers=[1, 2],
        opinion="延长换乘\r\n时间",
        adopted="partly",
        why="延长到七十五分钟。",
    )
    work(matter, acts.answer, row, numbers=[3], opinion="分段计价", adopted="no", why="影响通行效率。")
    with refused("answers_differ"):
        matter.do("opinion_handling", outcome="kept", answers=[{"opinion": "别的", "adopted": "yes"}])
    hidden = participation.by_code(code, origin=origin.of("z", row.closes_on), at=clock.now()).comment
    assert hidden.consultation.answered_at is None
    matter.do("opinion_handling", outcome="kept", answers=fates(row), published_note="共三件。")
    row.refresh_from_db()
    assert row.answered_at is not None
    told_ = participation.by_code(code, origin=origin.of("z", row.closes_on), at=clock.now()).comment
    assert (told_.answer.adopted, told_.answer.why) == ("partly", "延长到七十五分钟。")
    with refused("answered"):
        work(matter, acts.answer, row, numbers=[3], opinion="分段计价", adopted="yes")


def test_an_answer_may_be_rewritten_and_regrouped_until_then(matter: Matter) -> None:
    row = matter.open()
    for text in ("甲意见", "乙意见", "丙意见"):
        say(row.key, text)
    work(matter, acts.answer, row, numbers=[1, 2], opinion="甲乙", adopted="yes")
    work(matter, acts.answer, row, numbers=[2, 3], opinion="乙丙", adopted="no", why="理由。")
    assert [one.answer.number for one in row.comments.order_by("number")] == [1, 2, 2]
    work(matter, acts.answer, row, numbers=[1, 2, 3], opinion="合并", adopted="yes", number=2)
    assert list(Answer.objects.values_list("number", "opinion")) == [(2, "合并")], "an answer to nobody goes"
    with refused("unknown_answer"):
        work(matter, acts.answer, row, numbers=[1], opinion="无", adopted="yes", number=9)


def test_wrong_codes_are_counted_and_stopped(matter: Matter) -> None:
    row = matter.open()
    code = say(row.key, "一条意见。")
    here = origin.of("10.0.0.9", row.closes_on)
    for _ in range(10):
        with refused("wrong_code"):
            participation.by_code("AAAAA", origin=here, at=clock.now())
    with refused("too_many_attempts"):
        participation.by_code(code, origin=here, at=clock.now())
    assert (
        participation.by_code(
            code, origin=origin.of("10.0.0.8", row.closes_on), at=clock.now()
        ).comment.number
        == 1
    )
    clock.move_forward(clock.now() + timedelta(minutes=61))
    assert participation.by_code(code, origin=here, at=clock.now()).comment.number == 1
    with refused("wrong_code"):
        participation.by_code("BBBBB", origin=here, at=clock.now())
    assert Attempt.objects.count() == 1, "those of the last hour only"


def test_a_case_that_is_not_public_has_no_public_consultation(matter: Matter) -> None:
    type(matter.case).objects.filter(pk=matter.case.pk).update(secrecy="internal")
    with refused("not_public"):
        matter.open()


def test_the_whole_chain_passes_the_four_checks(matter: Matter) -> None:
    row = matter.open()
    for number in range(3):
        say(row.key, f"第 {number} 条。")
    work(matter, acts.moderate, row, numbers=[1, 2, 3], show=True)
    forward(30)
    close(matter, row)
    sequencer.publish(at=clock.now())
    assert not ledger.check().findings
    chain = Leaf.objects.filter(case_ref=f"consultation/{row.key}").order_by("seq")
    steps = [read(bytes(leaf.body))["step"] for leaf in chain]
    assert steps == [
        "participation.open",
        *["participation.comment"] * 3,
        "participation.moderate",
        "participation.close",
    ]

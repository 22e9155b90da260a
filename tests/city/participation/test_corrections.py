"""A corrected announcement moves the page that everybody sees; what was said stands; the least period of the law holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from fadu.city.accounts.models import Person
from fadu.city.authority import clock
from fadu.city.cases import acts as cases
from fadu.city.cases import procedures
from fadu.city.cases import queries as case_queries
from fadu.city.cases.checking import rebuild
from fadu.city.cases.entry import Entry
from fadu.city.cases.files import uploads
from fadu.city.cases.models import File, Publication
from fadu.city.ledger import queries as ledger
from fadu.city.ledger.models import Leaf
from fadu.city.participation import hearings
from fadu.city.participation.models import Comment
from fadu.city.portal import searching
from tests import factories
from tests.city.participation.conftest import Matter, browser, forward, refused, say
from tests.city.participation.test_hearing import announce

pytestmark = pytest.mark.django_db


def correct(matter: Matter, *, by: str = "wu", together: str = "", files: Any = None, **changed: Any) -> None:
    """The announcement (the newest opening) corrected through the door."""
    seq = matter.case.acts.filter(step="open_consultation").latest("seq").seq
    actor = matter.city.actor(by)
    kept = {
        name: [
            uploads.keep(
                actor.person, "p", name, SimpleUploadedFile(f"{name}2.txt", text.encode()), at=clock.now()
            ).pk
        ]
        for name, text in (files or {}).items()
    }
    entry = Entry(
        step="correct", values={"reason": "写错了", "corrected": changed}, files=kept, targets=[str(seq)]
    )
    other = matter.city.actor(together) if together else None
    cases.perform(actor, case=matter.case.key, entry=entry, together=other)
    matter.case.refresh_from_db()


def days(count: int) -> str:
    return (clock.now().date() + timedelta(days=count)).isoformat()


def test_the_page_follows_a_corrected_closing_day(matter: Matter) -> None:
    row = matter.open(days=45)
    correct(matter, closes_on=days(40))
    row.refresh_from_db()
    assert row.closes_on == clock.now().date() + timedelta(days=40)
    page = browser().get(f"/consultations/{row.key}/").content.decode()
    assert f"{row.closes_on.month}月{row.closes_on.day}日" in page
    shown = Publication.objects.get(case=matter.case, step="open_consultation")
    assert {one["name"]: one["value"] for one in shown.shown}["closes_on"] == days(40)
    assert shown.corrected_at is not None
    public = browser().get(f"/public/{matter.case.key}/").content.decode()
    assert f"{row.closes_on.month}月{row.closes_on.day}日" in public and "更正" in public
    head = ledger.head(f"consultation/{row.key}")
    assert ledger.opened(head.hash)["closes_on"] == days(40)
    matter.case.refresh_from_db()
    assert days(40) in matter.case.marking["dates"].values()
    assert list(rebuild.check()) == []


def test_opinions_that_came_after_the_new_day_stand(matter: Matter) -> None:
    row = matter.open(days=60)
    forward(45)
    say(row.key, "四十五天以后的意见")
    correct(matter, closes_on=days(-10))
    row.refresh_from_db()
    assert row.received == 1 and Comment.objects.filter(consultation=row).count() == 1
    with refused("closed"):
        say(row.key, "再说一句")
    found = "".join(browser().get(f"/consultations/{row.key}/").content.decode().split())
    assert "已结束" in found or "结束" in found


def test_shorter_than_the_law_allows_is_refused_with_its_article(matter: Matter) -> None:
    row = matter.open(days=45)
    with refused("period_too_short") as told:
        correct(matter, closes_on=days(20))
    assert "第十五条第一款" in told.reasons["period_too_short"].basis
    row.refresh_from_db()
    assert row.closes_on == clock.now().date() + timedelta(days=45)


def test_a_wrong_file_is_replaced_by_two_persons_and_stays_readable(matter: Matter) -> None:
    row = matter.open(days=45)
    old = File.objects.get(case=matter.case, field="draft_shown")
    with refused("publishes_alone"):
        correct(matter, files={"draft_shown": "第一条 更正后的草案。\n第二条 两条。"})
    another(matter)
    correct(matter, together="zhu", files={"draft_shown": "第一条 更正后的草案。\n第二条 两条。"})
    old.refresh_from_db()
    new = File.objects.get(case=matter.case, field="draft_shown", replaced_by=None)
    assert old.replaced_by == new.seq and new.stands_for == old.seq
    assert [one.text for one in row.clauses.filter(heading=False).order_by("number")][:1] != []
    page = browser().get(f"/consultations/{row.key}/").content.decode()
    assert "更正后的草案" in page
    assert browser().get(f"/consultations/{row.key}/files/{old.pk}/").status_code == 404
    assert browser().get(f"/consultations/{row.key}/files/{new.pk}/").status_code == 200
    assert browser().get(f"/public/{matter.case.key}/files/{old.pk}/").status_code == 404
    own = browser("wu").get(f"/cases/{matter.case.key}/").content.decode()
    assert "更正前" in own and "更正后" in own
    assert browser("wu").get(f"/cases/{matter.case.key}/files/{old.pk}/").status_code == 200
    assert list(rebuild.check()) == []


def another(matter: Matter) -> None:
    """A second person of the undertaking bureau."""
    factories.make_person("zhu", "朱助")
    factories.make_post("transport", "处长", ["handle", "approve"], held_by="zhu")
    factories.make_user("zhu")


def test_a_draft_that_was_spoken_to_is_not_exchanged(matter: Matter) -> None:
    row = matter.open(days=45)
    say(row.key, "第一条写得不清楚")
    another(matter)
    with refused("draft_spoken_to"):
        correct(matter, together="zhu", files={"draft_shown": "另一份。"})
    assert File.objects.get(field="draft_shown", seq__isnull=False).replaced_by is None


def test_after_the_end_the_announcement_is_not_corrected(matter: Matter) -> None:
    row = matter.open(days=30)
    forward(31)
    matter.do("close_consultation", comments=0)
    another(matter)
    with refused("consultation_over"):
        correct(matter, together="zhu", closes_on=days(60))
    closes_on = row.closes_on
    row.refresh_from_db()
    assert row.closes_on == closes_on


def test_a_correction_is_checked_like_the_record_it_corrects(matter: Matter) -> None:
    matter.open(days=45)
    with refused("unknown_field"):
        correct(matter, closing_day=days(50))
    with refused("wrong_type"):
        correct(matter, closes_on="明天")
    with refused("nothing_corrected"):
        correct(matter, closes_on=days(45))
    correct(matter, closes_on=days(50))
    correct(matter, closes_on=days(45))  # back to what was announced first: a change of what stands now
    shown = case_queries.history(matter.case, procedures.of(matter.case), frozenset({"handles", "public"}))
    one = next(one for one in shown if one.act.step == "open_consultation")
    assert one.values["closes_on"] == days(45)
    assert [value for value, _ in one.before["closes_on"]] == [days(45), days(50)]


def amend(matter: Matter, step: str, **changed: Any) -> None:
    """The newest act of this step corrected by 吴六 through the door, 朱助 beside him."""
    if not Person.objects.filter(key="zhu").exists():
        factories.make_person("zhu", "朱助")
        factories.make_post("transport", "处长", ["handle", "approve"], held_by="zhu")
        factories.make_user("zhu")
    seq = matter.case.acts.filter(step=step).latest("seq").seq
    entry = Entry(step="correct", values={"reason": "写错了", "corrected": changed}, targets=[str(seq)])
    cases.perform(
        matter.city.actor("wu"), case=matter.case.key, entry=entry, together=matter.city.actor("zhu")
    )
    matter.case.refresh_from_db()


def test_a_hearing_follows_the_corrected_announcement(make_matter: Callable[..., Matter]) -> None:
    matter = make_matter(hearing=True, open_consultation=False)
    row = announce(matter)
    amend(matter, "hearing_notice", place="市政府会议中心", held_on=days(35), register_until=days(12))
    row.refresh_from_db()
    assert (row.place, row.held_on.isoformat(), row.register_until.isoformat()) == (
        "市政府会议中心",
        days(35),
        days(12),
    )
    page = browser().get(f"/hearings/{row.key}/").content.decode()
    assert "市政府会议中心" in page
    leaf = ledger.opened(bytes(Leaf.objects.filter(case_ref=hearings.chain(row)).latest("seq").hash))
    assert leaf["corrected"] == ["held_on", "place", "register_until"]
    with refused("short_notice"):
        amend(matter, "hearing_notice", held_on=days(6))
    row.refresh_from_db()
    assert row.held_on.isoformat() == days(35), "nothing is half done"
    assert list(rebuild.check()) == []


def test_after_the_list_who_is_chosen_is_not_corrected_and_after_the_end_nothing(
    make_matter: Callable[..., Matter],
) -> None:
    matter = make_matter(hearing=True, open_consultation=False)
    row = announce(matter, groups=[], register_until="")
    matter.do("hearing_participants")
    with refused("participants_listed"):
        amend(matter, "hearing_notice", selection_rule="由承办单位指定。")
    amend(matter, "hearing_participants", list_shown="赵甲，乘客代表。")
    row.refresh_from_db()
    assert row.list_shown == "赵甲，乘客代表。"
    forward(20)
    matter.do("hearing_papers")
    forward(10)
    matter.do("hearing_hold", outcome="postponed", reason="会场停电")
    amend(matter, "hearing_hold", reason="会场停电、停水")
    row.refresh_from_db()
    assert row.postponed_why == "会场停电、停水"
    with refused("hearing_over"):
        amend(matter, "hearing_notice", place="另一处")


def test_search_finds_the_corrected_words_and_no_longer_the_old(matter: Matter) -> None:
    matter.open(days=45, notice="关于蔬菜批发市场搬迁的公告")
    searching.index_new()
    on = clock.now().date()
    assert [hit.kind for hit in searching.search("蔬菜批发", kind="", on=on).hits] == [
        "publication",
        "consultation",
    ]
    amend(matter, "open_consultation", notice="关于水果集散中心搬迁的公告")
    assert searching.index_new() == 2
    assert searching.search("蔬菜批发", kind="", on=on).hits == []
    assert len(searching.search("水果集散", kind="", on=on).hits) == 2

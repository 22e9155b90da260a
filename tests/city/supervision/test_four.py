"""四项核查: each finds what its word means, in the case and at the step, and finds nothing where all is well."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fadu.city.accounts.models import Person
from fadu.city.authority import clock
from fadu.city.authority.models import Appointment, Organ
from fadu.city.cases import acts
from fadu.city.cases.entry import Elsewhere, Entry
from fadu.city.cases.files import uploads
from fadu.city.cases.models import Act, Case, Document, File
from fadu.city.ledger.models import Leaf
from fadu.city.supervision import acts as supervision
from fadu.city.supervision import four
from fadu.city.supervision.models import Reading
from fadu.core.errors import Refused
from tests import factories
from tests.city.cases.test_feeds import as_person
from tests.factories import City, do

pytestmark = pytest.mark.django_db


def found(check: str) -> list[tuple[str, int, str]]:
    """What one check says: case, step, sentence."""
    (result,) = [one for one in four.run() if one.check.name == check]
    return [(one.case, one.seq, one.sentence) for one in result.wrong]


def attest(city: City, case: Case, *, days_ago: int) -> None:
    evidence = uploads.keep(
        city.people["li"],
        "test",
        "evidence",
        SimpleUploadedFile("审查单.txt", "可以办理".encode()),
        at=clock.now(),
    )
    acts.attest(
        city.actor("li"),
        case=case.key,
        entry=Entry(step="review", outcome="fit", values={"reasons": "纸质审查"}),
        elsewhere=Elsewhere(
            clock.now() - timedelta(days=days_ago), "纸质", "1", [{"person": "li", "post": "市司法局审查员", "organ": "legal", "role": "reviewer"}],
            [evidence.pk],
        ),
    )  # fmt: skip


def test_nothing_is_wrong_where_all_is_well(city: City, case: Case) -> None:
    do(city, case, "review", by="li", outcome="fit", reasons="合乎规定")
    results = four.run()
    assert [(one.check.title, one.total, one.wrong) for one in results] == [
        ("及时", 2, ()), ("真实", 2, ()), ("完整", 2, ()), ("准确", 2, ()),
    ]  # fmt: skip


def test_recorded_long_after_is_not_timely(city: City, case: Case) -> None:
    clock.move_forward(clock.now() + timedelta(days=14))
    attest(city, case, days_ago=3)
    assert found("timely") == []
    clock.move_forward(clock.now() + timedelta(days=28))
    acts.attest(
        city.actor("sun"),
        case=case.key,
        entry=Entry(step="decide", outcome="agreed"),
        elsewhere=Elsewhere(clock.now() - timedelta(days=20), "会议", "2", [{"person": "sun", "post": "市财政局局长", "organ": "finance", "role": "approver"}]),
    )  # fmt: skip
    said = {seq: sentence for key, seq, sentence in found("timely") if key == case.key}
    assert "“决定”发生" in said[4] and "个工作日后才记录" in said[4]
    assert "逾期视为同意" in said[3], "the clock itself came late, since nobody ran its worker"
    assert set(said) == {3, 4}


def test_who_held_no_post_that_day_is_not_true(city: City, case: Case) -> None:
    do(city, case, "review", by="li", outcome="fit", reasons="合乎规定")
    Appointment.objects.filter(person=city.people["li"]).update(start=clock.now().date() + timedelta(days=1))
    ((key, seq, sentence),) = found("true")
    assert (key, seq) == (case.key, 2)
    assert "不在“市司法局审查员”任上" in sentence


def test_evidence_that_was_changed_or_lost_is_not_true(city: City, case: Case) -> None:
    attest(city, case, days_ago=0)
    file = File.objects.get(case=case, seq=2, field="evidence")
    path = uploads._path(file.blob)
    kept = path.read_bytes()
    path.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
    assert found("true") == [(case.key, 2, "“审查”的材料“审查单.txt”已被改动")]
    path.unlink()
    assert found("true") == [(case.key, 2, "“审查”的材料“审查单.txt”已丢失")]


def test_an_act_whose_leaf_is_another_one_is_not_true(city: City, case: Case) -> None:
    do(city, case, "review", by="li", outcome="fit", reasons="合乎规定")
    first, second = case.acts.order_by("seq")
    Act.objects.filter(pk=second.pk).update(leaf=first.leaf)
    assert any("所指的痕迹在账本中是" in sentence for _, _, sentence in found("true"))
    assert Leaf.objects.filter(case_ref=f"case/{case.key}").count() == 2


def test_a_state_that_does_not_follow_is_not_complete(city: City, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(version=2)
    assert [sentence for _, _, sentence in found("complete")] == ["应有连续的 2 步，实有 1 步，缺第 2 步"]
    Case.objects.filter(pk=case.pk).update(version=1, marking={})
    assert any("重新推算的状态与所存状态不符" in sentence for _, _, sentence in found("complete"))


def test_a_gap_in_the_numbers_is_not_complete(city: City, case: Case) -> None:
    do(city, case, "review", by="li", outcome="fit", reasons="合乎规定")
    paper = Document.objects.get()
    Document.objects.filter(pk=paper.pk).update(number=paper.number.replace("1号", "3号"))
    assert any("缺 1、2 号" in sentence for _, _, sentence in found("complete"))


def test_whoever_is_named_must_be_known_to_be_accurate(city: City, case: Case) -> None:
    stranger = factories.make_person("yang", "杨十一")
    views = [{"person": key, "view": "agree"} for key in ("yang", "sun")]
    acts.attest(
        city.actor("sun"),
        case=case.key,
        entry=Entry(step="meet", outcome="passed", values={"meeting": "第一次会议", "views": views}),
        elsewhere=Elsewhere(clock.now(), "会议", "3", [{"person": "sun", "post": "市财政局局长", "organ": "finance", "role": "approver"}]),
    )  # fmt: skip
    assert found("accurate") == []
    Person.objects.filter(pk=stranger.pk).update(key="gone")
    assert [(key, seq) for key, seq, _ in found("accurate")] == [(case.key, 2)]


def test_a_reading_is_an_act_of_a_supervisor_and_stays(city: City, case: Case) -> None:
    with pytest.raises(Refused) as told:
        supervision.take_reading(city.actor("li"))
    assert told.value.refusals[0].code == "no_power"
    Case.objects.filter(pk=case.pk).update(version=2)
    answer = supervision.take_reading(city.actor("wang"))
    assert answer["wrong"] == 1
    row = Reading.objects.get(check_name="complete")
    assert (row.total, row.count, row.wrong[0]["case"]) == (1, 1, case.key)
    assert Leaf.objects.filter(case_ref="register/reading/four").count() == 1


def test_the_wall_leads_to_what_was_found(city: City, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(version=2)

    wang = as_person(city, "wang", Client())
    assert wang.post("/supervision/read/").status_code == 302
    page = wang.get("/supervision/complete/").content.decode()
    assert case.title in page and "应有连续的 2 步" in page


def test_late_steps_stand_with_the_organ_that_owes_them(city: City, case: Case) -> None:

    clock.move_forward(clock.now() + timedelta(days=40))
    page = as_person(city, "wang", Client()).get("/supervision/").content.decode()
    assert "市司法局" in page and "审查" in page
    assert Organ.objects.count() == 6

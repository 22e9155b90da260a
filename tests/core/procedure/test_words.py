"""Every word of the language does what design and law say: one test a word."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from fadu.core.errors import Refused
from fadu.core.procedure import ATTESTED, Book, Definition, engine, load_file
from tests.core.procedure.conftest import CALENDAR, DATA, Case, day


@pytest.fixture(scope="module")
def wide(book: Book) -> Definition:
    return load_file(DATA / "wide.toml", book=book)


@pytest.fixture
def open_case(wide: Definition) -> Case:
    case = Case(wide)
    case.do("2026-09-01", "apply", by="citizen", values={"received_on": "2026-09-01"})
    return case


CHECKED = {"registered": True}


def accepted(case: Case, **facts: bool) -> Case:
    case.do(
        "2026-09-02",
        "accept.accepted",
        by="clerk",
        facts={"complex": False, "foreign": False} | facts,
        checks=CHECKED,
    )
    case.do("2026-09-03", "publish_notice", by="clerk", values={"text": "公示"})
    return case


def duty(case: Case, step: str, on: str) -> engine.Duty:
    (found,) = [one for one in engine.duties(case.definition, case.marking, on=dt.date.fromisoformat(on), calendar=CALENDAR) if one.step == step]  # fmt: skip
    return found


def test_limit_from_receipt_and_its_silence(open_case: Case) -> None:
    assert duty(open_case, "accept", "2026-09-02").due_legal == dt.date(2026, 9, 8)
    assert str(open_case.definition.steps["accept"].limit.on_expiry) == "accept.deemed"


def test_checks_answer_facts_and_must_hold(open_case: Case) -> None:
    facts = {"complex": False, "foreign": False}
    assert open_case.codes("2026-09-02", "accept.accepted", facts=facts) == ["fact_missing"]
    accepted(open_case)
    assert open_case.marking.facts == {"complex": False, "foreign": False, "in_register": True}
    open_case.do("2026-09-10", "written_opinions")
    assert open_case.codes("2026-09-10", "decide.granted", by="boss") == ["check_failed"]
    assert (
        open_case.codes("2026-09-10", "decide.granted", by="boss", checks={"amount_within_limit": True}) == []
    )


def test_elapse_refuses_until_the_day_and_soft_may_be_waived(open_case: Case) -> None:
    accepted(open_case)
    open_case.do("2026-09-04", "written_opinions")
    act = open_case.act("2026-09-09", "decide.granted", by="boss", checks={"amount_within_limit": True})
    (refusal,) = engine.refusals(
        open_case.definition, open_case.marking, act, at=day("2026-09-10"), calendar=CALENDAR
    )
    assert refusal.code == "too_early" and refusal.cure.startswith("最早可于2026年9月10日办理")
    open_case.do("2026-09-09", "waive", by="boss", targets=("decide.wait",), values={"reason": "紧急"})
    open_case.do("2026-09-09", "decide.granted", by="boss", checks={"amount_within_limit": True})


def test_papers_seven_days_before_the_hearing_at_planning_and_acting(open_case: Case) -> None:
    accepted(open_case, complex=True)
    assert open_case.codes("2026-10-10", "hearing_notice", values={"held_on": "2026-10-16"}) == [
        "short_notice"
    ]
    open_case.do("2026-10-08", "hearing_notice", values={"held_on": "2026-10-16"})
    assert open_case.codes("2026-10-10", "hearing_papers") == ["short_notice"]
    open_case.do("2026-10-09", "hearing_papers")
    assert open_case.codes("2026-10-15", "hearing_hold") == ["too_early"]
    assert open_case.codes("2026-10-12", "hearing_notice", values={"held_on": "2026-10-14"}) == [
        "short_notice"
    ]
    open_case.do("2026-10-16", "hearing_hold")


def test_soft_step_is_waived_by_name_and_alternatives_drop_out(open_case: Case) -> None:
    accepted(open_case, foreign=True)
    open_case.do("2026-09-10", "written_opinions")
    checks = {"amount_within_limit": True}
    assert open_case.codes("2026-09-10", "decide.granted", by="boss", checks=checks) == ["missing_step"]
    assert open_case.codes("2026-09-10", "waive", by="boss", targets=("decide",)) == ["unknown_target"]
    open_case.do("2026-09-10", "waive", by="boss", targets=("expert",))
    assert "expert" not in open_case.marking.owed
    open_case.do("2026-09-10", "decide.granted", by="boss", checks=checks)


def test_children_hold_the_step_open_and_stop_the_clock(open_case: Case) -> None:
    accepted(open_case, foreign=True)
    made = open_case.do("2026-09-04", "expert", by="boss", children=("c1", "c2"))
    assert made.opened == ("wide",)
    assert duty(open_case, "decide", "2026-09-09").paused
    open_case.do("2026-09-08", "child_result", by="clock", targets=("expert", "c1", "done"))
    assert "expert" in open_case.marking.waiting
    assert open_case.codes("2026-09-09", "child_result", by="clock", targets=("expert", "c9", "done")) == [
        "unknown_target"
    ]
    open_case.do("2026-09-09", "child_result", by="clock", targets=("expert", "c2", "done"))
    assert open_case.marking.waiting == {}
    running = duty(open_case, "decide", "2026-09-10")
    # 20 working days from 09-02 end on 09-30; 09-07, 08 and 09 do not count, so 10-08, 09 and 10 (调休) do.
    assert not running.paused and running.due_legal == dt.date(2026, 10, 10)


def test_extension_once_before_the_end_with_notice(open_case: Case) -> None:
    accepted(open_case)
    extend: dict[str, Any] = {"by": "boss", "targets": ("decide",)}
    assert open_case.codes("2026-09-20", "extend", **extend, values={"time": "11 workdays"}) == [
        "too_long",
        "notice_missing",
    ]
    assert open_case.codes(
        "2026-10-20", "extend", **extend, values={"time": "9 workdays", "notified_on": "2026-10-20"}
    ) == ["expired"]
    before = duty(open_case, "decide", "2026-09-20").due_legal
    open_case.do(
        "2026-09-20", "extend", **extend, values={"time": "10 workdays", "notified_on": "2026-09-20"}
    )
    after = duty(open_case, "decide", "2026-09-20").due_legal
    assert (before, after) == (dt.date(2026, 9, 30), dt.date(2026, 10, 20))
    assert "extended_already" in open_case.codes(
        "2026-09-21", "extend", **extend, values={"time": "1 workday", "notified_on": "2026-09-21"}
    )


def test_supplement_pauses_once_and_is_limited(open_case: Case) -> None:
    facts = {"complex": False, "foreign": False}
    open_case.do("2026-09-02", "accept.supplement", by="clerk", facts=facts, checks=CHECKED)
    assert "supplementing" in open_case.marking.running
    open_case.do("2026-09-07", "supplement", by="citizen")
    assert open_case.marking.pauses["supplementing"][0][0][:10] == "2026-09-02"
    open_case.do("2026-09-08", "accept.supplement", by="clerk", facts=facts, checks=CHECKED)
    assert open_case.codes("2026-09-09", "supplement", by="citizen") == ["max_reached"]


def test_reviewer_overturns_a_fact_and_steps_are_owed_again(open_case: Case) -> None:
    accepted(open_case)
    open_case.do("2026-09-04", "written_opinions")
    open_case.do("2026-09-10", "decide.granted", by="boss", checks={"amount_within_limit": True})
    open_case.do(
        "2026-09-11", "overturn_fact", by="reviewer", targets=("foreign=yes",), values={"reason": "涉外"}
    )
    assert open_case.marking.facts["foreign"] is True
    assert {"expert", "decide"} <= set(open_case.marking.owed) and "decide" not in open_case.marking.done
    assert open_case.codes("2026-09-11", "overturn_fact", targets=("in_register=yes",)) == ["unknown_target"]


def test_disclosure_waits_for_another_persons_secrecy_review(open_case: Case) -> None:
    accepted(open_case)
    assert (
        open_case.marking.undisclosed == {"publish_notice": 3} and "secrecy_review" in open_case.marking.owed
    )
    assert open_case.codes("2026-09-04", "secrecy_review.may_publish", by="clerk") == ["same_person"]
    made = open_case.do("2026-09-04", "secrecy_review.may_publish", by="other")
    assert made.discloses == ("publish_notice",) and open_case.marking.undisclosed == {}


def test_suspension_blocks_all_but_its_end(open_case: Case) -> None:
    accepted(open_case)
    open_case.do("2026-09-05", "suspend", by="boss")
    assert open_case.codes("2026-09-06", "written_opinions") == ["paused"]
    assert not engine.resting(open_case.definition, open_case.marking)
    open_case.do("2026-09-07", "resume", by="boss")
    open_case.do("2026-09-07", "written_opinions")


def test_withdrawal_ends_and_link_restarts(open_case: Case) -> None:
    accepted(open_case)
    open_case.do("2026-09-04", "written_opinions")
    open_case.do(
        "2026-09-10",
        "decide.refused",
        by="boss",
        checks={"amount_within_limit": True},
        values={"reason": "…"},
    )
    ((ref, link),) = engine.linked_acts(open_case.definition, "wide", "decide", "refused")
    assert (str(ref), link.relation) == ("court_annuls", "against")
    assert open_case.codes("2026-09-20", "court_annuls") == ["channel"]
    open_case.do("2026-09-20", "court_annuls", channel=ATTESTED, source="市中级人民法院")
    assert "decide" in open_case.marking.owed and "deliver" not in open_case.marking.owed
    open_case.do("2026-09-21", "withdraw", by="citizen")
    assert engine.ended(open_case.definition, open_case.marking) and engine.resting(
        open_case.definition, open_case.marking
    )


def test_limit_runs_for_each_party_from_service(open_case: Case) -> None:
    accepted(open_case)
    open_case.do("2026-09-04", "written_opinions")
    open_case.do("2026-09-10", "decide.granted", by="boss", checks={"amount_within_limit": True})
    open_case.do("2026-09-11", "deliver", by="clerk")
    (waiting,) = engine.duties(
        open_case.definition, open_case.marking, on=dt.date(2026, 9, 12), calendar=CALENDAR
    )
    assert waiting.due_legal is None and waiting.waiting_for == "送达"
    for party, served in (("甲", "2026-09-12"), ("乙", "2026-09-14")):
        open_case.do(
            "2026-09-15",
            "serve",
            targets=("deliver",),
            values={"party": party, "served_on": served, "manner": "post"},
        )
    found = engine.duties(open_case.definition, open_case.marking, on=dt.date(2026, 9, 16), calendar=CALENDAR)
    assert [(one.party, one.due_legal) for one in found] == [
        ("甲", dt.date(2026, 9, 28)),
        ("乙", dt.date(2026, 9, 29)),
    ]


def test_effects_are_named(open_case: Case) -> None:
    accepted(open_case)
    open_case.do("2026-09-04", "written_opinions")
    made = open_case.do("2026-09-10", "decide.granted", by="boss", checks={"amount_within_limit": True})
    assert made.effects == ("publish_decision",)


def test_office_acts_move_work_and_change_nothing(open_case: Case) -> None:
    before = open_case.marking.to_data()
    made = open_case.do("2026-09-02", "countersign", values={"opinion": "同意"})
    assert made.marking.to_data() | {"last": None} == before | {"last": None}


def attested(case: Case, on: str, name: str, **given: Any) -> engine.Recorded:
    return case.do(on, name, channel=ATTESTED, source="纸质档案", recorded_at=day("2026-12-01"), **given)


def test_attested_act_is_taken_with_its_findings(open_case: Case) -> None:
    made = attested(open_case, "2026-09-09", "decide.granted", checks={"amount_within_limit": True})
    codes = [finding.code for finding in made.act.findings]
    assert set(codes) == {"missing_step", "fact_unknown"}
    assert set(open_case.marking.findings) == {"2:missing_step", "2:fact_unknown"}
    assert not engine.resting(open_case.definition, open_case.marking)
    with pytest.raises(Refused, match="没有写明来源"):
        open_case.do("2026-09-09", "deliver", channel=ATTESTED, recorded_at=day("2026-12-01"))


def test_late_arrival_cures_a_finding_and_folding_follows_the_time(open_case: Case) -> None:
    facts = {"complex": False, "foreign": False}
    attested(open_case, "2026-09-05", "publish_notice", values={"text": "…"})
    assert list(open_case.marking.findings) == ["2:missing_step"]
    made = attested(open_case, "2026-09-02", "accept.accepted", by="clerk", facts=facts, checks=CHECKED)
    assert made.act.cures == ("2:missing_step",)
    assert open_case.marking.findings == {}
    assert engine.fold(open_case.definition, open_case.acts) == open_case.marking


def test_finding_is_explained(open_case: Case) -> None:
    attested(open_case, "2026-09-05", "publish_notice", values={"text": "…"})
    open_case.do("2026-12-02", "explain_finding", targets=("2:missing_step",), values={"explanation": "…"})
    assert open_case.marking.findings == {}
    assert open_case.codes("2026-12-03", "explain_finding", targets=("2:missing_step",)) == ["unknown_target"]


def test_correction_replaces_values_and_dates_and_is_never_alone(open_case: Case) -> None:
    made = open_case.do(
        "2026-09-02",
        "correct",
        targets=("1",),
        values={"reason": "误记", "corrected": {"received_on": "2026-09-02"}},
    )
    assert duty(open_case, "accept", "2026-09-03").due_legal == dt.date(2026, 9, 9)
    assert made.marking == engine.fold(open_case.definition, open_case.acts)
    accepted(open_case)
    again: dict[str, Any] = {"targets": ("1",), "values": {"corrected": {"received_on": "2026-09-01"}}}
    assert open_case.codes("2026-09-08", "correct", **again) == ["corrects_alone"]
    assert open_case.codes("2026-09-08", "correct", by="zhang+wang", **again) == []
    assert open_case.codes("2026-09-08", "correct", targets=("99",), values={}) == ["unknown_target"]

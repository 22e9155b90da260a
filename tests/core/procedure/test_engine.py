"""The engine on five steps of a major decision: order, outcomes, facts, reviews, persons, deadlines."""

from __future__ import annotations

import datetime as dt

import pytest

from fadu.core.errors import Refused
from fadu.core.procedure import Act, Marking, engine, from_data
from tests.core.procedure.conftest import CALENDAR, VIEWS, Case, day


def to_review(case: Case, *, technical: bool = False) -> Case:
    case.do("2026-09-01", "initiate", facts={"technical": technical})
    case.do("2026-09-02", "draft", by="zhang", digests={"text": "aa"})
    return case


def test_every_reason_is_given_with_its_article_and_cure(case: Case) -> None:
    case.do("2026-09-01", "initiate", facts={"technical": False})
    act = case.act("2026-09-02", "deliberate", values={})
    found = engine.refusals(case.definition, case.marking, act, at=day("2026-09-03"), calendar=CALENDAR)
    assert [refusal.code for refusal in found] == ["missing_step", "owed_first", "views_missing"]
    assert "未经“合法性审查（合法）”，不得“集体讨论”" in found[0].sentence
    assert found[0].basis == "《重大行政决策程序暂行条例》（国务院令第713号）第二十五条第二款、第三十条"
    assert all(refusal.cure for refusal in found)


def test_unknown_fact_blocks_and_never_counts_as_no(case: Case) -> None:
    assert case.codes("2026-09-01", "initiate") == ["fact_missing"]
    assert case.codes("2026-09-01", "legality_review.lawful") == ["missing_step", "fact_unknown"]


def test_inapplicable_step_hands_on_its_condition(case: Case) -> None:
    case.do("2026-09-01", "initiate", facts={"technical": False})
    assert case.codes("2026-09-02", "legality_review.lawful", by="wang") == ["missing_step"]
    assert case.codes("2026-09-02", "expert_review") == ["inapplicable", "missing_step"]


def test_required_step_is_owed_as_soon_as_it_may_be_done(case: Case) -> None:
    to_review(case, technical=True)
    assert "expert_review" in case.marking.owed
    assert case.codes("2026-09-03", "legality_review.lawful", by="wang") == ["missing_step"]
    case.do("2026-09-04", "expert_review")
    assert case.codes("2026-09-05", "legality_review.lawful", by="wang") == []


def test_same_person_may_not_review_what_he_drafted(case: Case) -> None:
    to_review(case)
    assert case.codes("2026-09-03", "legality_review.lawful", by="zhang") == ["same_person"]
    assert case.codes("2026-09-03", "legality_review.lawful", by="wang") == []


def test_recorder_counts_as_a_person_too(case: Case) -> None:
    to_review(case)
    act = case.act("2026-09-03", "legality_review.lawful", by="wang")
    act = Act.from_data(act.to_data() | {"recorder": "zhang"})
    found = engine.refusals(case.definition, case.marking, act, at=day("2026-09-03", 12), calendar=CALENDAR)
    assert [refusal.code for refusal in found] == ["same_person"]


def test_later_text_supersedes_the_review(case: Case) -> None:
    to_review(case)
    case.do("2026-09-03", "legality_review.lawful", by="wang")
    assert case.states("2026-09-03")["deliberate"] == "owed"
    case.do("2026-09-04", "draft", digests={"text": "bb"})
    assert "legality_review" in case.marking.owed
    assert case.codes("2026-09-05", "deliberate.passed") == ["missing_step"]
    assert case.codes("2026-09-05", "legality_review.lawful", by="wang", reviewed="aa") == [
        "review_superseded"
    ]
    assert case.codes("2026-09-05", "legality_review.lawful", by="wang", reviewed="") == ["review_unbound"]
    case.do("2026-09-05", "legality_review.lawful", by="wang")
    case.do("2026-09-06", "deliberate.passed")
    assert engine.ended(case.definition, case.marking)


def test_ended_case_keeps_only_its_last_duty(case: Case) -> None:
    to_review(case)
    case.do("2026-09-03", "legality_review.lawful", by="wang")
    case.do("2026-09-10", "deliberate.passed")
    assert not engine.resting(case.definition, case.marking)
    (duty,) = engine.duties(case.definition, case.marking, on=dt.date(2026, 9, 24), calendar=CALENDAR)
    assert (duty.step, duty.due_legal, duty.remaining_workdays) == ("archive", dt.date(2026, 10, 14), 9)
    assert "ended" in case.codes("2026-09-25", "draft")
    case.do("2026-09-25", "archive")
    assert engine.resting(case.definition, case.marking)


def test_marking_and_acts_survive_json(case: Case) -> None:
    to_review(case)
    case.do("2026-09-03", "legality_review.amend", by="wang")
    assert Marking.from_data(case.marking.to_data()) == case.marking
    again = [Act.from_data(act.to_data()) for act in case.acts]
    assert again == case.acts
    assert engine.fold(case.definition, again) == case.marking
    pinned = from_data(case.definition.as_data())
    assert pinned.digest == case.definition.digest
    assert engine.fold(pinned, again) == case.marking


def test_waiver_extension_and_unknown_words_are_refused_with_reason(case: Case) -> None:
    to_review(case)
    assert case.codes("2026-09-03", "legality_review.nonsense") == ["unknown_outcome"]
    assert case.codes("2026-09-03", "nonsense") == ["unknown_step"]
    assert case.codes("2026-09-03", "waive", targets=("draft",)) == ["unknown_target"]
    with pytest.raises(Refused, match="依法不能延长"):
        case.do("2026-09-03", "extend", targets=("draft",), values={"time": "3 workdays"})


def test_head_departing_from_the_majority_gives_his_reason(case: Case) -> None:
    to_review(case)
    case.do("2026-09-03", "legality_review.lawful", by="wang")
    against = [view | {"view": "disagree", "text": "不同意"} for view in VIEWS[:2]] + VIEWS[2:]
    assert case.codes("2026-09-10", "deliberate.passed", values={"views": against}) == [
        "departure_unreasoned"
    ]
    assert (
        case.codes("2026-09-10", "deliberate.passed", values={"views": against, "departure_reason": "…"})
        == []
    )
    early = [view | {"order": 4 - view["order"]} for view in VIEWS]
    assert case.codes("2026-09-10", "deliberate.passed", values={"views": early}) == ["head_not_last"]
    few = [VIEWS[0] | {"view": "absent"}, VIEWS[1] | {"view": "absent"}, VIEWS[2]]
    assert case.codes("2026-09-10", "deliberate.passed", values={"views": few}) == ["no_quorum"]

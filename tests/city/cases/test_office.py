"""公文办理动作: work moves, the law is not satisfied, and each limit refuses with the city's rule."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fadu.city.authority import clock
from fadu.city.cases import acts, drafts, procedures, queries
from fadu.city.cases.desk import signing
from fadu.city.cases.entry import Elsewhere, Entry
from fadu.city.cases.models import Assignment, Case, Draft, Duty
from fadu.city.cases.people import standing
from fadu.city.ledger import acts as ledger
from fadu.core.errors import Refused
from tests import factories
from tests.factories import City, do

pytestmark = pytest.mark.django_db
RULE = "《市人民政府工作规则（示范）》"


def refused(
    city: City, case: Case, verb: str, *, by: str, on: str = "review", **values: object
) -> dict[str, str]:
    """The codes of a refused office act, each with its basis; the case is unchanged."""
    before = (case.version, Assignment.objects.count())
    with pytest.raises(Refused) as caught:
        do(city, case, verb, by=by, targets=[on], **values)
    case.refresh_from_db()
    assert (case.version, Assignment.objects.count()) == before
    return {one.code: one.basis for one in caught.value.refusals}


def duties(person: City, key: str) -> list[str]:
    return [duty.title for duty in queries.worklist(person.actor(key), Duty.Kind.OWED)]


def test_work_handed_over_lies_with_the_receiver_and_satisfies_nothing(city: City, case: Case) -> None:
    assert duties(city, "li") == duties(city, "zhou") == ["审查"]
    marking = {name: value for name, value in case.marking.items() if name != "last"}
    answer = do(city, case, "hand_over", by="li", targets=["review"], person="zhou", reason="出差")
    assert answer["leaf"] and case.version == 2
    assert {name: value for name, value in case.marking.items() if name != "last"} == marking
    assert duties(city, "li") == []
    assert duties(city, "zhou") == ["审查"]
    row = Assignment.objects.get()
    assert (row.person.key, row.kind, row.by_seq, row.done_seq) == ("zhou", "handed", 2, None)


@pytest.mark.parametrize(
    ("verb", "by", "person", "code"),
    [
        ("hand_over", "li", "qian", "wrong_post"),  # another organ
        ("hand_over", "li", "li", "to_oneself"),
        ("hand_over", "qian", "zhou", "not_in_hand"),  # not his step
        ("delegate_task", "li", "zhou", "no_power"),  # directs nothing
        ("delegate_task", "sun", "li", "other_organ"),  # directs another organ
        ("delegate_task", "zhou", "wu", "wrong_post"),
    ],
)
def test_work_goes_only_to_the_right_post(
    city: City, case: Case, verb: str, by: str, person: str, code: str
) -> None:
    codes = refused(city, case, verb, by=by, person=person)
    assert codes[code].startswith(RULE)


def test_who_registered_may_not_be_handed_the_review(city: City, case: Case) -> None:
    factories.make_post("legal", "挂职审查员", ["review"], held_by="zhao")
    assert "same_person" in refused(city, case, "hand_over", by="li", person="zhao")


def test_a_director_delegates_within_his_organ_and_it_is_sent_back(city: City, case: Case) -> None:
    do(city, case, "delegate_task", by="zhou", targets=["review"], person="li")
    assert (duties(city, "li"), duties(city, "zhou")) == (["审查"], [])
    assert "not_in_hand" in refused(city, case, "send_back", by="zhou", reason="不合要求")
    do(city, case, "send_back", by="li", targets=["review"], reason="与本人有利害关系")
    assert (duties(city, "li"), duties(city, "zhou")) == ([], ["审查"])
    assert Assignment.objects.get(done_seq=None).kind == "returned"


def test_all_signers_sign_and_the_round_is_complete(city: City, case: Case) -> None:
    definition = procedures.of(case)
    do(city, case, "add_signer", by="li", targets=["review"], persons=["wu", "qian"])
    assert duties(city, "wu") == ["会签：审查"]
    assert queries.visible_to(city.actor("wu")).get() == case
    assert "asked_already" in refused(city, case, "add_signer", by="li", persons=["wu"])
    assert "to_oneself" in refused(city, case, "add_signer", by="li", persons=["li"])
    do(city, case, "countersign", by="wu", targets=["review"], stance="agree", opinion="无意见")
    (found,) = signing.rounds(case, definition)
    assert not found.complete
    assert [(one.person.key, one.state) for one in found.signers] == [("wu", "signed"), ("qian", "waiting")]
    do(city, case, "countersign", by="qian", targets=["review"], stance="comment", opinion="补充依据")
    (found,) = signing.rounds(case, definition)
    assert found.complete
    assert duties(city, "li") == ["审查"], "signing does not do the step"
    assert "not_asked" in refused(city, case, "countersign", by="qian", stance="agree", opinion="再签")


def test_a_signer_may_not_do_the_step_itself(city: City, case: Case) -> None:
    do(city, case, "add_signer", by="li", targets=["review"], persons=["wu"])
    with pytest.raises(Refused) as caught:
        do(city, case, "review", by="wu", outcome="fit", reasons="可以")
    assert [one.code for one in caught.value.refusals] == ["not_yours"]


def test_the_refusal_names_the_missing_function_and_who_could_do_it(city: City, case: Case) -> None:
    """由谁办理: the organ and function asked for, what one's own posts lack, and the posts that have it today."""
    with pytest.raises(Refused) as caught:
        do(city, case, "review", by="zhao", outcome="fit", reasons="可以")
    (told,) = caught.value.refusals
    assert "审查机构（云州市司法局的“审核”岗位）" in told.sentence and "您在市司法局没有任职" in told.sentence
    assert "市司法局审查员（李四）、审查处长（周五）办理" in told.cure
    do(city, case, "review", by="li", outcome="fit", reasons="可以")
    with pytest.raises(Refused) as caught:
        do(city, case, "decide", by="qian", outcome="agreed")
    (told,) = [one for one in caught.value.refusals if one.code == "not_yours"]
    assert "您在市财政局的岗位有“经办”职能，没有“批准”职能" in told.sentence and "局长（孙三）" in told.cure
    definition = procedures.of(case)
    (told,) = standing.refusals(
        definition,
        definition.steps["decide"],
        city.actor("chen"),
        handling=case.organ,
        at=clock.now(),
        case=case,
    )
    assert "您不是承办机关的工作人员" in told.sentence and "孙三" not in told.cure and "局长" in told.cure


def test_a_signer_is_taken_off_only_before_he_signed(city: City, case: Case) -> None:
    do(city, case, "add_signer", by="li", targets=["review"], persons=["wu", "qian"])
    do(city, case, "countersign", by="wu", targets=["review"], stance="agree", opinion="无意见")
    assert "signed_already" in refused(city, case, "remove_signer", by="li", person="wu", reason="不需要")
    assert "not_asked" in refused(city, case, "remove_signer", by="li", person="sun", reason="不需要")
    do(city, case, "remove_signer", by="li", targets=["review"], person="qian", reason="不需要")
    (found,) = signing.rounds(case, procedures.of(case))
    assert found.complete and len(found.signers) == 1


def test_a_round_sent_back_is_not_complete_until_asked_again(city: City, case: Case) -> None:
    do(city, case, "add_signer", by="li", targets=["review"], persons=["wu"])
    do(city, case, "send_back", by="wu", targets=["review"], reason="材料不全")
    (found,) = signing.rounds(case, procedures.of(case))
    assert not found.complete and found.signers[0].state == "returned"
    do(city, case, "add_signer", by="li", targets=["review"], persons=["wu"])
    do(city, case, "countersign", by="wu", targets=["review"], stance="agree", opinion="无意见")
    assert signing.rounds(case, procedures.of(case))[0].complete


def test_recalled_only_before_the_other_opened_it(city: City, case: Case) -> None:
    do(city, case, "hand_over", by="li", targets=["review"], person="zhou")
    assert "nothing_given" in refused(city, case, "recall", by="zhou")
    do(city, case, "recall", by="li", targets=["review"])
    assert sorted(duties(city, "li") + duties(city, "zhou")) == ["审查", "审查"], "back with the post"
    do(city, case, "hand_over", by="li", targets=["review"], person="zhou")
    clock.move_forward(clock.now() + timedelta(minutes=1))
    entry = ledger.Access("page", "zhou", clock.now(), case_ref=f"case/{case.key}")
    ledger.note_access(entry)
    assert refused(city, case, "recall", by="li")["opened_already"].startswith(RULE)


def test_typing_counts_as_opening(city: City, case: Case) -> None:
    do(city, case, "hand_over", by="li", targets=["review"], person="zhou")
    clock.move_forward(clock.now() + timedelta(minutes=1))
    Draft.objects.create(person=city.people["zhou"], place=f"case/{case.key}/review", changed_at=clock.now())
    assert "opened_already" in refused(city, case, "recall", by="li")
    drafts.drop(city.people["zhou"], f"case/{case.key}/review")
    do(city, case, "recall", by="li", targets=["review"])


def test_urged_at_most_once_a_working_day(city: City, case: Case) -> None:
    do(city, case, "urge", by="wang", targets=["review"])
    assert refused(city, case, "urge", by="zhao")["urged_already"].startswith(RULE)
    clock.move_forward(clock.now() + timedelta(days=1))
    do(city, case, "urge", by="zhao", targets=["review"])
    clock.move_forward(clock.now() + timedelta(days=3))  # Friday
    do(city, case, "urge", by="zhao", targets=["review"])
    clock.move_forward(clock.now() + timedelta(days=2))  # Sunday: no working day since
    assert "urged_already" in refused(city, case, "urge", by="zhao")
    clock.move_forward(clock.now() + timedelta(days=1))
    do(city, case, "urge", by="zhao", targets=["review"])


def test_urging_is_for_those_concerned_and_for_what_is_owed(city: City, case: Case) -> None:
    do(city, case, "add_signer", by="li", targets=["review"], persons=["wu"])
    assert "no_power" in refused(city, case, "urge", by="wu")
    assert "nothing_owed" in refused(city, case, "urge", by="zhao", on="decide")


def test_only_work_still_to_be_done_is_moved(city: City, case: Case) -> None:
    do(city, case, "review", by="li", outcome="fit", reasons="可以")
    assert "nothing_to_move" in refused(city, case, "hand_over", by="li", person="zhou")
    assert "unknown_target" in refused(city, case, "hand_over", by="li", on="nowhere", person="zhou")
    assert "unknown_target" in refused(city, case, "hand_over", by="li", on="urge", person="zhou")


def test_office_acts_are_not_attested(city: City, case: Case) -> None:
    elsewhere = Elsewhere(clock.now(), "纸质流转单", "1", [{"person": "li"}])
    with pytest.raises(Refused) as caught:
        entry = Entry("urge", targets=["review"])
        acts.attest(city.actor("li"), case=case.key, entry=entry, elsewhere=elsewhere)
    assert [one.code for one in caught.value.refusals] == ["channel"]

"""离任交接: rights end the same day, work goes on, nothing stays without an owner."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from fadu.city.authority import acts, clock, queries
from fadu.city.authority.models import Appointment, Delegation
from fadu.city.cases import acts as cases
from fadu.city.cases import procedures
from fadu.city.cases import queries as case_queries
from fadu.city.cases.checking import rebuild
from fadu.city.cases.desk import leaving, signing
from fadu.city.cases.models import Assignment, Case, Draft, Duty
from fadu.core.errors import Refused
from tests import factories
from tests.factories import City, do

pytestmark = pytest.mark.django_db


@pytest.fixture
def matter(city: City) -> Case:
    """A matter whose review the legality office owes: 李四 and 周五 may do it."""
    return factories.open_case(city, "matter", by="zhao", organ="finance", step="register", content="停车")


def post_of(key: str) -> Appointment:
    return Appointment.objects.get(person__key=key, end=None)


def leave(city: City, key: str, **given: object) -> dict[str, object]:
    return cases.leave_post(city.actor("he"), appointment=post_of(key).pk, basis="云府人〔2026〕2号", **given)


def codes(caught: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [one.code for one in caught.value.refusals]


def owed(city: City, key: str) -> list[str]:
    return [duty.title for duty in case_queries.worklist(city.actor(key), Duty.Kind.OWED)]


def test_his_rights_end_the_same_day(city: City, matter: Case) -> None:
    leave(city, "li")
    assert queries.holdings_of(city.people["li"], clock.now().date()) == ()
    assert not city.actor("li").official
    with pytest.raises(Refused) as caught:
        do(city, matter, "review", by="li", outcome="fit", reasons="可以")
    assert codes(caught) == ["not_visible"]
    assert owed(city, "zhou") == ["审查"], "his colleague has it"


def test_work_that_lay_with_him_by_name_goes_to_the_successor_by_an_act_in_its_case(
    city: City, matter: Case
) -> None:
    do(city, matter, "hand_over", by="zhou", targets=["review"], person="li")
    answer = leave(city, "li", successor="zhou")
    matter.refresh_from_db()
    assert answer["moved"] == [f"{matter.key}/review"]
    row = matter.acts.get(seq=matter.version)
    assert (row.step, row.person.key) == ("hand_over_on_leaving", "he")
    assert Assignment.objects.get(done_seq=None).person.key == "zhou"
    assert owed(city, "zhou") == ["审查"]
    assert list(rebuild.check(Case.objects.all())) == []


def test_without_a_successor_it_goes_back_to_the_post(city: City, matter: Case) -> None:
    do(city, matter, "hand_over", by="zhou", targets=["review"], person="li")
    assert owed(city, "zhou") == []
    leave(city, "li")
    assert not Assignment.objects.filter(done_seq=None).exists()
    assert owed(city, "zhou") == ["审查"]


def test_work_that_nobody_else_could_do_keeps_him_until_somebody_is_named(city: City, matter: Case) -> None:
    leave(city, "zhou")
    matter.refresh_from_db()
    with pytest.raises(Refused) as caught:
        leave(city, "li")
    (one,) = caught.value.refusals
    assert one.code == "ownerless" and "有 1 项应办工作无人办理：“关于停车收费的事项”的“审查”" in one.sentence
    assert post_of("li").end is None, "nothing was half done"
    leave(city, "li", successor="wu", kind="substitute", until=date(2026, 6, 1))
    made = post_of_substitute("wu")
    assert (made.kind, made.start, made.end) == ("substitute", date(2026, 3, 9), date(2026, 6, 1))
    do(city, matter, "review", by="wu", outcome="fit", reasons="可以")


def post_of_substitute(key: str) -> Appointment:
    return Appointment.objects.get(person__key=key, kind="substitute")


def test_the_heads_of_the_organ_are_proposed(city: City, matter: Case) -> None:
    factories.make_person("pan", "潘十二")
    factories.make_post("legal", "局长", ["head"], held_by="pan")
    leave(city, "zhou")
    with pytest.raises(Refused) as caught:
        leave(city, "li")
    assert "单位负责人潘十二接办" in caught.value.refusals[0].cure
    leave(city, "li", successor="pan", kind="acting", until=date(2026, 4, 1))
    assert owed(city, "pan") == ["审查"]


def test_a_successor_who_may_not_do_the_work_is_refused_with_the_reason(city: City, matter: Case) -> None:
    do(city, matter, "hand_over", by="zhou", targets=["review"], person="li")
    with pytest.raises(Refused) as caught:
        leave(city, "li", successor="zhao", until=date(2026, 6, 1))
    assert "same_person" in codes(caught), "赵一 registered the matter and may not review it"
    work = Assignment.objects.get(done_seq=None)
    leave(city, "li", successor="zhao", until=date(2026, 6, 1), receivers={work.pk: "zhou"})
    assert Assignment.objects.get(done_seq=None).person.key == "zhou"


def test_a_signature_asked_of_him_is_asked_of_the_successor(city: City, matter: Case) -> None:
    do(city, matter, "add_signer", by="li", targets=["review"], persons=["wu"])
    leave(city, "wu", successor="qian", until=date(2026, 6, 1))
    (found,) = signing.rounds(matter, procedures.of(matter))
    assert [(one.person.key, one.state) for one in found.signers] == [("qian", "waiting")]


def test_begun_forms_go_to_the_successor_unless_he_has_begun_the_same(city: City, matter: Case) -> None:
    for key, place in (("li", "review"), ("li", "note"), ("zhou", "note")):
        Draft.objects.create(
            person=city.people[key], place=f"case/{matter.key}/{place}", values={"by": key}, changed_at=clock.now()
        )  # fmt: skip
    answer = leave(city, "li", successor="zhou")
    assert answer["drafts"] == [f"case/{matter.key}/note", f"case/{matter.key}/review"]
    assert Draft.objects.get(person__key="zhou", place__endswith="/review").values == {"by": "li"}
    assert Draft.objects.get(person__key="zhou", place__endswith="/note").values == {"by": "zhou"}


def test_what_others_lent_him_ends_with_his_last_post_and_what_he_lent_with_this(city: City) -> None:
    for giver, to in (("sun", "qian"), ("qian", "zhao")):
        acts.delegate(
            city.actor(giver), appointment=post_of(giver).pk, to=to, start=date(2026, 3, 9), end=date(2026, 9, 9),
            functions=[queries.holdings_of(city.people[giver], date(2026, 3, 9))[0].functions.__iter__().__next__()],
            reason="出差",
        )  # fmt: skip
    assert Delegation.objects.count() == 2
    leave(city, "qian")
    assert queries.holdings_of(city.people["qian"], clock.now().date()) == ()
    assert [held.delegated for held in queries.holdings_of(city.people["zhao"], clock.now().date())] == [
        False
    ]


def test_nobody_leaves_twice_or_without_a_paper_and_only_keepers_do_it(city: City) -> None:
    row = post_of("qian").pk
    for by, basis, code in (("sun", "文件", "no_power"), ("he", "", "missing_reason")):
        with pytest.raises(Refused) as caught:
            cases.leave_post(city.actor(by), appointment=row, basis=basis)
        assert codes(caught) == [code]
    leave(city, "qian")
    with pytest.raises(Refused) as caught:
        cases.leave_post(city.actor("he"), appointment=row, basis="文件")
    assert codes(caught) == ["ended_already"]


def test_a_post_is_never_ended_bare_by_an_official(city: City) -> None:
    with pytest.raises(Refused) as caught:
        acts.end_appointment(city.actor("he"), appointment=post_of("qian").pk, end=date(2026, 3, 9))
    assert codes(caught) == ["hand_over_first"]


def test_the_preview_shows_what_the_act_will_do(city: City, matter: Case) -> None:
    do(city, matter, "hand_over", by="zhou", targets=["review"], person="li")
    found = leaving.preview(post_of("li"), at=clock.now())
    assert [row.step for row in found.work] == ["review"]
    assert (found.vacant, found.ownerless) == (frozenset({"handle"}), ())


@pytest.mark.parametrize("kind", ["acting", "substitute"])
def test_a_substitute_stands_in_for_a_time_only(city: City, kind: str) -> None:
    post = post_of("sun").post_id
    with pytest.raises(Refused) as caught:
        acts.appoint(city.actor("he"), post=post, person="qian", start=date(2026, 3, 9), kind=kind)
    assert codes(caught) == ["missing_end"]
    acts.appoint(
        city.actor("he"), post=post, person="qian", start=date(2026, 3, 9), end=date(2026, 3, 16), kind=kind
    )
    assert city.actor("qian").holding(city.organs["finance"], "approve")
    clock.move_forward(clock.now() + timedelta(days=7))
    assert city.actor("qian").holding(city.organs["finance"], "approve") is None


def test_a_delegation_is_revoked_with_a_reason_and_ends_at_once(city: City) -> None:
    made = acts.delegate(
        city.actor("sun"), appointment=post_of("sun").pk, to="qian", functions=["approve"], start=date(2026, 3, 9),
        end=date(2026, 4, 9), reason="出差",
    )["delegation"]  # fmt: skip
    assert city.actor("qian").holding(city.organs["finance"], "approve")
    for by, reason, code in (("zhao", "提前返回", "no_power"), ("sun", "", "missing_reason")):
        with pytest.raises(Refused) as caught:
            acts.revoke_delegation(city.actor(by), delegation=made, reason=reason)
        assert codes(caught) == [code]
    acts.revoke_delegation(city.actor("sun"), delegation=made, reason="提前返回")
    assert city.actor("qian").holding(city.organs["finance"], "approve") is None


@pytest.mark.parametrize(
    ("to", "functions", "reason", "code"),
    [
        ("qian", ["decide"], "出差", "beyond_post"),
        ("qian", [], "出差", "missing_functions"),
        ("qian", ["approve"], "", "missing_reason"),
        ("sun", ["approve"], "出差", "to_oneself"),
        ("chen", ["approve"], "出差", "wrong_post"),
        ("nobody", ["approve"], "出差", "unknown_person"),
    ],
)
def test_a_delegation_never_widens_power(
    city: City, to: str, functions: list[str], reason: str, code: str
) -> None:
    with pytest.raises(Refused) as caught:
        acts.delegate(
            city.actor("sun"), appointment=post_of("sun").pk, to=to, functions=functions, start=date(2026, 3, 9),
            end=date(2026, 4, 9), reason=reason,
        )  # fmt: skip
    assert codes(caught) == [code]

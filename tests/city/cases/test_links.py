"""关联案件: what a step names must exist and be seen; what the other case does enters here once, with its leaf."""

from __future__ import annotations

import pytest

from fadu.city.authority import clock
from fadu.city.cases import procedures, queries
from fadu.city.cases.kin import linking
from fadu.city.cases.models import Act, Case, CaseLink
from fadu.city.cases.screens import dossier
from fadu.city.cases.telling import outbox
from fadu.core.errors import Refused
from tests.factories import City, do, open_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def asking(city: City) -> Case:
    return open_case(
        city, "asking", by="zhao", organ="finance", step="begin", title="征询停车收费", content="请提意见"
    )


def entered(case: Case) -> list[Act]:
    case.refresh_from_db()
    return list(case.acts.filter(step="answer").order_by("seq"))


def test_what_the_other_case_decides_enters_here_with_its_leaf(city: City, case: Case, asking: Case) -> None:
    do(city, asking, "ask", by="zhao", matter=case.number)
    do(city, case, "review", by="li", outcome="fit", reasons="合乎规定")
    assert entered(asking) == [], "one case is locked at a time"
    outbox.run_once(clock.now())
    (act,) = entered(asking)
    source = case.acts.get(step="review")
    assert act.outcome == "fit"
    assert act.data["channel"] == "attested"
    assert act.data["source_number"] == f"{case.number} 第{source.seq}步 痕迹{source.leaf[:16]}"
    assert [one["person"] for one in act.data["performers"]] == ["li"]
    assert act.occurred_at == source.occurred_at
    shown = queries.history(asking, procedures.of(asking), frozenset({"handles"}))
    assert shown[-1].values == {"opinion": "合乎规定"}
    outbox.run_once(clock.now())
    assert len(entered(asking)) == 1


def test_what_was_decided_before_the_link_enters_too(city: City, case: Case, asking: Case) -> None:
    do(city, case, "review", by="li", outcome="unfit", reasons="不合规定")
    do(city, asking, "ask", by="zhao", matter=case.key)
    outbox.run_once(clock.now())
    assert [act.outcome for act in entered(asking)] == ["unfit"]


@pytest.mark.parametrize("reference", ["云财测〔2026〕99号", "不存在"])
def test_a_case_that_does_not_exist_cannot_be_named(city: City, asking: Case, reference: str) -> None:
    with pytest.raises(Refused) as told:
        do(city, asking, "ask", by="zhao", matter=reference)
    (refusal,) = told.value.refusals
    assert (refusal.code, refusal.subject) == ("unknown_case", "matter")
    assert asking.acts.count() == 1
    assert not CaseLink.objects.exists()


def test_hidden_cases_answer_like_absent_ones(city: City, asking: Case) -> None:
    hidden = open_case(city, "matter", by="wu", organ="transport", step="register", content="内部")  # fmt: skip
    Case.objects.filter(pk=hidden.pk).update(secrecy=Case.Secrecy.SEALED)
    with pytest.raises(Refused) as told:
        do(city, asking, "ask", by="zhao", matter=hidden.number)
    assert told.value.refusals[0].code == "unknown_case"


def test_both_cases_show_the_link_to_who_may_see_the_other(city: City, case: Case, asking: Case) -> None:
    do(city, asking, "ask", by="zhao", matter=case.number)
    assert linking.around(city.actor("zhao"), dossier.read(asking).links) == [("征询", case)]
    assert linking.around(city.actor("zhao"), dossier.read(case).links) == [("征询", asking)]
    assert linking.around(city.actor("li"), dossier.read(case).links) == [], (
        "the legality office has nothing to do with the asking case"
    )
    assert (case.number, case.title) in linking.offered(city.actor("zhao"), "matter")["matter"]
    assert linking.offered(city.actor("wu"), "matter") == {"matter": []}


def test_a_corrected_name_moves_the_link(city: City, case: Case, asking: Case) -> None:
    other = open_case(city, "matter", by="zhao", organ="finance", step="register", content="另一件")
    do(city, asking, "ask", by="zhao", matter=case.number)
    do(
        city,
        asking,
        "correct",
        by="zhao",
        targets=["2"],
        reason="写错了编号",
        corrected={"matter": other.number},
    )
    assert linking.around(city.actor("zhao"), dossier.read(asking).links) == [("征询", other)]
    do(city, case, "review", by="li", outcome="fit", reasons="旧的")
    do(city, other, "review", by="li", outcome="unfit", reasons="新的")
    outbox.run_once(clock.now())
    assert [act.outcome for act in entered(asking)] == ["unfit"]


def test_a_case_that_has_ended_takes_nothing_in(city: City, case: Case, asking: Case) -> None:
    do(city, asking, "ask", by="zhao", matter=case.number)
    do(city, asking, "answer", by="zhao", outcome="fit", opinion="口头答复")
    do(city, asking, "close", by="zhao")
    do(city, case, "review", by="li", outcome="fit", reasons="晚了")
    outbox.run_once(clock.now())
    assert [act.data.get("channel", "performed") for act in entered(asking)] == ["performed"]

"""The expert pool: conflicts of interest left out before the draw, reserves in order, opinions signed by their authors."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from fadu.city.authority import queries
from fadu.city.ledger import queries as ledger
from fadu.city.participation import experts, lots
from fadu.city.participation import queries_hearing as memory
from fadu.city.participation.models import Expert, Lot
from fadu.city.registries import acts as registries
from tests import factories
from tests.city.participation.conftest import Matter, refused

pytestmark = pytest.mark.django_db
POOL: dict[str, tuple[str, dict[str, Any]]] = {
    "e1": ("甲路", {"field": "交通工程", "employer": "理工学院"}),
    "e2": ("乙水", {"field": "环境科学", "employer": "研究所"}),
    "e3": ("丙衡", {"field": "行政法学", "employer": "法学院"}),
    "e4": ("丁算", {"field": "公共经济", "employer": "财经学院"}),
    "e5": ("戊同", {"field": "交通工程", "employer": "市交通局"}),
    "e6": ("己系", {"field": "公共经济", "employer": "公交集团", "relations": ["云州市交通运输局"]}),
}
SAID = {"necessity": "有必要。", "feasibility": "可行。", "soundness": "依据充分。"}


@pytest.fixture
def matter(make_matter: Callable[..., Matter]) -> Matter:
    made = make_matter(technical=True)
    fill_pool()
    return made


def fill_pool() -> None:
    """Six experts, two of whom have to do with the undertaker."""
    for key, (name, data) in POOL.items():
        factories.make_person(key, name)
        factories.make_user(key, kind="citizen")
        enter(key, name, data)


def enter(key: str, name: str, data: dict[str, Any], **dates: date) -> None:
    given = {"start": date(2025, 1, 1), **dates}
    registries.enter(
        queries.installer(),
        register="experts",
        key=key,
        title=name,
        person=key,
        data=data,
        basis="名册",
        **given,
    )


def prepare(matter: Matter, **asked: Any) -> Lot:
    given = {"places": 2, **asked}
    return Lot.objects.get(
        key=lots.prepare_experts(matter.city.actor("wu"), case=matter.case.key, **given)["lot"]
    )


def drawn(matter: Matter, **asked: Any) -> tuple[Lot, list[str]]:
    """A draw made; the experts' keys in drawn order."""
    lot = prepare(matter, **asked)
    lots.draw(matter.city.actor("wu"), lot=lot.key)
    lot.refresh_from_db()
    return lot, lot.order[""]


def test_who_has_an_interest_is_left_out_before_the_draw(matter: Matter) -> None:
    lot = prepare(matter, excluded={"e3": "曾参与起草"})
    assert {one["id"] for one in lot.candidates} == {"e1", "e2", "e4"}
    reasons = {one["label"]: one["reason"] for one in lot.excluded}
    assert reasons == {"戊同": "任职于市交通局", "己系": "声明与市交通局有利害关系", "丙衡": "曾参与起草"}


def test_only_those_in_the_register_that_day_and_of_the_field(matter: Matter) -> None:
    factories.make_person("e7", "庚满")
    factories.make_user("e7", kind="citizen")
    enter("e7", "庚满", {"field": "行政法学", "employer": "律所"}, end=date(2026, 1, 1))
    lot = prepare(matter, places=1, fields=["行政法学"])
    assert [one["id"] for one in lot.candidates] == ["e3"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"places": 0}, "places"),
        ({"places": 99}, "places"),
        ({"excluded": {"nobody": "不存在"}}, "unknown_expert"),
        ({"excluded": {"e1": ""}}, "missing_reason"),
    ],
)
def test_what_cannot_be_prepared(matter: Matter, asked: dict[str, Any], code: str) -> None:
    with refused(code):
        prepare(matter, **asked)
    assert not Lot.objects.exists()


def test_the_seed_is_committed_to_before_and_opened_by_the_draw(matter: Matter) -> None:
    lot = prepare(matter)
    with pytest.raises(ValueError, match="32 bytes"):
        memory.verified(lot)
    kept = ledger.open_field(bytes.fromhex(lot.prepared_leaf), "seed")
    lots.draw(matter.city.actor("wu"), lot=lot.key)
    lot.refresh_from_db()
    assert lot.seed == kept
    assert memory.verified(lot)[0]
    invited = Expert.objects.filter(state="invited").values_list("entry", flat=True)
    assert list(invited.order_by("rank")) == lot.order[""][:2]


def test_an_invited_expert_declares_or_withdraws_and_the_next_follows(matter: Matter) -> None:
    lot, order = drawn(matter)
    first, second = (matter.city.actor(key) for key in order[:2])
    with refused("not_invited"):
        experts.accept(matter.city.actor("chen"), lot=lot.key, no_interest=True)
    with refused("no_declaration"):
        experts.accept(first, lot=lot.key, no_interest=False)
    experts.accept(first, lot=lot.key, no_interest=True)
    with refused("missing"):
        experts.decline(second, lot=lot.key, reason="")
    experts.decline(second, lot=lot.key, reason="近期出国")
    assert Expert.objects.get(entry=order[2]).state == "invited"
    with refused("wrong_state"):
        experts.accept(second, lot=lot.key, no_interest=True)
    with refused("not_visible"):
        memory.invitation(matter.city.actor(order[3]), lot.key)
    with refused("no_power"):
        experts.decline(matter.city.actor("zhao"), lot=lot.key, person=order[2], reason="别的单位想换人")
    experts.decline(matter.city.actor("wu"), lot=lot.key, person=order[2], reason="发现其为公交集团顾问")
    assert Expert.objects.get(entry=order[3]).state == "invited"


def test_an_opinion_is_signed_by_its_author_freshly_proved_and_once(matter: Matter) -> None:
    lot, order = drawn(matter)
    author = matter.city.actor(order[0])
    with refused("wrong_state"):
        experts.sign(author, lot=lot.key, view="agree", **SAID)
    experts.accept(author, lot=lot.key, no_interest=True)
    with refused("prove_again"):
        experts.sign(dataclasses.replace(author, proved_at=None), lot=lot.key, view="agree", **SAID)
    with refused("not_yours"):
        experts.sign(matter.city.actor("wu"), lot=lot.key, person=order[0], view="agree", **SAID)
    with refused("missing"):
        experts.sign(author, lot=lot.key, view="", **(SAID | {"necessity": ""}))
    experts.sign(author, lot=lot.key, view="changes", dissent="标准应改为年龄。", **SAID)
    opinion = memory.opinions(lot)[0]
    assert (opinion.expert.view, opinion.dissent) == ("changes", "标准应改为年龄。")
    with refused("wrong_state"):
        experts.sign(author, lot=lot.key, view="agree", **SAID)


def test_the_case_takes_the_drawn_experts_and_waits_for_their_opinions(matter: Matter) -> None:
    with refused("unknown_seed"):
        matter.do("expert_selection", seed="ab")
    lot, order = drawn(matter)
    people = {one.entry: one.person.name for one in Expert.objects.select_related("person")}
    rows = [{"name": people[key], "field": "专业", "no_interest": True} for key in order[:2]]
    with refused("other_seed"):
        matter.do("expert_selection", experts=rows)
    with refused("not_drawn"):
        matter.do("expert_selection", experts=rows, seed=lot.seed)
    for key in order[:2]:
        experts.accept(matter.city.actor(key), lot=lot.key, no_interest=True)
    matter.do("expert_selection", experts=rows, seed=lot.seed)
    with refused("unsigned") as told:
        matter.do("expert_review")
    assert "第十九条" in told.reasons["unsigned"].basis
    for key in order[:2]:
        experts.sign(matter.city.actor(key), lot=lot.key, view="agree", **SAID)
    matter.do("expert_review")


def test_an_expert_reads_the_draft_and_nothing_after_he_withdrew(matter: Matter) -> None:
    lot, order = drawn(matter)
    mine = memory.invitation(matter.city.actor(order[0]), lot.key)
    assert {file.field for file in memory.papers(mine)} == {"text", "explanation"}
    experts.decline(matter.city.actor(order[0]), lot=lot.key, reason="有利害关系")
    mine.refresh_from_db()
    assert memory.papers(mine) == []

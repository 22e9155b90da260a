"""Hearings: notice, registration by anybody, choice by rule or by lot, list, papers seven days before, signed record."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest

from fadu.city.authority import clock, queries
from fadu.city.authority.actor import Actor
from fadu.city.ledger import queries as ledger
from fadu.city.participation import codes, hearings, lots, origin
from fadu.city.participation import queries_hearing as memory
from fadu.city.participation.models import Hearing, Lot, Registration
from tests.city.participation.conftest import Matter, forward, refused

pytestmark = pytest.mark.django_db
GROUPS = [{"group": "乘客", "places": 2}, {"group": "经营者", "places": 1}]


@pytest.fixture
def matter(make_matter: Callable[..., Matter]) -> Matter:
    return make_matter(hearing=True, open_consultation=False)


def announce(matter: Matter, **values: object) -> Hearing:
    day = clock.now().date()
    given = {
        "held_on": (day + timedelta(days=30)).isoformat(), "place": "市民中心", "selection_rule": "报名后抽签。",
        "groups": GROUPS, "register_until": (day + timedelta(days=10)).isoformat(),
    }  # fmt: skip
    matter.do("hearing_notice", **(given | values))
    return Hearing.objects.latest("pk")


def enter(row: Hearing, name: str, *, group: str = "乘客", actor: Actor | None = None) -> str:
    request = secrets.token_hex(12)
    place = origin.of(secrets.token_hex(4), clock.now().date())
    hearings.register(
        actor or queries.newcomer(), request_id=request, hearing=row.key, stands_for=group, name=name,
        contact="13900000000", origin=place,
    )  # fmt: skip
    return codes.derive(row.key, request)


def full(matter: Matter) -> Hearing:
    """A hearing with five passengers and one operator registered, registration over."""
    row = announce(matter)
    for name in ("赵甲", "钱乙", "孙丙", "李丁", "周戊"):
        enter(row, name)
    enter(row, "吴己", group="经营者")
    forward(11)
    return row


def states(row: Hearing) -> dict[int, str]:
    return dict(row.registrations.values_list("number", "state"))


def test_anybody_registers_until_the_announced_day(matter: Matter) -> None:
    row = announce(matter)
    code = enter(row, "赵甲")
    registration = Registration.objects.get()
    assert ledger.opened(bytes.fromhex(registration.leaf))["name"] == "赵甲"
    assert memory.by_code(code, origin=origin.of("a", clock.now().date()), at=clock.now()).state == "waiting"
    with refused("unknown_group"):
        enter(row, "钱乙", group="路人")
    with refused("missing"):
        enter(row, "")
    chen = matter.city.actor("chen")
    enter(row, "陈十", actor=chen)
    with refused("registered"):
        enter(row, "陈十", actor=chen)
    forward(11)
    with refused("closed") as told:
        enter(row, "晚到")
    assert "第十六条" in told.reasons["closed"].basis


def test_who_registered_has_a_result_before_the_list(matter: Matter) -> None:
    row = full(matter)
    with refused("not_chosen") as told:
        matter.do("hearing_participants")
    assert "第十六条第三款" in told.reasons["not_chosen"].basis
    by = matter.city.actor("wu")
    with refused("missing"):
        hearings.choose(by, hearing=row.key, numbers=[1], chosen=True, reason="")
    with refused("no_power"):
        hearings.choose(
            matter.city.actor("zhao"), hearing=row.key, numbers=[1], chosen=True, reason="按办法第一项"
        )
    hearings.choose(by, hearing=row.key, numbers=[1, 2, 6], chosen=True, reason="按办法第一项")
    hearings.choose(by, hearing=row.key, numbers=[3, 4, 5], chosen=False, reason="名额已满")
    matter.do("hearing_participants", list_shown="赵甲（乘客）、钱乙（乘客）、吴己（经营者）")
    row.refresh_from_db()
    assert row.listed_at is not None
    with refused("listed"):
        hearings.choose(by, hearing=row.key, numbers=[3], chosen=True, reason="改主意")


def test_a_draw_takes_the_places_group_by_group_and_can_be_repeated(matter: Matter) -> None:
    row = full(matter)
    by = matter.city.actor("wu")
    hearings.choose(by, hearing=row.key, numbers=[6], chosen=True, reason="协会推荐")
    told = lots.prepare_hearing(by, hearing=row.key, case=matter.case.key)
    lot = Lot.objects.get(key=told["lot"])
    assert (lot.seed, lot.order, lot.places) == ("", {}, {"乘客": 2, "经营者": 0})
    with refused("lot_open"):
        hearings.choose(by, hearing=row.key, numbers=[1], chosen=True, reason="抢先")
    with refused("lot_open"):
        lots.prepare_hearing(by, hearing=row.key, case=matter.case.key)
    with refused("no_power"):
        lots.draw(matter.city.actor("zhao"), lot=lot.key)
    lots.draw(by, lot=lot.key)
    lot.refresh_from_db()
    right, seats = memory.verified(lot)
    assert right
    chosen = {int(seat.id) for seat in seats["乘客"] if seat.seated}
    assert {number for number, state in states(row).items() if state == "chosen"} == chosen | {6}
    with refused("drawn"):
        lots.draw(by, lot=lot.key)
    with refused("drawn"):
        lots.void(by, lot=lot.key, reason="结果不如意")


def test_a_changed_result_is_seen_by_everybody(matter: Matter) -> None:
    row = full(matter)
    by = matter.city.actor("wu")
    lot = Lot.objects.get(key=lots.prepare_hearing(by, hearing=row.key, case=matter.case.key)["lot"])
    lots.draw(by, lot=lot.key)
    lot.refresh_from_db()
    order = lot.order["乘客"]
    lot.order["乘客"] = [*order[1:], order[0]]
    assert not memory.verified(lot)[0]
    lot.order["乘客"] = order
    lot.commitment = "0" * 64
    assert not memory.verified(lot)[0], "a seed other than the one published before"


def test_an_announced_public_value_is_needed_and_an_unannounced_one_refused(matter: Matter) -> None:
    row = full(matter)
    by = matter.city.actor("wu")
    with refused("too_long"):
        lots.prepare_hearing(by, hearing=row.key, case=matter.case.key, announced="源" * 201)
    first = lots.prepare_hearing(by, hearing=row.key, case=matter.case.key, announced="明日开奖号码")["lot"]
    with refused("no_public_value"):
        lots.draw(by, lot=first)
    with refused("missing"):
        lots.void(by, lot=first, reason="")
    lots.void(by, lot=first, reason="来源写错")
    with refused("void"):
        lots.draw(by, lot=first, public_value="07")
    second = lots.prepare_hearing(by, hearing=row.key, case=matter.case.key)["lot"]
    with refused("not_announced"):
        lots.draw(by, lot=second, public_value="07")


def test_reserves_follow_in_the_drawn_order(matter: Matter) -> None:
    row = full(matter)
    by = matter.city.actor("wu")
    lot = Lot.objects.get(key=lots.prepare_hearing(by, hearing=row.key, case=matter.case.key)["lot"])
    lots.draw(by, lot=lot.key)
    lot.refresh_from_db()
    order = [int(number) for number in lot.order["乘客"]]
    hearings.choose(by, hearing=row.key, numbers=[order[0]], chosen=False, reason="本人不能参加")
    with refused("out_of_order"):
        hearings.choose(by, hearing=row.key, numbers=[order[4]], chosen=True, reason="候补递补")
    hearings.choose(by, hearing=row.key, numbers=[order[2]], chosen=True, reason="候补递补")


def test_papers_fewer_than_seven_days_before_are_refused(matter: Matter) -> None:
    row = announce(matter, groups=[], register_until="")
    matter.do("hearing_participants")
    forward(24)
    with refused("short_notice") as told:
        matter.do("hearing_papers")
    assert "第十六条第三款" in told.reasons["short_notice"].basis
    row.refresh_from_db()
    assert row.papers_at is None


def test_held_with_the_digest_of_the_signed_record(matter: Matter) -> None:
    row = announce(matter, groups=[], register_until="")
    matter.do("hearing_participants")
    forward(20)
    matter.do("hearing_papers")
    with refused("too_early"):
        matter.do("hearing_hold", outcome="held")
    forward(10)
    matter.do("hearing_hold", outcome="held", record="听证记录，参加人签名。")
    row.refresh_from_db()
    assert row.held_at is not None
    assert len(row.record_sha256) == 64
    assert row.record_sha256 == matter.case.files.get(field="record").sha256


def test_postponed_with_its_reason_and_announced_anew(matter: Matter) -> None:
    row = announce(matter, groups=[], register_until="")
    matter.do("hearing_participants")
    forward(20)
    matter.do("hearing_papers")
    forward(10)
    matter.do("hearing_hold", outcome="postponed", reason="会场停电")
    row.refresh_from_db()
    assert (row.postponed_why, row.held_at) == ("会场停电", None)
    second = announce(matter)
    assert second.key != row.key
    assert memory.registering(second, clock.now().date())

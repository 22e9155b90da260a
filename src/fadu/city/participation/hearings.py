"""What can be done around a hearing: register for it, and choose participants by the published rule.

Notice, list, papers and the hearing itself are acts of the case (``effects_hearing.py``); a choice by lot is in ``lots.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from fadu.city.authority.door import Answer as Told
from fadu.city.authority.door import Doing, act
from fadu.city.cases import procedures
from fadu.city.cases.people import citizens
from fadu.city.ledger.acts import Citizen
from fadu.city.participation import codes, speaking
from fadu.city.participation.models import Hearing, Lot, Registration
from fadu.city.participation.origin import Origin
from fadu.core.errors import Refusal, Refused

LIMITS = {"name": ("姓名", 1, 60), "contact": ("联系方式", 3, 100), "reason": ("参加理由", 0, 500)}
ANYBODY = "公众"


def chain(hearing: Hearing) -> str:
    """The hearing's own chain in the ledger."""
    return f"hearing/{hearing.key}"


def lock(doing: Doing, *, hearing: str, **asked: Any) -> Hearing:
    """The hearing, locked: registrations are numbered without gaps."""
    found = (
        Hearing.objects.select_for_update(of=("self",))
        .select_related("case__organ")
        .filter(key=hearing)
        .first()
    )
    if found is None:
        raise Refused(Refusal("unknown_hearing", "没有这次听证会", cure="请从听证会列表进入"))
    return found


def registering(hearing: Hearing, on: date) -> bool:
    """Whether one may still register: until the announced day, and not after the list, nor once a draw is prepared."""
    over = hearing.listed_at or hearing.postponed_at or hearing.held_at or hearing.case.ended_at
    if over or on > hearing.held_on:
        return False
    return hearing.lot_id is None and (hearing.register_until is None or on <= hearing.register_until)


def groups(hearing: Hearing) -> list[str]:
    """Whom a participant may stand for."""
    return [one["group"] for one in hearing.groups] or [ANYBODY]


def _may_register(doing: Doing, hearing: Hearing, /, *, origin: Origin, **asked: Any) -> Iterable[Refusal]:
    if not registering(hearing, doing.on):
        yield Refusal("closed", "听证会报名已经截止", hearing.basis, "可以旁听或者向承办单位书面提出意见")
        return
    yield from citizens.of_age(procedures.of(hearing.case), "报名参加听证会", doing.actor, doing.on)
    yield from speaking.may_send(doing, Registration, origin)
    person = speaking.sender(doing)
    if person is not None and hearing.registrations.filter(person=person).exists():
        yield Refusal("registered", "您已经报名", cure="凭回执码或者在账号下查询结果")


@act("participation.register", title="报名参加听证会", lock=lock, who=_may_register)
def register(
    doing: Doing,
    hearing: Hearing,
    /,
    *,
    stands_for: str,
    name: str,
    contact: str,
    origin: Origin,
    reason: str = "",
    **_: Any,
) -> Told:
    """报名: name and contact are needed to be invited; they lie in the opening and are not published before the list."""
    problems = list(speaking.texts(LIMITS, {"name": name, "contact": contact, "reason": reason}))
    if stands_for not in groups(hearing):
        problems.append(Refusal("unknown_group", "请选择您代表的方面", subject="stands_for"))
    if problems:
        raise Refused(*problems)
    who = Citizen(doing.actor.person.key)
    number = hearing.received + 1
    said = {"name": name.strip(), "contact": contact.strip(), "reason": reason.strip()}
    leaf = doing.leave(
        case_ref=chain(hearing), step="participation.register", performers=[who], recorder=who,
        organ=hearing.case.organ.code, occurred_at=doing.at,
        fields={"number": number, "stands_for": stands_for} | {field: text for field, text in said.items() if text}
        | speaking.on_behalf(doing),
    )  # fmt: skip
    Hearing.objects.filter(pk=hearing.pk).update(received=number)
    Registration.objects.create(
        hearing=hearing, number=number, stands_for=stands_for, person=speaking.sender(doing),
        real_name=speaking.real_name(doing), received_at=doing.at, origin=origin.digest, leaf=leaf.hash.hex(),
        code=codes.digest(codes.derive(hearing.key, doing.request_id)),
    )  # fmt: skip
    return {"hearing": hearing.key, "number": number, "leaf": leaf.hash.hex(), "promise": leaf.promise}


def _may_choose(doing: Doing, hearing: Hearing, /, **asked: Any) -> Iterable[Refusal]:
    yield from speaking.handles(doing, hearing.case)
    if hearing.listed_at is not None:
        yield Refusal("listed", "听证参加人名单已经公布，不能再改", hearing.basis)
    if Lot.objects.filter(hearings=hearing, drawn_at__isnull=True, void_reason="").exists():
        yield Refusal("lot_open", "已经公布抽签名单，须先抽取", cure="抽取以后，候补由系统按次序排列")


@act("participation.choose", title="遴选听证参加人", lock=lock, who=_may_choose)
def choose(
    doing: Doing, hearing: Hearing, /, *, numbers: Sequence[int], chosen: bool, reason: str, **_: Any
) -> Told:
    """遴选: by the published rule, each choice with its reason; those not chosen are told why as well."""
    rows = list(hearing.registrations.filter(number__in=numbers))
    if not rows or len(rows) != len(set(numbers)):
        raise Refused(Refusal("no_registrations", "请选择报名人", subject="numbers"))
    if problems := list(speaking.texts({"reason": ("遴选理由", 2, 300)}, {"reason": reason})):
        raise Refused(*problems)
    if chosen:
        _demand_order(hearing, rows)
    state = Registration.State.CHOSEN if chosen else Registration.State.NOT
    who = speaking.by_official(doing, hearing.case)
    leaf = doing.leave(
        case_ref=chain(hearing), step="participation.choose", performers=[who], recorder=who,
        organ=hearing.case.organ.code, occurred_at=doing.at,
        fields={"numbers": sorted(row.number for row in rows), "state": state, "reason": reason.strip()},
    )  # fmt: skip
    hearing.registrations.filter(number__in=numbers).update(state=state, reason=reason.strip())
    return {"hearing": hearing.key, "count": len(rows), "leaf": leaf.hash.hex()}


def _demand_order(hearing: Hearing, rows: Sequence[Registration]) -> None:
    """A reserve takes a place that has fallen free in the drawn order, and in no other."""
    if hearing.lot is None:
        return
    reserves = hearing.registrations.filter(state=Registration.State.RESERVE)
    waiting = {
        row.stands_for: set(reserves.filter(stands_for=row.stands_for).values_list("number", flat=True))
        for row in rows
    }
    for group, numbers in waiting.items():
        order = [int(number) for number in hearing.lot.order.get(group, ()) if int(number) in numbers]
        called = {row.number for row in rows if row.number in numbers}
        if called and set(order[: len(called)]) != called:
            raise Refused(
                Refusal(
                    "out_of_order",
                    f"候补须按抽签次序递补，“{group}”的下一位是报名第 {order[0]} 号",
                    hearing.basis,
                    "请按次序选择",
                    "numbers",
                )
            )

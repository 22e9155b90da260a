"""What an expert does who was drawn: declare and accept, withdraw with a reason, sign an opinion.

Each is his own act under his own log-in; the signature asks for a fresh proof of identity, like every signature.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fadu.city.authority.actor import PROVE_AGAIN
from fadu.city.authority.door import Answer as Told
from fadu.city.authority.door import Doing, act
from fadu.city.ledger.acts import Citizen
from fadu.city.participation import lots, speaking
from fadu.city.participation.models import Expert
from fadu.core.errors import Refusal, Refused

LIMITS = {
    "necessity": ("必要性", 2, 4000),
    "feasibility": ("可行性", 2, 4000),
    "soundness": ("科学性", 2, 4000),
    "dissent": ("不同意见", 0, 4000),
}


def lock(doing: Doing, *, lot: str, person: str = "", **asked: Any) -> Expert:
    """The invitation, locked: one's own, or that of another by an official of the undertaker."""
    found = (
        Expert.objects.select_for_update(of=("self",))
        .select_related("lot__case__organ", "person")
        .filter(lot__key=lot, person__key=person or doing.actor.person.key)
        .first()
    )
    if found is None:
        raise Refused(Refusal("not_invited", "您没有收到这次论证的邀请", cure="请核对登录的账号"))
    return found


def _himself(doing: Doing, row: Expert, /, **asked: Any) -> Iterable[Refusal]:
    if row.person_id != doing.actor.person.pk:
        yield Refusal("not_yours", "只能由专家本人办理", cure="请用本人账号登录")


@act("participation.accept_invitation", title="声明无利害关系并接受邀请", lock=lock, who=_himself)
def accept(doing: Doing, row: Expert, /, *, no_interest: bool, **_: Any) -> Told:
    """接受: the declaration that he has no direct interest comes first; without it he withdraws instead."""
    if not no_interest:
        raise Refused(
            Refusal(
                "no_declaration",
                "没有声明无直接利害关系的，不得参加论证",
                cure="有利害关系的，请选择回避",
                subject="no_interest",
            )
        )
    _demand(row, Expert.State.INVITED)
    return _enter(doing, row, Expert.State.ACCEPTED, "accept_invitation", {"no_interest": True})


def _himself_or_undertaker(doing: Doing, row: Expert, /, **asked: Any) -> Iterable[Refusal]:
    if row.person_id != doing.actor.person.pk:
        yield from speaking.handles(doing, row.lot.case)


@act("participation.decline_invitation", title="专家回避或者不能参加", lock=lock, who=_himself_or_undertaker)
def decline(doing: Doing, row: Expert, /, *, reason: str, **_: Any) -> Told:
    """回避: with a reason; the next of the reserve takes the place, in the drawn order and nobody else."""
    if problems := list(speaking.texts({"reason": ("理由", 2, 300)}, {"reason": reason})):
        raise Refused(*problems)
    _demand(row, Expert.State.INVITED, Expert.State.ACCEPTED)
    row.reason = reason.strip()
    successor = (
        Expert.objects.select_for_update()
        .filter(lot=row.lot, state=Expert.State.RESERVE)
        .order_by("rank")
        .first()
    )
    fields = {"reason": row.reason, "expert": row.entry, "successor": successor.entry if successor else ""}
    told = _enter(doing, row, Expert.State.DECLINED, "decline_invitation", fields)
    if successor is not None:
        Expert.objects.filter(pk=successor.pk).update(state=Expert.State.INVITED, changed_at=doing.at)
        row.lot.case.parties.get_or_create(person=successor.person, role="experts")
    return told


def _signs(doing: Doing, row: Expert, /, **asked: Any) -> Iterable[Refusal]:
    yield from _himself(doing, row)
    if not doing.actor.freshly_proved(doing.at):
        yield PROVE_AGAIN


@act("participation.sign_opinion", title="署名提交论证意见", lock=lock, who=_signs)
def sign(
    doing: Doing,
    row: Expert,
    /,
    *,
    view: str,
    necessity: str,
    feasibility: str,
    soundness: str,
    dissent: str = "",
    **_: Any,
) -> Told:
    """署名意见: independent, under his own name, once. What he disagrees with stands in it as he wrote it."""
    said = {"necessity": necessity, "feasibility": feasibility, "soundness": soundness, "dissent": dissent}
    problems = list(speaking.texts(LIMITS, said))
    if view not in Expert.View.values:
        problems.append(Refusal("missing", "请选择结论", subject="view"))
    if problems:
        raise Refused(*problems)
    _demand(row, Expert.State.ACCEPTED)
    row.view = view
    fields = {"view": view} | {name: text.strip() for name, text in said.items() if text.strip()}
    told = _enter(doing, row, Expert.State.SIGNED, "sign_opinion", fields)
    row.leaf = told["leaf"]
    row.save(update_fields=["leaf"])
    return told


def _demand(row: Expert, *states: str) -> None:
    if row.state not in states:
        raise Refused(
            Refusal(
                "wrong_state", f"现在的状态是“{row.get_state_display()}”，不能这样办理", cure="请刷新页面"
            )
        )


def _enter(doing: Doing, row: Expert, state: str, step: str, fields: dict[str, Any]) -> Told:
    himself = row.person_id == doing.actor.person.pk
    who = Citizen(row.person.key) if himself else speaking.by_official(doing, row.lot.case)
    leaf = doing.leave(
        case_ref=lots.chain(row.lot), step=f"participation.{step}", performers=[who], recorder=who,
        organ=row.lot.case.organ.code, occurred_at=doing.at, fields=fields,
    )  # fmt: skip
    row.state, row.changed_at = state, doing.at
    row.save()
    return {"lot": row.lot.key, "leaf": leaf.hash.hex(), "promise": leaf.promise}

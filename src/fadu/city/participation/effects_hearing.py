"""What the law orders around hearings and experts inside the case's own acts.

``open_hearing`` reads ``held_on``, ``place``, ``selection_rule`` and, where given, ``groups`` (table: group, places) and
``register_until``; ``list_participants`` reads ``list_shown``; ``hold_hearing`` its outcome and the digest of ``record``;
``fix_experts`` reads ``seed`` and ``experts`` (table: name …).
"""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from fadu.city.authority.door import Doing
from fadu.city.participation import hearings
from fadu.city.participation.lots import KEY_BYTES
from fadu.city.participation.models import Expert, Hearing, Lot, Registration
from fadu.core.errors import Refusal, Refused
from fadu.core.procedure.definition import Definition
from fadu.core.procedure.engine import Recorded


def _current(case: Any) -> Hearing | None:
    """The hearing that is being prepared: the newest one neither held nor postponed."""
    rows = case.hearings.select_for_update(of=("self",)).filter(
        held_at__isnull=True, postponed_at__isnull=True
    )
    return rows.order_by("-seq").first()


def open_hearing(
    *, doing: Doing, case: Any, definition: Definition, act: Any, recorded: Recorded, **_: Any
) -> None:
    """公布听证会事项: anybody may register from now on; an earlier notice not followed by a hearing is replaced."""
    values = recorded.act.values
    if (earlier := _current(case)) is not None:
        earlier.postponed_at, earlier.postponed_why = doing.at, "重新公告"
        earlier.save(update_fields=["postponed_at", "postponed_why"])
    until = values.get("register_until")
    row = Hearing.objects.create(
        key=secrets.token_hex(KEY_BYTES), case=case, seq=act.seq, title=case.title,
        basis=definition.steps[recorded.act.step].basis.printed, held_on=date.fromisoformat(values["held_on"]),
        place=values.get("place", "")[:300], selection_rule=values.get("selection_rule", ""),
        groups=[{"group": one["group"][:40], "places": int(one["places"])} for one in values.get("groups", ())],
        register_until=date.fromisoformat(until) if until else None, noticed_at=recorded.act.occurred_at,
    )  # fmt: skip
    _leave(doing, case, row, "open_hearing", {"case_leaf": act.leaf, "held_on": values["held_on"]})


def list_participants(
    *, doing: Doing, case: Any, definition: Definition, act: Any, recorded: Recorded, **_: Any
) -> None:
    """公布听证参加人名单: whoever registered has a result by now, chosen by the published rule or by lot."""
    row = _current(case)
    if row is None:
        return
    basis = definition.steps[recorded.act.step].basis.printed
    if Lot.objects.filter(hearings=row, drawn_at__isnull=True, void_reason="").exists():
        raise Refused(Refusal("lot_open", "抽签名单已经公布，还没有抽取", basis, "请先抽取"))
    if waiting := row.registrations.filter(state=Registration.State.WAITING).count():
        raise Refused(
            Refusal(
                "not_chosen",
                f"还有 {waiting} 名报名人没有遴选结果",
                basis,
                "请按公布的遴选办法选定，或者抽签",
            )
        )
    row.listed_at, row.list_shown = doing.at, recorded.act.values.get("list_shown", "")
    row.save(update_fields=["listed_at", "list_shown"])
    chosen = row.registrations.filter(state=Registration.State.CHOSEN).count()
    _leave(doing, case, row, "list_participants", {"case_leaf": act.leaf, "chosen": chosen})


def serve_papers(*, doing: Doing, case: Any, act: Any, recorded: Recorded, **_: Any) -> None:
    """送达听证材料: when, so that everybody sees the seven days."""
    if (row := _current(case)) is not None:
        row.papers_at = recorded.act.occurred_at
        row.save(update_fields=["papers_at"])
        _leave(doing, case, row, "serve_papers", {"case_leaf": act.leaf})


def hold_hearing(*, doing: Doing, case: Any, act: Any, recorded: Recorded, **_: Any) -> None:
    """举行听证会: held, with the digest of the signed record; or postponed, with the reason for all to read."""
    row = _current(case)
    if row is None:
        return
    if recorded.act.outcome == "postponed":
        row.postponed_at, row.postponed_why = recorded.act.occurred_at, recorded.act.values.get("reason", "")
    else:
        row.held_at, row.record_sha256 = recorded.act.occurred_at, recorded.act.digests.get("record", "")
    row.save()
    _leave(doing, case, row, "hold_hearing", {"case_leaf": act.leaf, "outcome": recorded.act.outcome})


def fix_experts(*, case: Any, definition: Definition, recorded: Recorded, **_: Any) -> None:
    """选择论证专家: a seed named must be that of this case's draw, and the experts those who were drawn and accepted."""
    values, basis = recorded.act.values, definition.steps[recorded.act.step].basis.printed
    seed = values.get("seed", "").strip()
    drawn = (
        case.lots.filter(subject=Lot.Subject.EXPERTS, drawn_at__isnull=False).order_by("-drawn_at").first()
    )
    if drawn is None:
        if seed:
            raise Refused(
                Refusal(
                    "unknown_seed",
                    "本件没有抽过签，不能填写抽取种子",
                    basis,
                    "请先抽签，或者清空种子",
                    "seed",
                )
            )
        return
    if seed != drawn.seed:
        raise Refused(
            Refusal("other_seed", "抽取种子与本件公布的抽签不符", basis, "请使用页面带入的种子", "seed")
        )
    accepted = set(drawn.experts.filter(state__in=_TAKING_PART).values_list("person__name", flat=True))
    if other := [row["name"] for row in values.get("experts", ()) if row["name"] not in accepted]:
        raise Refused(
            Refusal(
                "not_drawn",
                f"{'、'.join(other)}不在抽中并已接受邀请的专家之中",
                basis,
                "请使用页面带入的名单",
                "experts",
            )
        )


_TAKING_PART = (Expert.State.ACCEPTED, Expert.State.SIGNED)


def demand_opinions(*, case: Any, definition: Definition, recorded: Recorded, **_: Any) -> None:
    """专家论证: whoever was drawn and accepted has signed, or has withdrawn with a reason."""
    basis = definition.steps[recorded.act.step].basis.printed
    waiting = Expert.objects.filter(lot__case=case, state__in=(Expert.State.INVITED, Expert.State.ACCEPTED))
    if names := list(waiting.values_list("person__name", flat=True)):
        raise Refused(
            Refusal(
                "unsigned",
                f"{'、'.join(names)}还没有署名提交论证意见",
                basis,
                "请催请提交；不能参加的，写明理由后由候补递补",
            )
        )


def _leave(doing: Doing, case: Any, row: Hearing, step: str, fields: dict[str, Any]) -> None:
    who = doing.actor.who()
    doing.leave(
        case_ref=hearings.chain(row), step=f"participation.{step}", performers=[who], recorder=who,
        organ=case.organ.code, occurred_at=doing.at, fields=fields,
    )  # fmt: skip


EFFECTS = {
    "open_hearing": open_hearing,
    "list_participants": list_participants,
    "serve_papers": serve_papers,
    "hold_hearing": hold_hearing,
    "fix_experts": fix_experts,
    "demand_opinions": demand_opinions,
}

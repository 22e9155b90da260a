"""分级授权、定期轮岗: how much a post decides, and what its holder may no longer take on once he should have moved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from fadu.city.authority import queries as authority
from fadu.city.authority.actor import Holding
from fadu.city.authority.models import Appointment, Organ
from fadu.city.cases.models import Case
from fadu.core.errors import Refusal
from fadu.core.procedure.definition import Definition, Step
from fadu.core.terms import legal_day

BASIS = "《四中全会决定》分级授权；《政府投资条例》（国务院令第712号）第三十二条第一项"
ROTATION_BASIS = "《四中全会决定》定期轮岗；《公务员法》第七十一条"


def amount_refusals(
    definition: Definition,
    step: Step,
    *,
    appointment: int,
    values: Mapping[str, Any],
    seats: Iterable[tuple[Organ, str]],
    on: date,
) -> Iterator[Refusal]:
    """Beyond the post's limit the step is refused, with the reason and the posts that may decide.

    ``seats`` are the organs and functions that have the step. A post without a limit decides no amounts. A missing amount is the record's own problem and is told there.
    """
    if not step.amount_limit or (amount := _amount(values.get(step.amount_limit))) is None:
        return
    post = Appointment.objects.select_related("post__organ").get(pk=appointment).post
    limit = authority.limit_in_force(post, definition.name, on)
    if limit is not None and (limit.amount is None or amount <= limit.amount):
        return
    others = authority.posts_that_decide(seats, definition.name, amount, on)
    said = (
        f"限额为 {_yuan(limit.amount)}（{limit.basis}）"
        if limit and limit.amount is not None
        else "没有核定审批限额"
    )
    who = (
        f"可以决定的岗位：{'、'.join(others)}" if others else "现无岗位的限额达到这一金额，须先由有权机关授权"
    )
    yield Refusal(
        "beyond_limit",
        f"金额 {_yuan(amount)}超过{post}的权限：{said}",
        f"{step.basis.printed}；{BASIS}",
        who,
        step.amount_limit,
    )


def _amount(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value)) if value not in (None, "") else None
    except InvalidOperation:
        return None


def _yuan(amount: Decimal) -> str:
    return f"{amount:,.2f} 元".replace(".00", "")


def overdue(held: Holding, on: date) -> bool:
    """Whether the holder is past the post's rotation (the due day itself is still within it)."""
    return held.rotation_due is not None and on > held.rotation_due


def rotation_refusals(held: Holding, case: Case | None, at: datetime) -> Iterator[Refusal]:
    """A holder past his rotation in a post of concentrated power takes no new cases, where the city has set so.

    New is what was opened after the day he should have left; what he already had he may bring to its end.
    """
    on = legal_day(at)
    if not held.key_post or held.rotation_due is None or not overdue(held, on):
        return
    if case is not None and legal_day(case.opened_at) <= held.rotation_due:
        return
    rule = authority.setting_on("rotation_overdue", on)
    if rule.value == "refuse":
        yield Refusal(
            "rotation_overdue",
            f"{held.organ.short}{held.post}任职已于 {held.rotation_due:%Y年%m月%d日} 满轮岗年限，不得办理此后开启的案件",
            f"{ROTATION_BASIS}；{rule.source}",
            "请由继任者或替岗人员办理；确不能轮岗的，凭专项审计报告办理暂缓轮岗",
        )


def warnings(held: Holding, on: date) -> str:
    """What the page tells a holder past his rotation, or an empty text."""
    if not overdue(held, on) or held.rotation_due is None:
        return ""
    return f"您任{held.organ.short}{held.post}已于 {held.rotation_due:%Y年%m月%d日} 满轮岗年限，应当轮岗（{ROTATION_BASIS}）"

"""分级授权、定期轮岗、本市设定: how much a post may decide, how long its holder may stay, what the city has set."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from fadu.city.authority import rules
from fadu.city.authority.door import Answer, Doing, act
from fadu.city.authority.keeping import keeper, lock_appointment, lock_post, need, nothing, trace
from fadu.city.authority.models import Appointment, CitySetting, Limit, Post, in_force
from fadu.core.errors import Refusal, Refused


@act("authority.set_limit", title="核定审批限额", lock=lock_post, who=keeper)
def set_limit(
    doing: Doing,
    post: Post,
    /,
    *,
    amount: Decimal | None,
    basis: str,
    start: date,
    procedure: str = "",
    **_: Any,
) -> Answer:
    """核定审批限额（分级授权）: up to which amount in yuan the post decides, from a day; None says without limit.

    ``procedure`` narrows it to one procedure. The limit before ends the day this one begins.
    """
    if amount is not None and amount < 0:
        raise Refused(Refusal("negative", "限额不能小于零", subject="amount"))
    basis = need(basis, "授权文件", subject="basis")
    current = Limit.objects.filter(in_force(start), post=post, procedure=procedure)
    if current.filter(start=start).exists():
        raise Refused(Refusal("not_later", "该日已核定过限额", cure="请从其他日期起核定", subject="start"))
    current.update(end=start)
    row = Limit.objects.create(post=post, procedure=procedure, amount=amount, basis=basis, start=start)
    leaf = trace(
        doing, register="limit", key=str(row.pk), step="set",
        values={"post": str(post), "procedure": procedure, "amount": "unlimited" if amount is None else amount,
                "basis": basis, "start": start},
    )  # fmt: skip
    return {"limit": row.pk, "leaf": leaf.hash.hex()}


@act(
    "authority.exempt_from_rotation",
    title="暂缓轮岗（替代控制）",
    lock=lock_appointment,
    who=keeper,
    basis="行政事业单位内部控制规范 15",
)
def exempt_from_rotation(
    doing: Doing, appointment: Appointment, /, *, until: date, basis: str, **_: Any
) -> Answer:
    """暂缓轮岗: where rotation is not possible, a special audit (专项审计) lets the holder stay, at most another year."""
    if appointment.rotation_due is None:
        raise Refused(Refusal("no_rotation", f"{appointment.post}不实行定期轮岗"))
    if appointment.person_id == doing.actor.person.pk:
        raise Refused(Refusal("to_oneself", "不得为本人办理暂缓轮岗", cure="请由另一人办理"))
    if not doing.on < until <= doing.on.replace(year=doing.on.year + 1, day=min(doing.on.day, 28)):
        raise Refused(
            Refusal("too_long", "暂缓轮岗一次不超过一年", cure="请核对日期；期满可凭新的专项审计再次暂缓", subject="until")
        )  # fmt: skip
    basis = need(basis, "专项审计报告的名称和日期", subject="basis")
    Appointment.objects.filter(pk=appointment.pk).update(exempt_until=until, exempt_basis=basis)
    leaf = trace(
        doing, register="appointment", key=str(appointment.pk), step="exempt",
        values={"until": until, "basis": basis},
    )  # fmt: skip
    return {"appointment": appointment.pk, "leaf": leaf.hash.hex()}


@act("authority.set_setting", title="本市设定", lock=nothing, who=keeper)
def set_setting(
    doing: Doing, _subject: None, /, *, name: str, value: str, source: str, start: date
) -> Answer:
    """本市设定: one of the values the shipped setting allows, from a day, with its document."""
    known = rules.shipped(name)
    if value not in known.values:
        told = "、".join(f"{word}（{title}）" for word, title in known.values.items())
        raise Refused(
            Refusal("unknown_value", f"“{known.title}”没有“{value}”这一选项", cure=f"可选：{told}", subject="value")
        )  # fmt: skip
    source = need(source, "依据的文件", subject="source")
    current = CitySetting.objects.filter(in_force(start), name=name)
    if current.filter(start=start).exists():
        raise Refused(Refusal("not_later", "该日已作过设定", cure="请从其他日期起设定", subject="start"))
    current.update(end=start)
    row = CitySetting.objects.create(name=name, value=value, source=source, start=start)
    leaf = trace(
        doing,
        register="setting",
        key=name,
        step="set",
        values={"value": value, "source": source, "start": start},
    )
    return {"setting": row.pk, "leaf": leaf.hash.hex()}

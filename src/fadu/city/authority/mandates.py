"""代理: who acts for whom. Given by the principal himself, or registered at the window for one under guardianship."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from fadu.city.accounts.models import Mandate, Person
from fadu.city.authority.door import Answer, Doing, act
from fadu.city.authority.keeping import keeper, need, nothing, person_of, trace, window
from fadu.city.authority.queries import is_minor
from fadu.core.errors import Refusal, Refused

MINOR_BASIS = "《中华人民共和国民法典》第十九条、第二十条、第二十三条"


def _himself(doing: Doing, subject: Any, /, **asked: Any) -> Iterable[Refusal]:
    """Nobody gives away what he holds from another, and a minor gives no mandate."""
    if doing.actor.behalf is not None:
        yield Refusal(
            "not_yours", "代理人不得转委托", "《中华人民共和国民法典》第一百六十九条", "请由本人委托"
        )
    if is_minor(doing.actor.person, doing.on):
        yield Refusal("minor", "未成年人由监护人代理，不能自行委托代理人", MINOR_BASIS, "请由监护人办理")


@act(
    "authority.give_mandate",
    title="委托代理",
    lock=nothing,
    who=_himself,
    basis="《中华人民共和国民法典》第一百六十五条",
)
def give_mandate(
    doing: Doing,
    _subject: None,
    /,
    *,
    agent: str,
    procedures: Sequence[str],
    scope: str,
    start: date,
    end: date,
) -> Answer:
    """委托代理: the actor lets another person act for him in matters of these procedures, between two days."""
    receiver = person_of(agent, subject="agent")
    if receiver.pk == doing.actor.person.pk:
        raise Refused(Refusal("to_oneself", "不能委托本人", cure="请选择其他人", subject="agent"))
    if receiver.kind != Person.Kind.NATURAL or is_minor(receiver, doing.on):
        raise Refused(Refusal("unfit_agent", "代理人须为成年的自然人", cure="请另选代理人", subject="agent"))
    if not procedures:
        raise Refused(
            Refusal("missing_scope", "没有写明代理哪些事项", cure="请选择事项", subject="procedures")
        )
    if end <= start:
        raise Refused(Refusal("end_before_start", "截止日须晚于起始日", cure="请核对日期", subject="end"))
    kind = Mandate.Kind.AGENT
    if doing.actor.person.kind == Person.Kind.ENTERPRISE and scope == Mandate.Kind.REPRESENTATIVE.label:
        kind = Mandate.Kind.REPRESENTATIVE
    row = Mandate.objects.create(
        principal=doing.actor.person, agent=receiver, kind=kind, scope=scope, procedures=list(procedures),
        start=start, end=end, basis="本人在平台委托",
    )  # fmt: skip
    leaf = trace(
        doing, register="mandate", key=str(row.pk), step="give",
        values={"agent": agent, "scope": scope, "procedures": procedures, "start": start, "end": end},
    )  # fmt: skip
    return {"mandate": row.pk, "leaf": leaf.hash.hex()}


@act("authority.register_guardian", title="登记监护关系", lock=nothing, who=window, basis=MINOR_BASIS)
def register_guardian(
    doing: Doing,
    _subject: None,
    /,
    *,
    principal: str,
    agent: str,
    basis: str,
    start: date,
    procedures: Sequence[str] = ("*",),
) -> Answer:
    """登记监护: papers checked at the window; it ends by itself on the day the principal comes of age."""
    ward, guardian = person_of(principal, subject="principal"), person_of(agent, subject="agent")
    if not is_minor(ward, doing.on):
        raise Refused(
            Refusal("not_minor", f"{ward.name}未登记为未成年人", cure="请先核验身份并登记成年日期", subject="principal")
        )  # fmt: skip
    if guardian.pk == ward.pk or is_minor(guardian, doing.on) or guardian.kind != Person.Kind.NATURAL:
        raise Refused(Refusal("unfit_agent", "监护人须为成年的自然人", cure="请核对", subject="agent"))
    basis = need(basis, "监护关系的证明", subject="basis")
    row = Mandate.objects.create(
        principal=ward, agent=guardian, kind=Mandate.Kind.GUARDIAN, scope="全部事项", procedures=list(procedures),
        start=start, end=ward.minor_until, basis=basis,
    )  # fmt: skip
    leaf = trace(
        doing, register="mandate", key=str(row.pk), step="register_guardian",
        values={"principal": principal, "agent": agent, "basis": basis},
    )  # fmt: skip
    return {"mandate": row.pk, "leaf": leaf.hash.hex()}


def _lock_mandate(doing: Doing, *, mandate: int, **asked: Any) -> Mandate:
    found = Mandate.objects.select_for_update().filter(pk=mandate).first()
    if found is None:
        raise Refused(Refusal("unknown_mandate", "没有这项委托", cure="请从名单中选择"))
    return found


def _one_of_both(doing: Doing, mandate: Mandate, /, **asked: Any) -> Iterable[Refusal]:
    """A mandate is withdrawn or laid down by either side (民法典 173); guardianship ends at the window."""
    both = (mandate.principal_id, mandate.agent_id)
    if mandate.kind == Mandate.Kind.GUARDIAN or doing.actor.person.pk not in both:
        yield from keeper(doing, mandate, **asked)


@act("authority.revoke_mandate", title="解除代理", lock=_lock_mandate, who=_one_of_both)
def revoke_mandate(doing: Doing, mandate: Mandate, /, *, reason: str, **_: Any) -> Answer:
    """解除代理: from today the agent acts no longer; what he did stands."""
    reason = need(reason, "解除的理由")
    if mandate.end is not None and mandate.end <= doing.on:
        raise Refused(Refusal("ended_already", "该委托已经结束"))
    Mandate.objects.filter(pk=mandate.pk).update(end=max(doing.on, mandate.start), revoked_reason=reason)
    leaf = trace(doing, register="mandate", key=str(mandate.pk), step="revoke", values={"reason": reason})
    return {"mandate": mandate.pk, "leaf": leaf.hash.hex()}

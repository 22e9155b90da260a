"""What a party or the public must bring to a step: identity checked so far, full age or a guardian, a mandate that covers it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from fadu.city.accounts.models import Mandate, User
from fadu.city.authority import queries as authority
from fadu.city.authority.actor import Actor
from fadu.city.authority.acts import MINOR_BASIS
from fadu.city.authority.models import in_force
from fadu.core.errors import Refusal
from fadu.core.procedure.definition import Definition, Role, Step

PRIVATE = ("party", "public")
_MANDATE_BASIS = "《中华人民共和国民法典》第一百六十二条、第一百七十一条"


def refusals(definition: Definition, step: Step, role: Role, actor: Actor, on: date) -> Iterator[Refusal]:
    """Every reason why somebody with this private role may not do the step himself, or for another, on that day."""
    yield from _identified(step, role, actor)
    yield from of_age(definition, step.title, actor, on, subject=step.name)


def of_age(
    definition: Definition, title: str, actor: Actor, on: date, *, subject: str = ""
) -> Iterator[Refusal]:
    """Reasons against somebody who stands here for himself or for another: full age, a mandate in force that covers the
    matter, a guardian for a minor. Asked for every step, and for what makes somebody a participant without being a step.
    """
    yield from mandated(definition, title, actor, on, subject)
    if authority.is_minor(actor.person, on):
        yield Refusal(
            "minor",
            f"{actor.person.name}尚未成年，“{title}”须由监护人代为办理",
            MINOR_BASIS,
            "请监护人用自己的账号登录，选择代理该未成年人后办理",
            subject,
        )


def consenting(title: str, actor: Actor, on: date, *, subject: str = "") -> Iterator[Refusal]:
    """Reasons against keeping what a child sends under his own name: below fourteen his guardian must consent. To say
    something is no legal act and needs no full age (个人信息保护法第三十一条; 民法典第十九条).
    """
    if authority.is_child(actor.person, on):
        yield Refusal(
            "child",
            f"{actor.person.name}不满十四周岁，处理其个人信息须经监护人同意，“{title}”须由监护人代为办理",
            "《中华人民共和国个人信息保护法》第三十一条",
            "请监护人用自己的账号登录，选择代理后提交；也可以不登录、不填写姓名和联系方式提交",
            subject,
        )


def _identified(step: Step, role: Role, actor: Actor) -> Iterator[Refusal]:
    level = actor.user.real_name_level if actor.user is not None else 0
    if level < role.real_name:
        wanted, has = User.RealName(role.real_name).label, User.RealName(level).label
        yield Refusal(
            "real_name",
            f"“{step.title}”须达到实名等级 {role.real_name}（{wanted}），您的账号为 {level}（{has}）",
            role.basis.printed or step.basis.printed,
            "请在“我的账号”关联统一身份认证，或者到窗口核验身份",
            step.name,
        )


def mandated(
    definition: Definition, title: str, actor: Actor, on: date, subject: str = ""
) -> Iterator[Refusal]:
    """Reasons against a mandate by which somebody stands here for another; none where he stands for himself."""
    mandate = actor.mandate
    if mandate is None:
        return
    if not Mandate.objects.filter(in_force(on), pk=mandate.pk, agent=actor.person).exists():
        yield Refusal(
            "mandate_over",
            f"您代理{mandate.principal.name}的权限已经结束",
            _MANDATE_BASIS,
            "请由本人办理，或者重新委托",
        )
    elif not mandate.covers(definition.name):
        yield Refusal(
            "beyond_mandate",
            f"您代理{mandate.principal.name}的权限不包括“{definition.title}”",
            _MANDATE_BASIS,
            "请由本人办理，或者请其扩大委托的事项",
        )
    if authority.is_minor(mandate.principal, on) and mandate.kind != Mandate.Kind.GUARDIAN:
        yield Refusal(
            "not_guardian",
            f"{mandate.principal.name}尚未成年，“{title}”只能由监护人代为办理",
            MINOR_BASIS,
            "请到窗口登记监护关系",
            subject,
        )

"""What the acts of authority share: who keeps its registers, what a change of one leaves behind, how names are found."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from fadu.city.accounts.models import Person, User
from fadu.city.authority.door import Doing
from fadu.city.authority.models import Appointment, Organ, Post
from fadu.core.errors import Refusal, Refused

INSTALL = "install"


def nothing(doing: Doing, **asked: Any) -> None:
    """A new thing has nothing to lock."""


def anyone(doing: Doing, subject: Any, /, **asked: Any) -> Iterable[Refusal]:
    """What anybody may do for himself."""
    return ()


def keeper(doing: Doing, subject: Any, /, **asked: Any) -> Iterable[Refusal]:
    """Organs, posts and powers are kept by whoever holds the staffing function, and by the installation itself."""
    if doing.actor.source == INSTALL:
        return
    if not any("staffing" in held.functions for held in doing.actor.holdings):
        yield Refusal(
            "no_power",
            "只有机构编制管理岗位可以变更机构、岗位、任职、职权和账号",
            cure="请由机构编制管理部门办理",
        )


def window(doing: Doing, subject: Any, /, **asked: Any) -> Iterable[Refusal]:
    """Whoever checks papers face to face: a post with the function of registering, or a keeper."""
    if not any("register" in held.functions for held in doing.actor.holdings):
        yield from keeper(doing, subject, **asked)


def trace(doing: Doing, *, register: str, key: str, step: str, values: dict[str, Any]) -> Any:
    """Every change of a register is a leaf in that register entry's own chain."""
    return doing.leave(
        case_ref=f"register/{register}/{key}",
        step=f"{register}.{step}",
        performers=[doing.actor.who()],
        recorder=doing.actor.who(),
        organ=doing.actor.holdings[0].organ.code if doing.actor.holdings else "",
        occurred_at=doing.at,
        fields={name: _plain(value) for name, value in values.items()},
    )


def _plain(value: Any) -> Any:
    """Dates, amounts and sequences as the log commits to them."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return list(value) if isinstance(value, list | tuple) else value


def organ_of(code: str) -> Organ | None:
    """The organ with that code; None for an empty one, refused where nobody bears it."""
    if not code:
        return None
    try:
        return Organ.objects.get(code=code)
    except Organ.DoesNotExist:
        raise Refused(Refusal("unknown_organ", f"没有代码为 {code} 的机构", cure="请先设立该机构")) from None


def person_of(key: str, *, subject: str = "person") -> Person:
    """The registered person with that key, or Refused."""
    found = Person.objects.filter(key=key).first()
    if found is None:
        raise Refused(
            Refusal("unknown_person", f"没有登记编号为 {key} 的人员", cure="请先登记该人员", subject=subject)
        )
    return found


def need(text: str, what: str, *, subject: str = "reason") -> str:
    """A sentence that must not be empty (事由、理由、依据), trimmed."""
    if not text.strip():
        raise Refused(Refusal("missing_reason", f"须写明{what}", cure=f"请填写{what}", subject=subject))
    return text.strip()


def lock_post(doing: Doing, *, post: int, **asked: Any) -> Post:
    """The post, locked; unknown is refused."""
    found = Post.objects.select_for_update(of=("self",)).select_related("organ").filter(pk=post).first()
    if found is None:
        raise Refused(Refusal("unknown_post", "没有这个岗位", cure="请从岗位名单中选择", subject="post"))
    return found


def lock_appointment(doing: Doing, *, appointment: int, **asked: Any) -> Appointment:
    """The appointment, locked; unknown is refused."""
    found = (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("person", "post__organ__government")
        .filter(pk=appointment)
        .first()
    )
    if found is None:
        raise Refused(Refusal("unknown_appointment", "没有这项任职", cure="请从任职名单中选择"))
    return found


def lock_user(doing: Doing, *, username: str, **asked: Any) -> User:
    """The account, locked; unknown is refused."""
    found = (
        User.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(username=username)
        .first()
    )
    if found is None:
        raise Refused(
            Refusal("unknown_account", f"没有账号 {username}", cure="请核对账号", subject="username")
        )
    return found

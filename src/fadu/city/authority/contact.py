"""联系方式: where a person's messages go, changed by himself after a fresh proof, since codes are sent there too."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from fadu.city.accounts.models import User
from fadu.city.authority.actor import PROVE_AGAIN
from fadu.city.authority.door import Answer, Doing, act
from fadu.city.authority.keeping import lock_user, trace
from fadu.core.errors import Refusal, Refused

# A mobile number of the mainland, as text messages are sent to it.
_MOBILE = re.compile(r"1[3-9][0-9]{9}")


def _himself(doing: Doing, user: User, /, **asked: Any) -> Iterable[Refusal]:
    if doing.actor.user is None or doing.actor.user.pk != user.pk or doing.actor.token:
        yield Refusal("not_yours", "联系方式只能由账号本人登录后变更", cure="请本人登录后办理")
    elif not doing.actor.freshly_proved(doing.at):
        yield PROVE_AGAIN


@act(
    "authority.change_contact",
    title="变更联系方式",
    lock=lock_user,
    who=_himself,
    basis="《中华人民共和国个人信息保护法》第四十六条",
)
def change_contact(doing: Doing, user: User, /, *, username: str, email: str, mobile: str) -> Answer:
    """变更联系方式: either may be empty; the leaf says what was changed and never to what."""
    email, mobile = email.strip(), mobile.strip()
    problems = [*_email(email), *_mobile(mobile)]
    if problems:
        raise Refused(*problems)
    new = {"email": email, "mobile": mobile}
    changed = sorted(name for name, value in new.items() if getattr(user, name) != value)
    if not changed:
        raise Refused(Refusal("nothing_changed", "联系方式没有变化", cure="请填写新的联系方式"))
    User.objects.filter(pk=user.pk).update(**new)
    leaf = trace(doing, register="account", key=username, step="change_contact", values={"changed": changed})
    return {"changed": changed, "leaf": leaf.hash.hex()}


def _email(text: str) -> Iterable[Refusal]:
    try:
        if text:
            validate_email(text)
        if len(text) > 254:
            raise ValidationError("too long")
    except ValidationError:
        yield Refusal("wrong_email", "电子邮箱的写法不对", cure="如 name@example.cn", subject="email")


def _mobile(text: str) -> Iterable[Refusal]:
    if text and not _MOBILE.fullmatch(text):
        yield Refusal("wrong_mobile", "手机号码的写法不对", cure="请填写 11 位手机号码", subject="mobile")

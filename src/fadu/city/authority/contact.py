"""联系方式: where a person's messages go, changed by himself after a fresh proof, and only to an address where he
has read a code: what is due and the codes of his matters are sent there.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from fadu.city.accounts import claims
from fadu.city.accounts.models import ContactClaim, User
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
    """变更联系方式: an emptied one goes at once; a new one waits until the code sent to it is given. The leaf says what was
    changed or claimed and never to what.
    """
    email, mobile = email.strip(), mobile.strip()
    problems = [*_email(email), *_mobile(mobile)]
    if problems:
        raise Refused(*problems)
    changed = {
        name: value for name, value in (("email", email), ("mobile", mobile)) if getattr(user, name) != value
    }
    if not changed:
        raise Refused(Refusal("nothing_changed", "联系方式没有变化", cure="请填写新的联系方式"))
    claimed = sorted(name for name, value in changed.items() if value)
    if against := [
        one for name in claimed for one in claims.sending_refusals(user, name, changed[name], doing.at)
    ]:
        raise Refused(*against)
    removed = sorted(changed.keys() - set(claimed))
    User.objects.filter(pk=user.pk).update(**dict.fromkeys(removed, ""))
    ContactClaim.objects.filter(user=user, channel__in=removed).update(until=doing.at)
    for name in claimed:
        row = claims.claim(user, name, changed[name], doing.at)
        key = hashlib.sha256(f"{claims.KIND} {row.seed}".encode()).hexdigest()
        doing.send(claims.KIND, key, {"claim": row.pk})
    leaf = trace(
        doing, register="account", key=username, step="change_contact",
        values={"removed": removed, "claimed": claimed},
    )  # fmt: skip
    return {"removed": removed, "claimed": claimed, "leaf": leaf.hash.hex()}


@act(
    "authority.confirm_contact",
    title="核验联系方式",
    lock=lock_user,
    who=_himself,
    basis="《中华人民共和国个人信息保护法》第八条",
)
def confirm_contact(doing: Doing, user: User, /, *, username: str, channel: str, code: str) -> Answer:
    """核验联系方式: whoever has read the code has the address; it replaces the old one. Tries are counted beforehand, by
    ``accounts.claims.try_code``.
    """
    row = claims.newest(user, channel)
    if row is None or row.until <= doing.at or not claims.matches(row, code):
        raise Refused(Refusal("wrong_one_time", "验证码不正确", cure="请核对后再输入", subject=channel))
    User.objects.filter(pk=user.pk).update(**{row.channel: row.address})
    ContactClaim.objects.filter(user=user, channel=channel).update(until=doing.at)
    leaf = trace(
        doing, register="account", key=username, step="confirm_contact", values={"changed": [row.channel]}
    )
    return {"changed": [row.channel], "leaf": leaf.hash.hex()}


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

"""The one thing the portal does: send a one-time code to the contact that was given with a matter."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from typing import Any

from fadu.city.authority.door import Answer, Doing, act
from fadu.city.cases.models import MatterCode
from fadu.city.ledger.acts import Citizen
from fadu.city.participation.origin import Origin
from fadu.city.portal import contacts, onetime, sending
from fadu.city.portal.models import OneTimeCode
from fadu.core.errors import Refusal, Refused

NO_CONTACT = Refusal(
    "no_contact",
    "提交这件事项时没有留下可以接收验证码的手机或者电子邮箱",
    cure="请用提交时的账号登录查看，或者到窗口办理",
)


def _lock(doing: Doing, *, case: str, **asked: Any) -> MatterCode:
    """The matter's code, locked: sendings are counted one after another. A matter without receipt code has none to send."""
    rows = MatterCode.objects.select_for_update(of=("self",)).select_related("case__organ", "case__opened_by")
    found = rows.filter(case__key=case).first()
    if found is None:
        raise Refused(Refusal("wrong_code", "没有这个回执码", cure="请核对后重新输入"))
    return found


def _may_send(doing: Doing, code: MatterCode, /, *, origin: Origin, **asked: Any) -> Iterable[Refusal]:
    contact = contacts.of(code.case, doing.on)
    if contact is None:
        yield NO_CONTACT
        return
    yield from onetime.sending_refusals(code.case, contact.digest, origin, doing.at)


@act(
    "portal.send_code",
    title="发送查看事项内容的一次性验证码",
    lock=_lock,
    who=_may_send,
    basis="《中华人民共和国个人信息保护法》第四十五条、第五十一条",
)
def send_code(doing: Doing, code: MatterCode, /, *, case: str, origin: Origin) -> Answer:
    """发送验证码: the caller has shown the receipt code. The message carries neither name nor matter, the outbox neither
    address nor code; the leaf says that it was sent, by which way and until when it can be used.
    """
    contact = contacts.of(code.case, doing.on)
    if contact is None:
        raise Refused(NO_CONTACT)
    seed = secrets.token_hex(16)
    until = doing.at + onetime.lifetime()
    OneTimeCode.objects.filter(case=code.case, issued_at__lte=doing.at - onetime.DAY).delete()
    row = OneTimeCode.objects.create(
        case=code.case, channel=contact.channel, address=contact.digest, origin=origin.digest, seed=seed,
        digest=onetime.digest(seed, onetime.derive(seed)), issued_at=doing.at, until=until,
    )  # fmt: skip
    # The key goes out with the message (it makes it one message); it tells nothing.
    key = hashlib.sha256(f"{sending.KIND} {seed}".encode()).hexdigest()
    doing.send(sending.KIND, key, {"code": row.pk, "case": code.case.key})
    who = Citizen(doing.actor.person.key)
    leaf = doing.leave(
        case_ref=f"matter-code/{code.case.key}", step="portal.send_code", performers=[who], recorder=who,
        organ=code.case.organ.code, occurred_at=doing.at,
        fields={"channel": contact.channel, "until": until.isoformat()},
    )  # fmt: skip
    return {
        "case": code.case.key,
        "channel": contact.channel,
        "until": until.isoformat(),
        "leaf": leaf.hash.hex(),
    }

"""核验联系方式: an address counts once its owner has read the code that was sent there (ASVS 5.0, 6.3.6).

Sending is an act and so is taking the address over; the try at a code is, like a log-in, written outside the door.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F

from fadu.city.accounts import pins
from fadu.city.accounts.models import ContactClaim, User
from fadu.core.errors import Refusal, Refused

_PURPOSE = b"fadu/accounts/contact-claim/v1"
_DAY = timedelta(days=1)
# The kind of message that carries the code.
KIND = "account.contact_code"


def code_of(claim: ContactClaim) -> str:
    """The code of a claim, for whoever sends it."""
    return pins.derive(_PURPOSE, claim.seed)


def newest(user: User, channel: str) -> ContactClaim | None:
    """The claim that counts: another one ends the one before."""
    return user.contact_claims.filter(channel=channel).order_by("-issued_at", "-pk").first()


def open_claims(user: User, at: datetime) -> list[ContactClaim]:
    """The addresses that still wait for their code."""
    found = [newest(user, channel) for channel in ContactClaim.Channel.values]
    return [one for one in found if one is not None and one.until > at]


def sending_refusals(user: User, channel: str, address: str, at: datetime) -> Iterator[Refusal]:
    """Reasons against sending one more code for this account, or to this address from whatever account."""
    last, pause = newest(user, channel), settings.FADU_CODE_PAUSE_SECONDS
    if last is not None and at - last.issued_at < timedelta(seconds=pause):
        left = max(pause - int((at - last.issued_at).total_seconds()), 1)
        yield Refusal(
            "too_soon", "刚刚发送过验证码", cure=f"没有收到的，请在 {left} 秒以后再发一次", subject=channel
        )
        return
    recent = ContactClaim.objects.filter(channel=channel, issued_at__gt=at - _DAY)
    most = settings.FADU_CODES_A_DAY
    if max(recent.filter(user=user).count(), recent.filter(address=address).count()) >= most:
        yield Refusal(
            "too_many_codes", f"二十四小时内最多发送 {most} 次验证码", cure="请明天再试", subject=channel
        )


def claim(user: User, channel: str, address: str, at: datetime) -> ContactClaim:
    """A new claim with its code; what is older than a day is forgotten."""
    ContactClaim.objects.filter(issued_at__lte=at - _DAY).delete()
    seed = secrets.token_hex(16)
    digest = pins.digest(_PURPOSE, seed, pins.derive(_PURPOSE, seed))
    return ContactClaim.objects.create(
        user=user, channel=channel, address=address, seed=seed, digest=digest,
        issued_at=at, until=at + timedelta(seconds=settings.FADU_CODE_SECONDS),
    )  # fmt: skip


def try_code(user: User, channel: str, typed: str, *, at: datetime) -> ContactClaim:
    """The claim whose code this is, or Refused; the try is counted before it is compared, so that no two run beside
    each other."""
    row = newest(user, channel)
    if row is None:
        raise Refused(Refusal("no_code", "没有等待核验的地址", cure="请先填写新的联系方式", subject=channel))
    if row.until <= at:
        minutes = settings.FADU_CODE_SECONDS // 60
        raise Refused(
            Refusal(
                "code_expired",
                f"验证码已经过期（有效期 {minutes} 分钟）",
                cure="请重新填写联系方式",
                subject=channel,
            )
        )
    most = settings.FADU_CODE_TRIES
    if ContactClaim.objects.filter(pk=row.pk, tries__lt=most).update(tries=F("tries") + 1) != 1:
        raise Refused(
            Refusal(
                "code_spent", "这个验证码输错次数过多，已经作废", cure="请重新填写联系方式", subject=channel
            )
        )
    if not matches(row, typed):
        raise Refused(
            Refusal("wrong_one_time", "验证码不正确", cure="请核对短信或者邮件后再输入", subject=channel)
        )
    return row


def matches(row: ContactClaim, typed: str) -> bool:
    """Whether this is the code of the claim, spaces left out."""
    return hmac.compare_digest(pins.digest(_PURPOSE, row.seed, "".join(typed.split())), row.digest)

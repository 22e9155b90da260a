"""一次性验证码: how it is drawn, how long it lives, how often it may be sent and tried. Its use is a log-in and, like every
log-in, written outside the door (architecture.md, rule 2); that it is sent is an act (``acts``).
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Sum

from fadu.city.accounts import pins
from fadu.city.cases.models import Case
from fadu.city.ledger import acts as ledger
from fadu.city.participation import attempts
from fadu.city.participation.origin import Origin
from fadu.city.portal.models import OneTimeCode
from fadu.core.errors import Refusal, Refused

_PURPOSE = b"fadu/portal/one-time-code/v1"
USE = "portal.use_code"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def lifetime() -> timedelta:
    """How long a code can be used."""
    return timedelta(seconds=settings.FADU_CODE_SECONDS)


def derive(seed: str) -> str:
    """The code of a seed."""
    return pins.derive(_PURPOSE, seed)


def digest(seed: str, code: str) -> str:
    """What is kept of a code and compared with."""
    return pins.digest(_PURPOSE, seed, code)


def newest(case: Case) -> OneTimeCode | None:
    """The code that counts: sending another ends the one before."""
    return OneTimeCode.objects.filter(case=case).order_by("-issued_at", "-pk").first()


def sending_refusals(case: Case, address: str, origin: Origin, at: datetime) -> Iterator[Refusal]:
    """Reasons against sending one more code in this matter, to this address, for whoever asks from there."""
    last = newest(case)
    pause = settings.FADU_CODE_PAUSE_SECONDS
    if last is not None and at - last.issued_at < timedelta(seconds=pause):
        left = pause - int((at - last.issued_at).total_seconds())
        yield Refusal("too_soon", "刚刚发送过验证码", cure=f"没有收到的，请在 {max(left, 1)} 秒以后再发一次")
        return
    most = settings.FADU_CODES_A_DAY
    recent = OneTimeCode.objects.filter(issued_at__gt=at - DAY)
    if recent.filter(case=case).count() >= most:
        yield Refusal(
            "too_many_codes", f"这件事项二十四小时内最多发送 {most} 次验证码",
            cure="请明天再试，或者用提交时的账号登录查看",
        )  # fmt: skip
    elif recent.filter(address=address).count() >= 2 * most:
        yield Refusal(
            "too_many_codes", f"同一手机或邮箱二十四小时内最多接收 {2 * most} 次验证码",
            cure="请明天再试，或者用提交时的账号登录查看",
        )  # fmt: skip
    elif recent.filter(origin=origin.digest, issued_at__gt=at - HOUR).count() >= 2 * most:
        yield Refusal(
            "too_many_codes", f"同一网络一小时内最多请求 {2 * most} 次验证码",
            cure="请一小时后再试，或者用提交时的账号登录查看",
        )  # fmt: skip
    if wrong := _locked(case, at):
        yield wrong


def _locked(case: Case, at: datetime) -> Refusal | None:
    """Wrong tries add up over the codes of a matter: sending another code gives no more of them without end."""
    most = settings.FADU_CODE_TRIES * 3
    rows = OneTimeCode.objects.filter(case=case, issued_at__gt=at - DAY)
    if (rows.aggregate(tried=Sum("tries"))["tried"] or 0) < most:
        return None
    return Refusal(
        "code_locked", f"这件事项二十四小时内已输错 {most} 次验证码，暂停凭验证码查看",
        cure="请明天再试，或者用提交时的账号登录查看",
    )  # fmt: skip


def use(case: Case, typed: str, *, person: str, origin: Origin, at: datetime) -> None:
    """Take a code once, or Refused; a try is counted before it is compared, so that no two run beside each other.

    ``person`` is whose contact it was sent to: the use stands under his key in the access log, a refusal under nobody's.
    """
    attempts.check(origin, at)
    try:
        _take(case, typed, origin, at)
    except Refused as refused:
        ledger.note_refusal(
            act=USE, person="public", refusals=refused.refusals, at=at, organ="", case_ref=f"case/{case.key}"
        )
        raise
    ledger.note_access(ledger.Access("code", person, at, case_ref=f"case/{case.key}", step=USE))


def _take(case: Case, typed: str, origin: Origin, at: datetime) -> None:
    row = newest(case)
    if (wrong := _locked(case, at)) is not None:
        raise Refused(wrong)
    if row is None or (dead := _dead(row, at)) is not None:
        raise Refused(_NONE if row is None else dead)
    plain = "".join(typed.split())
    live = OneTimeCode.objects.filter(pk=row.pk, used_at=None, until__gt=at)
    if live.filter(tries__lt=settings.FADU_CODE_TRIES).update(tries=F("tries") + 1) != 1:
        row.refresh_from_db()
        raise Refused(_dead(row, at) or _SPENT)
    if not hmac.compare_digest(digest(row.seed, plain), row.digest):
        attempts.note(origin, at)
        left = settings.FADU_CODE_TRIES - row.tries - 1
        cure = f"请核对短信或者邮件，还可以再试 {left} 次" if left > 0 else "请重新发送验证码"
        raise Refused(Refusal("wrong_one_time", "验证码不正确", cure=cure, subject="once"))
    if live.update(used_at=at) != 1:
        raise Refused(_USED)


_NONE = Refusal("no_code", "还没有发送验证码", cure="请先点“发送验证码”", subject="once")
_USED = Refusal("code_used", "这个验证码已经使用过", cure="验证码只能使用一次，请重新发送", subject="once")
_SPENT = Refusal("code_spent", "这个验证码输错次数过多，已经作废", cure="请重新发送验证码", subject="once")


def _dead(row: OneTimeCode, at: datetime) -> Refusal | None:
    """Why a code can no longer be used, or None."""
    if row.used_at is not None:
        return _USED
    if row.until <= at:
        minutes = settings.FADU_CODE_SECONDS // 60
        return Refusal(
            "code_expired",
            f"验证码已经过期（有效期 {minutes} 分钟）",
            cure="请重新发送验证码",
            subject="once",
        )
    return _SPENT if row.tries >= settings.FADU_CODE_TRIES else None

"""Prove who one is. Sessions and lock-out are the only writes here (architecture.md, rule 2)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db.models import F

from fadu.city.accounts import secondfactor
from fadu.city.accounts.models import User
from fadu.core.errors import Refusal, Refused

# Checked when the account does not exist, so that the answer takes as long as for one that does.
_NOBODY = make_password("nobody has this password")

WRONG = Refusal("wrong_login", "账号、口令或动态口令不正确", cure="请核对后重试；连续失败会暂时锁定账号")


def log_in(username: str, password: str, code: str, *, at: datetime, second_factor: bool = True) -> User:
    """The account, if password and one-time code are right; else Refused, in the same words whatever was wrong.

    ``second_factor=False`` is for the demonstration's persona switch only; the caller answers for it.
    """
    user = User.objects.select_related("person").filter(username=username).first()
    right = check_password(password, user.password if user else _NOBODY)
    if user is None:
        raise Refused(WRONG)
    if user.locked_until and user.locked_until > at:
        minutes = int((user.locked_until - at).total_seconds() // 60) + 1
        raise Refused(
            Refusal(
                "locked",
                f"账号因连续失败已锁定，约 {minutes} 分钟后自动解锁",
                cure="请稍后再试，或联系安全管理员",
            )
        )
    if right and second_factor and user.second_factor:
        right = _take_code(user, code, at)
    if not (right and user.active):
        _count_failure(user, at)
        raise Refused(WRONG)
    User.objects.filter(pk=user.pk).update(failures=0, locked_until=None)
    return user


def prove_again(user: User, password: str, code: str, *, at: datetime) -> None:
    """Re-authentication before approving, signing or deciding (ASVS 7.5.3); raises Refused like ``log_in``."""
    log_in(user.username, password, code, at=at)


def _take_code(user: User, code: str, at: datetime) -> bool:
    secret = secondfactor.unseal(user.second_factor)
    step = secondfactor.matching_step(secret, code, at=at.timestamp(), used=user.second_factor_step)
    if step is None:
        return False
    # Two requests with one code: only one of them moves the counter.
    taken = User.objects.filter(pk=user.pk, second_factor_step__lt=step).update(second_factor_step=step)
    return taken == 1


def _count_failure(user: User, at: datetime) -> None:
    User.objects.filter(pk=user.pk).update(failures=F("failures") + 1)
    user.refresh_from_db(fields=["failures"])
    if user.failures >= settings.FADU_LOCKOUT_TRIES:
        until = at + timedelta(seconds=settings.FADU_LOCKOUT_SECONDS)
        User.objects.filter(pk=user.pk).update(failures=0, locked_until=until)

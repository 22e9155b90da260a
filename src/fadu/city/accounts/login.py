"""Prove who one is. Sessions, lock-out and the record of log-ins are the only writes here (architecture.md, rule 2)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db.models import F

from fadu.city.accounts import secondfactor
from fadu.city.accounts.models import LogIn, User
from fadu.core.errors import Refusal, Refused

# Checked when the account does not exist, so that the answer takes as long as for one that does.
_NOBODY = make_password("nobody has this password")

WRONG = Refusal("wrong_login", "账号、口令或动态口令不正确", cure="请核对后重试；连续失败会暂时锁定账号")


def log_in(username: str, password: str, code: str, *, at: datetime) -> User:
    """The account, if password and one-time code are right; else Refused, in the same words whatever was wrong.

    An account without a second factor passes by its password alone; the caller sees to its enrolment.
    """
    return _prove(username, password, code, at, LogIn.Result.IN)


def prove_again(user: User, password: str, code: str, *, at: datetime) -> None:
    """Re-authentication before approving, signing or deciding (ASVS 7.5.3); raises Refused like ``log_in``."""
    _prove(user.username, password, code, at, LogIn.Result.PROVED)


def old_password(user: User, password: str, *, at: datetime) -> None:
    """The password in use, asked before it is changed: a session left open must not serve to guess it. Counted, locked."""
    _refuse_locked(user, at, "password")
    if not check_password(password, user.password):
        _count_failure(user, at, "password")
        raise Refused(Refusal("wrong_password", "原口令不正确", cure="请重新输入", subject="old"))


def second_factor(user: User, code: str, *, at: datetime, way: str) -> None:
    """The second factor alone, after the first was proved elsewhere (the identity provider); counted and locked alike."""
    _refuse_locked(user, at, way)
    if not _take_code(user, code, at):
        _count_failure(user, at, way)
        raise Refused(WRONG)
    enter(user, at=at, way=way)


def enter(user: User, *, at: datetime, way: str, result: LogIn.Result = LogIn.Result.IN) -> None:
    """Write down that somebody has proved himself; earlier failures are forgotten."""
    User.objects.filter(pk=user.pk).update(failures=0, locked_until=None)
    LogIn.objects.create(user=user, at=at, result=result, way=way)


def history(user: User, *, limit: int = 20) -> list[LogIn]:
    """The newest attempts to prove oneself by this account, failed ones too."""
    return list(user.log_ins.order_by("-at", "-pk")[:limit])


def _prove(username: str, password: str, code: str, at: datetime, result: LogIn.Result) -> User:
    user = User.objects.select_related("person").filter(username=username).first()
    right = check_password(password, user.password if user and user.password else _NOBODY)
    if user is None:
        raise Refused(WRONG)
    _refuse_locked(user, at, "password")
    right = right and user.active and bool(user.password)
    if not (right and (not user.second_factor or _take_code(user, code, at))):
        _count_failure(user, at, "password")
        raise Refused(WRONG)
    enter(user, at=at, way="password", result=result)
    return user


def _refuse_locked(user: User, at: datetime, way: str) -> None:
    if not user.locked_until or user.locked_until <= at:
        return
    LogIn.objects.create(user=user, at=at, result=LogIn.Result.LOCKED, way=way)
    minutes = int((user.locked_until - at).total_seconds() // 60) + 1
    raise Refused(
        Refusal(
            "locked",
            f"账号因连续失败已锁定，约 {minutes} 分钟后自动解锁",
            cure="请稍后再试，或联系账号管理人员",
        )
    )


def _take_code(user: User, code: str, at: datetime) -> bool:
    if not user.second_factor:
        return False
    secret = secondfactor.unseal(user.second_factor)
    step = secondfactor.matching_step(secret, code, at=at.timestamp(), used=user.second_factor_step)
    if step is None:
        return False
    # Two requests with one code: only one of them moves the counter.
    taken = User.objects.filter(pk=user.pk, second_factor_step__lt=step).update(second_factor_step=step)
    return taken == 1


def _count_failure(user: User, at: datetime, way: str) -> None:
    LogIn.objects.create(user=user, at=at, result=LogIn.Result.WRONG, way=way)
    User.objects.filter(pk=user.pk).update(failures=F("failures") + 1)
    user.refresh_from_db(fields=["failures"])
    if user.failures >= settings.FADU_LOCKOUT_TRIES:
        until = at + timedelta(seconds=settings.FADU_LOCKOUT_SECONDS)
        User.objects.filter(pk=user.pk).update(failures=0, locked_until=until)

"""The acts upon accounts: opened, closed, identity checked, password and second factor changed, access recovered.

A password or a secret never enters the log; that it changed does.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import F

from fadu.city.accounts import secondfactor
from fadu.city.accounts.models import Identity, Person, Recovery, User
from fadu.city.authority.door import Answer, Doing, act
from fadu.city.authority.keeping import (
    INSTALL,
    anyone,
    keeper,
    lock_user,
    need,
    nothing,
    person_of,
    trace,
    window,
)
from fadu.core.errors import Refusal, Refused

_WEAK = {
    "password_too_short": "口令太短",
    "password_too_common": "口令太常见，容易被猜到",
    "password_entirely_numeric": "口令不能全是数字",
}


def _strong(password: str) -> None:
    try:
        validate_password(password)
    except ValidationError as error:
        cure = "请用至少 10 位、不全是数字、不常见的口令"
        raise Refused(
            *(
                Refusal("weak_password", _WEAK[one.code], cure=cure, subject="password")
                for one in error.error_list
            )
        ) from None


def _free(username: str) -> None:
    if User.objects.filter(username=username).exists():
        raise Refused(
            Refusal("name_taken", f"账号 {username} 已被使用", cure="请换一个账号名", subject="username")
        )


@act("authority.register_person", title="登记人员", lock=nothing, who=keeper)
def register_person(
    doing: Doing,
    _subject: None,
    /,
    *,
    key: str,
    name: str,
    kind: str = "natural",
    minor_until: date | None = None,
) -> Answer:
    """登记人员: a natural person known to the platform, once; ``minor_until`` is the day on which he comes of age."""
    if Person.objects.filter(key=key).exists():
        raise Refused(Refusal("name_taken", f"人员编号 {key} 已被使用", cure="请换一个编号", subject="key"))
    person = Person.objects.create(key=key, name=name, kind=kind, minor_until=minor_until)
    leaf = trace(doing, register="person", key=key, step="register", values={"name": name})
    return {"person": person.pk, "leaf": leaf.hash.hex()}


@act("authority.open_account", title="开立账号", lock=nothing, who=keeper)
def open_account(
    doing: Doing, _subject: None, /, *, person: str, username: str, kind: str, password: str, real_name_level: int = 0,
    second_factor: bytes = b"", email: str = "",
) -> Answer:  # fmt: skip
    """开立账号 for somebody else: he changes the given password at his first log-in; the installation's own need not."""
    _free(username)
    _strong(password)
    holder = person_of(person)
    if kind == User.Kind.OFFICIAL and holder.kind != Person.Kind.NATURAL:
        raise Refused(Refusal("wrong_kind", "工作人员账号只能由自然人使用", subject="person"))
    user = User.objects.create(
        person=holder, username=username, kind=kind, password=make_password(password),
        real_name_level=real_name_level, email=email, must_change_password=doing.actor.source != INSTALL,
        second_factor=secondfactor.seal(second_factor) if second_factor else b"",
    )  # fmt: skip
    leaf = trace(doing, register="account", key=username, step="open", values={"kind": kind})
    return {"user": user.pk, "leaf": leaf.hash.hex()}


@act("authority.sign_up", title="注册个人或企业账号", lock=nothing, who=anyone)
def sign_up(
    doing: Doing, _subject: None, /, *, name: str, username: str, kind: str, password: str, email: str = ""
) -> Answer:
    """注册: a citizen or enterprise registers himself; real-name level 0 until an identity check raises it."""
    if kind not in (User.Kind.CITIZEN, User.Kind.ENTERPRISE):
        raise Refused(Refusal("wrong_kind", "自行注册只能开立公民或企业账号"))
    _free(username)
    _strong(password)
    user = _newcomer(name, username, kind, password=make_password(password), email=email)
    leaf = trace(doing, register="account", key=username, step="sign_up", values={"kind": kind})
    return {"user": user.pk, "leaf": leaf.hash.hex()}


def _newcomer(name: str, username: str, kind: str, **given: Any) -> User:
    """An account with a person of its own: nobody becomes a registered person by typing that one's name."""
    person = Person.objects.create(
        key=f"c-{secrets.token_hex(8)}",
        name=name,
        kind=Person.Kind.ENTERPRISE if kind == User.Kind.ENTERPRISE else Person.Kind.NATURAL,
    )
    return User.objects.create(person=person, username=username, kind=kind, **given)


@act("authority.open_by_provider", title="凭统一身份认证开立账号", lock=nothing, who=anyone)
def open_by_provider(
    doing: Doing, _subject: None, /, *, issuer: str, subject: str, name: str, level: int
) -> Answer:
    """凭统一身份认证开立: a citizen's account for an identity that nobody has bound yet; never an official's."""
    username = f"id-{secrets.token_hex(6)}"
    user = _newcomer(name, username, User.Kind.CITIZEN, password="", real_name_level=level)
    Identity.objects.create(user=user, issuer=issuer, subject=subject, bound_at=doing.at)
    leaf = trace(
        doing, register="account", key=username, step="open_by_provider", values={"issuer": issuer, "level": level}
    )  # fmt: skip
    return {"user": user.pk, "leaf": leaf.hash.hex()}


def _self(doing: Doing, user: User, /, **asked: Any) -> Iterable[Refusal]:
    if doing.actor.user is None or doing.actor.user.pk != user.pk:
        yield Refusal("not_yours", "只能由账号本人办理", cure="请用该账号登录后办理")


@act("authority.bind_identity", title="关联统一身份认证", lock=lock_user, who=_self)
def bind_identity(doing: Doing, user: User, /, *, issuer: str, subject: str, level: int, **_: Any) -> Answer:
    """关联: an identity of the provider from now on leads to this account; its real-name level may raise ours."""
    if Identity.objects.filter(issuer=issuer, subject=subject).exclude(user=user).exists():
        raise Refused(
            Refusal("bound_elsewhere", "该统一身份已关联另一账号", cure="请用该账号登录，或联系账号管理人员")
        )
    Identity.objects.get_or_create(
        issuer=issuer, subject=subject, defaults={"user": user, "bound_at": doing.at}
    )
    User.objects.filter(pk=user.pk).update(real_name_level=max(user.real_name_level, level))
    leaf = trace(
        doing, register="account", key=user.username, step="bind", values={"issuer": issuer, "level": level}
    )
    return {"user": user.pk, "leaf": leaf.hash.hex()}


@act("authority.change_password", title="更换口令", lock=lock_user, who=_self)
def change_password(doing: Doing, user: User, /, *, old: str, password: str, **_: Any) -> Answer:
    """更换口令: the old one is asked, the new one must be strong and another; every other session ends."""
    if not check_password(old, user.password):
        raise Refused(Refusal("wrong_password", "原口令不正确", cure="请重新输入", subject="old"))
    if check_password(password, user.password):
        raise Refused(
            Refusal("same_password", "新口令不能与原口令相同", cure="请另选口令", subject="password")
        )
    _strong(password)
    return _renew(
        doing, user, step="change_password", password=make_password(password), must_change_password=False
    )


def _renew(doing: Doing, user: User, *, step: str, **changed: Any) -> Answer:
    """Change what an account is proved by: all its sessions end, because the generation rises."""
    User.objects.filter(pk=user.pk).update(generation=F("generation") + 1, **changed)
    leaf = trace(doing, register="account", key=user.username, step=step, values={"changed": sorted(changed)})
    return {"user": user.pk, "leaf": leaf.hash.hex()}


@act("authority.enrol_second_factor", title="登记第二因素", lock=lock_user, who=_self)
def enrol_second_factor(
    doing: Doing, user: User, /, *, secret: str, code: str, wall: datetime, **_: Any
) -> Answer:
    """登记第二因素: the code proves that the authenticator has the secret (hex); replacing one needs a fresh proof.

    ``wall`` is the time on the wall, by which authenticators count, whatever a demonstration's clock says.
    """
    if user.second_factor and doing.actor.proved_at is None:
        raise Refused(
            Refusal("prove_again", "更换第二因素前须重新核验身份", cure="请输入口令和现用的动态口令")
        )
    raw = bytes.fromhex(secret)
    step = secondfactor.matching_step(raw, code, at=wall.timestamp(), used=0)
    if step is None:
        raise Refused(
            Refusal(
                "wrong_code",
                "动态口令不正确",
                cure="请核对手机时间，输入验证器现在显示的 6 位数字",
                subject="code",
            )
        )
    return _renew(doing, user, step="enrol", second_factor=secondfactor.seal(raw), second_factor_step=step)


@act("authority.close_account", title="停用账号", lock=lock_user, who=keeper)
def close_account(doing: Doing, user: User, /, *, reason: str, **_: Any) -> Answer:
    """停用: nobody logs in by it any more and its sessions end at once."""
    need(reason, "停用的理由")
    return _renew(doing, user, step="close", active=False)


@act("authority.reopen_account", title="恢复使用账号", lock=lock_user, who=keeper)
def reopen_account(doing: Doing, user: User, /, *, reason: str, **_: Any) -> Answer:
    """恢复使用: the account may be used again, with the password and second factor that it had."""
    need(reason, "恢复使用的理由")
    return _renew(doing, user, step="reopen", active=True, failures=0, locked_until=None)


def _self_or_keeper(doing: Doing, user: User, /, **asked: Any) -> Iterable[Refusal]:
    if any(_self(doing, user)):
        yield from keeper(doing, user, **asked)


@act("authority.end_sessions", title="结束全部会话", lock=lock_user, who=_self_or_keeper)
def end_sessions(doing: Doing, user: User, /, *, reason: str, **_: Any) -> Answer:
    """结束全部会话 of an account, by its owner (a lost device) or by a keeper."""
    need(reason, "结束会话的理由")
    return _renew(doing, user, step="end_sessions")


@act("authority.check_identity", title="核验身份", lock=lock_user, who=window)
def check_identity(
    doing: Doing, user: User, /, *, level: int, basis: str, minor_until: date | None = None, **_: Any
) -> Answer:
    """核验身份: the level after a check of papers (2) or face to face (3), and the day of coming of age (民法典 17)."""
    if level not in User.RealName.values:
        raise Refused(Refusal("unknown_level", f"没有实名等级 {level}", cure="0 至 3", subject="level"))
    if doing.actor.person.pk == user.person_id:
        raise Refused(Refusal("to_oneself", "不得核验本人的身份", cure="请由另一人办理"))
    basis = need(basis, "核验的证件和方式", subject="basis")
    User.objects.filter(pk=user.pk).update(real_name_level=level)
    if minor_until is not None:
        Person.objects.filter(pk=user.person_id).update(minor_until=minor_until)
    leaf = trace(
        doing,
        register="account",
        key=user.username,
        step="check_identity",
        values={"level": level, "basis": basis},
    )
    return {"user": user.pk, "leaf": leaf.hash.hex()}


@act("authority.ask_recovery", title="申请恢复账号", lock=lock_user, who=keeper)
def ask_recovery(doing: Doing, user: User, /, *, reason: str, **_: Any) -> Answer:
    """申请恢复: the first of two persons, after the owner showed who he is; nothing changes yet."""
    if doing.actor.person.pk == user.person_id:
        raise Refused(Refusal("to_oneself", "不得恢复本人的账号", cure="请由另外两人办理"))
    reason = need(reason, "恢复的事由和核验本人身份的方式")
    if user.recoveries.filter(approved_at=None).exists():
        raise Refused(
            Refusal("asked_already", f"账号 {user.username} 已有待批准的恢复申请", cure="请由另一人批准")
        )
    row = Recovery.objects.create(user=user, reason=reason, asked_by=doing.actor.person, asked_at=doing.at)
    leaf = trace(doing, register="account", key=user.username, step="ask_recovery", values={"reason": reason})
    return {"recovery": row.pk, "leaf": leaf.hash.hex()}


def _lock_recovery(doing: Doing, *, recovery: int, **asked: Any) -> Recovery:
    found = (
        Recovery.objects.select_for_update(of=("self",))
        .select_related("user", "asked_by")
        .filter(pk=recovery, approved_at=None)
        .first()
    )
    if found is None:
        raise Refused(Refusal("unknown_recovery", "没有这项待批准的恢复申请", cure="请从名单中选择"))
    return found


@act("authority.approve_recovery", title="批准恢复账号", lock=_lock_recovery, who=keeper)
def approve_recovery(doing: Doing, recovery: Recovery, /, *, password: str, **_: Any) -> Answer:
    """批准恢复: the second person gives a password that serves once; the second factor is enrolled anew at log-in."""
    if doing.actor.person.pk in (recovery.asked_by_id, recovery.user.person_id):
        raise Refused(
            Refusal(
                "same_person",
                f"恢复账号须由{recovery.asked_by.name}和账号本人以外的另一人批准",
                "GB/T 22239-2019 8.1.4.1、8.1.4.2",
                "请由另一名账号管理人员批准",
            )
        )
    _strong(password)
    Recovery.objects.filter(pk=recovery.pk).update(approved_by=doing.actor.person, approved_at=doing.at)
    return _renew(
        doing, recovery.user, step="approve_recovery", password=make_password(password), must_change_password=True,
        second_factor=b"", failures=0, locked_until=None,
    )  # fmt: skip

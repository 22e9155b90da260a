"""接口令牌: issued by a person for himself, named, for a time, within scopes; taken back at any moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from fadu.city.accounts import tokens
from fadu.city.accounts.models import Token, User
from fadu.city.authority.actor import PROVE_AGAIN
from fadu.city.authority.door import Answer, Doing, act
from fadu.city.authority.keeping import keeper, lock_user, need, trace
from fadu.core.errors import Refusal, Refused

# No norm of the state sets a length; the longest here is half a year, after which somebody looks again who uses it.
DAYS = (7, 30, 90, 180)
MOST = 20


def _himself(doing: Doing, user: User, /, **asked: Any) -> Iterable[Refusal]:
    """For oneself alone, having just proved oneself, and never by another token."""
    if doing.actor.user is None or doing.actor.user.pk != user.pk or doing.actor.token:
        yield Refusal("not_yours", "接口令牌只能由账号本人登录后签发", cure="请本人登录后办理")
    elif not doing.actor.freshly_proved(doing.at):
        yield PROVE_AGAIN


@act("authority.issue_token", title="签发接口令牌", lock=lock_user, who=_himself)
def issue_token(
    doing: Doing, user: User, /, *, username: str, name: str, digest: str, scopes: Sequence[str], days: int
) -> Answer:
    """签发: the caller has drawn the token and shows it once; here its digest is kept. Reading is part of every scope."""
    name = need(name, "令牌的用途", subject="name")
    if days not in DAYS:
        choices = "、".join(str(one) for one in DAYS)
        raise Refused(Refusal("wrong_days", f"有效期可选 {choices} 天", cure="请重新选择", subject="days"))
    if Token.Scope.READ not in scopes or set(scopes) - set(Token.Scope.values):
        raise Refused(
            Refusal("wrong_scope", "请选择令牌的范围", cure="查询，或者查询和办理", subject="scopes")
        )
    if tokens.live(user, doing.at) >= MOST:
        raise Refused(Refusal("too_many", f"一个账号最多有 {MOST} 个有效的接口令牌", cure="请先撤销不用的"))
    until = doing.at + timedelta(days=days)
    row = Token.objects.create(
        user=user, name=name, digest=digest, scopes=sorted(scopes), made_at=doing.at, until=until,
        generation=user.generation,
    )  # fmt: skip
    leaf = trace(
        doing, register="account", key=username, step="issue_token",
        values={"token": row.pk, "name": name, "scopes": sorted(scopes), "until": until.isoformat()},
    )  # fmt: skip
    return {"token": row.pk, "leaf": leaf.hash.hex()}


def _lock_token(doing: Doing, *, token: int, **asked: Any) -> Token:
    found = Token.objects.select_for_update(of=("self",)).select_related("user").filter(pk=token).first()
    if found is None:
        raise Refused(Refusal("unknown_token", "没有这个接口令牌", cure="请从名单中选择"))
    return found


def _owner(doing: Doing, row: Token, /, **asked: Any) -> Iterable[Refusal]:
    """Its owner, or whoever keeps accounts."""
    if doing.actor.user is None or doing.actor.user.pk != row.user_id:
        yield from keeper(doing, row, **asked)


@act("authority.revoke_token", title="撤销接口令牌", lock=_lock_token, who=_owner)
def revoke_token(doing: Doing, row: Token, /, *, token: int) -> Answer:
    """撤销: from this moment on it is refused; what was done by it stands."""
    if row.revoked_at is not None:
        raise Refused(Refusal("ended_already", "这个接口令牌已经撤销"))
    Token.objects.filter(pk=row.pk).update(revoked_at=doing.at)
    leaf = trace(
        doing, register="account", key=row.user.username, step="revoke_token", values={"token": token}
    )
    return {"token": token, "leaf": leaf.hash.hex()}

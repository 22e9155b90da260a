"""接口令牌: drawn, recognised, and noted when used. Whoever has it is taken for the person who issued it (RFC 6750)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from fadu.city.accounts.models import Token, User
from fadu.core.errors import Refusal

# So that a token found lying about (in a log, in a repository) is known for what it is.
PREFIX = "fadu_"
_BYTES = 32
# Writing at each request would queue readers behind writers; to the minute is exact enough.
_STEP = timedelta(minutes=1)
UNKNOWN = Refusal("bad_token", "没有这个接口令牌", cure="请核对令牌，或者在“我的账号—接口令牌”重新签发")


def draw() -> str:
    """A new token: 256 bits, shown once and kept nowhere."""
    return PREFIX + secrets.token_urlsafe(_BYTES)


def digest(token: str) -> str:
    """What is kept and looked up; so much chance needs no slow hash."""
    return hashlib.sha256(f"fadu/token {token}".encode()).hexdigest()


def find(token: str) -> Token | None:
    """The row of a token, whether it still counts or not."""
    rows = Token.objects.select_related("user__person")
    return rows.filter(digest=digest(token)).first()


def over(row: Token, at: datetime) -> Refusal | None:
    """Why a token no longer counts, or None. Its bearer is told, since he can only mend what he knows."""
    if row.revoked_at is not None:
        return Refusal("bad_token", f"接口令牌“{row.name}”已经撤销", cure="请在“我的账号—接口令牌”重新签发")
    if row.until <= at:
        return Refusal("bad_token", f"接口令牌“{row.name}”已经过期", cure="请在“我的账号—接口令牌”重新签发")
    if not row.user.active or row.generation != row.user.generation:
        return Refusal(
            "bad_token", f"接口令牌“{row.name}”已随口令、第二因素或者账号的变更失效",
            cure="请在“我的账号—接口令牌”重新签发",
        )  # fmt: skip
    return None


def live(user: User, at: datetime) -> int:
    """How many tokens of an account still count."""
    rows = Token.objects.filter(user=user, revoked_at=None, until__gt=at, generation=user.generation)
    return rows.count()


def of(user: User) -> list[Token]:
    """The tokens an account has issued, the newest first."""
    return list(user.tokens.order_by("-made_at", "-pk"))


def note_use(row: Token, at: datetime) -> None:
    """When it was last used, for its owner's page; written outside the door like what sessions are."""
    if row.used_at is None or at - row.used_at > _STEP:
        Token.objects.filter(pk=row.pk).update(used_at=at)

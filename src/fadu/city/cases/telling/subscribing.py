"""日历订阅: give a person the secret address of his due dates, or a new one, or none. The secret is shown once."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from typing import Any

from fadu.city.accounts.models import Person
from fadu.city.authority.door import Answer, Doing, act
from fadu.city.cases.models import Feed
from fadu.core.errors import Refusal

_BYTES = 24


def _own(doing: Doing, **asked: Any) -> Person:
    return Person.objects.select_for_update().get(pk=doing.actor.person.pk)


def _with_account(doing: Doing, person: Person, /, **asked: Any) -> Iterable[Refusal]:
    if doing.actor.user is None:
        yield Refusal("no_account", "只有本人登录后可以订阅日历", cure="请先登录")


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@act("cases.subscribe", title="订阅或者停止订阅期限日历", lock=_own, who=_with_account)
def subscribe(doing: Doing, person: Person, /, *, token: str) -> Answer:
    """订阅: the address with this token works from now on, an earlier one no longer; an empty token ends it."""
    Feed.objects.filter(person=person).delete()
    if token:
        Feed.objects.create(person=person, digest=digest(token), made_at=doing.at)
    leaf = doing.leave(
        case_ref=f"register/feed/{person.key}",
        step="feed.subscribe" if token else "feed.end",
        performers=[doing.actor.who()],
        recorder=doing.actor.who(),
        organ="",
        occurred_at=doing.at,
        fields={"digest": digest(token) if token else ""},
    )
    return {"leaf": leaf.hash.hex()}


def new_token() -> str:
    """192 random bits."""
    return secrets.token_urlsafe(_BYTES)

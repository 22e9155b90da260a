"""Requests that have been answered: what is asked again under the same number is not done again, alone or in a batch."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from fadu.city.accounts.models import Person
from fadu.city.authority.models import Request
from fadu.city.statements import Table, Together
from fadu.core.errors import Refusal, Refused

_REQUEST = Table(Request)
REUSED = Refusal("request_reused", "同一请求编号已用于另一项内容不同的操作", cure="请刷新页面后重新提交")


def digest_of(act: str, asked: Mapping[str, Any]) -> str:
    """What tells one request from another: the act and all that was asked."""
    text = json.dumps([act, asked], sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def keep(
    rows: Together, person: Person, key: str, digest: str, answer: Mapping[str, Any], at: datetime
) -> None:
    """Remember the answer, in the transaction of what it answers."""
    row = SimpleNamespace(person_id=person.pk, key=key, digest=digest, answer=answer, at=at)
    rows.add(_REQUEST.insert, _REQUEST.inserted(row))


def earlier(person: Person, key: str, digest: str) -> dict[str, Any] | None:
    """The answer that a request was given; Refused if something else was asked under its number."""
    found = Request.objects.filter(person=person, key=key).first() if key else None
    if found is None:
        return None
    if found.digest != digest:
        raise Refused(REUSED)
    return dict(found.answer)


@dataclass
class Answered:
    """The answers that a person's requests were given, as far as they have been looked up or were given here."""

    person: Person
    act: str
    _known: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)

    def look_up(self, keys: Iterable[str]) -> None:
        """Read what these requests were answered, by one statement."""
        if wanted := [key for key in keys if key]:
            found = Request.objects.filter(person=self.person, key__in=wanted)
            self._known |= {
                key: (digest, answer) for key, digest, answer in found.values_list("key", "digest", "answer")
            }

    def earlier(self, key: str, asked: Mapping[str, Any]) -> dict[str, Any] | None:
        """The answer that this request was given; Refused if something else was asked under its number."""
        if key not in self._known:
            return None
        digest, answer = self._known[key]
        if digest != digest_of(self.act, asked):
            raise Refused(REUSED)
        return answer

    def keep(
        self, rows: Together, key: str, asked: Mapping[str, Any], answer: dict[str, Any], at: datetime
    ) -> None:
        """Remember an answer just given, in ``rows`` and for the rest of the batch."""
        digest = digest_of(self.act, asked)
        keep(rows, self.person, key, digest, answer, at)
        self._known[key] = digest, answer

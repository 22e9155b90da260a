"""How a request is read: whose session, no broken text, nothing too large, and an entry that only holds what its step asks."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja.errors import AuthenticationError, HttpError
from ninja.parser import Parser
from ninja.security import APIKeyCookie, HttpBearer

from fadu.city.api import shapes
from fadu.city.api.errors import TOO_LARGE
from fadu.city.authority import clock
from fadu.city.authority.actor import Actor
from fadu.city.cases import drafts, forms
from fadu.city.cases.entry import Elsewhere, Entry
from fadu.city.cases.unproved import URGENT
from fadu.city.web.incoming import BAD_TEXT, clean, hidden_in
from fadu.city.web.numbers import whole
from fadu.core.errors import InputError, Refusal, Refused
from fadu.core.procedure.definition import Step

# What a multipart request may have beside its file.
_AROUND_FILE = 64 * 1024
_DEEPEST = 32
_READ_ONLY = Refusal(
    "scope", "这个接口令牌只能查询", cure="请签发范围为“查询和办理”的令牌，或者由本人登录办理"
)


def _demand_small(request: HttpRequest) -> None:
    """The size is looked at before the body, and only once it is known who asks."""
    most = settings.FADU_FILE_MAX_BYTES + _AROUND_FILE
    if whole(request.META.get("CONTENT_LENGTH") or "0", most) is None:
        raise Refused(TOO_LARGE)


class Token(HttpBearer):
    """接口令牌, issued by a person on his account page; ``bearer_rules`` has recognised it. No CSRF token is needed."""

    def __call__(self, request: HttpRequest) -> Actor | None:
        """Nobody, where no token came; else whoever issued it, within its scopes."""
        if request.token is None:
            return None
        _demand_small(request)
        if request.method not in ("GET", "HEAD") and "act" not in request.token.scopes:
            raise Refused(_READ_ONLY)
        return actor_of(request)

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        """Asked by the framework's own way only, which is not gone here."""
        return actor_of(request)


class Session(APIKeyCookie):
    """The session of the pages; every write carries its CSRF token."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Actor:
        """Nobody is told to log in before anything is read."""
        if request.actor is None:
            raise AuthenticationError
        _demand_small(request)
        return super().__call__(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor:
        """Whoever the session's middleware found."""
        return actor_of(request)


def actor_of(request: HttpRequest) -> Actor:
    """The person at the door, come by the API."""
    return dataclasses.replace(request.actor, source="api")


class CleanParser(Parser):
    """JSON as RFC 8259 has it, and text that every database can keep."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Refuse NaN and Infinity, which are not JSON, and whatever does not say that it is JSON."""
        if request.content_type != "application/json":
            raise HttpError(415, "")
        data = json.loads(request.body, parse_constant=_not_json, parse_float=_finite)
        _check(data)
        return data

    def parse_querydict(self, data: MultiValueDict, list_fields: list[str], request: HttpRequest) -> Any:
        """Query and form are text like the rest."""
        _check(
            [*data.keys(), *(text for _, texts in data.lists() for text in texts if isinstance(text, str))]
        )
        return super().parse_querydict(data, list_fields, request)


def _not_json(word: str) -> None:
    raise ValueError(f"{word} is not JSON")


def _finite(text: str) -> float:
    """A number beyond every float would be Infinity, which no JSON can say again."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is no number here")
    return number


def _check(data: Any) -> None:
    """NUL and lone surrogates are no text (RFC 3629); PostgreSQL and UTF-8 refuse them later and worse. Nor is anything of
    ours nested deeper than a table in a record.
    """
    waiting = [(data, 0)]
    while waiting:
        one, depth = waiting.pop()
        if depth > _DEEPEST:
            raise InputError(f"嵌套超过 {_DEEPEST} 层", why="记载的内容没有这样深的", cure="请核对请求的内容")
        if isinstance(one, dict):
            waiting += [(part, depth + 1) for pair in one.items() for part in pair]
        elif isinstance(one, list):
            waiting += [(part, depth + 1) for part in one]
        elif isinstance(one, str) and not clean([one]):
            raise InputError(BAD_TEXT.sentence, why="空字符和不成对的代理字符不是文字", cure="请删去这些字符")
        elif isinstance(one, str) and (hidden := hidden_in(one)) is not None:
            raise InputError(hidden.sentence, why="文书和公开的内容不能含有控制字符", cure=hidden.cure)


def entry_of(step: Step, record: shapes.Record) -> Entry:
    """The record as an entry of the step. What the page's form cannot send, the API does not let in either."""
    if reasons := tuple(_out_of_place(step, record)):
        raise Refused(*reasons)
    return Entry(
        step=step.name,
        outcome=record.outcome,
        values=record.values,
        facts=record.facts,
        reasons=record.reasons,
        files=record.files,
        targets=record.targets,
    )


def _out_of_place(step: Step, record: shapes.Record) -> Iterable[Refusal]:
    files = {name for name, entry in step.entries().items() if entry.type in forms.FILES}
    if record.outcome and record.outcome not in step.outcomes and record.outcome != "done":
        known = "、".join(step.outcomes) or "（无）"
        yield Refusal(
            "unknown_outcome",
            f"“{step.title}”没有结果“{record.outcome}”",
            cure=f"可选：{known}",
            subject="outcome",
        )
    for name in sorted(record.files.keys() - files):
        yield Refusal("unknown_field", f"“{step.title}”没有材料栏目“{name}”", cure="删去该项", subject=name)
    for name in sorted(record.values.keys() & files):
        yield Refusal(
            "file_by_value",
            f"“{name}”是材料，不能只写明其摘要",
            cure="请先上传，再在 files 中写明编号",
            subject=name,
        )
    for name in sorted(record.facts.keys() - set(step.asks)):
        yield Refusal("unknown_fact", f"“{step.title}”不问“{name}”", cure="删去该项", subject=name)
    for name in sorted(record.reasons.keys() - set(step.asks) - {URGENT}):
        yield Refusal("unknown_fact", f"“{step.title}”不问“{name}”的理由", cure="删去该项", subject=name)


def elsewhere_of(entry: Entry, asked: shapes.Attesting) -> Elsewhere:
    """Where, when and by whom it was done; each performer with the post he held that day."""
    if not 1949 <= asked.occurred_at.year <= 9000:
        raise Refused(Refusal("no_moment", "发生时间的年份不合理", cure="请核对年份", subject="occurred_at"))
    moment = asked.occurred_at.astimezone(clock.ZONE).replace(tzinfo=None).isoformat()
    head = {"occurred_at": moment, "source": asked.source, "source_number": asked.source_number}
    found = drafts.elsewhere(drafts.Typed(entry, head, performers=list(asked.performers)))
    known = {performer["person"] for performer in found.performers}
    if unknown := sorted(set(asked.performers) - known):
        raise Refused(
            Refusal(
                "unknown_person",
                f"没有人员“{'、'.join(unknown)}”",
                cure="请核对人员标识",
                subject="performers",
            )
        )
    return dataclasses.replace(found, evidence=asked.evidence)

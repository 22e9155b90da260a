"""What every contribution of the public shares: a request that can be repeated, an origin that is counted, clean text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from fadu.city.authority.door import Doing
from fadu.city.participation.origin import LIMITS, Origin
from fadu.core.errors import Refusal

_SHORTEST_REQUEST = 16
# Real-name level 2 (证件核验): the account was checked against a document.
_CHECKED = 2


def may_send(doing: Doing, of: type[Model], origin: Origin) -> Iterable[Refusal]:
    """Reasons against taking one more contribution from there; ``of`` counts those it has sent."""
    if len(doing.request_id) < _SHORTEST_REQUEST:
        yield Refusal("no_request_id", "提交缺少请求编号", cure="请刷新页面后重新提交")
    for window, most in LIMITS:
        sent = of.objects.filter(origin=origin.digest, received_at__gt=doing.at - window).count()  # type: ignore[attr-defined]  # a model's manager
        if sent >= most:
            minutes = int(window.total_seconds() // 60)
            yield Refusal(
                "too_many",
                f"同一网络 {minutes} 分钟内最多提交 {most} 件",
                cure="您填写的内容没有丢失，请稍后再提交",
            )
            return


def sender(doing: Doing) -> Any:
    """Whose it is: of the account it came from, or of the one he acts for by mandate; nobody's without log-in."""
    return doing.actor.stands_for if doing.actor.user is not None else None


def on_behalf(doing: Doing) -> dict[str, str]:
    """代理: for whom it was sent, as the leaf holds it."""
    return {"on_behalf": doing.actor.behalf.key} if doing.actor.behalf is not None else {}


def real_name(doing: Doing) -> bool:
    """Whether the account was checked against a document (实名等级二级以上)."""
    user = doing.actor.user
    return user is not None and user.real_name_level >= _CHECKED


def texts(limits: dict[str, tuple[str, int, int]], given: dict[str, str]) -> Iterable[Refusal]:
    """What is missing or too long among typed texts: name → (title, least, most characters)."""
    for name, (title, least, most) in limits.items():
        length = len(given[name].strip())
        if "\x00" in given[name]:
            yield Refusal("bad_text", f"{title}含有无法保存的字符", cure="请删除后重新提交", subject=name)
        elif length < least:
            yield Refusal("missing", f"请填写{title}", subject=name)
        elif length > most:
            yield Refusal(
                "too_long",
                f"{title}不超过 {most} 字，现为 {length} 字",
                cure="请缩短，或者分几次提交",
                subject=name,
            )


def handles(doing: Doing, case: Any) -> Iterable[Refusal]:
    """Only the undertaker's handling posts work on what the public has sent in its case."""
    if doing.actor.holding(case.organ, "handle") is None:
        yield Refusal(
            "no_power",
            f"由承办单位（{case.organ.name}）的经办岗位办理",
            cure="请交由承办单位办理；如应当由您办理，请核对任职",
        )


def by_official(doing: Doing, case: Any) -> Any:
    """How the handling official stands in a leaf."""
    return doing.actor.who(doing.actor.holding(case.organ, "handle"))

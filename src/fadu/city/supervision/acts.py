"""A reading of the four checks is itself an act: who looked, when, and what was found, for ever."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fadu.city.authority.door import Answer, Doing, act
from fadu.city.supervision import four
from fadu.city.supervision.models import Reading
from fadu.core.errors import Refusal

KEPT = 100


def _nothing(doing: Doing, /, **asked: Any) -> None:
    """A reading changes nothing that could be locked."""


def _supervisor(doing: Doing, subject: None, /, **asked: Any) -> Iterable[Refusal]:
    if doing.actor.source in ("install", "clock"):
        return
    if not any("supervise" in held.functions for held in doing.actor.holdings):
        yield Refusal("no_power", "四项核查由负有监督职责的岗位进行", cure="请由监督机关办理")


@act("supervision.read", title="四项核查", lock=_nothing, who=_supervisor)
def take_reading(doing: Doing, _subject: None, /) -> Answer:
    """四项核查: look at every act anew and write down what was found."""
    results = four.run()
    leaf = doing.leave(
        case_ref="register/reading/four",
        step="reading.take",
        performers=[doing.actor.who()],
        recorder=doing.actor.who(),
        organ=doing.actor.holdings[0].organ.code if doing.actor.holdings else "",
        occurred_at=doing.at,
        fields={result.check.name: {"total": result.total, "wrong": len(result.wrong)} for result in results},
    )
    for result in results:
        Reading.objects.create(
            check_name=result.check.name, at=doing.at, total=result.total, count=len(result.wrong),
            wrong=[one.as_json() for one in result.wrong[:KEPT]], leaf=leaf.hash.hex(),
        )  # fmt: skip
    return {"leaf": leaf.hash.hex(), "wrong": sum(len(result.wrong) for result in results)}

"""更正补录的来历: when an act done elsewhere happened, from which source it was taken, who did it.

What was performed here the system itself recorded: its time and performer are never corrected. The first record and its
leaf stay; the fold takes the act at its corrected time, so that limits and findings follow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from fadu.city.accounts.models import Person
from fadu.city.cases.models import Act
from fadu.core.errors import Refusal
from fadu.core.procedure.definition import Step


def refusals(target: Act, step: Step, asked: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Refusal]:
    """What is wrong with the corrected time, source or performers of the act."""
    if not asked:
        return
    basis = step.basis.printed
    if target.data.get("channel") != "attested":
        yield Refusal(
            "origin_not_corrected",
            f"“{step.title}”是在线办理的，时间和办理人由系统记录，不能更正",
            basis,
            "记载的内容有误的，更正有关栏目",
            next(iter(asked)),
        )
        return
    if "@occurred_at" in asked and (problem := _time(target, asked["@occurred_at"])):
        yield Refusal("bad_moment", problem, basis, "填写实际发生的日期和时间", "@occurred_at")
    if "@source" in asked and not str(asked["@source"]).strip():
        yield Refusal("no_source", "补录须写明来源", basis, "请填写来源", "@source")
    if "@performers" in asked:
        yield from _performers(asked["@performers"], basis)


def _time(target: Act, text: Any) -> str:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return f"看不懂时间“{text}”"
    if moment.tzinfo is None:
        return "时间没有时区"
    return "发生时间不能晚于记录的时间" if moment > target.recorded_at else ""


def _performers(asked: Any, basis: str) -> Iterator[Refusal]:
    named = (
        [one.get("person") for one in asked if isinstance(one, Mapping)] if isinstance(asked, list) else []
    )
    if not named or len(named) != len(asked):
        yield Refusal("no_source", "补录须写明由谁办理", basis, "选择实际办理人", "@performers")
        return
    known = set(Person.objects.filter(key__in=named).values_list("key", flat=True))
    if missing := [str(key) for key in named if key not in known]:
        yield Refusal(
            "unknown_person",
            f"没有登记的人员：{'、'.join(missing)}",
            basis,
            "选择已登记的人员",
            "@performers",
        )

"""核验而不载入: what a local rule makes of its procedure, which owed dates a year's calendar would move. Reads only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from fadu.city.cases import procedures
from fadu.city.cases.checking import lawcheck
from fadu.city.cases.models import Case, Duty
from fadu.city.registries import lawbook
from fadu.city.registries.lawbook import Checked
from fadu.core.procedure import engine
from fadu.core.procedure.marking import Marking
from fadu.core.terms import Calendar, chinese_day, legal_day

BY_TWO = "没有载入。载入须由两人分别登录，在“法律文件”页提出和确认。"


def overlay(name: str, text: str, source: str, *, on: date) -> dict[str, Any]:
    """The merged procedure against the one in force, and what was proved of it. Raises InputError or DefinitionError."""
    found = lawcheck.check(name, text, source, on=on)
    pinned = Case.objects.filter(procedure=found.more["extends"], ended_at__isnull=True).count()
    note = f"正在办理的 {pinned} 件案件依开启时的版本办结，不受影响。{BY_TWO}"
    return _told(found) | {"proved": list(found.proved), "running": pinned, "note": note}


def calendar(text: str, *, at: datetime) -> dict[str, Any]:
    """The days that change, and each owed date of a running case that the table would move."""
    known, on = procedures.calendar(), legal_day(at)
    found = lawbook.calendar(text, known=known, on=on)
    moved = list(_moved(known, known.with_tables([text]), at))
    note = f"已经确定并告知的期限不因此变动，暂定的由系统重新计算并记入案件。{BY_TWO}"
    return _told(found) | {"cases": moved, "note": note}


def _told(found: Checked) -> dict[str, Any]:
    return {
        "kind": str(found.kind),
        "name": found.name,
        "title": found.title,
        "start": found.start.isoformat(),
        "sha256": found.sha256,
        "differences": list(found.differences),
        "result": found.result,
    }


def _moved(before: Calendar, after: Calendar, at: datetime) -> Iterator[dict[str, str]]:
    waiting = Duty.objects.filter(provisional=True).values("case")
    for case in Case.objects.filter(pk__in=waiting).order_by("key").iterator(chunk_size=200):
        definition, marking = procedures.of(case), Marking.from_data(case.marking)
        old, new = (
            {(one.step, one.party): one for one in engine.duties(definition, marking, on=at, calendar=way)}
            for way in (before, after)
        )
        for key, duty in new.items():
            then, now = _day(old[key].due_legal), _day(duty.due_legal)
            if then is None or now is None or (then == now and old[key].provisional == duty.provisional):
                continue
            sentence = f"{case.title}：“{duty.title}”由暂定的{chinese_day(then)}改为{chinese_day(now)}"
            if duty.provisional:
                sentence += "（仍为暂定）"
            yield {
                "case": case.key, "step": duty.step, "before": then.isoformat(), "after": now.isoformat(),
                "sentence": sentence,
            }  # fmt: skip


def _day(due: Any) -> date | None:
    return legal_day(due) if due is not None else None

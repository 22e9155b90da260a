"""What a consultation is opened with, and what a correction may put in its place: the draft by its articles, the period."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from fadu.city.cases import queries as cases
from fadu.city.participation import clauses
from fadu.city.participation.models import Clause, Consultation
from fadu.core.errors import Refusal, Refused
from fadu.core.procedure.definition import Definition
from fadu.core.terms import Unit, chinese_day


def cut(row: Consultation, draft: str) -> None:
    """The draft as its articles, each of which can be spoken to."""
    Clause.objects.bulk_create(
        Clause(consultation=row, number=number, heading=part.heading, label=part.label, text=part.text)
        for number, part in enumerate(clauses.split(draft), 1)
    )


def file_text(case: Any, seq: int, field: str) -> tuple[str, str]:
    """The text of a file in the record of an act, as corrected, and what could not be read of it."""
    file = cases.files_in_record(case, seq).filter(field=field, replaced_by=None).first()
    if file is None:
        return "", "没有附文件"
    return clauses.read_text(cases.file_bytes(file), file.name)


def check_period(
    definition: Definition, opening: str, outcome: str, *, opened: date, closes_on: date
) -> None:
    """The announced closing day may not lie before the least period that the closing step will demand."""
    for step in definition.steps.values():
        for wait in step.waits if "close_consultation" in step.then.effects else ():
            meant = any(ref.step == opening and ref.outcome in ("", outcome) for ref in wait.start)
            if wait.kind != "elapse" or not meant or wait.time is None or wait.time.unit != Unit.DAY:
                continue
            earliest = opened + timedelta(days=wait.time.number)
            if closes_on < earliest:
                raise Refused(
                    Refusal(
                        "period_too_short",
                        f"公开征求意见的期限少于 {wait.time.number} 日",
                        wait.basis.printed,
                        f"截止日期不得早于{chinese_day(earliest)}",
                        "closes_on",
                    )
                )

"""更正 of an opened consultation: the page that everybody sees follows the corrected record.

Opinions stand, whatever becomes of the closing day. What would take the ground from under them is refused: another
draft after somebody spoke to this one, a day before the least period of the law, any change after the end.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from fadu.city.authority.door import Doing
from fadu.city.participation import acts, opening
from fadu.city.participation.models import Consultation
from fadu.core.errors import Refusal, Refused
from fadu.core.procedure.definition import Definition
from fadu.core.procedure.engine import Recorded
from fadu.core.terms import legal_day

DRAFT, EXPLANATION, CLOSES_ON = "draft_shown", "explanation_shown", "closes_on"
_WORDS = ("notice", "how", "shorten_reason")


def correct_consultation(
    *, doing: Doing, case: Any, definition: Definition, act: Any, recorded: Recorded, **_: Any
) -> None:
    """The consultation that the corrected act opened, if it opened one, says from now on what the record says."""
    changed = dict(recorded.act.values.get("corrected") or {})
    seq = int(recorded.act.targets[0])
    row = case.consultations.select_for_update().filter(seq=seq).first()
    if row is None or not set(changed) & {DRAFT, EXPLANATION, CLOSES_ON, *_WORDS}:
        return
    opened = case.acts.get(seq=seq)
    basis = definition.steps[opened.step].basis.printed
    _refuse(row, changed, basis)
    if CLOSES_ON in changed:
        closes_on = date.fromisoformat(str(changed[CLOSES_ON]))
        opening.check_period(
            definition, opened.step, opened.outcome, opened=legal_day(row.opened_at), closes_on=closes_on
        )
        row.closes_on = closes_on
    for name in set(changed) & set(_WORDS):
        setattr(row, name, changed[name])
    if EXPLANATION in changed:
        row.explanation = opening.file_text(case, seq, EXPLANATION)[0]
    if DRAFT in changed:
        draft, caveat = opening.file_text(case, seq, DRAFT)
        row.caveat = caveat[:300]
        row.clauses.all().delete()
        opening.cut(row, draft)
    row.save()
    _leave(doing, case, row, act, changed)


def _refuse(row: Consultation, changed: dict[str, Any], basis: str) -> None:
    if row.closed_at is not None:
        raise Refused(
            Refusal(
                "consultation_over",
                "这次公开征求意见已经结束，公告和期限不能再更正",
                basis,
                "确有必要的，重新公开征求意见",
                CLOSES_ON,
            )
        )
    if DRAFT in changed and row.received:
        raise Refused(
            Refusal(
                "draft_spoken_to",
                f"已有 {row.received} 条意见针对现在公布的草案，不能换成另一份",
                basis,
                "修改草案后重新公开征求意见",
                DRAFT,
            )
        )


def _leave(doing: Doing, case: Any, row: Consultation, act: Any, changed: dict[str, Any]) -> None:
    who = doing.actor.who()
    doing.leave(
        case_ref=acts.chain(row), step="participation.correct", performers=[who], recorder=who, organ=case.organ.code,
        occurred_at=doing.at, fields={"case_leaf": act.leaf, "corrected": sorted(changed), "closes_on": row.closes_on.isoformat()},
    )  # fmt: skip

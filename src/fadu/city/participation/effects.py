"""What the law orders around participation, inside the case's own act: a consultation opens, closes, is answered.

A step with ``open_consultation`` records ``notice``, ``draft_shown`` (file), ``explanation_shown`` (file), ``how``,
``closes_on`` and ``shorten_reason``; one with ``close_consultation`` records ``comments``, ``online`` and ``root``; one
with ``publish_answers`` records ``answers`` (table: opinion, adopted, why) and ``published_note``.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from fadu.city.authority.door import Doing
from fadu.city.participation import acts, correcting, correcting_hearing, effects_hearing, opening, root
from fadu.city.participation.models import Consultation
from fadu.core.errors import Refusal, Refused
from fadu.core.log.record import Covers
from fadu.core.procedure.definition import Definition
from fadu.core.procedure.engine import Recorded
from fadu.core.terms import legal_day

KEY_BYTES = 13
COVERS = "consultation.comments"


def open_consultation(
    *, doing: Doing, case: Any, definition: Definition, act: Any, recorded: Recorded, **_: Any
) -> None:
    """公开征求意见 begins: the draft is cut into its articles, and anybody may speak until the closing day."""
    values = recorded.act.values
    step = definition.steps[recorded.act.step]
    if case.secrecy != "public":
        raise Refused(
            Refusal(
                "not_public",
                "本件的公开属性不是“公开”，不能向社会公开征求意见",
                step.basis.printed,
                "请先更正公开属性",
            )
        )
    opening.check_period(
        definition, recorded.act.step, recorded.act.outcome, opened=legal_day(recorded.act.occurred_at),
        closes_on=date.fromisoformat(values["closes_on"]),
    )  # fmt: skip
    for earlier in case.consultations.select_for_update().filter(closed_at__isnull=True):
        # The procedure began anew with another draft: what was said to the old one is counted and stays.
        _close(doing, case, earlier, case_leaf=act.leaf)
    draft, caveat = opening.file_text(case, act.seq, "draft_shown")
    row = Consultation.objects.create(
        key=secrets.token_hex(KEY_BYTES), case=case, seq=act.seq, title=case.title, basis=step.basis.printed,
        notice=values.get("notice", ""), how=values.get("how", ""), shorten_reason=values.get("shorten_reason", ""),
        explanation=opening.file_text(case, act.seq, "explanation_shown")[0], caveat=caveat[:300],
        opened_at=recorded.act.occurred_at, closes_on=date.fromisoformat(values["closes_on"]),
    )  # fmt: skip
    opening.cut(row, draft)
    _leave(doing, case, row, "open", {"case_leaf": act.leaf, "closes_on": values["closes_on"]})


def close_consultation(
    *, doing: Doing, case: Any, definition: Definition, act: Any, recorded: Recorded, **_: Any
) -> None:
    """公开征求意见 ends: the case's act holds how many spoke online and the root over what they said; both must be true."""
    row = case.consultations.select_for_update().filter(closed_at__isnull=True).order_by("-seq").first()
    if row is None:
        return
    values = recorded.act.values
    basis = definition.steps[recorded.act.step].basis.printed
    found = root.over(list(row.comments.order_by("number").values_list("leaf", flat=True))).hex()
    if row.received and (int(values.get("online", -1)) != row.received or values.get("root", "") != found):
        raise Refused(
            Refusal(
                "count_differs", f"填写的网上件数或者汇总摘要与实际收到的 {row.received} 件不符", basis,
                "打开页面之后可能又收到意见；两栏已重新带入，请核对后再提交", "online",
            )
        )  # fmt: skip
    if int(values["comments"]) < row.received:
        raise Refused(
            Refusal(
                "too_few",
                f"收到意见的总件数不能少于网上收到的 {row.received} 件",
                basis,
                "来信来访另计，相加后填写",
                "comments",
            )
        )
    _close(doing, case, row, case_leaf=act.leaf)


def _close(doing: Doing, case: Any, row: Consultation, *, case_leaf: str) -> None:
    leaves = list(row.comments.order_by("number").values_list("leaf", flat=True))
    found = root.over(leaves)
    leaf = _leave(
        doing, case, row, "close", {"case_leaf": case_leaf, "count": len(leaves)},
        covers=[Covers(COVERS, len(leaves), found)],
    )  # fmt: skip
    row.closed_at, row.root, row.closing_leaf = doing.at, found.hex(), leaf.hash.hex()
    row.save(update_fields=["closed_at", "root", "closing_leaf"])


def publish_answers(
    *, doing: Doing, case: Any, definition: Definition, act: Any, recorded: Recorded, **_: Any
) -> None:
    """意见的研究采纳: every opinion has its answer and stands in the record; with the act the answers are public."""
    basis = definition.steps[recorded.act.step].basis.printed
    listed = {_row_of(row) for row in recorded.act.values.get("answers", ())}
    for row in case.consultations.select_for_update().filter(
        closed_at__isnull=False, answered_at__isnull=True
    ):
        if waiting := row.comments.filter(answer__isnull=True).count():
            raise Refused(
                Refusal(
                    "unanswered",
                    f"网上还有 {waiting} 条意见没有研究答复",
                    basis,
                    "请在“网上意见”中逐条或者分组答复",
                    "answers",
                )
            )
        told = {
            one.number: {"opinion": one.opinion, "adopted": one.adopted, "why": one.why}
            for one in row.answers.all()
        }
        missing = [number for number, answer in told.items() if _row_of(answer) not in listed]
        if missing:
            numbers = "、".join(map(str, missing))
            raise Refused(
                Refusal(
                    "answers_differ",
                    f"第 {numbers} 组答复没有照原样列入",
                    basis,
                    "请刷新页面，由系统带入后再补充",
                    "answers",
                )
            )
        row.answered_at, row.answer_note = doing.at, recorded.act.values.get("published_note", "")
        row.save(update_fields=["answered_at", "answer_note"])
        _leave(doing, case, row, "publish_answers", {"case_leaf": act.leaf, "answers": row.answers.count()})


def _row_of(row: Mapping[str, Any]) -> tuple[str, str, str]:
    """A row whatever line ends a browser made of it."""
    opinion, why = ("".join(row.get(name, "").split()) for name in ("opinion", "why"))
    return opinion, row.get("adopted", ""), why


def _leave(doing: Doing, case: Any, row: Consultation, step: str, fields: dict[str, Any], **more: Any) -> Any:
    who = doing.actor.who()
    return doing.leave(
        case_ref=acts.chain(row), step=f"participation.{step}", performers=[who], recorder=who, organ=case.organ.code,
        occurred_at=doing.at, fields=fields, **more,
    )  # fmt: skip


EFFECTS = {
    "correct_consultation": correcting.correct_consultation,
    "correct_hearing": correcting_hearing.correct_hearing,
    "open_consultation": open_consultation,
    "close_consultation": close_consultation,
    "publish_answers": publish_answers,
    **effects_hearing.EFFECTS,
}

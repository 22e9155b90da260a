"""What can be done around a consultation: send an opinion, decide whether it is shown, answer it.

Opening, closing and publishing the answers are acts of the case itself (``effects.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from fadu.city.authority.door import Answer as Told
from fadu.city.authority.door import Doing, act
from fadu.city.cases import procedures
from fadu.city.cases.people import citizens
from fadu.city.ledger import queries as ledger
from fadu.city.ledger.acts import Citizen
from fadu.city.participation import codes, speaking
from fadu.city.participation.models import Answer, Comment, Consultation
from fadu.city.participation.origin import Origin
from fadu.core.errors import Refusal, Refused

LIMITS = {"text": ("意见", 2, 5000), "name": ("姓名（名称）", 0, 60), "contact": ("联系方式", 0, 100)}
UNKNOWN = Refusal("unknown_consultation", "没有这次公开征求意见", cure="请从征求意见列表进入")


def chain(consultation: Consultation) -> str:
    """The consultation's own chain in the ledger."""
    return f"consultation/{consultation.key}"


def lock(doing: Doing, *, consultation: str, **asked: Any) -> Consultation:
    """The consultation, locked: contributions are numbered without gaps and none slips in behind the closing."""
    found = (
        Consultation.objects.select_for_update(of=("self",))
        .select_related("case__organ")
        .filter(key=consultation)
        .first()
    )
    if found is None:
        raise Refused(UNKNOWN)
    return found


def open_on(consultation: Consultation, on: Any) -> bool:
    """Whether opinions are taken on a day: to the end of the closing day, unless it or its case has been closed."""
    return (
        consultation.closed_at is None and consultation.case.ended_at is None and on <= consultation.closes_on
    )


def _may_comment(
    doing: Doing, consultation: Consultation, /, *, origin: Origin, **asked: Any
) -> Iterable[Refusal]:
    if not open_on(consultation, doing.on):
        yield Refusal(
            "closed", "公开征求意见已经结束", consultation.basis, cure="仍可通过来信来访向承办单位反映"
        )
        return
    yield from citizens.mandated(procedures.of(consultation.case), "提出意见", doing.actor, doing.on)
    yield from citizens.consenting("提出意见", doing.actor, doing.on)
    yield from speaking.may_send(doing, Comment, origin)


@act("participation.comment", title="提出意见", lock=lock, who=_may_comment)
def comment(
    doing: Doing,
    consultation: Consultation,
    /,
    *,
    text: str,
    origin: Origin,
    clause: int | None = None,
    kind: str = Comment.Kind.PERSON,
    name: str = "",
    contact: str = "",
    **_: Any,
) -> Told:
    """提出意见 on a clause or on the whole, with or without an account. The answer holds number and leaf; the receipt
    code is ``codes.derive(key, request_id)`` and kept nowhere. Name and contact lie in the opening only.
    """
    part = consultation.clauses.filter(number=clause, heading=False).first() if clause is not None else None
    problems = list(speaking.texts(LIMITS, {"text": text, "name": name, "contact": contact}))
    if clause is not None and part is None:
        problems.append(
            Refusal("unknown_clause", "草案中没有所指的条文", cure="请重新选择", subject="clause")
        )
    if kind not in Comment.Kind.values:
        problems.append(Refusal("unknown_kind", "请选择身份", subject="kind"))
    if problems:
        raise Refused(*problems)
    who = Citizen(doing.actor.person.key)
    said = {"text": text.strip(), "name": name.strip(), "contact": contact.strip()}
    number = consultation.received + 1
    leaf = doing.leave(
        case_ref=chain(consultation), step="participation.comment", performers=[who], recorder=who,
        organ=consultation.case.organ.code, occurred_at=doing.at,
        fields={"number": number, "clause": part.number if part else "", "kind": kind}
        | {field: value for field, value in said.items() if value} | speaking.on_behalf(doing),
    )  # fmt: skip
    Consultation.objects.filter(pk=consultation.pk).update(received=number)
    Comment.objects.create(
        consultation=consultation, number=number, clause=part, kind=kind, person=speaking.sender(doing),
        real_name=speaking.real_name(doing), received_at=doing.at, origin=origin.digest, leaf=leaf.hash.hex(),
        code=codes.digest(codes.derive(consultation.key, doing.request_id)),
    )  # fmt: skip
    return {
        "consultation": consultation.key,
        "number": number,
        "leaf": leaf.hash.hex(),
        "promise": leaf.promise,
    }


def _may_work(doing: Doing, consultation: Consultation, /, **asked: Any) -> Iterable[Refusal]:
    yield from speaking.handles(doing, consultation.case)


def _chosen(consultation: Consultation, numbers: Sequence[int]) -> list[Comment]:
    rows = list(consultation.comments.filter(number__in=numbers).order_by("number"))
    if not rows or len(rows) != len(set(numbers)):
        raise Refused(
            Refusal("no_comments", "请选择要处理的意见", cure="在列表中勾选后再提交", subject="numbers")
        )
    return rows


@act("participation.moderate", title="审看意见", lock=lock, who=_may_work)
def moderate(
    doing: Doing,
    consultation: Consultation,
    /,
    *,
    numbers: Sequence[int],
    show: bool,
    reason: str = "",
    **_: Any,
) -> Told:
    """审看: an opinion is shown, or withheld for a stated reason. A withheld one is counted, answered, and its author
    reads the reason by his receipt code. The decision may be changed; every decision is a leaf.
    """
    rows = _chosen(consultation, numbers)
    if not show and not reason.strip():
        raise Refused(
            Refusal("missing_reason", "不公开一条意见须写明理由", cure="请填写理由", subject="reason")
        )
    if problems := list(speaking.texts({"reason": ("理由", 0, 300)}, {"reason": reason})):
        raise Refused(*problems)
    state = Comment.State.SHOWN if show else Comment.State.WITHHELD
    leaf = _work(
        doing, consultation, "moderate",
        {"numbers": [row.number for row in rows], "state": state, "reason": reason.strip()},
    )  # fmt: skip
    for row in rows:
        row.state, row.reason, row.moderated_at = state, "" if show else reason.strip(), doing.at
        row.text = ledger.opened(bytes.fromhex(row.leaf))["text"] if show else ""
        row.save(update_fields=["state", "reason", "moderated_at", "text"])
    return {"consultation": consultation.key, "count": len(rows), "leaf": leaf.hash.hex()}


@act("participation.answer", title="答复意见", lock=lock, who=_may_work)
def answer(
    doing: Doing,
    consultation: Consultation,
    /,
    *,
    numbers: Sequence[int],
    opinion: str,
    adopted: str,
    why: str = "",
    number: int | None = None,
    **_: Any,
) -> Told:
    """答复: what became of one opinion, or of several alike together; ``number`` names an earlier answer to replace.

    Not adopted, or in part only, needs its reason. Once published, an answer no longer changes.
    """
    if consultation.answered_at is not None:
        raise Refused(
            Refusal("answered", "采纳情况已经公布，不能再改", cure="确有错误的，对“意见的研究采纳”作更正")
        )
    rows = _chosen(consultation, numbers)
    problems = list(
        speaking.texts(
            {"opinion": ("意见归纳", 1, 2000), "why": ("理由", 0, 2000)}, {"opinion": opinion, "why": why}
        )
    )
    if adopted not in Answer.Adopted.values:
        problems.append(Refusal("missing", "请选择是否采纳", subject="adopted"))
    elif adopted != Answer.Adopted.YES and not why.strip():
        problems.append(
            Refusal("missing_reason", "部分采纳或者未采纳的，应当说明理由", cure="请填写理由", subject="why")
        )
    if problems:
        raise Refused(*problems)
    row = _answer_row(consultation, number)
    row.opinion, row.adopted, row.why, row.changed_at = opinion.strip(), adopted, why.strip(), doing.at
    leaf = _work(
        doing, consultation, "answer",
        {"number": row.number, "numbers": [one.number for one in rows], "opinion": row.opinion, "adopted": adopted, "why": row.why},
    )  # fmt: skip
    row.leaf = leaf.hash.hex()
    row.save()
    row.comments.update(answer=None)
    Comment.objects.filter(pk__in=[one.pk for one in rows]).update(answer=row)
    # An answer that no opinion stands under any more has answered nobody.
    consultation.answers.filter(comments__isnull=True).delete()
    return {"consultation": consultation.key, "answer": row.number, "leaf": row.leaf}


def _answer_row(consultation: Consultation, number: int | None) -> Answer:
    if number is None:
        last = consultation.answers.order_by("-number").values_list("number", flat=True).first() or 0
        return Answer(consultation=consultation, number=last + 1)
    row = consultation.answers.filter(number=number).first()
    if row is None:
        raise Refused(Refusal("unknown_answer", f"没有第 {number} 组答复", cure="请刷新页面"))
    return row


def _work(doing: Doing, consultation: Consultation, step: str, fields: dict[str, Any]) -> Any:
    who = speaking.by_official(doing, consultation.case)
    return doing.leave(
        case_ref=chain(consultation), step=f"participation.{step}", performers=[who], recorder=who,
        organ=consultation.case.organ.code, occurred_at=doing.at, fields=fields,
    )  # fmt: skip

"""送达: who has received which document, how, when, and what proves it. The engine starts limits from these dates.

The act is the general ``serve``; here its record becomes a row, and what service requires beyond the form is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from fadu.city.accounts.models import Person
from fadu.city.authority.actor import Actor
from fadu.city.authority.door import Doing
from fadu.city.authority.models import Organ
from fadu.city.cases import queries
from fadu.city.cases.issuing import documents
from fadu.city.cases.models import Act, Case, Delivery, Document, File
from fadu.city.cases.screens import dossier
from fadu.city.cases.screens.dossier import Dossier
from fadu.city.cases.telling import reminding
from fadu.city.ledger import acts as ledger
from fadu.core.errors import Refusal, Refused
from fadu.core.procedure.act import PERFORMED
from fadu.core.procedure.act import Act as EngineAct
from fadu.core.procedure.definition import Definition
from fadu.core.procedure.engine import Recorded
from fadu.core.terms import chinese_day

# 公告送达: deemed served after thirty days from the notice (民事诉讼法第九十五条, 行政程序参照适用).
NOTICE_DAYS = 30
_PROVED = ("direct", "left", "post", "notice", "entrusted")


def record(
    *, doing: Doing, case: Case, definition: Definition, act: Act, recorded: Recorded, **_: Any
) -> None:
    """The effect of ``serve``: keep the delivery, tell the receiver who has an account."""
    done = recorded.act
    person, recipient = _recipient(case, str(done.values["party"]))
    reasons = tuple(_reasons(definition, case, done, known=recipient is not None))
    if reasons and done.channel == PERFORMED:
        raise Refused(*reasons)
    write(case, act, done.values)
    if person is not None:
        reminding.tell(doing, case, definition, person, step=done.targets[0], why="served", seq=act.seq)


RECORD = "record_delivery"
EFFECTS = {RECORD: record}


def columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the record of a service says of how and when; a correction of the record changes them."""
    return {
        "method": values["manner"],
        "served_on": date.fromisoformat(values["served_on"]),
        "noticed_on": _day(values.get("noticed_on")),
    }


def write(case: Case, act: Act, values: Mapping[str, Any]) -> None:
    """The row of one service, from its record."""
    step = act.data["targets"][0]
    person, recipient = _recipient(case, str(values["party"]))
    served = case.acts.filter(step=step, seq__lt=act.seq).order_by("seq").last()
    told = {
        "step": step,
        "document": case.documents.filter(seq=served.seq).first() if served is not None else None,
        "person": person,
        "recipient": (recipient or str(values["party"]))[:120],
        "proof": File.objects.filter(case=case, seq=act.seq, field="proof").first(),
    }
    Delivery.objects.update_or_create(case=case, seq=act.seq, defaults=told | columns(values))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _recipient(case: Case, written: str) -> tuple[Person | None, str | None]:
    """Who is meant: a party of the case by key or name, else an organ; (None, None) for a name nobody bears."""
    for party in case.parties.select_related("person"):
        if written in (party.person.key, party.person.name):
            return party.person, party.person.name
    organ = Organ.objects.filter(code=written).first() or Organ.objects.filter(name=written).first()
    return None, organ.name if organ else None


def _reasons(definition: Definition, case: Case, done: EngineAct, *, known: bool) -> Iterator[Refusal]:
    basis = definition.steps[done.step].basis.printed
    manner = done.values["manner"]
    if not known and case.parties.exists():
        names = "、".join(party.person.name for party in case.parties.select_related("person"))
        yield Refusal(
            "unknown_party", "受送达人不是本案当事人，也不是机关", basis, f"本案当事人：{names}", "party"
        )
    if manner in _PROVED and not done.values.get("proof"):
        yield Refusal(
            "no_proof",
            "没有送达回证或者其他送达证明",
            basis,
            "上传送达回证、邮寄回执、见证或者公告材料",
            "proof",
        )
    if manner == "electronic" and done.values.get("consent") is not True:
        yield Refusal(
            "no_consent", "电子送达须经受送达人同意", basis, "取得确认书后勾选，或者改用其他方式", "consent"
        )
    if manner == "notice":
        noticed = _day(done.values.get("noticed_on"))
        first = noticed + timedelta(days=NOTICE_DAYS) if noticed else None
        if first is None:
            yield Refusal("no_notice", "公告送达没有写明公告日期", basis, "填写发出公告的日期", "noticed_on")
        elif date.fromisoformat(done.values["served_on"]) < first:
            yield Refusal(
                "notice_running",
                f"自发出公告之日（{chinese_day(noticed)}）起未满三十日，不视为送达",
                basis,
                f"最早于{chinese_day(first)}记录送达",
                "served_on",
            )


@dataclass(frozen=True)
class Paper:
    """A document as a page lists it: to whom it was served, and whether this reader may fetch it."""

    document: Document
    deliveries: tuple[Delivery, ...]


def readable(actor: Actor | None, case: Case) -> list[Paper]:
    """The documents of a case this person may fetch: officials who have to do with it, and parties once served."""
    return papers(dossier.read(case), queries.relations(actor, case), actor.stands_for if actor else None)


def papers(around: Dossier, relations: frozenset[str], reader: Person | None) -> list[Paper]:
    """``readable`` of a case whose surroundings have been read; the documents come without their content."""
    served: dict[int | None, list[Delivery]] = {}
    for one in around.deliveries:
        served.setdefault(one.document_id, []).append(one)
    rows = sorted(around.documents, key=lambda row: (row.seq, row.pk))
    if not relations & {"handles", "decides", "reviews", "supervises"}:
        mine = {
            one.document_id
            for one in around.deliveries
            if reader is not None and "party" in relations and one.person_id == reader.pk
        }
        rows = [row for row in rows if row.pk in mine]
    return [Paper(row, tuple(served.get(row.pk, ()))) for row in rows]


def served_to(person: Person, *, limit: int = 50) -> list[Delivery]:
    """What has been served on a person, newest first: his own page of documents."""
    rows = Delivery.objects.filter(person=person).select_related("case", "document")
    return list(rows.order_by("-served_on", "-pk")[:limit])


@dataclass(frozen=True)
class Download:
    """Bytes to hand out under a name."""

    name: str
    media_type: str
    data: bytes


def fetch(actor: Actor, case: Case, pk: int, *, kind: str, at: datetime) -> Download:
    """A document as ``pdf`` or ``docx`` for somebody who may read it; the reading is noted."""
    if pk not in {paper.document.pk for paper in readable(actor, case)}:
        raise Refused(queries.NOT_VISIBLE)
    row = case.documents.get(pk=pk)
    ledger.note_access(
        ledger.Access("document", actor.person.key, at, case_ref=f"case/{case.key}", subject=row.sha256)
    )
    made, media_type = {
        "pdf": (documents.as_pdf, documents.PDF),
        "docx": (documents.as_docx, documents.DOCX),
    }[kind]
    return Download(f"{row.number or row.title}.{kind}", media_type, made(row))

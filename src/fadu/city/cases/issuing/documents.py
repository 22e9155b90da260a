"""文书: what an act says, set out as an official document, numbered without gaps when the act is recorded.

The parts of the document are kept, encrypted, with their digest; PDF and Word are set from them on demand and are the
same bytes every time. The digest is a leaf of its own in the register of documents.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, cast

from django.conf import settings

from fadu.city.accounts.models import Person
from fadu.city.authority.door import Doing
from fadu.city.authority.models import Organ
from fadu.city.cases.files import sealing
from fadu.city.cases.issuing import numbering, papers
from fadu.city.cases.models import Act, Case, Document
from fadu.core.procedure.act import Act as EngineAct
from fadu.core.procedure.definition import Definition, Field, Step
from fadu.core.terms import chinese_day, legal_day
from fadu.core.text.typeset import Annex, Attendance, Block, Form, OfficialDocument, typeset, typeset_docx

TEMPLATES = papers.load(settings.FADU_LAW / "papers")
PDF, DOCX = "application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_PURPOSE = b"fadu/document/v1"


def produce(doing: Doing, case: Case, definition: Definition, act_row: Act, done: EngineAct) -> Document:
    """Make the document of a step that ``produces`` one: number, content, digest, and its leaf."""
    step = definition.steps[done.step]
    assert step.produces is not None
    paper = TEMPLATES[step.produces.template]
    issuer = {"organ": act_row.organ, "handling": case.organ, "government": case.government}[paper.issuer]
    on = (
        date.fromisoformat(done.values[paper.date])
        if done.values.get(paper.date)
        else legal_day(done.occurred_at)
    )
    number = _number(paper, step, issuer, on)
    known = _known(case, definition, step, act_row, done, on)
    made = _compose(paper, step, done, known, issuer=issuer, number=number, on=on)
    content = _as_content(made, cast(Form, paper.form))
    row = Document.objects.create(
        case=case, seq=act_row.seq, template=paper.name, title=made.title[:200], number=number,
        content=_seal(content), sha256=_digest(content), made_at=doing.at,
    )  # fmt: skip
    doing.leave(
        case_ref=f"register/document/{case.key}",
        step=f"document.produce.{paper.name}",
        performers=[doing.actor.who()],
        recorder=doing.actor.who(),
        organ=issuer.code,
        occurred_at=done.occurred_at,
        fields={"case": case.key, "seq": act_row.seq, "number": number, "sha256": row.sha256},
        sealed=case.secrecy == Case.Secrecy.SEALED,
    )
    return row


def _number(paper: papers.Paper, step: Step, issuer: Organ, on: date) -> str:
    assert step.produces is not None
    if not step.produces.number_series:
        return ""
    taken = numbering.take(issuer, f"document.{step.produces.number_series}", on.year)
    return numbering.written(paper.number, issuer, on.year, taken)


def _known(
    case: Case, definition: Definition, step: Step, row: Act, done: EngineAct, on: date
) -> dict[str, str]:
    """What the names of a paper stand for in this act."""
    outcome = step.outcomes[done.outcome].title if done.outcome in step.outcomes else ""
    performers = Person.objects.filter(key__in=[one.person for one in done.performers]).order_by("pk")
    known = {
        "case.title": case.title,
        # For “关于……的决定”: many titles begin with 关于 already.
        "case.matter": case.title.removeprefix("关于"),
        "case.number": case.number or "未编号",
        "case.opened": chinese_day(legal_day(case.opened_at)),
        "organ": row.organ.name,
        "handling": case.organ.name,
        "government": case.government.name,
        "person": "、".join(person.name for person in performers),
        "post": "、".join(one.post for one in done.performers if one.post),
        "step": step.title,
        "outcome": outcome or step.title,
        "procedure": definition.title,
        "basis": step.basis.printed,
        "date": chinese_day(on),
    }
    entries = papers.entries(step)
    return known | {name: say(entries[name], value) for name, value in done.values.items() if name in entries}


def say(entry: Field, value: Any) -> str:
    """A recorded value in words: choices and codes by their names, dates written out."""
    if entry.type == "choice":
        return dict(entry.choices).get(value, str(value))
    if entry.type == "choices":
        return "、".join(dict(entry.choices).get(one, str(one)) for one in value)
    if entry.type in ("person", "persons"):
        return _names(Person, "key", [value] if isinstance(value, str) else value)
    if entry.type in ("organ", "organs"):
        return _names(Organ, "code", [value] if isinstance(value, str) else value)
    if entry.type == "bool":
        return "是" if value else "否"
    if entry.type == "date":
        return chinese_day(date.fromisoformat(value))
    if entry.type == "money":
        return f"{value}元"
    return "" if entry.type in ("file", "files", "table") else str(value)


def _names(model: Any, by: str, keys: list[str]) -> str:
    """Names of persons or organs in the order given; somebody not registered here stands as he was written."""
    found = dict(model.objects.filter(**{f"{by}__in": keys}).values_list(by, "name"))
    return "、".join(found.get(key, key) for key in keys)


def _compose(
    paper: papers.Paper,
    step: Step,
    done: EngineAct,
    known: Mapping[str, str],
    *,
    issuer: Organ,
    number: str,
    on: date,
) -> OfficialDocument:
    return OfficialDocument(
        organ=issuer.name,
        title=papers.fill(paper.title, known),
        number=number,
        mark=papers.fill(paper.mark, known),
        to=papers.fill(paper.addressee, known),
        body=tuple(_blocks(paper, step, done, known)),
        copies=papers.fill(paper.copies, known),
        note=papers.fill(paper.note, known),
        attendance=_attendance(done.values.get(paper.attendance) or ()) if paper.attendance else (),
        seal="none" if paper.seal == "none" else "stamp",
        date=on,
        banner="演示时间" if settings.FADU_DEMO else "",
    )


def _blocks(paper: papers.Paper, step: Step, done: EngineAct, known: Mapping[str, str]) -> list[Block]:
    entries = papers.entries(step)
    blocks: list[Block] = []
    for one in paper.paragraphs:
        if one.outcomes and done.outcome not in one.outcomes:
            continue
        if one.given and not done.values.get(one.given):
            continue
        rows: list[Mapping[str, str]] = [known]
        if one.each:
            columns = entries[one.each].columns
            rows = [
                {
                    **known,
                    **{
                        f"row.{name}": say(columns[name], value)
                        for name, value in row.items()
                        if name in columns
                    },
                }
                for row in done.values.get(one.each) or ()
            ]
        for row in rows:
            blocks += [
                _block(one.kind, line) for line in papers.fill(one.text, row).splitlines() if line.strip()
            ]
    return blocks


def _block(kind: str, line: str) -> Block:
    text = line.strip()
    if kind in ("h1", "h2", "h3"):
        return Block(cast(Any, kind), head=text)
    return Block(cast(Any, kind), text)


def _attendance(views: Any) -> tuple[Attendance, ...]:
    """出席 and 缺席 from the views recorded."""
    lines = []
    for label, absent in (("出席", False), ("缺席", True)):
        keys = [
            view["person"]
            for view in views
            if view.get("person") and (view.get("view") == "absent") is absent
        ]
        if keys:
            lines.append(Attendance(label, _names(Person, "key", keys)))
    return tuple(lines)


def _as_content(document: OfficialDocument, form: Form) -> dict[str, Any]:
    parts = {name: value for name, value in asdict(document).items() if value}
    return json.loads(json.dumps({"form": form, **parts}, ensure_ascii=False, default=date.isoformat))


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(_bytes(content)).hexdigest()


def _bytes(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _seal(content: Mapping[str, Any]) -> dict[str, str]:
    key = sealing.new_key()
    wrapped, box = (
        sealing.seal(settings.FADU_KEK, key, _PURPOSE),
        sealing.seal(key, _bytes(content), _PURPOSE),
    )
    return {"key": base64.b64encode(wrapped).decode(), "box": base64.b64encode(box).decode()}


def content(row: Document) -> dict[str, Any]:
    """The parts again, checked against the digest that the register of documents holds."""
    key = sealing.unseal(settings.FADU_KEK, base64.b64decode(row.content["key"]), _PURPOSE)
    data = sealing.unseal(key, base64.b64decode(row.content["box"]), _PURPOSE)
    if hashlib.sha256(data).hexdigest() != row.sha256:
        raise RuntimeError(f"document {row.pk} does not match its digest")
    return json.loads(data)


def official(row: Document) -> tuple[OfficialDocument, Form]:
    """The document as its parts, and the form in which it is set."""
    parts = content(row)
    form = cast(Form, parts.pop("form"))
    for name in ("date", "printed_on"):
        if name in parts:
            parts[name] = date.fromisoformat(parts[name])
    parts["body"] = _read_blocks(parts["body"])
    parts["annexes"] = tuple(
        Annex(one["title"], _read_blocks(one.get("body", ()))) for one in parts.get("annexes", ())
    )
    parts["attendance"] = tuple(Attendance(**one) for one in parts.get("attendance", ()))
    for name in ("co_organs", "signers", "signature"):
        parts[name] = tuple(parts.get(name, ()))
    return OfficialDocument(**parts), form


def _read_blocks(blocks: Any) -> tuple[Block, ...]:
    return tuple(Block(**{**one, "rows": tuple(tuple(row) for row in one["rows"])}) for one in blocks)


def as_pdf(row: Document) -> bytes:
    """PDF/A in the official layout."""
    document, form = official(row)
    return typeset(document, form=form)


def as_docx(row: Document) -> bytes:
    """Word, of the same geometry."""
    document, form = official(row)
    return typeset_docx(document, form=form)

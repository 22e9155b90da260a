"""What the applicant reads by a one-time code: his own answers, the papers served on him, and what was decided; nothing
that he would not read when logged in as the party, and nothing can be done from here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from fadu.city.authority.actor import Actor
from fadu.city.cases import procedures
from fadu.city.cases import queries as cases
from fadu.city.cases.issuing import delivery
from fadu.city.cases.models import Case, File
from fadu.city.ledger import acts as ledger
from fadu.city.portal import contacts, queries
from fadu.city.portal.queries import Disclosed, Said
from fadu.core.procedure.definition import Definition, Step

_PASS = "matter_pass"


@dataclass(frozen=True)
class Reading:
    """Whom a pass lets read, which one matter, until when."""

    actor: Actor
    case: Case
    until: datetime


def let_in(request: HttpRequest, case: Case, until: datetime) -> None:
    """Bind the session to this matter for a short while; it gets a new key (ASVS 7.2.4) and no other right."""
    request.session.cycle_key()
    request.session[_PASS] = {"case": case.key, "until": until.timestamp()}


def leave(request: HttpRequest) -> None:
    """Nothing can be read any more by this session's pass."""
    request.session.pop(_PASS, None)


def reading(request: HttpRequest, at: datetime) -> Reading | None:
    """The pass of this session while it lasts and its bearer is still the one to read; else None and it is gone."""
    held = request.session.get(_PASS)
    if held is None:
        return None
    case = Case.objects.select_related("organ", "definition", "opened_by").filter(key=held["case"]).first()
    actor = contacts.reader(case, at.date()) if case is not None else None
    if case is None or actor is None or at.timestamp() >= held["until"]:
        leave(request)
        return None
    return Reading(actor, case, datetime.fromtimestamp(held["until"], at.tzinfo))


@dataclass(frozen=True)
class Answer:
    """One act of the applicant himself, with all that he said in it."""

    step: Step
    at: datetime
    leaf: str
    said: Sequence[Said]
    files: Sequence[File]


@dataclass(frozen=True)
class Content:
    """The page."""

    definition: Definition
    stages: Sequence[queries.Stage]
    answers: Sequence[Answer]
    papers: Sequence[delivery.Paper]
    disclosed: Sequence[Disclosed]
    decided: Sequence[queries.Decided]


def of(found: Reading, at: datetime) -> Content:
    """Everything of the matter that its applicant may read; that it was read is noted."""
    definition = procedures.of(found.case)
    public = found.case.secrecy == Case.Secrecy.PUBLIC
    note(found, "page", at)
    return Content(
        definition=definition,
        stages=queries.stages(found.case),
        answers=_answers(found, definition),
        papers=delivery.readable(found.actor, found.case),
        disclosed=queries.disclosed(found.case, at.date()) if public else (),
        decided=queries.decided(found.case) if public else (),
    )


def _answers(found: Reading, definition: Definition) -> list[Answer]:
    standing = cases.relations(found.actor, found.case)
    reader = found.actor.stands_for
    files = own_files(found)
    return [
        Answer(
            definition.steps[shown.act.step],
            shown.act.occurred_at,
            shown.act.leaf,
            _said(definition.steps[shown.act.step], shown.values, files.get(shown.act.seq, ())),
            files.get(shown.act.seq, ()),
        )
        for shown in cases.history(found.case, definition, standing, reader)
        if cases.own(shown.act, reader, standing)
    ]


def _said(step: Step, values: Mapping[str, Any], files: Sequence[File]) -> list[Said]:
    """What was said, in the order of the form; files stand by themselves."""
    with_files = {file.field for file in files}
    shown = [{"name": name, "value": value} for name, value in values.items() if name not in with_files]
    return queries.said(step, shown)


def own_files(found: Reading) -> dict[int, list[File]]:
    """The files the applicant handed in himself, by act."""
    standing = cases.relations(found.actor, found.case)
    own = {act.seq for act in found.case.acts.all() if cases.own(act, found.actor.stands_for, standing)}
    shown: dict[int, list[File]] = {}
    for file in found.case.files.filter(seq__in=own).order_by("pk"):
        shown.setdefault(file.seq, []).append(file)
    return shown


def note(found: Reading, kind: str, at: datetime, subject: str = "") -> None:
    """A reading goes into the access log like any other."""
    ledger.note_access(
        ledger.Access(kind, found.actor.person.key, at, case_ref=f"case/{found.case.key}", subject=subject)
    )

"""暂存: what is typed and not yet done survives a refusal, a closed window, a lost session. It binds nobody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest

from fadu.city.accounts.models import Person
from fadu.city.authority import clock
from fadu.city.authority import queries as authority
from fadu.city.cases import forms
from fadu.city.cases.entry import Elsewhere, Entry
from fadu.city.cases.files import uploads
from fadu.city.cases.models import Case, Draft, File
from fadu.city.web.numbers import whole
from fadu.core.errors import Refusal, Refused
from fadu.core.procedure.definition import Step

_HEAD = ("title", "organ", "outcome", "mode", "occurred_at", "source", "source_number")


@dataclass
class Typed:
    """The state of a form: what was typed, the files kept, and what was wrong with uploads."""

    entry: Entry
    head: dict[str, str] = field(default_factory=dict)
    files: dict[str, list[File]] = field(default_factory=dict)
    problems: tuple[Refusal, ...] = ()
    performers: list[str] = field(default_factory=list)
    saved: bool = False

    @property
    def attested(self) -> bool:
        """Whether the form writes down something done elsewhere (补录)."""
        return self.head.get("mode") == "attest"


def place(case: Case, step: Step | None) -> str:
    """Where the form of a step of a case is kept; nowhere without a step."""
    return f"case/{case.key}/{step.name}" if step is not None else ""


def take(request: HttpRequest, step: Step, place: str) -> Typed:
    """Read the form from the request (and keep it), or from the draft when there is nothing posted."""
    person: Person = request.actor.person
    if request.method != "POST":
        return _from_draft(person, step, place)
    head = {name: request.POST.get(name, "").strip() for name in _HEAD}
    values = {"head": head, "values": forms.read(step, request.POST), "facts": forms.facts(step, request.POST),
              "reasons": forms.fact_reasons(step, request.POST), "targets": request.POST.getlist("target"), "performers": request.POST.getlist("performer")}  # fmt: skip
    kept, problems = _keep_uploads(request, step, place)
    Draft.objects.update_or_create(
        person=person, place=place, defaults={"values": values, "changed_at": clock.wall()}
    )
    return _typed(step, values, kept, problems)


def _keep_uploads(
    request: HttpRequest, step: Step, place: str
) -> tuple[dict[str, list[File]], tuple[Refusal, ...]]:
    person: Person = request.actor.person
    problems: list[Refusal] = []
    kept: dict[str, list[File]] = {}
    for name, entry in {**forms.entries(step), "evidence": forms.EVIDENCE}.items():
        if entry.type not in forms.FILES:
            continue
        ticked = [pk for text in request.POST.getlist(f"kept.{name}") if (pk := whole(text)) is not None]
        stay = list(_open_files(person, place).filter(field=name, pk__in=ticked).order_by("pk"))
        new = []
        for upload in request.FILES.getlist(f"v.{name}"):
            try:
                new.append(uploads.keep(person, place, name, upload, at=clock.wall()))
            except Refused as refused:
                problems.extend(refused.refusals)
        # One file: a new upload replaces the kept one.
        kept[name] = (stay + new) if entry.type == "files" else (new or stay)[-1:]
    return kept, tuple(problems)


def _open_files(person: Person, place: str) -> Any:
    return File.objects.filter(uploaded_by=person, place=place, seq__isnull=True)


def _from_draft(person: Person, step: Step, place: str) -> Typed:
    values = Draft.objects.filter(person=person, place=place).values_list("values", flat=True)
    return found(step, list(values), _open_files(person, place).order_by("pk"))


def found(step: Step, values: Sequence[dict[str, Any]], files: Iterable[File]) -> Typed:
    """The state of the form from what was kept: the values of the draft, if there is one, and its files in order."""
    kept: dict[str, list[File]] = {}
    for file in files:
        kept.setdefault(file.field, []).append(file)
    typed = _typed(step, values[0] if values else {}, kept, ())
    typed.saved = bool(values)
    return typed


def _typed(
    step: Step, values: dict[str, Any], kept: dict[str, list[File]], problems: tuple[Refusal, ...]
) -> Typed:
    head = values.get("head", {})
    outcome = head.get("outcome", "")
    entry = Entry(
        step=step.name,
        outcome=outcome if outcome in step.outcomes else "",
        values=values.get("values", {}),
        facts=values.get("facts", {}),
        reasons=values.get("reasons", {}),
        files={name: [file.pk for file in files] for name, files in kept.items() if name != "evidence"},
        targets=values.get("targets", []),
    )
    return Typed(entry, head, kept, problems, values.get("performers", []))


def elsewhere(typed: Typed) -> Elsewhere:
    """What a record of something done elsewhere says of its origin; each performer with the post he held that day."""
    try:
        moment = datetime.fromisoformat(typed.head.get("occurred_at", "")).replace(tzinfo=clock.ZONE)
    except ValueError:
        raise Refused(
            Refusal("no_moment", "补录须写明实际发生的时间", cure="请填写日期和时间", subject="occurred_at")
        ) from None
    return Elsewhere(
        occurred_at=moment,
        source=typed.head.get("source", ""),
        source_number=typed.head.get("source_number", ""),
        performers=performers(typed.performers, moment.date()),
        evidence=[file.pk for file in typed.files.get("evidence", [])],
    )


def performers(keys: Sequence[str], on: date) -> list[dict[str, str]]:
    """Each of these persons with the post he held that day."""
    found = []
    for person in Person.objects.filter(key__in=keys):
        held = next(iter(authority.holdings_of(person, on)), None)
        post = {"post": f"{held.organ.short}{held.post}", "organ": held.organ.code} if held else {}
        found.append({"person": person.key, **post})
    return found


def drop(person: Person, place: str) -> None:
    """Forget a draft; files that no act has taken go with it."""
    Draft.objects.filter(person=person, place=place).delete()
    for file in _open_files(person, place):
        uploads.forget(file)

"""What the public may know: published acts of public cases, and the outline of their procedure. Nothing else is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from fadu.city.accounts.models import Person
from fadu.city.authority.models import Organ, in_force
from fadu.city.cases import procedures
from fadu.city.cases import queries as cases
from fadu.city.cases.models import Act, Case, File, Publication
from fadu.city.participation import queries as participation
from fadu.city.participation.models import Consultation
from fadu.city.web.numbers import whole
from fadu.core.errors import Refusal, Refused
from fadu.core.procedure.definition import Definition, Field, Step

NOT_PUBLIC = Refusal("not_public", "没有公开这件事项", cure="请核对地址，或者从决策、公开栏目中查找")
DECISION, CATALOGUE = "major_decision", "decision_catalogue"
ISSUED = f"{DECISION}.publish"


def publications(on: date) -> QuerySet[Publication]:
    """Everything that stands published on a day: of public cases, within its time."""
    standing = Q(until__isnull=True) | Q(until__gt=on)
    return Publication.objects.filter(standing, case__secrecy=Case.Secrecy.PUBLIC)


def newest(on: date, *, kind: str = "", limit: int = 8) -> list[Publication]:
    """The newest publications, of one kind or of all."""
    found = publications(on).filter(kind=kind) if kind else publications(on)
    return list(
        found.select_related("case__organ", "case__government").order_by("-published_at", "-pk")[:limit]
    )


def public_cases(on: date) -> QuerySet[Case]:
    """Public cases of which something stands published."""
    shown = publications(on).filter(case=OuterRef("pk"))
    return Case.objects.filter(Exists(shown), secrecy=Case.Secrecy.PUBLIC)


def open_consultations(on: date, *, limit: int = 8) -> list[Consultation]:
    """What can be commented on now, the next to close first."""
    found = participation.consultations({"state": "open"}, on).filter(case__secrecy=Case.Secrecy.PUBLIC)
    return list(found[:limit])


def decisions(asked: Mapping[str, str], on: date) -> QuerySet[Case]:
    """Major decisions of which something stands published, the last disclosed first; by words, year, organ, state."""
    found = public_cases(on).filter(procedure=DECISION).select_related("organ", "government")
    for word in asked.get("q", "").split():
        found = found.filter(title__contains=word)
    if (year := whole(asked.get("year", ""))) is not None:
        found = found.filter(year=year)
    if organ := asked.get("organ"):
        found = found.filter(Q(organ__code=organ) | Q(government__code=organ))
    issued = Exists(publications(on).filter(case=OuterRef("pk"), kind=ISSUED))
    if (state := asked.get("state")) in ("issued", "running"):
        found = found.filter(issued if state == "issued" else ~issued)
    told = Max("publications__published_at", filter=Q(publications__in=publications(on)))
    return found.annotate(told_at=told, issued=issued).order_by("-told_at", "-pk")


def choices(on: date) -> dict[str, Any]:
    """Years and organs that the list of decisions can be narrowed to."""
    found = public_cases(on).filter(procedure=DECISION)
    organs = Organ.objects.filter(Q(cases__in=found) | Q(government_cases__in=found)).distinct()
    return {
        "years": sorted(set(found.values_list("year", flat=True)), reverse=True),
        "organs": [(organ.code, organ.name) for organ in organs.order_by("code")],
    }


def catalogues(on: date) -> list[Publication]:
    """The yearly catalogues and their adjustments, the newest year first."""
    found = (
        publications(on).filter(case__procedure=CATALOGUE).select_related("case__government", "case__organ")
    )
    return list(found.order_by("-case__year", "-published_at"))


def public_case(key: str, on: date) -> Case:
    """One case of which something stands published."""
    found = public_cases(on).select_related("organ", "government", "definition").filter(key=key).first()
    if found is None:
        raise Refused(NOT_PUBLIC)
    return found


@dataclass(frozen=True)
class Stage:
    """A stage of the procedure as the public sees it: done, current, ahead or passed over, with its first and last day."""

    title: str
    state: str
    first: datetime | None = None
    last: datetime | None = None


def stages(case: Case) -> list[Stage]:
    """The stages of a case with dates; which steps they hold and who did them is not told."""
    definition = procedures.of(case)
    moments: dict[str, list[datetime]] = {}
    for step, at in case.acts.order_by("seq").values_list("step", "occurred_at"):
        moments.setdefault(step, []).append(at)
    named = [(stage.title, stage.steps) for stage in definition.stages.values()]
    if not named:
        named = [(step.title, (step.name,)) for step in definition.steps.values() if not step.general]
    spans = [(title, sorted(at for step in steps for at in moments.get(step, ()))) for title, steps in named]
    reached = max((place for place, (_, span) in enumerate(spans) if span), default=-1)
    return [
        _stage(place, title, span, reached, ended=case.ended_at is not None)
        for place, (title, span) in enumerate(spans)
    ]


def _stage(place: int, title: str, span: Sequence[datetime], reached: int, *, ended: bool) -> Stage:
    if not span:
        return Stage(title, "passed" if place < reached or ended else "ahead")
    return Stage(title, "done" if place < reached or ended else "current", span[0], span[-1])


@dataclass(frozen=True)
class Decided:
    """Who decided, when, with what result."""

    organ: str
    title: str
    outcome: str
    at: datetime


def decided(case: Case) -> list[Decided]:
    """The decisions taken by a body in this case, once something has been published after them."""
    definition = procedures.of(case)
    bodies = [step.name for step in definition.steps.values() if step.decided_by is not None]
    told = case.publications.order_by("-seq").values_list("seq", flat=True).first() or 0
    acts = case.acts.filter(step__in=bodies, seq__lt=told).select_related("organ").order_by("seq")
    return [_decided(definition.steps[act.step], act) for act in acts]


def _decided(step: Step, act: Act) -> Decided:
    outcome = step.outcomes.get(act.outcome)
    return Decided(act.organ.name, step.title, outcome.title if outcome else "", act.occurred_at)


@dataclass(frozen=True)
class Said:
    """One field as it was published: kind of display (text, list, table, files), and its parts as text."""

    name: str
    title: str
    kind: str
    value: Any


@dataclass(frozen=True)
class Disclosed:
    """One published act: its step and basis, what it shows, and its trace."""

    publication: Publication
    step: Step
    leaf: str
    shown: Sequence[Said]


def disclosed(case: Case, on: date) -> list[Disclosed]:
    """All that stands published of a case, in the order in which it was published."""
    definition = procedures.of(case)
    rows = list(publications(on).filter(case=case).order_by("published_at", "seq"))
    leaves = dict(case.acts.filter(seq__in=[row.seq for row in rows]).values_list("seq", "leaf"))
    names = _Names()
    return [
        Disclosed(row, definition.steps[row.step], leaves[row.seq], _said(row, definition, names))
        for row in rows
    ]


class _Names:
    """Names of the organs and persons that published values point to, each looked up once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], str] = {}

    def of(self, kind: str, key: str) -> str:
        """The name behind a code; the code itself where nobody has it any more."""
        if (kind, key) not in self._known:
            rows = Organ.objects.filter(code=key) if kind == "organ" else Person.objects.filter(key=key)
            self._known[kind, key] = rows.values_list("name", flat=True).first() or key
        return self._known[kind, key]


def said(step: Step, shown: Sequence[Mapping[str, Any]]) -> list[Said]:
    """Values of a record as a person reads them (``name`` and ``value`` of each), without its files."""
    return _told(step, shown, {}, _Names())


def _said(row: Publication, definition: Definition, names: _Names) -> list[Said]:
    return _told(definition.steps[row.step], row.shown, _files_by_field(row), names)


def _told(
    step: Step, shown: Sequence[Mapping[str, Any]], files: Mapping[str, list[File]], names: _Names
) -> list[Said]:
    entries = step.entries()
    found = []
    for one in shown:
        entry = entries[one["name"]]
        if entry.type in ("file", "files"):
            found.append(Said(entry.name, entry.title, "files", files.get(entry.name, [])))
        elif entry.type == "table":
            heads = [column.title for column in entry.columns.values()]
            lines = [
                [_text(column, line.get(name), names) for name, column in entry.columns.items()]
                for line in one["value"]
            ]
            found.append(Said(entry.name, entry.title, "table", (heads, lines)))
        else:
            found.append(Said(entry.name, entry.title, "text", _text(entry, one["value"], names)))
    return found


def _files_by_field(row: Publication) -> dict[str, list[File]]:
    found: dict[str, list[File]] = {}
    for file in public_files(row):
        found.setdefault(file.field, []).append(file)
    return found


def _text(entry: Field, value: Any, names: _Names) -> str:
    """A published value as a person reads it."""
    labels = dict(entry.choices)
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if entry.type == "date":
        day = date.fromisoformat(str(value))
        return f"{day.year}年{day.month}月{day.day}日"
    if isinstance(value, list):
        return "、".join(_text(entry, item, names) for item in value)
    if entry.type in ("organ", "organs"):
        return names.of("organ", str(value))
    if entry.type in ("person", "persons"):
        return names.of("person", str(value))
    return labels.get(str(value), str(value))


def public_files(row: Publication) -> list[File]:
    """The files a publication shows: those of the published act in fields that it shows, nothing else of the case."""
    fields = [one["name"] for one in row.shown if one["type"] in ("file", "files")]
    found = cases.files_in_record(row.case, row.seq).filter(field__in=fields, replaced_by=None)
    return list(found.order_by("pk"))


def public_file(key: str, pk: int, on: date) -> File:
    """One file of a public case that a publication standing today shows."""
    for row in publications(on).filter(case__key=key):
        for file in public_files(row):
            if file.pk == pk:
                return file
    raise Refused(NOT_PUBLIC)


def consultations_of(case: Case) -> list[Consultation]:
    """The consultations held in a case, the first first."""
    return list(case.consultations.order_by("seq"))


def for_everybody() -> list[Definition]:
    """The procedures that a citizen or an enterprise may open."""
    return [
        definition
        for definition in procedures.book().procedures.values()
        if any(
            definition.roles[name].kind in ("party", "public")
            for name in definition.steps[definition.opening].by
        )
    ]


def city_name(on: date) -> str:
    """The name of the government whose site this is: the one that stands above the others; empty before there is one."""
    top = (
        Organ.objects.filter(in_force(on), government__isnull=True, administrative=True)
        .order_by("pk")
        .first()
    )
    return top.name if top else ""

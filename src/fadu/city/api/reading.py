"""From rows and read models to the shapes; every value has passed the queries that decide who may see it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from fadu.city.api import shapes
from fadu.city.authority.actor import Actor
from fadu.city.cases import procedures, queries
from fadu.city.cases.deadlines import amounts
from fadu.city.cases.models import Act, Case, Duty, File, Publication
from fadu.city.cases.people import standing
from fadu.city.cases.screens import dossier, pages
from fadu.core.errors import Refusal
from fadu.core.procedure import engine, records, warning
from fadu.core.procedure.definition import Definition, Step
from fadu.core.terms import BEIJING, legal_day


def page_of(found: QuerySet[Any], paging: shapes.Paging) -> tuple[Page, dict[str, int]]:
    """The rows wanted, and where they stand. A page beyond the last one is empty, not the last one again."""
    paginator = Paginator(found, paging.size)
    where = {"total": paginator.count, "page": paging.page, "pages": paginator.num_pages}
    page = paginator.get_page(paging.page)
    if paging.page > paginator.num_pages:
        page.object_list = []
    return page, where


def reasons(found: tuple[Refusal, ...]) -> list[shapes.Reason]:
    """Refusals as they are told."""
    return [shapes.Reason(**one.as_json()) for one in found]


def case_row(case: Case) -> dict[str, Any]:
    """A case in a list."""
    return {
        "key": case.key,
        "procedure": case.procedure,
        "title": case.title,
        "number": case.number,
        "organ": case.organ.code,
        "organ_name": case.organ.name,
        "secrecy": case.secrecy,
        "stage": case.stage,
        "due": case.due,
        "opened_at": _here(case.opened_at),
        "changed_at": _here(case.changed_at),
        "ended_at": _here(case.ended_at) if case.ended_at else None,
        "version": case.version,
    }


def case_view(actor: Actor, case: Case, definition: Definition, at: datetime) -> shapes.CaseView:
    """A case with its steps as they stand for this reader."""
    marking, calendar = pages.marking(case), procedures.calendar()
    states = engine.steps(definition, marking, at=at, calendar=calendar)
    warned = warning.warned(definition, marking, on=at, calendar=calendar)
    near = dossier.read(case)
    around = near.around(actor.stands_for)
    relations = queries.relations(actor, case, around)
    sight = standing.Sight(actor, case.organ, at, case, around)
    told = amounts.grown(near, definition, on=at.date(), relations=relations, reader=actor.stands_for)
    return shapes.CaseView(
        **case_row(case),
        relations=sorted(relations),
        steps=[_step_now(sight, definition, state, warned, at) for state in states],
        amounts=[shapes.Amount.model_validate(one.as_json()) for one in told],
        children=list(
            queries.visible_to(actor).filter(parent=case).order_by("key").values_list("key", flat=True)
        ),
    )


def _step_now(
    sight: standing.Sight,
    definition: Definition,
    state: engine.StepState,
    warned: Sequence[warning.Warned],
    at: datetime,
) -> shapes.StepNow:
    step = state.step
    allowed = sight.refusals(definition, step)
    return shapes.StepNow(
        name=step.name,
        title=step.title,
        basis=step.basis.printed,
        state=state.state,
        general=step.general,
        possible=state.possible,
        mine=not allowed,
        outcomes=[
            shapes.Named(name=name, title=step.outcomes[name].title)
            for name in state.outcomes
            if name in step.outcomes
        ],
        targets=list(state.targets),
        refusals=reasons((*state.refusals, *allowed)),
        warnings=reasons(tuple(one.as_refusal() for one in warned if one.step == step.name)),
        duty=_duty_state(state.duty, at.date()) if state.duty else None,
    )


def _duty_state(duty: Any, on: date) -> shapes.DutyState:
    legal = _day(duty.due_legal)
    return shapes.DutyState(
        due_legal=legal, due_internal=_day(duty.due_internal), days_left=queries.remaining(legal, on)
    )


def _day(due: date | datetime | None) -> date | None:
    return legal_day(due) if isinstance(due, datetime) else due


def _here(moment: datetime) -> datetime:
    """Beijing time, the only legal time here."""
    return moment.astimezone(BEIJING)


def history(actor: Actor, case: Case, definition: Definition) -> shapes.History:
    """The acts of a case with what this reader may see of each."""
    around = dossier.read(case)
    relations = queries.relations(actor, case, around.around(actor.stands_for))
    files = pages.readable_files(around, definition, relations, actor.stands_for)
    return shapes.History(
        acts=[
            _done(shown, files.get(shown.act.seq, []))
            for shown in queries.history_of(around, definition, relations, actor.stands_for)
        ]
    )


def _done(shown: queries.Shown, files: list[File]) -> shapes.Done:
    act = shown.act
    return shapes.Done(
        seq=act.seq,
        step=act.step,
        title=shown.title,
        outcome=shown.outcome,
        channel=act.data.get("channel", "performed"),
        person=act.person.name,
        organ=act.organ.name,
        occurred_at=_here(act.occurred_at),
        recorded_at=_here(act.recorded_at),
        leaf=act.leaf,
        values=dict(shown.values),
        withheld=list(shown.withheld),
        findings=list(shown.findings),
        files=[
            shapes.FileRow(
                id=file.pk, field=file.field, name=file.name, media_type=file.media_type, size=file.size,
                sha256=file.sha256,
            )
            for file in files
        ],
    )  # fmt: skip


def my_day(actor: Actor, at: datetime) -> shapes.MyDay:
    """What one owes, may do, and what came in."""
    day = pages.my_day(actor, at)
    return shapes.MyDay(
        on=day["on"],
        late=[_owed(*row) for row in day["late"]],
        owed=[_owed(*row) for row in day["owed"]],
        open=[_owed(*row) for row in day["open"]],
        came_in=[_news(*row) for row in day["came_in"]],
        may_open=[
            shapes.CanOpen(procedure=definition.name, title=definition.title, organ=organ.code)
            for definition, organ in day["may_open"]
        ],
    )


def _owed(duty: Duty, left: int | None) -> shapes.Owed:
    return shapes.Owed(
        case=duty.case.key,
        case_title=duty.case.title,
        step=duty.step,
        title=duty.title,
        organ=duty.organ.code if duty.organ else "",
        due_legal=duty.due_legal,
        due_internal=duty.due_internal,
        days_left=left,
        paused=duty.paused,
        waiting=duty.waiting,
    )


def _news(act: Act, title: str) -> shapes.News:
    return shapes.News(
        case=act.case.key,
        case_title=act.case.title,
        seq=act.seq,
        step=act.step,
        title=title,
        organ=act.organ.name,
        recorded_at=_here(act.recorded_at),
    )


def procedure_row(definition: Definition) -> dict[str, str]:
    """A procedure in the list."""
    return {
        "name": definition.name,
        "title": definition.title,
        "group": definition.group,
        "summary": definition.summary,
        "digest": definition.digest,
        "opening": definition.opening,
    }


def step_law(definition: Definition, step: Step) -> shapes.StepLaw:
    """A step as the law has it, with the JSON Schema of its record."""
    return shapes.StepLaw(
        name=step.name,
        title=step.title,
        basis=step.basis.printed,
        channels=list(step.channels),
        outcomes=[shapes.Named(name=one.name, title=one.title) for one in step.outcomes.values()],
        facts=[shapes.Named(name=name, title=definition.facts[name].title) for name in step.asks],
        record=records.json_schema(step),
    )


def published(row: Publication) -> shapes.Published:
    """What was disclosed of an act, exactly."""
    return shapes.Published(
        case=row.case.key,
        case_title=row.case.title,
        organ=row.case.organ.name,
        seq=row.seq,
        step=row.step,
        kind=row.kind,
        title=row.title,
        published_at=_here(row.published_at),
        until=row.until,
        shown=list(row.shown),
    )

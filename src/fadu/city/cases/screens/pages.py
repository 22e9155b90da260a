"""What the case pages show: read models only, each from the pinned definition, the acts and the day."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from fadu.city.accounts.models import Person
from fadu.city.authority import queries as authority
from fadu.city.authority.actor import Actor
from fadu.city.authority.models import Organ, in_force
from fadu.city.cases import drafts, forms, names, procedures, queries
from fadu.city.cases.checking import lost
from fadu.city.cases.deadlines import amounts, starting
from fadu.city.cases.desk import ownerless, signing
from fadu.city.cases.drafts import Typed
from fadu.city.cases.entry import EVIDENCE
from fadu.city.cases.issuing import delivery
from fadu.city.cases.kin import linking
from fadu.city.cases.models import Case, Duty, File, SavedFilter
from fadu.city.cases.people import bodies, grades, parties, rights, standing
from fadu.city.cases.screens import choices, dossier, offers
from fadu.city.cases.screens.choices import Lists
from fadu.city.cases.screens.dossier import Dossier
from fadu.city.ledger import acts as ledger_acts
from fadu.core.errors import Refusal
from fadu.core.procedure import engine, warning
from fadu.core.procedure.definition import Definition, Step
from fadu.core.procedure.marking import Marking


def marking(case: Case) -> Marking:
    """The state the case is in."""
    return Marking.from_data(case.marking)


def my_day(actor: Actor, at: datetime) -> dict[str, Any]:
    """Late, owed, possible, newly come in."""
    on = at.date()
    may_open = openable(actor, at)
    governments = {(organ.government or organ).pk: organ.government or organ for _, organ in may_open}
    opens = {definition.name for definition, _ in may_open}
    mine = queries.worklists(actor, Duty.Kind.OWED, Duty.Kind.OPEN)
    owed = [_with_days(duty, on) for duty in mine[Duty.Kind.OWED]]
    return {
        "on": on,
        "late": [row for row in owed if row[1] is not None and row[1] < 0 and not row[0].paused],
        "owed": [row for row in owed if not (row[1] is not None and row[1] < 0 and not row[0].paused)],
        "open": [_with_days(duty, on) for duty in mine[Duty.Kind.OPEN]],
        "came_in": [(act, _step_title(act.case, act.step)) for act in queries.came_in(actor)],
        "may_open": may_open,
        "to_start": [one for one in starting.owed(governments.values(), on) if one.definition.name in opens],
        "ownerless": ownerless.found(
            [held.organ.pk for held in actor.holdings if "head" in held.functions], on=on
        ),
        "rotation": [told for held in actor.holdings if (told := grades.warnings(held, on))],
    }


def _with_days(duty: Duty, on: date) -> tuple[Duty, int | None]:
    return duty, queries.remaining(duty.due_legal, on)


def _step_title(case: Case, step: str) -> str:
    return procedures.of(case).steps[step].title


def openable(actor: Actor, at: datetime) -> list[tuple[Definition, Organ]]:
    """Procedures this person may open today, with the organ he would open them for."""
    organs = {held.organ.pk: held.organ for held in actor.holdings}
    powers = authority.powers_among(organs.values(), at.date())
    sights = {pk: standing.Sight(actor, organ, at, brief=True) for pk, organ in organs.items()}
    of_the_day = choices.organs(at)
    for sight in sights.values():
        sight.organs.know(of_the_day.by_duty(sight.organs.government))
    found = []
    for definition in procedures.book().procedures.values():
        for pk, organ in organs.items():
            reasons = standing.may_open(
                definition, actor, handling=organ, at=at, sight=sights[pk], powers=powers.get(pk, ())
            )
            if all(reason.code == "prove_again" for reason in reasons):
                found.append((definition, organ))
                break
    return found


def filters(actor: Actor, at: datetime) -> dict[str, Any]:
    """Choices for the list's filter form, and this person's saved ones."""
    known = procedures.book().procedures.values()
    return {
        "procedures": [(definition.name, definition.title) for definition in known],
        "procedure_titles": {definition.name: definition.title for definition in known},
        "organs": sorted({(held.organ.code, held.organ.short) for held in actor.holdings}),
        "saved": SavedFilter.objects.filter(person=actor.person),
        "on": at.date(),
    }


def opening(
    actor: Actor, definition: Definition, typed: Typed, refusals: Sequence[Refusal], at: datetime
) -> dict[str, Any]:
    """The page that opens a case."""
    step = definition.steps[definition.opening]
    organs = {held.organ.code: held.organ.name for held in actor.holdings}
    if not actor.official:
        organs = {
            organ.code: organ.name for organ in Organ.objects.filter(in_force(at.date()), administrative=True)
        }
    return {
        "definition": definition,
        "organs": sorted(organs.items()),
        "form": step_form(actor, definition, step, typed, refusals, at),
    }


def step_form(
    actor: Actor,
    definition: Definition,
    step: Step,
    typed: Typed,
    refusals: Sequence[Refusal],
    at: datetime,
    lists: Lists | None = None,
) -> dict[str, Any]:
    """The form of any step: entries with choices, facts it asks, problems beside their fields. ``lists`` is what was read
    for it already (``lists_of``).
    """
    every = (*refusals, *typed.problems)
    entries = forms.entries(step)
    beside: dict[str, list[Refusal]] = {}
    for refusal in every:
        beside.setdefault(_entry_of(refusal), []).append(refusal)
    lists = lists or lists_of(actor, step, typed, at)
    return {
        "step": step,
        "entries": entries,
        "outcomes": list(step.outcomes.values()) if len(step.outcomes) > 1 else [],
        "facts": [definition.facts[name] for name in step.asks if not definition.facts[name].check],
        "typed": typed,
        "choices_of": lists.of,
        "problems": {name: found for name, found in beside.items() if name in entries},
        "refusals": [one for one in every if _entry_of(one) not in entries],
        "people": lists.people,
        "evidence": forms.EVIDENCE,
        "request_id": secrets.token_hex(12),
    }


def lists_of(
    actor: Actor, step: Step, typed: Typed, at: datetime, *, parties: Iterable[Person] = ()
) -> Lists:
    """What the lists of a step's form offer."""
    return choices.read(
        actor,
        at,
        entries=forms.entries(step).values(),
        values=typed.entry.values if isinstance(typed.entry.values, dict) else None,
        performers=actor.official and "attested" in step.channels,
        parties=parties,
    )


def _entry_of(refusal: Refusal) -> str:
    """The entry a problem stands beside: ``views[2].person`` belongs to ``views``."""
    return refusal.subject.partition("[")[0].partition(".")[0]


def case(
    actor: Actor,
    found: Case,
    definition: Definition,
    step: Step | None,
    typed: Typed | None,
    refusals: Sequence[Refusal],
    at: datetime,
) -> dict[str, Any]:
    """The case page: steps, the step in hand, clocks, parties, trace, history. ``typed`` is what was just posted; without
    it the step's form stands as it was kept.
    """
    now = marking(found)
    states = engine.steps(definition, now, at=at, calendar=procedures.calendar())
    by_name = {state.step.name: state for state in states}
    near = dossier.read(found, reader=actor.person, place=drafts.place(found, step))
    if step is not None:
        typed = typed or drafts.found(step, near.drafts, near.kept)
        lists = lists_of(actor, step, typed, at, parties=[row.person for row in near.parties])
    else:
        lists = choices.organs(at)
    around = near.around(actor.stands_for)
    relations = queries.relations(actor, found, around)
    sight = standing.Sight(actor, found.organ, at, found, around)
    sight.organs.know(lists.by_duty(sight.organs.government))
    mine = [state for state in states if sight.find(definition, state.step) is not None]
    verbs = offers.verbs(near, definition, actor, states, {state.step.name for state in mine})
    shown: dict[str, Any] = {
        "case": found,
        "definition": definition,
        "verbs": verbs,
        "rounds": signing.rounds_in(near, definition),
        "stages": _stages(definition, by_name),
        "general": [state for state in mine if state.step.general and state.possible],
        "mine": [state for state in mine if not state.step.general and state.possible],
        "clocks": [
            (state, queries.remaining(state.duty.due_legal, at.date())) for state in states if state.duty
        ],
        "warned": warning.warned(definition, now, on=at, calendar=procedures.calendar()),
        "amounts": amounts.grown(
            near, definition, on=at.date(), relations=relations, reader=actor.stands_for
        ),
        "history": list(reversed(queries.history_of(near, definition, relations, actor.stands_for))),
        "parties": parties.named(near.parties, definition),
        "children": near.children,
        "linked": linking.around(actor, near.links),
        "documents": delivery.papers(near, relations, actor.stands_for),
        "files": readable_files(near, definition, relations, actor.stands_for),
        "trace": _trace(near),
        "relations": relations,
        "at": at,
        "step": step,
        "form": None,
        "state": None,
        "panel": None,
    }
    if step is not None and typed is not None:
        shown["state"] = by_name.get(step.name)  # office acts change no state and have none
        asked = () if step.office else sight.refusals(definition, step)
        shown["allowed"] = asked
        shown["targets"] = offers.targets(near, definition, step, states, verbs)
        if step.panel:
            shown["panel"] = names.panel(step.panel)(case=found, step=step, actor=actor, at=at, near=near)
            _prefill(typed, **{way: shown["panel"].get(way, {}) for way in ("known", "offered", "initial")})
        if present := bodies.rows(definition, step, found, at):
            _prefill(typed, known={}, offered={}, initial={"views": present})
        shown["form"] = step_form(actor, definition, step, typed, refusals, at, lists)
    return shown


def _prefill(
    typed: Typed, *, known: Mapping[str, Any], offered: Mapping[str, Any], initial: Mapping[str, Any]
) -> None:
    """A form asks for nothing the system knows: ``known`` values always stand in it, ``offered`` ones until somebody
    types another, offered rows of a table among those typed; ``initial`` ones until the field is typed at all.
    """
    values = typed.entry.values
    if not isinstance(values, dict):
        return
    values.update(known)
    for name, value in offered.items():
        if isinstance(value, list):
            typed_rows = values.get(name, [])
            value = [*(row for row in value if row not in typed_rows), *typed_rows]
            values.pop(name, None)
        values.setdefault(name, value)
    for name, value in initial.items():
        values.setdefault(name, value)


def _stages(definition: Definition, by_name: Mapping[str, Any]) -> list[tuple[str, list[Any]]]:
    """The stepper: stages in file order, then the steps no stage names; general acts are listed elsewhere."""
    placed: set[str] = set()
    stages = []
    for stage in definition.stages.values():
        stages.append((stage.title, [by_name[name] for name in stage.steps]))
        placed |= set(stage.steps)
    rest = [state for name, state in by_name.items() if name not in placed and not state.step.general]
    return [*stages, ("其他", rest)] if rest and stages else stages or [(definition.title, rest)]


def readable_files(
    around: Dossier, definition: Definition, relations: frozenset[str], reader: Person | None = None
) -> dict[int, list[File]]:
    """Files by act, those of fields this reader may see and those he handed in himself."""
    acts = {act.seq: act for act in around.acts}
    shown: dict[int, list[File]] = {}
    for file in around.files:
        # A file that a correction put in another's place is read and shown with the record it stands in.
        seq = file.stands_for or file.seq
        step = definition.steps[acts[seq].step]
        entry = step.entries().get(file.field, EVIDENCE)
        mine = rights.own(acts[seq], reader, relations)
        if mine or queries.may_read(entry, relations, step.readers):
            shown.setdefault(seq, []).append(file)
    return shown


def _trace(around: Dossier) -> dict[str, Any]:
    """The badge and the acts' tags: how many acts, how far each is proved."""
    proved = around.ledger.proved([act.leaf for act in around.acts])
    return {"acts": around.case.version, "proved": proved, "lost": lost.some(around.case, proved.length)}


def note_search(actor: Actor, words: str, at: datetime) -> None:
    """A search among cases is noted, and never what was searched for."""
    if words.strip():
        organ = actor.holdings[0].organ.code if actor.holdings else ""
        ledger_acts.note_access(
            ledger_acts.Access("search", actor.person.key, at, organ=organ, subject="cases")
        )


def note_reading(actor: Actor, found: Case, at: datetime) -> None:
    """A case page shows protected data: that it was opened is noted, and work given to the reader is then opened."""
    organ = actor.holdings[0].organ.code if actor.holdings else ""
    ledger_acts.note_access(
        ledger_acts.Access("page", actor.person.key, at, organ=organ, case_ref=f"case/{found.key}")
    )

"""What the cases remember, and for whom: every list, search, export, count and page goes through ``visible_to``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from fadu.city.accounts.models import ALL_PROCEDURES, Person
from fadu.city.authority.actor import Actor
from fadu.city.authority.models import Appointment, in_force
from fadu.city.cases import procedures, unproved
from fadu.city.cases.corrections import amended
from fadu.city.cases.deadlines import nearing
from fadu.city.cases.desk import ownerless
from fadu.city.cases.files import uploads
from fadu.city.cases.models import Act, Case, Duty, File, Involvement, Party
from fadu.city.cases.people import matter_codes, rights
from fadu.city.cases.people.rights import own as own
from fadu.city.cases.screens import dossier, words
from fadu.city.cases.screens.dossier import Dossier
from fadu.city.cases.screens.firsts import SOONEST, first, first_of_each
from fadu.city.cases.writing import Around
from fadu.city.ledger import casepage
from fadu.core.errors import Refusal, Refused
from fadu.core.procedure.definition import Definition, Field
from fadu.core.terms import workdays_between

NOT_VISIBLE = Refusal("not_visible", "没有这件事项，或者您无权查看", cure="请核对地址，或联系承办单位")
_SUPERVISING = frozenset({"supervise"})


def visible_to(actor: Actor | None) -> QuerySet[Case]:
    """The cases this person may see: those his organs have to do with, those he supervises, his own as a party.

    Sealed matters (保密) are seen by the handling organ and the parties alone. Nobody sees everything.
    """
    if actor is None:
        return Case.objects.none()
    own = Q(pk__in=own_cases(actor).values("pk"))
    if not actor.official:
        return Case.objects.filter(own)
    organs = {held.organ.pk for held in actor.holdings}
    # EXISTS and no join: a case with several of one's organs stands once without sorting all of them out.
    involved = Exists(Involvement.objects.filter(case=OuterRef("pk"), organ__in=organs))
    watched = Q(government__in=supervised(actor))
    open_to_organs = (Q(involved) | watched) & ~Q(secrecy=Case.Secrecy.SEALED)
    return Case.objects.filter(own | Q(organ__in=organs) | open_to_organs)


def own_cases(actor: Actor) -> QuerySet[Case]:
    """The cases in which this person, or the one he acts for, is a party, as far as his mandate reaches."""
    own = Case.objects.filter(pk__in=Party.objects.filter(person=actor.stands_for).values("case"))
    if actor.mandate is not None and ALL_PROCEDURES not in actor.mandate.procedures:
        own = own.filter(procedure__in=actor.mandate.procedures)
    return own


def sees(actor: Actor, case: Case, around: Around) -> bool:
    """``visible_to`` asked of one case whose surroundings have been read for this person."""
    mandate = actor.mandate
    covered = mandate is None or {ALL_PROCEDURES, case.procedure} & set(mandate.procedures)
    if around.roles and covered:
        return True
    if not actor.official:
        return False
    organs = {held.organ.pk for held in actor.holdings}
    if case.organ_id in organs:
        return True
    near = not organs.isdisjoint(around.organs) or case.government_id in supervised(actor)
    return near and case.secrecy != Case.Secrecy.SEALED


def supervised(actor: Actor) -> set[int]:
    """The governments whose cases this person supervises by a post with that function."""
    return {
        (held.organ.government_id or held.organ.pk)
        for held in actor.holdings
        if held.functions & _SUPERVISING
    }


def get(actor: Actor | None, key: str) -> Case:
    """One case that this person may see; Refused in the same words whether it is hidden or does not exist."""
    case = visible_to(actor).select_related("organ__parent", "government", "parent").filter(key=key).first()
    if case is None:
        raise Refused(NOT_VISIBLE)
    return case


def relations(actor: Actor | None, case: Case, around: Around | None = None) -> frozenset[str]:
    """How this person stands to the case: handles, decides, reviews, supervises, party, public.

    ``around`` is what has been read around the case for this person; without it the tables are asked.
    """
    found = {"public"}
    if actor is None:
        return frozenset(found)
    organs = {held.organ.pk for held in actor.holdings}
    if case.organ_id in organs:
        found.add("handles")
    if case.government_id in organs:
        found.add("decides")
    if case.government_id in supervised(actor):
        found.add("supervises")
    if organs and not found & {"handles", "decides"}:
        near = around.organs & organs if around else case.involvements.filter(organ__in=organs).exists()
        found |= {"reviews"} if near else set()
    if around.roles if around else case.parties.filter(person=actor.stands_for).exists():
        found.add("party")
    return frozenset(found)


def by_code(code: str) -> Case | None:
    """The matter that a receipt code belongs to, of which its bearer may know stage and dates, or None."""
    return matter_codes.find(code)


def halted(at: datetime) -> bool:
    """Whether acts performed here stop because no proof could be published for too long."""
    return unproved.halted(at)


_READERS = {
    "public": frozenset({"public"}),
    "internal": frozenset({"handles", "decides", "reviews", "supervises"}),
    "personal": frozenset({"handles", "decides", "reviews", "supervises"}),
    "sealed": frozenset({"handles"}),
}


def may_read(entry: Field, standing: frozenset[str], readers: Mapping[str, Sequence[str]]) -> bool:
    """Whether a field of a record may be shown to somebody standing so to the case."""
    allowed = frozenset(readers.get(entry.name, ())) or _READERS[entry.cls]
    return bool(allowed & standing)


@dataclass(frozen=True)
class Shown:
    """One act as a reader may see it: values he may read, and the names of those withheld."""

    act: Act
    title: str
    outcome: str
    values: Mapping[str, Any]
    withheld: tuple[str, ...]
    findings: Sequence[Any]
    # Whom the performer acted for by mandate (代理), empty for himself.
    behalf: str = ""
    # 更正前: what corrected fields said before, each with the number of the correction.
    before: Mapping[str, Sequence[tuple[Any, int]]] = field(default_factory=dict)
    # Done although no proof could be published for too long: due soon, or declared urgent (unproved).
    unproved: bool = False
    # 补录的来历更正以后: what (时间、来源、办理人), as corrected, and before, each with the number of the correction.
    origin: Sequence[tuple[str, str, Sequence[tuple[str, int]]]] = ()

    @property
    def corrects(self) -> int:
        """The number of the act that this one corrects, or 0."""
        return amended.target_of(self.act)


def history(
    case: Case, definition: Definition, standing: frozenset[str], reader: Person | None = None
) -> list[Shown]:
    """The acts of a case in order, each with the values this reader may see: by his standing, and all of his own acts."""
    return history_of(dossier.read(case), definition, standing, reader)


def history_of(
    around: Dossier, definition: Definition, standing: frozenset[str], reader: Person | None = None
) -> list[Shown]:
    """``history`` of a case whose surroundings have been read."""
    acts, opened = around.acts, around.opened
    names = {row.person.key: row.person.name for row in around.parties}
    principals = {act.data["on_behalf"] for act in acts if act.data.get("on_behalf")} - set(names)
    records = {act.seq: amended.record(act, acts, opened) for act in acts}
    principals |= {key for record in records.values() for key in amended.persons_named(record)} - set(names)
    if principals:
        names |= dict(Person.objects.filter(key__in=principals).values_list("key", "name"))
    return [
        _shown(
            act,
            definition,
            records[act.seq],
            standing,
            names,
            own=rights.own(act, reader, standing),
        )
        for act in acts
    ]


def _shown(
    act: Act,
    definition: Definition,
    record: amended.Record,
    standing: frozenset[str],
    names: Mapping[str, str],
    *,
    own: bool,
) -> Shown:
    step = definition.steps[act.step]
    entries = step.entries()
    readable = {
        name: entry for name, entry in entries.items() if own or may_read(entry, standing, step.readers)
    }
    opened = record.values
    values = {name: opened[name] for name in readable if name in opened}
    before = {name: told for name, told in record.before.items() if name in readable}
    withheld = tuple(
        entry.title for name, entry in entries.items() if name in opened and name not in readable
    )
    outcome = (
        step.outcomes[act.outcome].title if act.outcome in step.outcomes and len(step.outcomes) > 1 else ""
    )
    behalf = names.get(act.data.get("on_behalf", ""), "")
    marked = f"why.{unproved.MARK}" in opened
    findings = act.data.get("findings", ())
    origin = tuple(amended.origin_told(record, names))
    return Shown(act, step.title, outcome, values, withheld, findings, behalf, before, marked, origin)


def worklists(actor: Actor, *kinds: str, limit: int = 50) -> dict[str, list[Duty]]:
    """What this person owes (应办) and may do (可办), by due date; work handed to him by name comes with it."""
    keys = first_of_each({kind: _due(actor, kind) for kind in kinds}, limit=limit, order=SOONEST)
    rows = Duty.objects.select_related("case__organ", "organ").in_bulk(
        [pk for found in keys.values() for pk in found]
    )
    return {kind: [rows[pk] for pk in found if pk in rows] for kind, found in keys.items()}


def _due(actor: Actor, kind: str) -> list[QuerySet[Duty, Any]]:
    """The ways in which a duty is somebody's: handed to him by name, or to whoever has the function in the organ."""
    ways = [Duty.objects.filter(person=actor.person, kind=kind)]
    seats = sorted({(held.organ.pk, name) for held in actor.holdings for name in held.functions})
    for organ, name in seats:
        ways.append(Duty.objects.filter(organ=organ, function=name, kind=kind, person__isnull=True))
    order = F("due_legal").asc(nulls_last=True), "pk"
    return [way.order_by(*order).values_list("pk", "due_legal") for way in ways]


def worklist(actor: Actor, kind: str, *, limit: int = 50) -> list[Duty]:
    """One kind of ``worklists``."""
    return worklists(actor, kind, limit=limit)[kind]


# So many of the cases last worked on are looked through for what others did in them.
_LOOKED_THROUGH = 100


def came_in(actor: Actor, *, limit: int = 10) -> list[Act]:
    """The newest acts of others on the cases last worked on that this person's organs have to do with."""
    near = [
        Involvement.objects.filter(organ=organ)
        .filter(Q(case__organ=organ) | ~Q(case__secrecy=Case.Secrecy.SEALED))
        .order_by("-changed_at", "-case")
        .values_list("case_id", "changed_at")
        for organ in sorted({held.organ.pk for held in actor.holdings})
    ]
    return list(
        Act.objects.filter(case__in=first(near, limit=_LOOKED_THROUGH))
        .exclude(person=actor.person)
        .select_related("case", "person", "organ")
        .order_by("-recorded_at", "-pk")[:limit]
    )


def late(on: date, cases: QuerySet[Case]) -> QuerySet[Duty]:
    """Duties past their legal date on a day, among these cases; paused ones do not run."""
    return Duty.objects.filter(kind=Duty.Kind.OWED, due_legal__lt=on, paused=False, case__in=cases)


def search(actor: Actor | None, asked: Mapping[str, str]) -> QuerySet[Case]:
    """All visible cases that match a list's query, in its order: for whoever takes them all (``listing`` for a page)."""
    found = visible_to(actor).filter(matching(asked)).select_related("organ")
    sought = asked.get("q", "").strip()
    if sought and (keys := words.found(sought)) is not None:
        found = found.filter(pk__in=keys)
    return found.order_by(*ORDERS.get(asked.get("order", ""), ORDERS["-changed"]))


ORDERS = {
    "-changed": ("-changed_at", "-pk"),
    "due": (F("due").asc(nulls_last=True), "-changed_at", "-pk"),
    "-opened": ("-opened_at", "-pk"),
    "title": ("title", "-pk"),
}


def matching(asked: Mapping[str, str], *, at: str = "") -> Q:
    """What a list's query demands of a case (words, procedure, organ, state, year), ``at`` a relation's end."""
    wanted = Q()
    for word in asked.get("q", "").split():
        wanted &= Q(**{f"{at}title__contains": word}) | Q(**{f"{at}number__contains": word})
    if procedure := asked.get("procedure"):
        wanted &= Q(**{f"{at}procedure": procedure})
    if organ := asked.get("organ"):
        wanted &= Q(**{f"{at}organ__code": organ})
    if state := asked.get("state"):
        wanted &= Q(**{f"{at}ended_at__isnull": state != "ended"})
    if year := asked.get("year"):
        known = year.isascii() and year.isdigit()
        wanted &= Q(**{f"{at}year": int(year)}) if known else Q(pk__in=[])
    return wanted


def titles(definition: Definition, steps: Iterable[str]) -> list[str]:
    """The Chinese titles of steps."""
    return [definition.steps[name].title for name in steps]


def posts_in_force(on: date) -> QuerySet[Appointment]:
    """Every appointment in force on a day, with person, post and organ."""
    return Appointment.objects.filter(in_force(on)).select_related("person", "post__organ").order_by("pk")


def without_owner(organs: Sequence[int], *, on: date) -> Sequence[ownerless.Ownerless]:
    """What these organs owe and nobody does (无人办理), the earliest due first."""
    return ownerless.found(organs, on=on)


def record_of(case: Case, seq: int) -> Mapping[str, Any]:
    """The values of one act as corrected; whoever asks answers for who may read them."""
    acts = list(case.acts.order_by("seq"))
    act = next(one for one in acts if one.seq == seq)
    return amended.record(act, acts, casepage.openings(f"case/{case.key}")).values


def files_in_record(case: Case, seq: int) -> QuerySet[File]:
    """The files in the record of an act: those it brought and those that a correction put in their place, the replaced
    ones (``replaced_by``) too."""
    return File.objects.filter(Q(seq=seq, stands_for=None) | Q(stands_for=seq), case=case)


def file_bytes(file: Any) -> bytes:
    """The bytes of a file of a case, for an app that shows what an act disclosed; it answers for who may read them."""
    return uploads.content(file)


def ends(found: QuerySet[Case], on: date, *, most: int) -> list[nearing.Near]:
    """The duties among these cases whose end is near and has not passed (预警), the earliest first."""
    return nearing.ends(found, on, most=most)


def lenient(found: QuerySet[Case], on: date) -> list[nearing.Near]:
    """Steps kept by the lenient count of days only, before a planned date still to come (提示)."""
    return nearing.lenient(found, on)


def remaining(due: date | None, on: date) -> int | None:
    """Working days left until a date; negative when late; None where the calendar does not reach."""
    if due is None:
        return None
    return workdays_between(on, due, procedures.calendar(), provisional_ok=True)

"""离任交接: a post holder leaves, and nothing he had in hand stays without an owner.

Prepared as a list that the page shows before (``preview``) and the act works off: work that lay with him by name, forms he had
begun, and what the post owes that nobody else in the organ could do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fadu.city.accounts.models import Person
from fadu.city.authority import acts as authority_acts
from fadu.city.authority import queries as authority
from fadu.city.authority.door import Answer, Doing, act, within
from fadu.city.authority.models import Appointment
from fadu.city.cases import procedures, recording, writing
from fadu.city.cases.desk import signing
from fadu.city.cases.desk.office_limits import by_role
from fadu.city.cases.entry import Entry
from fadu.city.cases.models import Assignment, Draft, Duty, File
from fadu.core.errors import Refusal, Refused
from fadu.core.procedure import engine
from fadu.core.procedure.marking import Marking
from fadu.core.terms import legal_day

VERB = "hand_over_on_leaving"
BASIS = "《公务员法》离任交接；《四中全会决定》定期轮岗"


@dataclass(frozen=True)
class Handover:
    """What a leaver has in hand: work by name, begun forms, owed work that nobody else could do, functions left empty."""

    work: tuple[Assignment, ...]
    drafts: tuple[Draft, ...]
    ownerless: tuple[Duty, ...]
    vacant: frozenset[str]
    heads: tuple[Person, ...]


def preview(appointment: Appointment, *, at: datetime) -> Handover:
    """What would have to be handed over if the holder left this post today."""
    on = legal_day(at)
    organ, post = appointment.post.organ, appointment.post
    vacant = frozenset(name for name in post.functions if not _others(appointment, name, on))
    rows = Duty.objects.filter(organ=organ, function__in=vacant, kind=Duty.Kind.OWED, person=None)
    duties = [
        duty for duty in rows.select_related("case").order_by("due_legal", "pk") if not _elsewhere(duty, on)
    ]
    heads = [
        row.person for row in authority.holders(organ, "head", on) if row.person_id != appointment.person_id
    ]
    return Handover(
        work=tuple(_work(appointment, at)),
        drafts=tuple(
            Draft.objects.filter(person=appointment.person, place__startswith="case/").order_by("place")
        ),
        ownerless=tuple(duties),
        vacant=vacant,
        heads=tuple(dict.fromkeys(heads)),
    )


def _elsewhere(duty: Duty, on: date) -> bool:
    """Whether another role of the same step has somebody in post, so that the work is not left without anybody."""
    same = Duty.objects.filter(case=duty.case_id, step=duty.step, kind=duty.kind, person=None).exclude(
        pk=duty.pk
    )
    return any(
        other.organ is not None and authority.holders(other.organ, other.function, on).exists()
        for other in same.select_related("organ")
    )


def _others(appointment: Appointment, function: str, on: date) -> bool:
    return authority.holders(appointment.post.organ, function, on).exclude(pk=appointment.pk).exists()


def _work(appointment: Appointment, at: datetime) -> list[Assignment]:
    """Open work that lies with him by name and that no other post of his lets him do."""
    left = [
        held
        for held in authority.holdings_of(appointment.person, at.date())
        if held.appointment != appointment.pk
    ]
    rows = Assignment.objects.filter(person=appointment.person, done_seq=None)
    found = []
    for row in rows.select_related(
        "case__organ__government", "case__organ__parent", "case__government"
    ).order_by("case__key", "pk"):
        definition = procedures.of(row.case)
        target = definition.steps[row.step]
        stays = (
            bool(left)
            if row.kind == Assignment.Kind.SIGNER
            else by_role(definition, target, left, row.case, at)
        )
        if not stays and _open(row, at):
            found.append(row)
    return found


def _open(row: Assignment, at: datetime) -> bool:
    """Whether the step is still to be done; work on a step that was done meanwhile needs no new owner."""
    definition, marking = procedures.of(row.case), Marking.from_data(row.case.marking)
    states = engine.steps(definition, marking, at=at, calendar=procedures.calendar())
    state = next((one.state for one in states if one.step.name == row.step), "inapplicable")
    return state not in ("done", "inapplicable") and not (marking.ended and state != "owed")


@act(
    "cases.leave_post",
    title="离任交接",
    lock=authority_acts.lock_appointment,
    who=authority_acts.keeper,
    basis=BASIS,
)
def leave_post(
    doing: Doing,
    appointment: Appointment,
    /,
    *,
    basis: str,
    successor: str = "",
    kind: str = "substitute",
    until: date | None = None,
    receivers: Mapping[int, str] | None = None,
    **_: Any,
) -> Answer:
    """离任交接: from today the person no longer holds the post, and whatever he had in hand has another owner. Where the
    appointment has run out by its date already, what it left without an owner is handed over.

    ``successor`` takes the post (``kind``; a substitute or acting one ``until`` a day), or only its work where his own
    posts suffice.
    ``receivers`` names another receiver for single pieces of work (by assignment). Refused where work would stay
    without an owner and nobody is named.
    """
    basis = authority_acts.need(basis, "离任的文件或者事由", subject="basis")
    before = preview(appointment, at=doing.at)
    over = appointment.end is not None and appointment.end <= doing.on
    if over and not (before.work or before.ownerless):
        raise Refused(
            Refusal("ended_already", f"该任职已于 {appointment.end:%Y年%m月%d日} 结束，没有未交接的工作")
        )
    if not successor and (missing := _ownerless(before, appointment, receivers or {})):
        raise Refused(*missing)
    ended = (
        _over(doing, appointment, basis)
        if over
        else authority_acts.record_end(doing, appointment, end=doing.on, basis=basis)
    )
    needed = {duty.function for duty in before.ownerless}
    if successor:
        _succeed(doing, appointment, successor, kind=kind, until=until, basis=basis, needed=needed)
    moved = [_hand_over(doing, row, (receivers or {}).get(row.pk) or successor, basis) for row in before.work]
    kept = _drafts(before, successor)
    return {
        **ended,
        "moved": moved,
        "drafts": kept,
        "ownerless": [f"{duty.case.key}/{duty.step}" for duty in before.ownerless],
    }


def _over(doing: Doing, appointment: Appointment, basis: str) -> Answer:
    """The appointment ran out by its date; only what it left behind is handed over."""
    leaf = authority_acts.trace(
        doing, register="appointment", key=str(appointment.pk), step="hand_over", values={"basis": basis}
    )
    return {"appointment": appointment.pk, "leaf": leaf.hash.hex()}


def _ownerless(before: Handover, appointment: Appointment, receivers: Mapping[int, str]) -> list[Refusal]:
    heads = "、".join(person.name for person in before.heads)
    cure = f"请指定继任者{f'，或者由单位负责人{heads}接办' if heads else '或者单位负责人接办'}"
    if before.ownerless:
        steps = "、".join(
            dict.fromkeys(f"“{duty.case.title}”的“{duty.title}”" for duty in before.ownerless[:5])
        )
        sentence = f"{appointment.person.name}离任后，{appointment.post}有 {len(before.ownerless)} 项应办工作无人办理：{steps}"
        return [Refusal("ownerless", sentence, BASIS, cure, "successor")]
    return []


def _succeed(
    doing: Doing,
    appointment: Appointment,
    successor: str,
    *,
    kind: str,
    until: date | None,
    basis: str,
    needed: set[str],
) -> None:
    """The successor holds the post from today; one who only takes over the work (no ``until`` given) must have in this
    organ whatever the owed work needs."""
    person = authority_acts.person_of(successor, subject="successor")
    if person.pk == appointment.person_id:
        raise Refused(
            Refusal("to_oneself", "继任者不能是离任人本人", cure="请选择其他人员", subject="successor")
        )
    own = authority.holdings_of(person, doing.on)
    has = {name for held in own if held.organ.pk == appointment.post.organ_id for name in held.functions}
    only_work = kind != Appointment.Kind.REGULAR and until is None
    if has >= set(appointment.post.functions) or (only_work and has >= needed):
        return
    within(
        doing, authority_acts.appoint, post=appointment.post_id, person=successor, start=doing.on,
        end=None if kind == Appointment.Kind.REGULAR else until, kind=kind, basis=basis,
    )  # fmt: skip


def _hand_over(doing: Doing, row: Assignment, receiver: str, reason: str) -> str:
    """One piece of work, by an act of its own in its own case."""
    case = writing.lock(pk=row.case_id)
    assert case is not None  # rows of cases are never deleted
    if not Assignment.objects.filter(pk=row.pk, done_seq=None).exists():
        return f"{case.key}/{row.step}"  # went with an earlier row of the same step
    if row.kind == Assignment.Kind.SIGNER and receiver:
        person = authority_acts.person_of(receiver)
        if signing.organ_of(person, case, doing.at) is None:
            receiver = ""
    values = {"leaver": row.person.key, "reason": reason} | ({"person": receiver} if receiver else {})
    recording.perform(doing, case, procedures.of(case), Entry(step=VERB, targets=[row.step], values=values))
    return f"{case.key}/{row.step}"


def _drafts(before: Handover, successor: str) -> list[str]:
    """Forms begun and not done go to the successor with their files, unless he has begun the same himself."""
    if not successor:
        return [draft.place for draft in before.drafts]
    person = Person.objects.get(key=successor)
    taken = set(
        Draft.objects.filter(person=person, place__in=[draft.place for draft in before.drafts]).values_list(
            "place", flat=True
        )
    )
    for draft in before.drafts:
        if draft.place not in taken:
            Draft.objects.filter(pk=draft.pk).update(person=person)
            waiting = File.objects.filter(uploaded_by=draft.person, place=draft.place, seq__isnull=True)
            waiting.update(uploaded_by=person)
    return [draft.place for draft in before.drafts]

"""How an act is written: the engine answers, then leaf, rows, consequences and projection, all in one transaction."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from fadu.city.accounts.models import Person
from fadu.city.authority import queries as authority
from fadu.city.authority import tenure
from fadu.city.authority.actor import Actor
from fadu.city.authority.door import Answer, Doing
from fadu.city.authority.models import Organ
from fadu.city.cases import names, procedures, projection, writing
from fadu.city.cases.corrections import amending
from fadu.city.cases.deadlines import clockwork
from fadu.city.cases.desk import office
from fadu.city.cases.entry import EVIDENCE, Elsewhere, Entry
from fadu.city.cases.files import uploads
from fadu.city.cases.issuing import disclosure, documents
from fadu.city.cases.kin import children, linking
from fadu.city.cases.models import Act, Case, File, Party
from fadu.city.cases.people import beyond, bodies, standing
from fadu.city.ledger import queries as ledger
from fadu.city.statements import Together
from fadu.core.errors import Refusal, Refused
from fadu.core.procedure import engine, records
from fadu.core.procedure.act import Act as EngineAct
from fadu.core.procedure.act import Performer
from fadu.core.procedure.definition import Definition, Step
from fadu.core.procedure.marking import Marking

DONE = "done"


def perform(
    doing: Doing,
    case: Case,
    definition: Definition,
    entry: Entry,
    *,
    occurred_at: datetime | None = None,
    together: Actor | None = None,
) -> Answer:
    """Record an act done here and now by the person at the door; only the clock gives another moment (``expiry``)."""
    step = definition.steps[entry.step]
    files = uploads.taken(doing.actor.person, entry.files or {})
    if step.office:
        found = office.standing_of(doing, case, definition, entry)
    else:
        found = sight(doing, case).find(definition, step)
    held = found.holding if found else None
    organ = held.organ if held else case.organ
    performers = [_performer(doing.actor, found)]
    if together is not None:
        performers.append(_performer(together, _joint_standing(doing, case, definition, step, together)))
    if step.act == amending.ACT:
        checked = amending.checked(case, definition, step, entry, files, alone=together is None)
    else:
        checked = _values(step, entry, files)
    beyond = (
        *standing.beyond_limit(definition, step, held, checked.values, case=case, at=doing.at),
        *bodies.refusals(definition, step, checked.values, case=case, at=doing.at),
    )
    attempt = EngineAct(
        seq=case.version + 1,
        step=step.name,
        outcome=entry.outcome or DONE,
        occurred_at=occurred_at or doing.at,
        recorded_at=doing.at,
        performers=tuple(performers),
        recorder=doing.actor.person.key,
        on_behalf=doing.actor.behalf.key if doing.actor.behalf else "",
        facts=dict(entry.facts or {}),
        checks=_look_up(doing, case, definition, step),
        values=checked.values,
        digests=checked.digests,
        targets=tuple(entry.targets),
    )
    return _write(
        doing,
        case,
        definition,
        attempt,
        files,
        organ,
        reasons=entry.reasons or {},
        problems=(*checked.refusals, *beyond),
    )


def _performer(actor: Actor, found: standing.Standing | None) -> Performer:
    held = found.holding if found else None
    return Performer(
        person=actor.person.key,
        post=f"{held.organ.short}{held.post}" if held else "",
        organ=held.organ.code if held else "",
        role=found.role.name if found else "",
    )


def _joint_standing(
    doing: Doing, case: Case, definition: Definition, step: Step, other: Actor
) -> standing.Standing | None:
    """The second person needs a role of his own in the step, and to be another person."""
    if other.person.pk == doing.actor.person.pk:
        raise Refused(
            Refusal(
                "same_person", "共同办理人须是另一人", basis=step.basis.printed, cure="请由另一人核验身份"
            )
        )
    other = tenure.renewed(other, doing.on)
    theirs = standing.Sight(other, case.organ, doing.at, case)
    if reasons := theirs.refusals(definition, step):
        raise Refused(*reasons)
    return theirs.find(definition, step)


def attest(doing: Doing, case: Case, definition: Definition, entry: Entry, elsewhere: Elsewhere) -> Answer:
    """Record an act done elsewhere, by those who did it, with its source; the person at the door is the recorder."""
    step = definition.steps[entry.step]
    files = uploads.taken(doing.actor.person, {**(entry.files or {}), EVIDENCE.name: elsewhere.evidence})
    proof = files.pop(EVIDENCE.name, [])
    if elsewhere.occurred_at > doing.at:
        raise Refused(
            Refusal("in_future", "发生时间不能晚于现在", cure="请核对发生时间", subject="occurred_at")
        )
    if not elsewhere.source.strip() or not elsewhere.performers:
        raise Refused(Refusal("no_source", "补录须写明来源和行为人", cure="请填写来源、来源编号和行为人"))
    checked = _values(step, entry, files)
    attempt = EngineAct(
        seq=case.version + 1,
        step=step.name,
        outcome=entry.outcome or DONE,
        occurred_at=elsewhere.occurred_at,
        recorded_at=doing.at,
        channel="attested",
        performers=tuple(Performer(**one) for one in elsewhere.performers),
        recorder=doing.actor.person.key,
        facts=dict(entry.facts or {}),
        checks=_look_up(doing, case, definition, step),
        values=checked.values,
        digests=checked.digests,
        targets=tuple(entry.targets),
        source=elsewhere.source,
        source_number=elsewhere.source_number,
        evidence=tuple(kept.sha256 for kept in proof),
        findings=beyond.outside(definition, step, elsewhere, checked.values, sight(doing, case)),
    )
    return _write(
        doing,
        case,
        definition,
        attempt,
        {**files, EVIDENCE.name: proof} if proof else files,
        case.organ,
        reasons=entry.reasons or {},
        problems=checked.refusals,
    )


def _values(step: Step, entry: Entry, files: Mapping[str, Sequence[File]]) -> records.Validated:
    """Typed values and digests, and every problem of the record with its field."""
    raw = dict(entry.values or {})
    for field, kept in files.items():
        told = [{"name": file.name, "sha256": file.sha256, "size": file.size} for file in kept]
        raw[field] = told if step.entries()[field].type == "files" else told[0]
    return records.validate(step, entry.outcome or DONE, raw)


def _look_up(doing: Doing, case: Case, definition: Definition, step: Step) -> dict[str, bool]:
    """What the registers say now; the answer is written into the act and never asked again by the fold."""
    wanted = set(step.checks) | {
        definition.facts[fact].check for fact in step.asks if definition.facts[fact].check
    }
    return {name: names.check(name)(doing=doing, case=case, step=step) for name in sorted(wanted)}


def _write(
    doing: Doing,
    case: Case,
    definition: Definition,
    attempt: EngineAct,
    files: Mapping[str, Sequence[File]],
    organ: Organ,
    *,
    reasons: Mapping[str, str],
    problems: Sequence[Refusal],
) -> Answer:
    step = definition.steps[attempt.step]
    before = Marking.from_data(case.marking)
    plan = children.planned(step, case, dict(attempt.values))
    if plan:
        attempt = dataclasses.replace(attempt, children=tuple(key for key, _ in plan))
    if step.reviews:
        attempt = dataclasses.replace(
            attempt, reviewed=engine.text_under_review(definition, before, step.name)
        )
    calendar = procedures.calendar()
    history = past(case) if engine.needs_refold(definition, before, attempt) else ()
    if problems:
        # What the law forbids comes first, then what the form lacks: nobody mends a form for nothing.
        law = engine.refusals(definition, before, attempt, at=doing.at, calendar=calendar, history=history)
        raise Refused(*dict.fromkeys((*(law if attempt.channel == "performed" else ()), *problems)))
    recorded = engine.record(definition, before, attempt, at=doing.at, calendar=calendar, history=history)
    done = recorded.act
    linked = linking.named(doing.actor, case, definition, done)
    rows = Together() if doing.rows is None else doing.rows
    rows.run()
    leaf = _leave(doing, case, definition, done, files, organ, reasons, rows)
    row = _row(doing, case, done, organ, leaf.hash.hex())
    _advance(doing, case, definition, recorded, row, rows)
    follows = (
        files, step.act, step.office, step.produces, plan, linked, recorded.discloses, recorded.effects,
        recorded.marking.ended,
    )  # fmt: skip
    if rows is not doing.rows or any(follows):
        rows.run()
    for field, kept in files.items():
        File.objects.filter(pk__in=[file.pk for file in kept]).update(
            case=case, seq=done.seq, field=field, place=""
        )
    if step.act == amending.ACT:
        amending.follow(case, definition, done, files)
    _ask_in(case, step, done)
    clockwork.schedule(doing, case, definition, recorded.marking)
    if step.office:
        office.apply(doing, case, definition, done)
    if step.produces:
        documents.produce(doing, case, definition, row, done)
    disclosure.follow(case, definition, recorded, row, before)
    children.open_all(case, step, plan, by=doing.actor.person.pk, at=doing.at)
    linking.keep(doing, case, linked)
    linking.follow(doing, case, row)
    for name in recorded.effects:
        names.effect(name)(doing=doing, case=case, definition=definition, act=row, recorded=recorded)
    if recorded.marking.ended and not before.ended:
        _tell_parent(doing, case, definition, done)
    return {"case": case.key, "seq": done.seq, "leaf": row.leaf, "promise": leaf.promise}


def _ask_in(case: Case, step: Step, done: EngineAct) -> None:
    """Whom a step names from a register (法律顾问、专家) takes part in the case from then on."""
    for name, entry in step.entries().items():
        if entry.type in ("person", "persons") and entry.register and (named := done.values.get(name)):
            for person in Person.objects.filter(key__in=[named] if isinstance(named, str) else named):
                Party.objects.get_or_create(case=case, person=person, role=entry.register)


def past(case: Case) -> list[EngineAct]:
    """The acts of a case as the engine folds them, their values opened."""
    opened = ledger.openings(f"case/{case.key}")
    return [
        dataclasses.replace(EngineAct.from_data(row.data), values=_own_values(opened.get(row.leaf, {})))
        for row in case.acts.order_by("seq")
    ]


def _own_values(opened: Mapping[str, Any]) -> dict[str, Any]:
    """The record's values among all that a leaf committed to."""
    return {name: value for name, value in opened.items() if "." not in name and name not in _ABOUT_ACT}


_ABOUT_ACT = ("targets", "findings", "children")


def _leave(
    doing: Doing,
    case: Case,
    definition: Definition,
    done: EngineAct,
    files: Mapping[str, Sequence[File]],
    organ: Organ,
    reasons: Mapping[str, str],
    rows: Together,
) -> Any:
    return doing.leave(
        together=rows,
        stored=sight(doing, case).head,
        case_ref=f"case/{case.key}",
        step=_name(definition, done),
        performers=_performers(doing, done),
        recorder=doing.actor.who(),
        organ=organ.code,
        occurred_at=done.occurred_at,
        source=f"{done.source} {done.source_number}".strip() if done.channel == "attested" else "",
        definition=definition.digest,
        fields=_committed(done, reasons),
        files={
            f"{field}/{number}": file.sha256
            for field, kept in files.items()
            for number, file in enumerate(kept)
        },
        sealed=case.secrecy == Case.Secrecy.SEALED,
    )


def sight(doing: Doing, case: Case, head: Any = None) -> standing.Sight:
    """The person at the door before this case, with what was read around it under the lock."""
    known = doing.known.get(case.pk)
    if known is None or known.version != case.version:
        actor, on = doing.actor, doing.on
        around = writing.around(case.pk, actor.stands_for.pk, tenure.parameters(actor, on))
        known = doing.known[case.pk] = standing.Sight(
            tenure.still(actor, around.tenure, on), case.organ, doing.at, case, around, case.version, head
        )
    return known


def _advance(
    doing: Doing,
    case: Case,
    definition: Definition,
    recorded: engine.Recorded,
    row: Act,
    rows: Together,
) -> None:
    """The act; the case's row and what stands around it follow its history."""
    seen = sight(doing, case)
    case.version = recorded.act.seq
    case.marking = recorded.marking.to_data()
    if recorded.marking.ended and case.ended_at is None:
        case.ended_at = doing.at
    elif not recorded.marking.ended:
        case.ended_at = None
    changed = projection.follow(
        case, definition, recorded.marking, at=doing.at, around=seen.around, organs=seen.organs
    )
    writing.write(rows, row, case, changed)
    # What was read under the lock is no longer so.
    del doing.known[case.pk]


def _tell_parent(doing: Doing, case: Case, definition: Definition, done: EngineAct) -> None:
    """The end of a child enters its parent as an act of the system, in the same transaction."""
    if not (waiting := children.awaited(case, definition)) or case.parent_id is None:
        return
    parent = writing.lock(pk=case.parent_id)
    assert parent is not None  # referred to by the child, and cases are never deleted
    outcome = done.outcome if done.outcome != DONE else done.step
    inner = Doing(doing.spec, authority.clock_actor(), doing.at, "")
    entry = Entry(step="child_result", targets=(waiting, case.key, outcome))
    perform(inner, parent, procedures.of(parent), entry)


def _name(definition: Definition, done: EngineAct) -> str:
    outcome = "" if done.outcome == DONE else f".{done.outcome}"
    return f"{definition.name}.{done.step}{outcome}"


def _performers(doing: Doing, done: EngineAct) -> list[Any]:
    if done.channel == "performed":
        held = standing.holding_for(doing.actor, done.performers[0].organ, done.performers[0].post)
        others = [standing.who(one.person, one.post) for one in done.performers[1:]]
        return [doing.actor.who(held), *others]
    return [standing.who(performer.person, performer.post) for performer in done.performers]


def _committed(done: EngineAct, reasons: Mapping[str, str]) -> dict[str, Any]:
    """Everything that was said in the act, each under its own commitment."""
    fields = dict(done.values)
    fields |= {f"fact.{name}": value for name, value in done.facts.items()}
    fields |= {f"why.{name}": reason for name, reason in reasons.items()}
    fields |= {f"check.{name}": value for name, value in done.checks.items()}
    if done.targets:
        fields["targets"] = list(done.targets)
    if done.children:
        fields["children"] = list(done.children)
    if done.findings:
        fields["findings"] = [finding.code for finding in done.findings]
    return fields


def _row(doing: Doing, case: Case, done: EngineAct, organ: Organ, leaf: str) -> Act:
    """The act without its values: those lie encrypted in the ledger's openings. Not yet written."""
    return writing.ACT.made(
        case=case,
        seq=done.seq,
        step=done.step,
        outcome=done.outcome,
        occurred_at=done.occurred_at,
        recorded_at=done.recorded_at,
        person=doing.actor.person,
        organ=organ,
        data=done.to_data(but="values"),
        leaf=leaf,
    )

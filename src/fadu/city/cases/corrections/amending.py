"""更正: what a correction may change is checked against the step it corrects; files and what was published follow it.

The fold uses the corrected values. Here the rest follows in the same transaction: a file put in the place of another
(the old one stays, marked 更正前), the publication of the corrected act, the title of the case.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from fadu.city.cases import queries
from fadu.city.cases.corrections import amended, amending_origin
from fadu.city.cases.entry import Entry
from fadu.city.cases.models import Act, Case, File, Publication
from fadu.city.ledger import queries as ledger
from fadu.core.errors import Refusal
from fadu.core.procedure import records
from fadu.core.procedure.act import Act as EngineAct
from fadu.core.procedure.definition import Definition, Step
from fadu.core.procedure.fold import ORIGIN

ACT = "correct"
SUBJECT = "subject"
# What somebody has put in words: before it goes out, another person looks at it too.
_WORDED = frozenset({"text", "longtext", "table", "file", "files"})
Files = Mapping[str, Sequence[File]]


def checked(
    case: Case, definition: Definition, step: Step, entry: Entry, files: Files, *, alone: bool
) -> records.Validated:
    """The correction as a record: only fields of the corrected step, in its types, and only what really changes."""
    values = dict(entry.values or {})
    asked = values.pop("corrected", None) or {}
    target = corrected_act(case, entry.targets)
    if target is None or not isinstance(asked, Mapping):
        return records.validate(
            step, "done", {**values, "corrected": asked}
        )  # told by the engine, beside the form
    about = {name: value for name, value in asked.items() if name in ORIGIN}
    asked = {name: value for name, value in asked.items() if name not in ORIGIN}
    old = definition.steps[target.step]
    now = amended.record(target, case.acts.all(), ledger.openings(f"case/{case.key}")).values
    raw = {**asked, **{name: _told(old, name, kept) for name, kept in files.items()}}
    found = records.validate(old, target.outcome, raw, partial=True)
    changed = {name: value for name, value in found.values.items() if value != now.get(name)}
    changed |= {name: value for name, value in about.items() if value != now.get(name)}
    # What is wrong is told as such, not as if nothing had been asked for.
    made = records.validate(step, "done", {**values, "corrected": changed or (raw if found.refusals else {})})
    problems = [*made.refusals, *found.refusals, *_facts(definition, target, old, entry)]
    problems += amending_origin.refusals(target, old, about, now)
    if alone:
        problems += _goes_out(old, case, target, changed)
    return dataclasses.replace(made, digests=found.digests, refusals=tuple(problems))


def corrected_act(case: Case, targets: Sequence[str]) -> Act | None:
    """The act that a correction names, or None."""
    number = str(targets[0]) if targets else ""
    return case.acts.filter(seq=int(number)).first() if number.isdecimal() else None


def _told(step: Step, name: str, kept: Sequence[File]) -> Any:
    told = [{"name": file.name, "sha256": file.sha256, "size": file.size} for file in kept]
    entry = step.entries().get(name)
    return told if entry is not None and entry.type == "files" else told[0]


def _facts(definition: Definition, target: Act, old: Step, entry: Entry) -> Iterator[Refusal]:
    """Facts are corrected where they were written down from elsewhere; those established here are overturned (推翻)."""
    for name in entry.facts or {}:
        title = definition.facts[name].title if name in definition.facts else name
        if name not in old.asks:
            yield Refusal(
                "fact_not_asked", f"“{old.title}”不认定“{title}”", old.basis.printed, "删去该项", name
            )
        elif target.data.get("channel") != "attested":
            yield Refusal(
                "fact_not_corrected",
                f"“{title}”是办理时认定的事实，不能更正",
                old.basis.printed,
                "由合法性审查人推翻该事实认定",
                name,
            )


def _goes_out(old: Step, case: Case, target: Act, changed: Mapping[str, Any]) -> Iterator[Refusal]:
    """Words and files that are public already are not replaced in public by one person (公开审查)."""
    if old.disclosure is None or not case.publications.filter(seq=target.seq).exists():
        return
    entries = old.entries()
    told = [
        entries[name] for name in changed if name in old.disclosure.shows and entries[name].type in _WORDED
    ]
    if told:
        titles = "、".join(f"“{one.title}”" for one in told)
        yield Refusal(
            "publishes_alone",
            f"{titles}已经公开，更正后的内容随即公开，须由另一人共同办理",
            old.disclosure.basis.printed or old.basis.printed,
            "由另一人在本页核验身份，共同更正",
            told[0].name,
        )


def follow(case: Case, definition: Definition, done: EngineAct, files: Files) -> None:
    """Files, publication and title follow a correction that was just written."""
    target = corrected_act(case, done.targets)
    if target is None:
        return
    old, changed = definition.steps[target.step], dict(done.values.get("corrected") or {})
    for name, kept in files.items():
        standing = queries.files_in_record(case, target.seq).filter(field=name, replaced_by=None)
        standing.exclude(pk__in=[file.pk for file in kept]).update(replaced_by=done.seq)
        File.objects.filter(pk__in=[file.pk for file in kept]).update(stands_for=target.seq)
    if served := _served(changed):
        case.deliveries.filter(seq=target.seq).update(**served)
    if target.step == definition.opening and SUBJECT in changed:
        case.title = str(changed[SUBJECT])
        Case.objects.filter(pk=case.pk).update(title=case.title)
    if old.disclosure is not None and set(changed) & set(old.disclosure.shows):
        for row in case.publications.filter(seq=target.seq):
            _publish_again(row, old, changed, done)


def _served(changed: Mapping[str, Any]) -> dict[str, Any]:
    """What a corrected record of service changes of its row."""
    days = {name: changed.get(name) for name in ("served_on", "noticed_on")}
    return {name: date.fromisoformat(str(day)) for name, day in days.items() if day} | (
        {"method": changed["manner"]} if "manner" in changed else {}
    )


def _publish_again(row: Publication, step: Step, changed: Mapping[str, Any], done: EngineAct) -> None:
    assert step.disclosure is not None
    entries, kept = step.entries(), {one["name"]: one for one in row.shown}
    for name in step.disclosure.shows:
        if name in changed:
            entry = entries[name]
            kept[name] = {"name": name, "title": entry.title, "type": entry.type, "value": changed[name]}
    row.shown = [kept[name] for name in step.disclosure.shows if name in kept]
    row.corrected_at = done.recorded_at
    row.save(update_fields=["shown", "corrected_at"])

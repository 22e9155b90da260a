"""公开 beside history: what the acts had to disclose must stand in the publications, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from fadu.city.cases import recording
from fadu.city.cases.corrections import amended
from fadu.city.cases.issuing import disclosure
from fadu.city.cases.models import Act, Case
from fadu.core.procedure import engine
from fadu.core.procedure.definition import Definition

Records = Mapping[int, Mapping[str, Any]]


def differences(case: Case, definition: Definition, records: Records) -> Iterator[str]:
    """A sentence for each publication that is missing, that no act ordered, or that says something else."""
    due, found = _due(case, definition), {(row.seq, row.step): row for row in case.publications.all()}
    for seq, step in sorted(due.keys() - found.keys()):
        yield f"第 {seq} 步“{definition.steps[step].title}”依法应当公开的内容没有公开记录"
    for seq, _ in sorted(found.keys() - due.keys()):
        yield f"第 {seq} 步有公开记录，办理经过没有要求公开"
    for place in sorted(found.keys() & due.keys()):
        record = records.get(place[0], {})
        if any(one["name"] in record and one["value"] != record[one["name"]] for one in found[place].shown):
            yield f"第 {place[0]} 步公开的内容与其记载不符"


def write(case: Case, definition: Definition, acts: list[Act], records: Records) -> None:
    """What is missing is published again as of its day, what nobody ordered goes, what was changed says its record."""
    due = _due(case, definition)
    for row in case.publications.all():
        if (row.seq, row.step) not in due:
            row.delete()
            continue
        record = records.get(row.seq, {})
        shown = [{**one, "value": record.get(one["name"], one["value"])} for one in row.shown]
        if shown != row.shown:
            row.shown = shown
            row.save(update_fields=["shown"])
    there = set(case.publications.values_list("seq", "step"))
    by_seq = {act.seq: act for act in acts}
    for seq, step in sorted(due.keys() - there):
        row = disclosure.publish(
            case, definition.steps[step], by_seq[seq], records.get(seq, {}), at=due[seq, step]
        )
        corrected = [act.recorded_at for act in acts if amended.target_of(act) == seq]
        if corrected:
            row.corrected_at = corrected[-1]
            row.save(update_fields=["corrected_at"])


def _due(case: Case, definition: Definition) -> dict[tuple[int, str], datetime]:
    """The act and step of each disclosure that history has ordered, with the moment it went out."""
    found: dict[tuple[int, str], datetime] = {}
    if case.secrecy != Case.Secrecy.PUBLIC:
        return found
    marking = engine.start(definition)
    for act in recording.past(case):
        for name in engine.disclosed(definition, marking, act):
            seq = act.seq if name == act.step else marking.undisclosed[name]
            found[seq, name] = act.recorded_at
        marking = engine.advance(definition, marking, act)
    return found

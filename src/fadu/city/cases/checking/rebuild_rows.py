"""The rows that hang on a case, beside what history says of them: duties, assignments, deliveries, publications, files.

Each table has a function that yields what differs (``differences``) and one that writes it anew (``write``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from fadu.city.cases import projection, writing
from fadu.city.cases.checking import rebuild_publications
from fadu.city.cases.corrections import amended
from fadu.city.cases.desk import handing
from fadu.city.cases.issuing import delivery
from fadu.city.cases.models import Act, Assignment, Case, File
from fadu.city.cases.people.standing import Organs
from fadu.city.ledger import queries as ledger
from fadu.core.procedure.definition import Definition
from fadu.core.procedure.marking import Marking


def differences(case: Case, definition: Definition, folded: Marking) -> Iterator[str]:
    """A sentence for each table whose rows are not what history says; the case's own row is looked at elsewhere."""
    if not _projected(case, definition, folded):
        yield "应办事项、关联机关与办理经过推算的不符"
    if _assigned(case) != _replayed(case, definition):
        yield "经办分派与流转动作推算的不符"
    acts = list(case.acts.order_by("seq"))
    records = _records(case, acts)
    told = {row.seq: _delivered(row) for row in case.deliveries.all()}
    if told != _deliveries(definition, acts, records):
        yield "送达记录与送达动作的记载不符"
    yield from rebuild_publications.differences(case, definition, records)
    if _marks(case) != _marked(case, acts):
        yield "材料的更正标记与更正动作不符"


def write(case: Case, definition: Definition) -> None:
    """Assignments, deliveries, publications and marks of files from history; duties follow assignments afterwards."""
    if _assigned(case) != _replayed(case, definition):
        case.assignments.all().delete()
        Assignment.objects.bulk_create(
            Assignment(
                case=case, step=one.step, person_id=one.person, kind=one.kind, by_seq=one.by_seq, done_seq=one.done_seq
            )
            for one in handing.replay(case, definition)
        )  # fmt: skip
    acts = list(case.acts.order_by("seq"))
    records = _records(case, acts)
    wanted = _deliveries(definition, acts, records)
    case.deliveries.exclude(seq__in=wanted).delete()
    for act in acts:
        if act.seq in wanted:
            delivery.write(case, act, records[act.seq])
    rebuild_publications.write(case, definition, acts, records)
    for pk, (stands_for, replaced_by) in _marked(case, acts).items():
        File.objects.filter(pk=pk).update(stands_for=stands_for, replaced_by=replaced_by)


def _projected(case: Case, definition: Definition, folded: Marking) -> bool:
    """Whether the rows are those that the last change of the case left behind, counted by its moment."""
    row = Case.objects.select_related("organ__government", "organ__parent", "government").get(pk=case.pk)
    at = row.changed_at
    change = projection.follow(
        row, definition, folded, at=at, around=writing.around(row.pk), organs=Organs(row.organ, at, row)
    )
    return not (change.gone or change.new or change.organs)


def _assigned(case: Case) -> Counter[tuple[Any, ...]]:
    rows = case.assignments.values_list("step", "person", "kind", "by_seq", "done_seq")
    return Counter(tuple(row) for row in rows)


def _replayed(case: Case, definition: Definition) -> Counter[tuple[Any, ...]]:
    pieces = handing.replay(case, definition)
    return Counter((one.step, one.person, str(one.kind), one.by_seq, one.done_seq) for one in pieces)


def _records(case: Case, acts: list[Act]) -> Mapping[int, Mapping[str, Any]]:
    opened = ledger.openings(f"case/{case.key}")
    return {act.seq: amended.record(act, acts, opened).values for act in acts}


def _deliveries(
    definition: Definition, acts: list[Act], records: Mapping[int, Mapping[str, Any]]
) -> dict[int, tuple[Any, ...]]:
    found = {}
    for act in acts:
        step = definition.steps.get(act.step)
        if step is not None and delivery.RECORD in step.then.effects and act.data.get("targets"):
            columns = delivery.columns(records[act.seq])
            found[act.seq] = (act.data["targets"][0], *columns.values())
    return found


def _delivered(row: Any) -> tuple[Any, ...]:
    return (row.step, row.method, row.served_on, row.noticed_on)


def _marks(case: Case) -> dict[int, tuple[int | None, int | None]]:
    rows = case.files.filter(seq__isnull=False).values_list("pk", "stands_for", "replaced_by")
    return {pk: (stands_for, replaced_by) for pk, stands_for, replaced_by in rows}


def _marked(case: Case, acts: list[Act]) -> dict[int, tuple[int | None, int | None]]:
    """What the corrections make of the files: each stands where it came in until a later one takes its place."""
    corrects = {act.seq: amended.target_of(act) for act in acts}
    files = list(case.files.filter(seq__isnull=False).order_by("seq", "pk"))
    found: dict[int, tuple[int | None, int | None]] = {}
    for file in files:
        place = corrects.get(file.seq) or None
        home = place or file.seq
        later = [
            other.seq
            for other in files
            if other.field == file.field and other.seq > file.seq and corrects.get(other.seq) == home
        ]
        found[file.pk] = (place, min(later, default=None))
    return found

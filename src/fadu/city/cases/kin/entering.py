"""记入关联案件的办理: what a linked case has done enters here as an attested act, with its number and leaf as source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from fadu.city.authority.door import Answer, Doing, act
from fadu.city.authority.queries import clock_actor
from fadu.city.cases import procedures, recording
from fadu.city.cases.entry import Elsewhere, Entry
from fadu.city.cases.files import uploads
from fadu.city.cases.models import Act, Case, File
from fadu.city.ledger import queries as ledger
from fadu.core.errors import Refusal, Refused
from fadu.core.procedure import engine
from fadu.core.procedure.definition import Definition, Link, Ref, Step


def deliver(payload: Mapping[str, Any], key: str, at: datetime) -> str:
    """From the outbox: the act is entered, or the result says why it is not; whoever owes the step does it by hand then."""
    try:
        enter(clock_actor(), request_id=key, case=payload["case"], source=payload["from"], seq=payload["seq"], as_=payload["as"])  # fmt: skip
    except Refused as refused:
        return f"refused: {'；'.join(one.code for one in refused.refusals)}"
    return "entered"


def _lock(doing: Doing, *, case: str, **asked: Any) -> Case:
    found = Case.objects.select_for_update(of=("self",)).select_related("organ__government", "organ__parent")
    return found.select_related("government", "parent").get(key=case)


def _only_the_clock(doing: Doing, case: Case, /, **asked: Any) -> Iterable[Refusal]:
    if doing.actor.source != "clock":
        yield Refusal("no_power", "关联案件的办理由系统记入", cure="请在关联案件中办理，或者补录")


@act("cases.enter_linked", title="记入关联案件的办理", lock=_lock, who=_only_the_clock)
def enter(doing: Doing, case: Case, /, *, source: str, seq: int, as_: str, **_: Any) -> Answer:
    """关联案件的办理: an attested act with the other act's performers, moment and leaf; its records and files come along."""
    if case.ended_at is not None:
        raise Refused(Refusal("ended", "案件已经办结，不再记入关联案件的办理", cure="请在关联案件中查阅"))
    row = Act.objects.select_related("case").get(case__key=source, seq=seq)
    definition = procedures.of(case)
    ref, link = _meant(definition, row, as_)
    elsewhere = Elsewhere(
        occurred_at=row.occurred_at,
        source=f"{link.relation or procedures.of(row.case).title}（关联案件）",
        source_number=f"{row.case.number or row.case.title} 第{row.seq}步 痕迹{row.leaf[:16]}",
        performers=[dict(one) for one in row.data.get("performers", ())],
        linked=True,
    )
    step = definition.steps[ref.step]
    entry = Entry(
        step=step.name,
        outcome=ref.outcome,
        values=dict(_values(step, link, row)),
        files=_files(doing, step, link, row),
    )
    return recording.attest(doing, case, definition, entry, elsewhere)


def _meant(definition: Definition, row: Act, as_: str) -> tuple[Ref, Link]:
    every = engine.linked_acts(definition, row.case.procedure, row.step, row.outcome)
    return next(one for one in every if str(one[0]) == as_)


def _here(step: Step, link: Link, name: str) -> str:
    """Under which name a field of the other act stands here; nothing where it has no place."""
    name = link.carries.get(name, name)
    return name if name in step.entries() else ""


def _values(step: Step, link: Link, row: Act) -> Iterator[tuple[str, Any]]:
    for name, value in ledger.opened(bytes.fromhex(row.leaf)).items():
        here = _here(step, link, name)
        if here and step.entries()[here].type not in ("file", "files"):
            yield here, value


def _files(doing: Doing, step: Step, link: Link, row: Act) -> dict[str, list[int]]:
    """Copies of the other act's files, each under a key of its own: erasing one never erases the other."""
    kept: dict[str, list[int]] = {}
    for file in File.objects.filter(case=row.case, seq=row.seq).order_by("pk"):
        if here := _here(step, link, file.field):
            copied = uploads.copy(file, doing.actor.person, field=here, at=doing.at)
            kept.setdefault(here, []).append(copied.pk)
    return kept

"""History is the state: fold every case again from its acts and compare, or set right what is only a projection."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from django.db import transaction
from django.db.models import QuerySet

from fadu.city.cases import procedures, projection, recording
from fadu.city.cases.checking import lost, rebuild_rows
from fadu.city.cases.models import Act, Case
from fadu.city.ledger import queries as ledger
from fadu.core.procedure import engine
from fadu.core.procedure.definition import Definition
from fadu.core.procedure.marking import Marking

# A case beyond so many acts is a design error that the checks report (architecture.md, rule 4).
MANY_ACTS = 300


@dataclass(frozen=True)
class Difference:
    """A case whose row says something else than its history."""

    case: str
    sentence: str


class Rows(Protocol):
    """The rows that another app keeps of a case out of its acts."""

    def differences(self, case: Case) -> Iterator[str]:
        """A sentence for each thing that is not what history says."""

    def write(self, case: Case) -> None:
        """Write them anew."""


_more: list[Rows] = []


def install(*rows: Rows) -> None:
    """Called once by ``city/wiring.py``: the apps above, which cases do not know."""
    _more[:] = rows


def check(cases: QuerySet[Case] | None = None) -> Iterator[Difference]:
    """Every difference between history, rows and ledger, case by case; nothing is changed."""
    for case in (Case.objects.all() if cases is None else cases).order_by("pk").iterator(chunk_size=200):
        yield from _check(case)
    if cases is None:
        for case_ref, sentence in lost.unknown():
            yield Difference(case_ref, sentence)


def _check(case: Case) -> Iterator[Difference]:
    seqs = list(case.acts.order_by("seq").values_list("seq", flat=True))
    if seqs != list(range(1, case.version + 1)):
        gone = sorted(set(range(1, case.version + 1)) - set(seqs))
        told = f"，缺第 {'、'.join(map(str, gone[:10]))} 步" if gone else ""
        yield Difference(case.key, f"应有连续的 {case.version} 步，实有 {len(seqs)} 步{told}")
        return
    if case.version > MANY_ACTS:
        yield Difference(case.key, f"已有 {case.version} 步，超过 {MANY_ACTS} 步，应改为子案件或记录")
    head = ledger.head(f"case/{case.key}")
    last = case.acts.order_by("-seq").values_list("leaf", flat=True).first()
    definition = procedures.of(case)
    if head.seq != case.version or (case.secrecy != Case.Secrecy.SEALED and head.hash.hex() != (last or "")):
        yield from _beside_the_trace(case, definition, head.seq, head.hash.hex())
    folded = engine.fold(definition, recording.past(case))
    if folded != Marking.from_data(case.marking):
        yield Difference(case.key, "由办理经过重新推算的状态与所存状态不符")
        return
    for sentence in rebuild_rows.differences(case, definition, folded):
        yield Difference(case.key, sentence)
    for look in _more:
        for sentence in look.differences(case):
            yield Difference(case.key, sentence)


def _beside_the_trace(case: Case, definition: Definition, seq: int, last: str) -> Iterator[Difference]:
    """Where the chain of a case is not its acts: what a recovery lost and nobody has entered again; else what is wrong."""
    leaves = list(case.acts.order_by("seq").values_list("leaf", flat=True))
    traced = [] if case.secrecy == Case.Secrecy.SEALED else ledger.leaves_of(f"case/{case.key}")
    if seq < case.version or not set(leaves) <= set(traced) or (traced and traced[-1] != last):
        yield Difference(case.key, f"痕迹有 {seq} 条，办理有 {case.version} 步，两者不符")
        return
    for one in lost.of(case, definition):
        yield Difference(case.key, f"{one}的内容在恢复旧备份时遗失，尚未补录")


def repair() -> int:
    """Write the projections anew from history; returns how many cases were written. History is never touched."""
    count = 0
    for pk in Case.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            case = (
                Case.objects.select_for_update(of=("self",))
                .select_related("organ__government", "organ__parent")
                .get(pk=pk)
            )
            definition = procedures.of(case)
            folded = engine.fold(definition, recording.past(case))
            case.marking = folded.to_data()
            case.version = Act.objects.filter(case=case).count()
            rebuild_rows.write(case, definition)
            # As its last change left it: what time has done since is no part of a projection.
            projection.refresh(case, definition, folded, at=case.changed_at)
            case.save()
            for look in _more:
                look.write(case)
        count += 1
    return count

"""指标: the law files' own figures, counted over the acts of the cases somebody supervises; each leads to its cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from fadu.city.cases import procedures
from fadu.city.cases.models import Act, Case
from fadu.core.procedure import indicators
from fadu.core.procedure.act import Act as EngineAct
from fadu.core.procedure.definition import Definition, Indicator
from fadu.core.terms import legal_day


@dataclass(frozen=True)
class Missing:
    """One doing that counts and has not what the law asks for."""

    case: Case
    seq: int
    step: str
    on: date


@dataclass(frozen=True)
class Figure:
    """One indicator over these cases: how many doings count, how many are kept, and each that is not."""

    definition: Definition
    indicator: Indicator
    total: int
    missing: tuple[Missing, ...]

    @property
    def kept(self) -> int:
        """How many have what the law asks for."""
        return self.total - len(self.missing)

    @property
    def percent(self) -> str:
        """With two decimals; a dash where nothing counts (K general rules: a denominator of 0 is no percentage)."""
        return f"{100 * self.kept / self.total:.2f}%" if self.total else "—"


def figures(cases: QuerySet[Case], *, year: int | None = None) -> list[Figure]:
    """Every indicator of every procedure in force; with ``year`` only what was done in it."""
    return [figure for one in procedures.book().procedures.values() for figure in _of(one, cases, year)]


def figure(cases: QuerySet[Case], procedure: str, name: str, *, year: int | None = None) -> Figure | None:
    """One of them by its names, or None."""
    definition = procedures.book().procedures.get(procedure)
    if definition is None or name not in definition.indicators:
        return None
    return next(one for one in _of(definition, cases, year) if one.indicator.name == name)


def _of(definition: Definition, cases: QuerySet[Case], year: int | None) -> Iterator[Figure]:
    if not definition.indicators:
        return
    mine = Case.objects.filter(pk__in=cases.values("pk"), procedure=definition.name)
    rows = Act.objects.filter(case__in=mine, step__in=sorted(indicators.steps_of(definition)))
    acts: dict[int, list[EngineAct]] = {}
    for row in rows.order_by("case", "seq").iterator(chunk_size=1000):
        acts.setdefault(row.case_id, []).append(EngineAct.from_data(row.data))
    found = Case.objects.filter(pk__in=list(acts)).only("pk", "key", "title", "marking") if acts else ()
    known = {case.pk: case for case in found}
    for indicator in definition.indicators.values():
        total, missing = 0, []
        for pk, done in acts.items():
            case = known[pk]
            by_seq = {act.seq: act for act in done}
            for one in indicators.counted(indicator, done, case.marking.get("facts", {})):
                act = by_seq[one.seq]
                day = legal_day(act.occurred_at)
                if year is not None and day.year != year:
                    continue
                total += 1
                if not one.kept:
                    missing.append(Missing(case, one.seq, definition.steps[act.step].title, day))
        yield Figure(definition, indicator, total, tuple(missing))

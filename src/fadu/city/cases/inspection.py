"""Every case as a supervisor's check sees it: acts with their opened values, files, leaves; nothing hidden, nothing stored."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag

from fadu.city.cases import forms, procedures, rebuild, recording, uploads
from fadu.city.cases.models import Act, Case, Document
from fadu.city.ledger import queries as ledger
from fadu.core.procedure import engine
from fadu.core.procedure.act import Act as EngineAct
from fadu.core.procedure.definition import Definition, Field, Step
from fadu.core.procedure.marking import Marking

_NAMING = frozenset({"organ", "organs", "person", "persons"})


@dataclass(frozen=True)
class Moment:
    """One act: the engine's view of it, its step, the values opened."""

    row: Act
    act: EngineAct
    step: Step
    values: Mapping[str, Any]

    @property
    def title(self) -> str:
        """The step's title."""
        return self.step.title

    def named(self) -> Iterator[tuple[Field, str]]:
        """Every organ and person that the record names, with the entry that names it; in tables too."""
        for name, entry in forms.entries(self.step).items():
            rows = self.values.get(name) if entry.type == "table" else [self.values]
            columns = entry.columns if entry.type == "table" else {name: entry}
            for row in rows if isinstance(rows, list) else ():
                for key, column in columns.items():
                    if column.type in _NAMING and (told := row.get(key)):
                        yield from ((column, one) for one in ([told] if isinstance(told, str) else told))

    def files(self) -> Iterator[tuple[str, str]]:
        """Files whose bytes are gone or are not what was committed to."""
        for file in self.row.case.files.filter(seq=self.row.seq):
            try:
                uploads.content(file)
            except FileNotFoundError:
                yield file.name, "已丢失"
            except (InvalidTag, RuntimeError):
                yield file.name, "已被改动"

    def leaf_matches(self) -> bool:
        """Whether the leaf named by the row exists and stands at this place of this case's chain."""
        return ledger.place_of(bytes.fromhex(self.row.leaf)) == (f"case/{self.row.case.key}", self.row.seq)


@dataclass(frozen=True)
class History:
    """One case with all its acts."""

    case: Case
    definition: Definition
    moments: tuple[Moment, ...]

    @property
    def key(self) -> str:
        """The case's key, by which a page links to it."""
        return self.case.key

    @property
    def title(self) -> str:
        """The case's title."""
        return self.case.title

    def differences(self) -> Iterator[str]:
        """Where row, history and ledger disagree."""
        yield from (one.sentence for one in rebuild.check(Case.objects.filter(pk=self.case.pk)))

    def missing(self) -> list[str]:
        """Steps still owed, by law, although the case is closed and filed."""
        marking = Marking.from_data(self.case.marking)
        if not engine.ended(self.definition, marking) or "archive" not in marking.done:
            return []
        return [self.definition.steps[name].title for name in marking.owed]


def histories() -> Iterator[History]:
    """Every case in the order it was opened; sealed ones too, since only counts and places leave this room."""
    for case in Case.objects.select_related("organ").order_by("pk").iterator(chunk_size=200):
        definition = procedures.of(case)
        rows = list(case.acts.order_by("seq"))
        for row in rows:
            row.case = case
        acts = recording.past(case)
        moments = tuple(
            Moment(row, act, definition.steps[act.step], act.values)
            for row, act in zip(rows, acts, strict=True)
        )
        yield History(case, definition, moments)


_NUMBER = re.compile(r"(.+〔\d{4}〕)(\d+)号")


def number_gaps() -> list[str]:
    """Numbers of a series that are missing between 1 and the highest in use (文号连续)."""
    series: dict[str, set[int]] = {}
    for rows in (Case.objects.exclude(number=""), Document.objects.exclude(number="")):
        for number in rows.values_list("number", flat=True):
            if found := _NUMBER.fullmatch(number):
                series.setdefault(found[1], set()).add(int(found[2]))
    gaps = []
    for prefix, used in sorted(series.items()):
        if missing := sorted(set(range(1, max(used) + 1)) - used):
            gaps.append(f"{prefix} 编到 {max(used)} 号，缺 {'、'.join(map(str, missing[:10]))} 号")
    return gaps

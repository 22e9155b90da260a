"""Every case as a supervisor's check sees it: acts with their opened values, files, leaves; nothing hidden, nothing stored."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from django.utils import timezone

from fadu.city.cases import forms, procedures, recording
from fadu.city.cases.checking import rebuild
from fadu.city.cases.files import uploads
from fadu.city.cases.models import Act, Case, Document
from fadu.city.ledger import queries as ledger
from fadu.core.log.errors import LogError
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

    def against_leaf(self) -> Iterator[str]:
        """What the row of this act says otherwise than its leaf, or what is wrong with the leaf itself."""
        try:
            trace = ledger.trace_of(bytes.fromhex(self.row.leaf))
        except LogError as error:
            yield str(error).rstrip("。")
            return
        place = (f"case/{self.row.case.key}", self.row.seq)
        if (trace.case_ref, trace.seq) != place:
            yield f"所指的痕迹在账本中是 {trace.case_ref} 第 {trace.seq} 项，不是本案第 {self.row.seq} 项"
            return
        _, step, *_ = [*trace.step.split("."), ""]
        for told in dict.fromkeys((self.row.step, self.act.step)):
            if told != step:
                yield f"办理记录写的步骤与痕迹不符：现为 {told}，痕迹为 {step}"
        for title, now, then in (
            ("发生时间", (self.row.occurred_at, self.act.occurred_at), trace.occurred_at),
            ("记录时间", (self.row.recorded_at, self.act.recorded_at), trace.recorded_at),
        ):
            for moment in dict.fromkeys(now):
                if moment != then:
                    yield f"{title}与痕迹不符：现为 {_told(moment)}，痕迹为 {_told(then)}"
        kept = set(self.row.case.files.values_list("sha256", flat=True))
        for name, digest in (trace.files or {}).items():
            if digest not in kept:
                yield f"痕迹中的材料“{name}”已不在案中（摘要 {digest[:16]}…）"


def _told(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}"


@dataclass(frozen=True)
class History:
    """One case with all its acts."""

    case: Case
    definition: Definition
    moments: tuple[Moment, ...]
    readable: bool = True

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
        if not self.readable:
            yield "有一步的内容打不开，不能由经过重新推算状态"
            return
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
        try:
            acts, readable = recording.past(case), True
        except LogError:
            acts, readable = [EngineAct.from_data(row.data) for row in rows], False
        moments = tuple(
            Moment(row, act, definition.steps[act.step], act.values)
            for row, act in zip(rows, acts, strict=True)
        )
        yield History(case, definition, moments, readable)


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

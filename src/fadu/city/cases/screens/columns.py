"""The columns of the case list: which there are, which somebody has chosen, and what stands in each, on the page and in an
export alike. *Who has it next* (下一步) is read from the duties, for all rows at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from fadu.city.authority.actor import Actor
from fadu.city.cases import procedures, queries
from fadu.city.cases.models import Case, Duty
from fadu.core.terms import legal_day

Cell = str | int | date | None
# So many of the steps that wait in one case are named in its row; the rest are counted.
NAMED = 2


@dataclass
class Row:
    """A case in the list, with what is to be done next in it: what is owed, or where nothing is, what may be done."""

    case: Case
    on: date
    next: list[Duty] = field(default_factory=list)

    @property
    def days(self) -> int | None:
        """Working days left until the nearest date of the case."""
        return None if self.case.ended_at else queries.remaining(self.case.due, self.on)

    @property
    def named(self) -> list[Duty]:
        """The first of what is next."""
        return self.next[:NAMED]

    @property
    def more(self) -> int:
        """How many steps wait beside those named."""
        return len(self.next) - len(self.named)

    @property
    def told(self) -> str:
        """Who has it next, in a line: 审查：市司法局（张三，2026-03-20 前）."""
        parts = [f"{duty.title}：{holder(duty)}" for duty in self.named]
        return "；".join(parts) + (f"；另有 {self.more} 项" if self.more else "")


def holder(duty: Duty) -> str:
    """The organ in which a step lies, with the person to whom it was handed; parties and the public have no organ."""
    organ = duty.organ.short if duty.organ else "当事人、公众"
    return f"{organ} {duty.person.name}" if duty.person else organ


@dataclass(frozen=True)
class Column:
    """One column: its heading, what it is ordered by (if it can be), its width in a spreadsheet, its cell there."""

    title: str
    cell: Callable[[Row], Cell]
    width: int = 14
    order: str = ""


COLUMNS: Mapping[str, Column] = {
    "number": Column("编号", lambda row: row.case.number, 22),
    "title": Column("事项名称", lambda row: row.case.title, 44, "title"),
    "procedure": Column("程序", lambda row: procedures.of(row.case).title, 18),
    "organ": Column("承办机关", lambda row: row.case.organ.name, 26),
    "stage": Column("阶段", lambda row: row.case.stage, 16),
    "opened": Column("开启日期", lambda row: legal_day(row.case.opened_at), 12, "-opened"),
    "changed": Column("最近办理日期", lambda row: legal_day(row.case.changed_at), 14, "-changed"),
    "due": Column("最近期限", lambda row: row.case.due, 12, "due"),
    "left": Column("剩余工作日", lambda row: row.days, 10, "due"),
    "ended": Column("办结日期", lambda row: legal_day(row.case.ended_at) if row.case.ended_at else None, 12),
    "secrecy": Column("公开属性", lambda row: row.case.get_secrecy_display(), 10),
    "next": Column("下一步由谁办理", lambda row: row.told, 44),
}
SHOWN = ("title", "procedure", "organ", "stage", "next", "due", "changed")
EXPORTED = tuple(name for name in COLUMNS if name != "left")
# The case is known by its title: that column always stands.
ALWAYS = "title"


def chosen(names: Iterable[str], default: Sequence[str] = SHOWN) -> dict[str, Column]:
    """The columns with these names, in the list's order; unknown names are passed over, none at all means the default."""
    wanted = {name for name in names if name in COLUMNS}
    if not wanted:
        return {name: COLUMNS[name] for name in default}
    return {name: column for name, column in COLUMNS.items() if name in wanted or name == ALWAYS}


def rows(cases: Sequence[Case], on: date) -> list[Row]:
    """The rows of these cases, with what is next in each; one query."""
    found = {case.pk: Row(case, on) for case in cases}
    duties = Duty.objects.filter(case__in=[pk for pk, row in found.items() if row.case.ended_at is None])
    lists: dict[int, dict[str, list[Duty]]] = {}
    for duty in duties.select_related("organ", "person").order_by("due_legal", "pk"):
        duty.case = found[duty.case_id].case
        lists.setdefault(duty.case_id, {}).setdefault(duty.kind, []).append(duty)
    for pk, kinds in lists.items():
        waiting = sorted(
            kinds.get(Duty.Kind.OWED, []), key=lambda duty: (duty.waiting, duty.due_legal or date.max)
        )
        found[pk].next = waiting or kinds.get(Duty.Kind.OPEN, [])
    return list(found.values())


def mine(actor: Actor, shown: Iterable[Row]) -> list[Duty]:
    """What of the next steps of these rows lies with this person: by name, or by a function of his posts."""
    seats = {(held.organ.pk, name) for held in actor.holdings for name in held.functions}
    return [
        duty
        for row in shown
        for duty in row.next
        if (duty.person_id == actor.person.pk if duty.person_id else (duty.organ_id, duty.function) in seats)
    ]

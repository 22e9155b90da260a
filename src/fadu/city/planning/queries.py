"""Where the plan stands: by section, by unit, by what is late."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from fadu.city.authority.models import Organ
from fadu.city.planning.models import PlanTask, WorkPlan

WAITING, DROPPED, ISSUED, DOING, LATE, REVIEW, CLOSED = (
    "waiting",
    "dropped",
    "issued",
    "doing",
    "late",
    "review",
    "closed",
)
TITLES = {
    WAITING: "待确认",
    ISSUED: "待接收",
    DOING: "推进中",
    LATE: "逾期",
    REVIEW: "待审核销号",
    CLOSED: "已销号",
    DROPPED: "不作为任务",
}


@dataclass(frozen=True)
class Standing:
    """One task and where it stands on a day."""

    task: PlanTask
    state: str

    @property
    def title(self) -> str:
        """The state in words."""
        return TITLES[self.state]

    @property
    def deadline(self) -> date | None:
        """The day by which it is to be done."""
        return deadline(self.task)


# Which dates of the case stand before the plan's own, the later decision first (law/procedures/work_task.toml).
_DATES = ("decide_extension.deadline", "assign.deadline")


def deadline(task: PlanTask) -> date | None:
    """The day by which the task is to be done: as extended, as assigned, else as the plan says."""
    dates = task.case.marking.get("dates", {}) if task.case is not None else {}
    moved = next((dates[name] for name in _DATES if dates.get(name)), None)
    return date.fromisoformat(moved[:10]) if moved else task.deadline


def state(task: PlanTask, on: date) -> str:
    """What the task's case says; a task without one waits, or was set aside."""
    if task.case is None:
        return DROPPED if task.dropped else WAITING
    if task.case.ended_at is not None:
        return CLOSED
    done = task.case.marking.get("done", {})
    if "complete" in done:
        return REVIEW
    if (due := deadline(task)) is not None and due < on:
        return LATE
    return DOING if "accept" in done else ISSUED


def standings(plan: WorkPlan, on: date) -> list[Standing]:
    """Every task of a plan with its state."""
    rows = plan.tasks.select_related("case__organ").order_by("place")
    return [Standing(task, state(task, on)) for task in rows]


def by_section(rows: Iterable[Standing]) -> list[tuple[str, dict[str, int]]]:
    """For each first-level section, how many tasks are in each state."""
    return _count((row.task.section.split(" › ")[0] or "—", row.state) for row in rows)


def by_unit(rows: Iterable[Standing]) -> list[tuple[str, dict[str, int]]]:
    """For each organ named (and each set not yet expanded), how many of its tasks are in each state."""
    names = dict(Organ.objects.values_list("code", "short"))
    pairs = []
    for row in rows:
        handling = [row.task.case.organ.code] if row.task.case else []
        for code in dict.fromkeys([*row.task.lead, *row.task.units, *row.task.support, *handling]):
            pairs.append((names.get(code, code), row.state))
        pairs += [(f"{name}（待展开）", row.state) for name in row.task.sets]
    return _count(pairs)


def _count(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, dict[str, int]]]:
    table: dict[str, dict[str, int]] = {}
    for name, found in pairs:
        row = table.setdefault(name, dict.fromkeys(TITLES, 0))
        row[found] += 1
    return list(table.items())

"""Compare a plan as read with the truth written down by a careful reader, field by field."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

FIELDS = (
    "title",
    "sections",
    "tasks",
    "section_path",
    "no",
    "start",
    "units_raw",
    "units",
    "lead",
    "support",
    "guide",
    "etc",
    "deadline",
    "deadline_text",
)


@dataclass(slots=True)
class Score:
    """For each field how many values were compared and how many are exact, with the first differences."""

    right: dict[str, int] = field(default_factory=dict)
    total: dict[str, int] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)

    def add(self, name: str, where: str, got: Any, want: Any) -> None:
        """Count one comparison."""
        self.total[name] = self.total.get(name, 0) + 1
        self.right.setdefault(name, 0)
        if got == want:
            self.right[name] += 1
        else:
            self.differences.append(f"{name} {where}：读出 {got!r}，应为 {want!r}")

    def merge(self, other: Score) -> None:
        """Add another document's figures."""
        for name, count in other.total.items():
            self.total[name] = self.total.get(name, 0) + count
            self.right[name] = self.right.get(name, 0) + other.right.get(name, 0)


def compare(got: dict[str, Any], want: dict[str, Any]) -> Score:
    """Compare the JSON of a plan with a truth file.

    A truth that lists sections without ``level`` lists the highest level only; a path may or may not repeat the task's
    own number; what the truth did not annotate (dates of ``deadlines_annotated: false``, an absent field) is not scored.
    """
    score = Score()
    score.add("title", "", got["title"], want["title"])
    levels = any("level" in section for section in want["sections"])
    sections = [(s["no"], s["title"]) for s in got["sections"] if levels or s["level"] == 1]
    score.add("sections", "", sections, [(s["no"], s["title"]) for s in want["sections"]])
    score.add("tasks", "", len(got["tasks"]), len(want["tasks"]))
    rest = list(got["tasks"])
    for task in want["tasks"]:
        where = f"{''.join(task['section_path'])}{task['start'][:10]}"
        same = [other for other in rest if _flat(other["start"])[:12] == _flat(task["start"])[:12]]
        if not same:
            score.add("start", where, None, task["start"])
            continue
        mine = same[0]
        rest.remove(mine)
        score.add("section_path", where, _path(mine), _path(task))
        score.add("start", where, mine["start"].replace("\n", ""), task["start"])
        for name in ("no", "units_raw", "units", "lead", "support", "guide", "etc", "deadline_text"):
            if name in task:
                score.add(name, where, mine[name], task[name])
        if "deadline" in task and want.get("deadlines_annotated", True):
            score.add("deadline", where, mine["deadline"], task["deadline"])
    return score


def _flat(text: str) -> str:
    return re.sub(r"[\s，,。；;：:]", "", text)


def _path(task: dict[str, Any]) -> list[str]:
    path = list(task["section_path"])
    return path[:-1] if path and path[-1] == task["no"] else path

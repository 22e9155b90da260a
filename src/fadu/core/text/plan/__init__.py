"""Work plans of governments (工作方案、要点、任务分解表): read into sections, tasks, responsible units and dates."""

from __future__ import annotations

from fadu.core.text.plan.model import Due, Note, Plan, Section, Task, Units
from fadu.core.text.plan.reader import read_plan
from fadu.core.text.plan.score import FIELDS, Score, compare

__all__ = ["FIELDS", "Due", "Note", "Plan", "Score", "Section", "Task", "Units", "compare", "read_plan"]

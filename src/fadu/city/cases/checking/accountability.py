"""责任追溯: who proposed, reviewed, said what and decided, person by person, out of the acts as they were recorded.

Recorded dissent reduces liability and departure from the majority needs its reason (决策条例 30、38), so both are shown
beside the person's name and never summed away. It outlives the person's post.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fadu.city.accounts.models import Person
from fadu.city.cases.queries import Shown

VIEWS = {"agree": "同意", "disagree": "不同意", "abstain": "弃权", "absent": "缺席"}


@dataclass(frozen=True)
class Part:
    """One thing a person did or said: when, in which step, in which post, with what result or view."""

    seq: int
    at: datetime
    step: str
    post: str
    result: str
    said: str = ""
    dissent: bool = False


@dataclass(frozen=True)
class Responsible:
    """A person and every part of his in the case, in order."""

    name: str
    parts: Sequence[Part]

    @property
    def dissented(self) -> bool:
        """Whether he put a differing view on record."""
        return any(part.dissent for part in self.parts)


def by_person(history: Sequence[Shown]) -> list[Responsible]:
    """Everyone who took part, in the order in which he first did; values withheld from the reader stay withheld."""
    parts: dict[str, list[Part]] = {}
    for shown in sorted(history, key=lambda one: one.act.seq):
        for performer in shown.act.data.get("performers", ()):
            parts.setdefault(performer["person"], []).append(
                Part(
                    shown.act.seq,
                    shown.act.occurred_at,
                    shown.title,
                    performer.get("post", ""),
                    shown.outcome,
                )
            )
        for view in shown.values.get("views", ()):
            parts.setdefault(view["person"], []).append(_view(shown, view))
    names = dict(Person.objects.filter(key__in=parts).values_list("key", "name"))
    return [Responsible(names.get(person, person), every) for person, every in parts.items()]


def _view(shown: Shown, view: Mapping[str, Any]) -> Part:
    decided = "（行政首长）" if view.get("head") else ""
    return Part(
        shown.act.seq,
        shown.act.occurred_at,
        f"{shown.title}时的意见{decided}",
        view.get("post", ""),
        VIEWS.get(view["view"], view["view"]),
        view.get("text", ""),
        dissent=view["view"] == "disagree",
    )

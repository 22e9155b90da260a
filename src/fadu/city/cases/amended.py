"""更正以后: what the record of an act says today, and what it said before; read from the acts and what they committed to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fadu.city.cases.models import Act

CORRECT = "correct"


@dataclass
class Record:
    """The values of an act as corrected, and for each corrected field what stood there before, with the correction's
    number, the first first."""

    values: dict[str, Any]
    before: dict[str, list[tuple[Any, int]]] = field(default_factory=dict)


def target_of(act: Act) -> int:
    """The number of the act that a correction corrects; 0 where the act is no correction."""
    targets = act.data.get("targets") or [] if act.step == CORRECT else []
    return int(targets[0]) if targets and str(targets[0]).isdecimal() else 0


def record(act: Act, acts: Iterable[Act], opened: Mapping[str, Mapping[str, Any]]) -> Record:
    """One act's record; ``opened`` holds what each leaf committed to."""
    found = Record(dict(opened.get(act.leaf, {})))
    for one in sorted(acts, key=lambda one: one.seq):
        if target_of(one) != act.seq:
            continue
        for name, value in (opened.get(one.leaf, {}).get("corrected") or {}).items():
            found.before.setdefault(name, []).append((found.values.get(name), one.seq))
            found.values[name] = value
    return found

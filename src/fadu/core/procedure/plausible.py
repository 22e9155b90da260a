"""Typed values that a story does not care about: every required entry gets one that its type admits.

Used by stories, by `replay` and by demonstrations; never by a running city.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from fadu.core.procedure.definition import Field, Step
from fadu.core.procedure.records import SECRECY_CLASS

SOME_NUMBER = 1


def values(step: Step, outcome: str, given: Mapping[str, Any], *, on: dt.date) -> dict[str, Any]:
    """The given values, completed by plausible ones for every other entry that the outcome requires."""
    completed = dict(given)
    for name, entry in step.entries().items():
        named = step.outcomes[outcome].requires if outcome in step.outcomes else ()
        if name not in completed and (entry.required_for(outcome) or name in named):
            completed[name] = (
                "open" if name == SECRECY_CLASS else value(entry, on=on, salt=f"{step.name}.{name}.{on}")
            )
    if step.decided_by and "views" not in completed:
        completed["views"] = views(step, outcome)
    return completed


def value(entry: Field, *, on: dt.date, salt: str) -> Any:
    """One value of the entry's type."""
    return _VALUES[entry.type](entry, on, salt)


def views(step: Step, outcome: str) -> list[dict[str, Any]]:
    """A body whose members agree with the outcome; the head speaks last."""
    rule = step.decided_by
    carried = rule is None or not rule.passes or outcome in rule.passes
    view = "agree" if carried else "disagree"
    return [
        {"person": person, "post": post, "view": view, "text": "发言已记录", "order": order, "head": head}
        for order, (person, post, head) in enumerate(
            (("member_1", "成员", False), ("member_2", "成员", False), ("head", "行政首长", True)), 1
        )
    ]


def digests(step: Step, given: Mapping[str, Any]) -> dict[str, str]:
    """The digests of the files among the values."""
    return {
        name: given[name]["sha256"]
        for name, entry in step.entries().items()
        if entry.type == "file" and isinstance(given.get(name), Mapping)
    }


def _number(entry: Field, on: dt.date, salt: str) -> Any:
    return entry.min if isinstance(entry.min, int) else SOME_NUMBER


def _file(entry: Field, on: dt.date, salt: str) -> dict[str, Any]:
    return {"name": f"{entry.title}.pdf", "sha256": hashlib.sha256(salt.encode()).hexdigest(), "size": 1024}


def _rows(entry: Field, on: dt.date, salt: str) -> list[dict[str, Any]]:
    needed = {
        name: column for name, column in entry.columns.items() if column.required is True
    } or entry.columns
    return [{name: value(column, on=on, salt=f"{salt}.{name}") for name, column in needed.items()}]


_VALUES: dict[str, Callable[[Field, dt.date, str], Any]] = {
    "text": lambda entry, on, salt: entry.title[: entry.max_length or 500],
    "longtext": lambda entry, on, salt: f"{entry.title}。",
    "number": _number,
    "money": lambda entry, on, salt: f"{_number(entry, on, salt)}.00",
    "date": lambda entry, on, salt: on.isoformat(),
    "datetime": lambda entry, on, salt: f"{on.isoformat()}T09:00:00+08:00",
    "choice": lambda entry, on, salt: entry.choices[0][0],
    "choices": lambda entry, on, salt: [entry.choices[0][0]],
    "bool": lambda entry, on, salt: True,
    "organ": lambda entry, on, salt: "some_organ",
    "organs": lambda entry, on, salt: ["some_organ"],
    "person": lambda entry, on, salt: "some_person",
    "persons": lambda entry, on, salt: ["some_person"],
    "reference": lambda entry, on, salt: "some_entry",
    "file": _file,
    "files": lambda entry, on, salt: [_file(entry, on, salt)],
    "table": _rows,
}

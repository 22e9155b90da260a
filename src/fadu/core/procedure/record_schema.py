"""The record of a step as JSON Schema (2020-12), for OpenAPI."""

from __future__ import annotations

from typing import Any

from fadu.core.procedure.definition import Field, Step
from fadu.core.procedure.persons import VIEWS

# Longest text where the law file says nothing, by type.
LONGEST = {"text": 500, "longtext": 100_000}


def required_for(step: Step, entry: Field, outcome: str) -> bool:
    """Whether the entry must be given when the step ends in this outcome, by its own word or by the outcome's."""
    if entry.required_for(outcome):
        return True
    return outcome in step.outcomes and entry.name in step.outcomes[outcome].requires


def json_schema(step: Step) -> dict[str, Any]:
    """The record as JSON Schema (2020-12) for OpenAPI. Entries required only under an outcome are listed in
    ``x-required-by-outcome``; ``x-class`` is the entry's class, ``x-basis`` its article."""
    entries = step.entries()
    by_outcome = {
        outcome: [
            name
            for name, entry in entries.items()
            if required_for(step, entry, outcome) and entry.required is not True
        ]
        for outcome in step.outcomes
    }
    schema: dict[str, Any] = {
        "type": "object",
        "title": step.title,
        "description": step.basis.printed,
        "properties": {name: _schema(entry) for name, entry in entries.items()},
        "required": [name for name, entry in entries.items() if entry.required is True],
        "additionalProperties": False,
        "x-required-by-outcome": {outcome: names for outcome, names in by_outcome.items() if names},
    }
    if step.decided_by:
        schema["properties"] |= {"views": _VIEWS, "departure_reason": {"type": "string"}}
    if step.act == "correct":
        schema["properties"]["corrected"] = {"type": "object"}
    return schema


def _schema(entry: Field) -> dict[str, Any]:
    shape: dict[str, Any] = {"title": entry.title, "x-class": entry.cls, **_SCHEMAS[entry.type]}
    if entry.help:
        shape["description"] = entry.help
    if entry.basis.printed:
        shape["x-basis"] = entry.basis.printed
    if entry.choices:
        enum = {"enum": [key for key, _ in entry.choices], "x-titles": dict(entry.choices)}
        shape.update({"items": {"type": "string", **enum}} if entry.type == "choices" else enum)
    if entry.type in LONGEST:
        shape["maxLength"] = entry.max_length or LONGEST[entry.type]
    if entry.type == "number":
        shape |= {
            key: bound for key, bound in (("minimum", entry.min), ("maximum", entry.max)) if bound is not None
        }
    if entry.type == "table":
        shape["items"] = {
            "type": "object",
            "properties": {name: _schema(column) for name, column in entry.columns.items()},
            "required": [name for name, column in entry.columns.items() if column.required is True],
            "additionalProperties": False,
        }
    return shape


_STRING, _LIST = {"type": "string"}, {"type": "array", "items": {"type": "string"}}
_FILE = {
    "type": "object",
    "properties": {"name": _STRING, "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"}, "size": {"type": "integer"}},
    "required": ["sha256"],
}  # fmt: skip
_SCHEMAS: dict[str, dict[str, Any]] = {
    "text": _STRING, "longtext": _STRING, "number": {"type": "number"},
    "money": {"type": "string", "pattern": r"^-?\d+(\.\d{1,2})?$"}, "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"}, "choice": _STRING, "choices": _LIST,
    "bool": {"type": "boolean"}, "organ": _STRING, "organs": _LIST, "person": _STRING, "persons": _LIST,
    "file": _FILE, "files": {"type": "array", "items": _FILE}, "table": {"type": "array"}, "reference": _STRING,
}  # fmt: skip
_VIEWS = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "person": _STRING, "post": _STRING, "view": {"enum": list(VIEWS)}, "text": _STRING,
            "order": {"type": "integer"}, "head": {"type": "boolean"},
        },
        "required": ["view"],
        "additionalProperties": False,
    },
}  # fmt: skip

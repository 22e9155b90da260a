"""JSON Schema of the law files for editors, made from the vocabulary; ``law/schema/`` holds the current ones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fadu.core.procedure import vocabulary
from fadu.core.procedure.story_words import STORY
from fadu.core.procedure.words import Kind, Table, Word

DRAFT = "http://json-schema.org/draft-07/schema#"
FILES: Mapping[str, Table] = {
    "procedure": vocabulary.PROCEDURE,
    "general": vocabulary.GENERAL,
    "overlay": vocabulary.OVERLAY,
    "source": vocabulary.SOURCE_FILE,
    "story": STORY,
}
_NAME = "^[a-z][a-z0-9_]*$"
_TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
_NAMES: dict[str, Any] = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "uniqueItems": True}]}
_DATE: dict[str, Any] = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d"}


def schemas() -> dict[str, dict[str, Any]]:
    """File name → schema."""
    return {f"{name}.schema.json": _document(name, table) for name, table in FILES.items()}


def write(folder: Path) -> None:
    """Write the schemas beside the law."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        (folder / name).write_text(text(schema), encoding="utf-8")


def text(schema: Mapping[str, Any]) -> str:
    """The one spelling, so that a test can tell whether the file is current."""
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _document(name: str, table: Table) -> dict[str, Any]:
    tables: dict[str, dict[str, Any]] = {}
    body = _reference(table, tables)
    return {"$schema": DRAFT, "title": f"Fadu {name}", "definitions": tables, **body}


def _reference(table: Table, tables: dict[str, dict[str, Any]]) -> dict[str, Any]:
    known = {shape.get("title"): name for name, shape in tables.items()}
    name = known.get(table.title) or f"table{len(tables) + 1}"
    if table.title not in known:
        tables[name] = {"title": table.title}
        tables[name] = {
            "type": "object",
            "title": table.title,
            "properties": {key: _word(word, tables) for key, word in table.words.items()},
            # A step may refine a general act and say only what differs; the loader asks for the rest.
            "required": [
                key for key, word in table.words.items() if word.required and table is not vocabulary.STEP
            ],
            "additionalProperties": False,
        }
    return {"$ref": f"#/definitions/{name}"}


def _word(word: Word, tables: dict[str, dict[str, Any]]) -> dict[str, Any]:
    shape = _shape(word, tables)
    if word.values:
        closed: dict[str, Any] = {"enum": list(word.values)}
        shape = {"anyOf": [closed, {"type": "array", "items": closed}]} if word.kind is Kind.NAMES else closed
    return (
        {"allOf": [shape], "description": word.sentence}
        if "$ref" in shape
        else {**shape, "description": word.sentence}
    )


def _shape(word: Word, tables: dict[str, dict[str, Any]]) -> dict[str, Any]:
    if word.table is not None:
        inner = _reference(word.table, tables)
        lists: dict[Kind, dict[str, Any]] = {
            Kind.TABLE: inner,
            Kind.TABLES: {
                "type": "object",
                "patternProperties": {_NAME: inner},
                "additionalProperties": False,
            },
            Kind.LIST: {"type": "array", "items": inner},
            Kind.ONE_OR_LIST: {"anyOf": [inner, {"type": "array", "items": inner}]},
        }
        return lists[word.kind]
    plain: dict[Kind, dict[str, Any]] = {
        Kind.TEXT: _TEXT,
        Kind.NAME: _TEXT,
        Kind.BASIS: _TEXT,
        Kind.TIME: _TEXT,
        Kind.NAMES: _NAMES,
        Kind.FLAG: {"type": "boolean"},
        Kind.NUMBER: {"type": "integer", "minimum": 0},
        Kind.DATE: _DATE,
        Kind.CHOICES: {"type": "array", "minItems": 1, "items": {"type": "array", "items": _TEXT, "minItems": 2, "maxItems": 2}},
        Kind.FLAG_OR_NAMES: {"anyOf": [{"type": "boolean"}, *_NAMES["anyOf"]]},
        Kind.TEXT_OR_NUMBER: {"type": ["string", "integer"]},
        Kind.MAP: {"type": "object", "additionalProperties": _NAMES},
        Kind.ANY: {"type": "object"},
    }  # fmt: skip
    return plain[word.kind]

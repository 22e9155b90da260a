"""Who may read what of a record: by relation to the case and class of the entry; the public only what is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fadu.core.procedure.definition import Definition, Step


def visible(
    definition: Definition, step: Step, values: Mapping[str, Any], *, relation: str
) -> dict[str, Any]:
    """The values that somebody with this relation to the case may read: ``handles`` and ``supervises`` all but sealed
    (handles also those), a ``party`` all but sealed and internal, the ``public`` only what is disclosed; a step's
    ``readers`` may widen or narrow a field."""
    usual = {
        "handles": {"public", "internal", "personal", "sealed"},
        "reviews": {"public", "internal", "personal"},
        "decides": {"public", "internal", "personal"},
        "supervises": {"public", "internal", "personal"},
        "party": {"public", "personal"},
        "public": set(),
    }[relation]
    shown = set(step.disclosure.shows) if step.disclosure else set()
    seen = {}
    for name, entry in step.entries().items():
        allowed = entry.cls in usual or name in shown
        if name in step.readers:
            allowed = relation in step.readers[name]
        if allowed and name in values:
            seen[name] = values[name]
    return seen

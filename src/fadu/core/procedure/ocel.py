"""Object-centric event log (OCEL 2.0, JSON): the acts of many cases for process-mining tools.

Objects are the cases, the organs and the posts that acted; an act is an event related to them. Natural persons and
recorded values stay out: what a log of this kind leaves the house with is order, time, outcome and who by office.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fadu.core.procedure.act import Act, Performer
from fadu.core.procedure.definition import Definition

EVENT_ATTRIBUTES = (
    ("title", "string"), ("outcome", "string"), ("outcome_title", "string"), ("channel", "string"),
    ("recorded_at", "time"), ("findings", "integer"), ("basis", "string"), ("sequence", "integer"),
)  # fmt: skip
CASE_ATTRIBUTES = (("title", "string"), ("definition", "string"))
PLACE_ATTRIBUTES = (("name", "string"),)


def export(cases: Mapping[str, tuple[Definition, Sequence[Act]]]) -> dict[str, Any]:
    """The log of these cases (id → definition and acts). Event types are ``procedure.step``."""
    events = [
        event for case, (definition, acts) in cases.items() for event in _events(case, definition, acts)
    ]
    events.sort(key=lambda event: (event["time"], event["id"]))
    procedures = {definition.name: definition for definition, _ in cases.values()}
    return {
        "objectTypes": [
            *({"name": name, "attributes": _declared(CASE_ATTRIBUTES)} for name in sorted(procedures)),
            {"name": "organ", "attributes": _declared(PLACE_ATTRIBUTES)},
            {"name": "post", "attributes": _declared(PLACE_ATTRIBUTES)},
        ],
        "eventTypes": [
            {"name": name, "attributes": _declared(EVENT_ATTRIBUTES)}
            for name in sorted({event["type"] for event in events})
        ],
        "objects": [*_cases(cases), *_places(cases)],
        "events": events,
    }


def _declared(attributes: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "type": kind} for name, kind in attributes]


def _cases(cases: Mapping[str, tuple[Definition, Sequence[Act]]]) -> Iterable[dict[str, Any]]:
    for case, (definition, acts) in cases.items():
        # An attribute holds from a moment on; of a case in which nothing was done yet, no moment is known.
        began = [_time(min(act.occurred_at for act in acts))] if acts else []
        children = [child for act in acts for child in act.children if child]
        yield {
            "id": f"case:{case}",
            "type": definition.name,
            "attributes": [
                {"name": name, "value": value, "time": moment}
                for moment in began
                for name, value in (("title", definition.title), ("definition", definition.digest))
            ],
            "relationships": [
                {"objectId": f"case:{child}", "qualifier": "opens"} for child in children if child in cases
            ],
        }


def _places(cases: Mapping[str, tuple[Definition, Sequence[Act]]]) -> Iterable[dict[str, Any]]:
    """Organs and posts since the first act they did."""
    first: dict[tuple[str, str], dt.datetime] = {}
    for _, acts in cases.values():
        for act in acts:
            for performer in act.performers:
                for kind, name in _offices(performer):
                    known = first.get((kind, name))
                    first[kind, name] = min(known, act.occurred_at) if known else act.occurred_at
    for (kind, name), moment in sorted(first.items()):
        yield {
            "id": f"{kind}:{name}",
            "type": kind,
            "attributes": [{"name": "name", "value": name, "time": _time(moment)}],
            "relationships": [],
        }


def _offices(performer: Performer) -> Iterable[tuple[str, str]]:
    return [(kind, name) for kind, name in (("organ", performer.organ), ("post", performer.post)) if name]


def _events(case: str, definition: Definition, acts: Sequence[Act]) -> Iterable[dict[str, Any]]:
    for act in acts:
        step = definition.steps[act.step]
        offices = dict.fromkeys(office for performer in act.performers for office in _offices(performer))
        values = (
            step.title, act.outcome, step.outcomes[act.outcome].title, act.channel, _time(act.recorded_at),
            len(act.findings), step.basis.printed, act.seq,
        )  # fmt: skip
        yield {
            "id": f"{case}#{act.seq}",
            "type": f"{definition.name}.{act.step}",
            "time": _time(act.occurred_at),
            "attributes": [
                {"name": name, "value": value}
                for (name, _), value in zip(EVENT_ATTRIBUTES, values, strict=True)
            ],
            "relationships": [
                {"objectId": f"case:{case}", "qualifier": "in"},
                *({"objectId": f"{kind}:{name}", "qualifier": "by"} for kind, name in offices),
            ],
        }


def _time(moment: dt.datetime) -> str:
    """RFC 3339 in UTC."""
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

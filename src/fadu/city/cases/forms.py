"""From a posted form to the raw record of a step. The definition says what is asked; ``core.procedure.records``
says whether it is right. Nothing here decides anything.

A field ``f`` is posted as ``v.f``; a row of a table as ``v.f.<row>.<column>``; a fact as ``fact.<name>`` with
``yes`` or ``no``; a file as an upload ``v.f`` or as ``kept.f``, the files already kept with the draft.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from django.http import QueryDict

from fadu.city.cases.entry import EVIDENCE as EVIDENCE
from fadu.city.cases.unproved import URGENT
from fadu.city.web.numbers import whole
from fadu.core.procedure.definition import Field, Step

VIEWS = Field(
    "views", "参会人员的意见", "table", required=True, cls="internal",
    columns={
        "person": Field("person", "姓名", "person", required=True),
        "view": Field(
            "view", "意见", "choice", required=True,
            choices=(("agree", "同意"), ("disagree", "不同意"), ("abstain", "弃权"), ("absent", "缺席")),
        ),
        "text": Field("text", "发言要点", "text"),
        "order": Field("order", "发言次序", "number"),
        "head": Field("head", "行政首长", "bool"),
    },
)  # fmt: skip
DEPARTURE = Field(
    "departure_reason", "与多数人意见不一致的理由", "longtext", cls="internal",
    help="行政首长的决定与多数人意见不一致时，必须在会议上说明理由并记录。",
)  # fmt: skip


def entries(step: Step) -> dict[str, Field]:
    """Every entry of a step's form: its fields and documents, and what its words bring with them."""
    shown = dict(step.entries())
    if step.decided_by is not None:
        shown |= {"views": replace(VIEWS, basis=step.decided_by.basis), "departure_reason": DEPARTURE}
    return shown


_MANY = ("choices", "organs", "persons")
FILES = ("file", "files")


def read(step: Step, post: QueryDict) -> dict[str, Any]:
    """The raw record as typed: absent stays absent, nothing is corrected or guessed."""
    raw: dict[str, Any] = {}
    for name, entry in entries(step).items():
        if entry.type in FILES:
            continue
        value = _value(entry, f"v.{name}", post)
        if value not in ("", [], None):
            raw[name] = value
    for view in raw.get("views", ()):
        if (order := whole(str(view.get("order", "")))) is not None:
            view["order"] = order
    return raw


def _value(entry: Field, key: str, post: QueryDict) -> Any:
    if entry.type == "table":
        return _rows(entry, key, post)
    if entry.type in _MANY:
        return [item for item in post.getlist(key) if item]
    if entry.type == "bool":
        return {"yes": True, "no": False}.get(post.get(key, ""))
    return post.get(key, "").strip()


def _rows(entry: Field, key: str, post: QueryDict) -> list[dict[str, Any]]:
    """The rows of a table in the order of their numbers; rows left wholly empty are not rows."""
    pattern = re.compile(re.escape(key) + r"\.(\d+)\.")
    numbers = sorted({int(found[1]) for name in post if (found := pattern.match(name))})
    rows = []
    for number in numbers:
        row = {name: _value(column, f"{key}.{number}.{name}", post) for name, column in entry.columns.items()}
        if any(value not in ("", [], None) for value in row.values()):
            rows.append({name: value for name, value in row.items() if value not in ("", [], None)})
    return rows


def facts(step: Step, post: QueryDict) -> dict[str, bool]:
    """The facts answered yes or no; one left open stays unknown and will block, never count as no."""
    answers = {name: post.get(f"fact.{name}", "") for name in step.asks}
    return {name: answer == "yes" for name, answer in answers.items() if answer in ("yes", "no")}


def fact_reasons(step: Step, post: QueryDict) -> dict[str, str]:
    """Who switches a step off says why; so does who acts urgently while no proof can be published."""
    given = {name: post.get(f"why.{name}", "").strip() for name in step.asks}
    given[URGENT] = post.get(f"why.{URGENT}", "").strip()
    return {name: reason for name, reason in given.items() if reason}

"""The demonstration's yearly catalogue (``law/demo/catalogue.toml``) as a play: a case of its own, published by its steps."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fadu.city.plays import Play


def play(path: Path) -> Play:
    """The acts by which the government set its catalogue, each on the day the file gives."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    head = data["catalogue"]
    items = [item for item in data["item"] if item["decided_by"] == head["organ"]]
    return Play(path.name, "decision_catalogue", head["office"], list(_acts(head, items)))


def _acts(head: Mapping[str, Any], items: list[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    rows = [_row(item) for item in items]
    yield {
        "at": head["called"], "step": "call", "title": head["title"],
        "values": {"year": head["year"], "notice": head["notice"], "secrecy_class": "open"},
    }  # fmt: skip
    for item in items:
        yield {"at": head["applied"], "step": "apply", "values": _application(item)}
    yield _said(head, "suggestions", "public_suggestions", summary="suggested")
    compiled = {"items": rows, "not_adopted": head["not_adopted"]}
    yield {
        "at": head["compiled"],
        "step": "compile",
        "facts": {"not_public_items": True},
        "why": {"not_public_items": "未列入事项的理由属于内部研究意见，不予公开。"},
        "values": compiled,
    }
    yield {**_said(head, "opinion", "legal_opinion", opinion="agreed"), "outcome": "agreed"}
    yield {**_said(head, "confirmed", "confirm", meeting="meeting"), "outcome": "confirmed"}
    yield {
        **_said(head, "party_consent", "party_consent", reference="request", reply="reply"),
        "outcome": "agreed",
    }
    yield _said(head, "reviewed", "disclosure_review", opinion="checked")
    published = {
        "text_shown": f"{head['title']}\n本目录共{len(items)}项，依照《重大行政决策程序暂行条例》办理，可以根据实际情况调整。",
        "items_shown": rows,
        "closes_on": head["closes_on"].isoformat(),
        "site": head["site"],
    }
    yield {"at": head["published"], "step": "publish", "values": published}


def _said(head: Mapping[str, Any], day: str, step: str, **fields: str) -> dict[str, Any]:
    return {
        "at": head[day],
        "step": step,
        "values": {field: head[word] for field, word in fields.items()},
    }


def _row(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "subject": item["title"],
        "undertaker": item["drafted_by"],
        "procedures": "、".join(item["procedures"]),
        "hearing": item["hearing"],
        "planned": _month(item["planned"]),
    }


def _application(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "subject": item["title"],
        "matter_kind": item["kind"],
        "reasons": item["why"],
        "undertaker": item["drafted_by"],
        "planned_month": _month(item["planned"]),
    }


def _month(planned: str) -> str:
    year, _, month = planned.partition("-")
    return f"{year}年{int(month)}月"

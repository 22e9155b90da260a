"""Every dated example of the two fact sheets that is about a term, from ``cases/*.toml``; and the shared cases."""

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fadu.core.terms import (
    Extension,
    Limit,
    Pause,
    after_expiry,
    before,
    earliest,
    latest_before,
    standard,
    term,
)

CALENDAR, REGIMES = standard()
CASES = [
    case
    for file in sorted((Path(__file__).parent / "cases").glob("*.toml"))
    for case in tomllib.loads(file.read_text(encoding="utf-8"))["case"]
]


def _pause(text: str) -> Pause:
    first, _, last = text.partition("..")
    return Pause(date.fromisoformat(first), date.fromisoformat(last))


def _extension(text: str) -> Extension:
    """``30 days`` or ``30 days @ 2026-04-09`` (the day it was decided)."""
    limit, _, decided = text.partition(" @ ")
    return Extension(Limit.parse(limit), date.fromisoformat(decided) if decided else None)


def _term(case: dict[str, Any]) -> dict[str, Any]:
    regime = REGIMES[case["regime"]]
    pauses = [_pause(text) for text in case.get("pauses", [])]
    answer = term(
        case["start"],
        Limit.parse(case["limit"]),
        calendar=CALENDAR,
        regime=regime,
        pauses=pauses,
        extensions=[_extension(text) for text in case.get("extensions", [])],
        roll=regime.rolls(case["exempt"]) if "exempt" in case else None,
        provisional_ok=case.get("provisional", False),
    )
    assert answer.provisional is case.get("provisional", False)
    return {
        "nominal": answer.nominal,
        "due_legal": answer.due_legal,
        "due_internal": answer.due_internal,
        "void": len(answer.void),
        "paused_workdays": sum(skipped.kind == "paused" for skipped in answer.skipped),
    }


def _earliest(case: dict[str, Any]) -> dict[str, Any]:
    facts = {"calendar": CALENDAR, "regime": REGIMES[case["regime"]]}
    limit = Limit.parse(case["limit"])
    return {
        "day": earliest(case["start"], limit, **facts),
        "strict": earliest(case["start"], limit, strict=True, **facts),
    }


def _after(case: dict[str, Any]) -> dict[str, Any]:
    day = after_expiry(
        case["start"], Limit.parse(case["limit"]), calendar=CALENDAR, regime=REGIMES[case["regime"]]
    )
    return {**_term(case), "day": day}


def _before(case: dict[str, Any]) -> dict[str, Any]:
    limit, regime = Limit.parse(case["limit"]), REGIMES[case["regime"]]
    answer = before(case["start"], limit, calendar=CALENDAR, regime=regime)
    assert latest_before(case["start"], limit, calendar=CALENDAR, regime=regime) == answer.lenient
    assert latest_before(case["start"], limit, calendar=CALENDAR, regime=regime, strict=True) == answer.strict
    return {"lenient": answer.lenient, "strict": answer.strict}


KINDS = {"term": _term, "earliest": _earliest, "after": _after, "before": _before}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_example(case: dict[str, Any]) -> None:
    answer = KINDS[case["kind"]](case)
    assert case["expect"], "an example without an expected date proves nothing"
    assert {key: answer[key] for key in case["expect"]} == case["expect"], case["facts"]


def test_no_example_is_told_twice() -> None:
    names = [case["id"] for case in CASES]
    assert len(names) == len(set(names))
    assert len(names) > 150


@pytest.mark.corpus
def test_shared_cases(shared: Path) -> None:
    """Cases made by another hand: working days, and calendar days rolled forward."""
    cases = json.loads((shared / "data/workday_cases.json").read_text(encoding="utf-8"))["cases"]
    units = {"workdays": "workdays", "calendar_roll": "days"}
    wrong = [
        (case, due)
        for case in cases
        if (
            due := term(
                date.fromisoformat(case["start"]),
                Limit.parse(f"{case['n']} {units[case['rule']]}"),
                calendar=CALENDAR,
            ).due_legal
        )
        != date.fromisoformat(case["due"])
    ]
    assert len(cases) >= 30
    assert wrong == []

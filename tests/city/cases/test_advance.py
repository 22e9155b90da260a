"""An act computed before its turn is recorded only if in its turn everything is as it was; else it is computed again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests import installations

ROOT = Path(__file__).parents[3]
SCRIPT = Path(__file__).with_name("advance_actor.py")
CLERKS, ACTS = 3, 60


@pytest.fixture
def env(database: str, tmp_path: Path) -> dict[str, str]:
    """A database and a statute book of its own, with the procedure about money in it."""
    notes, spending = Path(__file__).with_name("notes.toml"), ROOT / "tests/city/authority/spending.toml"
    own = installations.law_with(tmp_path, notes, spending)
    return {
        **os.environ, "FADU_DATABASE_URL": database, "FADU_VAR": str(tmp_path / "var"), "FADU_DEMO": "1",
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "ADVANCE_LAW": str(own),
    }  # fmt: skip


def start(env: dict[str, str], *asked: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, SCRIPT, *asked], env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def answer(env: dict[str, str], *asked: str) -> Any:
    process = start(env, *asked)
    output, _ = process.communicate(timeout=110)
    assert process.returncode == 0
    return json.loads(output) if output else None


def whole(left: dict[str, Any]) -> None:
    assert (left["numbered"], left["ordered"], left["leaves"]) == (True, True, True)
    assert (left["rows"], left["ledger"]) == ([], {})


@pytest.mark.slow
def test_nothing_is_recorded_that_rests_on_what_is_no_longer_so(env: dict[str, str]) -> None:
    """Between computing and recording the world changes, in one story after the other."""
    told = answer(env, "tell")
    whole(told.pop("left"))
    early = ["before"] if connection.vendor == "sqlite" else []
    assert told == {
        "nothing": [2, *(early or ["inside"])],
        "another_act": [3, *early, "inside"],
        "the_version_seen": ["stale", *early],
        "the_step_itself": ["already_done", *early, "inside"],
        "the_post": ["not_visible", *early],
        "the_function": ["not_yours", *early],
        "what_was_lent": ["not_visible", *early],
        "the_limit": ["beyond_limit", *early],
        "the_clock": [3, *early, "inside", True],
        "the_same_request": [2, *early, "inside", True],
        "too_long_ago": [2, *early, "inside"],
        "a_consequence": [2, *early, "inside"],
    }


@pytest.mark.slow
def test_a_crowd_on_the_same_cases(env: dict[str, str]) -> None:
    """Several processes at once on two cases: every act has its number, its leaf and its place in time."""
    answer(env, "prepare")
    crowd = [start(env, "crowd", str(number), str(ACTS)) for number in range(CLERKS)]
    assert [process.wait(timeout=110) for process in crowd] == [0] * CLERKS
    left = answer(env, "look")
    whole(left)
    assert left["acts"] > CLERKS * ACTS / 2

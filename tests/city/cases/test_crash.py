"""Kill −9 while acts pass the door: no act without its leaf, no leaf without its act, no promise for what is not there."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SCRIPT = Path(__file__).with_name("crash_actor.py")
ROUNDS, WRITERS = 6, 2


def start(env: dict[str, str], *asked: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, SCRIPT, *asked], env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def finish(env: dict[str, str], *asked: str) -> str:
    process = start(env, *asked)
    output, _ = process.communicate(timeout=200)
    assert process.returncode == 0
    return output


def told(lines: str) -> dict[str, list[str]]:
    """Request → leaf and promise, as the clients read them; the last line may be cut in the middle."""
    whole = [json.loads(line) for line in lines.split("\n")[:-1] if line.startswith("[")]
    return {request: [leaf, promise] for request, leaf, promise in whole}


def environment(database: str, var: Path, law: Path) -> dict[str, str]:
    return {
        **os.environ, "FADU_DATABASE_URL": database, "FADU_VAR": str(var), "FADU_DEMO": "1",
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "CRASH_LAW": str(law),
    }  # fmt: skip


def killed_again_and_again(env: dict[str, str], kind: str, rounds: int) -> dict[str, list[str]]:
    """What the clients were told by processes that were killed at random moments."""
    draw, replies = random.Random(7), {}
    for number in range(rounds):
        running = [start(env, f"{kind}{number}-{writer}") for writer in range(WRITERS)]
        for process in running:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        time.sleep(draw.uniform(0.4, 1.6))
        for process in running:
            process.send_signal(signal.SIGKILL)
        for process in running:
            replies |= told(process.communicate()[0])
    time.sleep(1)  # the server rolls back what the dead have begun
    return replies


@pytest.mark.slow
def test_killed_in_the_middle_of_acts(database: str, tmp_path: Path, law: Path) -> None:
    """Two clerks on the same cases, killed together at a random moment, again and again."""
    env = environment(database, tmp_path, law)
    finish(env, "prepare")
    replies = killed_again_and_again(env, "", ROUNDS)
    left = json.loads(finish(env, "look"))
    assert sorted(left["acts"]) == sorted(left["leaves"])
    assert len(set(left["acts"])) == len(left["acts"])
    assert (left["check"], left["differing"], left["ledger"]) == ([], [], {})
    for request, (leaf, promise) in replies.items():
        assert leaf in left["leaves"]
        # Asked again, the same request gets the same answer.
        assert (left["requests"][request]["leaf"], left["requests"][request]["promise"]) == (leaf, promise)
    assert len(replies) >= 10
    assert {answer["leaf"] for answer in left["requests"].values()} <= set(left["leaves"])


@pytest.mark.slow
def test_killed_in_the_middle_of_batches(database: str, tmp_path: Path, law: Path) -> None:
    """Two clerks write down batches on the same cases, some acts with papers: each batch stands whole or not at all."""
    env = environment(database, tmp_path, law)
    finish(env, "prepare-many")
    replies = killed_again_and_again(env, "many-", 4)
    left = json.loads(finish(env, "look"))
    assert sorted(left["acts"]) == sorted(left["leaves"])
    assert (left["check"], left["differing"], left["ledger"]) == ([], [], {})
    assert set(left["batches"].values()) == {6}
    assert set(replies) <= set(left["batches"])
    assert {leaf for leaves, _ in replies.values() for leaf in leaves} <= set(left["leaves"])
    assert len(replies) >= 6

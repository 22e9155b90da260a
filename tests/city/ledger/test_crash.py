"""Kill −9 in the middle of appends and of sequencing: no act without its leaf, no leaf without its act, ever."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("crash_writer.py")
ROUNDS, SECONDS = 3, 1.2


def start(env: dict[str, str], *asked: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, SCRIPT, *asked], env=env, stdout=subprocess.PIPE, text=True)


def finish(env: dict[str, str], *asked: str) -> str:
    process = start(env, *asked)
    output, _ = process.communicate(timeout=100)
    assert process.returncode == 0
    return output


@pytest.mark.slow
def test_killed_in_the_middle(database: str, tmp_path: Path) -> None:
    """Two writers and the sequencer killed together, three times over; every acknowledged act is there."""
    env = {**os.environ, "FADU_DATABASE_URL": database, "FADU_VAR": str(tmp_path), "FADU_DEMO": "0"}
    finish(env, "prepare")
    acknowledged: set[str] = set()
    for _ in range(ROUNDS):
        running = [start(env, name) for name in ("case-1", "case-2", "sign")]
        for process in running[:2]:
            assert process.stdout is not None
            acknowledged.add(process.stdout.readline().strip())
        time.sleep(SECONDS)
        for process in running:
            process.send_signal(signal.SIGKILL)
        for process in running[:2]:
            rest = process.communicate()[0]
            # The last line may be cut in the middle.
            acknowledged |= {line for line in rest.split("\n")[:-1] if len(line) == 64}
        running[2].communicate()
        left = json.loads(finish(env, "look"))
        assert sorted(left["acts"]) == sorted(left["leaves"])
        assert acknowledged <= set(left["acts"])
        assert [report["counts"] for report in left["reports"]] == [{}, {}]
        assert left["reports"][1]["checkpoints"] >= 1
    assert len(acknowledged) > 50

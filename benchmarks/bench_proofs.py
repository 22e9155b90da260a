"""Proofs and full re-verification of a log of a million leaves, beside pymerkle's SqliteTree and beside bare SHA-256.

The log lies in the embedded database, with leaves as long as real ones (731 bytes). Two verifications are shown: of the
exported mirror (entry bundles and tiles), which is what a supervisor's, archive's or citizen's node does and what the
bound is for; and of the rows of the database, which also compares index and stored hashes row by row. Memory is the most
that the verifying process ever held.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.ratio import Ratio

ROOT = Path(__file__).resolve().parents[1]
LEAVES = int(os.environ.get("FADU_BENCH_LEAVES", "1000000"))
FASTER, OF_BARE, MEGABYTES = 20.0, 0.3, 500.0
ROUNDS = 3


def ask(work: str, folder: Path) -> dict[str, Any]:
    """What one process of the log answers."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("FADU_")}
    env |= {
        "FADU_DATABASE_URL": f"sqlite://{folder / 'log.sqlite3'}",
        "FADU_VAR": str(folder / "var"),
        "FADU_LOG_ORIGIN": "log.example/city",
    }
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.proofs_log", work, str(LEAVES), str(folder)]
    done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise RuntimeError(f"{work} ended with {done.returncode}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def run() -> list[Ratio]:
    """Proofs a second, seconds of a whole verification, and its memory."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = ask("make", folder)
        rates = ask("proofs", folder)
        taken: dict[str, list[dict[str, float]]] = {"bare": [], "mirror": [], "rows": []}
        for _ in range(ROUNDS):
            for work, answers in taken.items():
                answers.append(ask(work, folder))
    found = [
        Ratio(
            what=f"{title}（{LEAVES:,} 条）",
            ours=rates[kind],
            base=rates[f"{kind}_base"],
            unit="份/秒",
            baseline="pymerkle 7.0.0 SqliteTree",
            required=FASTER,
        )
        for kind, title in (("inclusion", "存在证明"), ("consistency", "一致性证明"))
    ]
    speed = {
        work: made["bytes"] / 1e6 / statistics.median(one["seconds"] for one in answers)
        for work, answers in taken.items()
    }
    for work, title, bound in (("mirror", "核验镜像全部条目", OF_BARE), ("rows", "核验数据库全部条目", None)):
        found.append(
            Ratio(
                what=title,
                ours=speed[work],
                base=speed["bare"],
                unit="MB/秒",
                baseline="逐条 SHA-256",
                required=bound,
                wished=OF_BARE,
            )
        )
        found.append(
            Ratio(
                what=f"{title}：内存峰值",
                ours=max(one["memory"] for one in taken[work]),
                base=MEGABYTES,
                unit="MB",
                baseline="上限",
                required=1.0,
                at_most=True,
            )
        )
    return found

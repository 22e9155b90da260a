"""An act through the door beside a bare transaction of three inserts and one update in the same database."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence

from benchmarks import places
from benchmarks.ratio import Ratio

PROCESSES, CASES = 8, 3
ROUNDS, SECONDS = 5, 3
BOUNDS = {"postgresql": (0.2, 0.35), "sqlite": (0.08, 0.12)}
NAMES = {"postgresql": "PostgreSQL", "sqlite": "SQLite（公平写队列）"}


def run() -> list[Ratio]:
    """Both databases, eight processes each."""
    return [ratio for kind in places.KINDS for ratio in compare(kind)]


def compare(kind: str) -> list[Ratio]:
    """Acts and bare transactions in turns by the same eight processes."""
    ways = ("ours", "bare", *(("queued",) if kind == "sqlite" else ()))
    figures: dict[str, list[float]] = {way: [] for way in ways}
    waits: dict[str, list[float]] = {way: [] for way in ways}
    with places.place(kind) as env:
        places.once("act_worker", "prepare", str(PROCESSES), str(CASES), env=env)
        workers = [
            places.Worker("act_worker", "work", str(number), str(CASES), env=env)
            for number in range(PROCESSES)
        ]
        for worker in workers:
            worker.answer()
        for _ in range(ROUNDS):
            for way in ways:
                answers = [json.loads(one) for one in places.together(workers, f"{way} {SECONDS}")]
                figures[way].append(sum(done for done, _ in answers) / SECONDS)
                waits[way].append(max(longest for _, longest in answers))
        for worker in workers:
            worker.end()
    return [ratio(kind, figures, waits, base) for base in ways[1:]]


def ratio(kind: str, figures: dict[str, list[float]], waits: dict[str, list[float]], base: str) -> Ratio:
    """Median beside median; the bound stands against the plain transaction, the queued one is told beside it."""
    required, wished = BOUNDS[kind] if base == "bare" else (None, None)
    ours, theirs = (statistics.median(figures[way]) for way in ("ours", base))
    return Ratio(
        what=f"{NAMES[kind]}：经办一步（5 栏，已有 12 步的案件，{PROCESSES} 进程，落盘）",
        ours=ours,
        base=theirs,
        unit="次/秒",
        baseline="三插一改的事务" + ("，同样排队" if base == "queued" else ""),
        required=required,
        wished=wished,
        note=f"最长一次 {max(waits['ours']):.2f} 秒，{spread(figures, base)}",
    )


def spread(figures: dict[str, list[float]], base: str) -> str:
    """The ratios of the single rounds, so that one can see how quiet the machine was."""
    every: Sequence[float] = sorted(
        ours / theirs for ours, theirs in zip(figures["ours"], figures[base], strict=True)
    )
    return f"各轮 {every[0]:.3f}–{every[-1]:.3f}"

"""``act_many`` for attested acts beside a bare executemany of the same rows in the same database, by one process each."""

from __future__ import annotations

import json
import statistics

from benchmarks import places
from benchmarks.ratio import Ratio

CASES, ROUNDS = 60, 7
REQUIRED = 0.25
NAMES = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}


def run() -> list[Ratio]:
    """Both databases; only PostgreSQL has a bound."""
    return [compare(kind) for kind in places.KINDS]


def compare(kind: str) -> Ratio:
    """A batch through the door and the same number of rows bare, in turns, each batch one durable transaction."""
    with places.place(kind) as env:
        places.once("many_worker", "prepare", str(CASES), env=env)
        worker = places.Worker("many_worker", "work", env=env)
        worker.answer()
        figures: dict[str, list[float]] = {"ours": [], "bare": []}
        for _ in range(ROUNDS):
            for way, seen in figures.items():
                worker.tell(way)
                seen.append(CASES / json.loads(worker.answer()))
        worker.end()
    ours, base = (statistics.median(figures[way]) for way in ("ours", "bare"))
    return Ratio(
        what=f"{NAMES[kind]}：一批补录（{CASES} 件，每件 5 栏、一条痕迹，一次提交）",
        ours=ours,
        base=base,
        unit="件/秒",
        baseline="同样的行用 executemany 写入",
        required=REQUIRED if kind == "postgresql" else None,
        note="另望每秒 5,000 件",
    )

"""*My day*, case page and case list among a million cases beside the same pages among a thousand, on PostgreSQL.

Both cities are copies of the demonstration city grown in the database (pages_fill.py) on one throw-away server; their
pages are asked in turns through the whole middleware stack, by an official with ordinary rights, the access log written.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.ratio import Ratio
from tools import postgres

ROOT = Path(__file__).resolve().parents[1]
SMALL, BIG = 1_000, int(os.environ.get("FADU_BENCH_CASES", "1000000"))
MOST_QUERIES, MOST_SLOWER = 12, 2.0
ROUNDS, VIEWS = 6, 10
# What the issue bounds; the other views are shown beside them.
BOUND = (
    "我的一天", "案件页", "案件页：步骤表单", "案件清单", "清单：查找常见的词", "清单：查找两个字", "清单：查找编号", "清单：监督机关查找",
)  # fmt: skip


class City:
    """A process that holds one city and answers how long its pages take."""

    def __init__(self, url: str, var: str, cases: int) -> None:
        self.process = start(["serve", str(cases)], url, var, demo=False, pipes=True)

    def answer(self) -> dict[str, Any]:
        """The next line it says."""
        assert self.process.stdout is not None  # opened with a pipe
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the city's process ended with {self.process.wait()}")
        return dict(json.loads(line))

    def measure(self, views: int) -> dict[str, list[float]]:
        """Seconds of so many views of each page."""
        assert self.process.stdin is not None  # opened with a pipe
        self.process.stdin.write(f"{views}\n")
        self.process.stdin.flush()
        return self.answer()

    def end(self) -> None:
        """Let the process go; one that does not answer (the other failed) is ended."""
        try:
            self.process.communicate("\n", timeout=5)
        except (BrokenPipeError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()


def start(arguments: list[str], url: str, var: str, *, demo: bool, pipes: bool) -> subprocess.Popen[str]:
    """The process of one city; built as a demonstration, served as a real one under the same name of its log."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("FADU_")}
    origin = "fadu.local/log" if demo else "fadu.local/log/demo"
    env |= {"FADU_DATABASE_URL": url, "FADU_VAR": var, "FADU_DEMO": str(int(demo)), "FADU_LOG_ORIGIN": origin}
    pipe = subprocess.PIPE if pipes else None
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.pages_city", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=env, stdin=pipe, stdout=pipe, text=True)


@contextlib.contextmanager
def cities() -> Iterator[tuple[City, City]]:
    """The small and the big city, ready to be asked."""
    with postgres.throwaway(durable=True) as url, tempfile.TemporaryDirectory() as var:
        built = start(["build"], url, var, demo=True, pipes=False)
        if built.wait():
            raise RuntimeError("the demonstration city could not be built")
        with psycopg.connect(url, autocommit=True, dbname="template1") as connection:
            for name in ("small", "big"):
                connection.execute(f"CREATE DATABASE {name} TEMPLATE postgres")
        base = url.rpartition("/")[0]
        pair = City(f"{base}/small", var, SMALL), City(f"{base}/big", var, BIG)
        try:
            yield pair
        finally:
            for city in pair:
                city.end()


def p95(seconds: list[float]) -> float:
    """The time that nineteen of twenty views keep."""
    return sorted(seconds)[int(len(seconds) * 0.95) - 1]


def run() -> list[Ratio]:
    """For each page: p95 against the small city's, the number of statements, and large tables read from end to end."""
    found: list[Ratio] = []
    with cities() as (small, big):
        small_pages, big_pages = small.answer(), big.answer()
        taken: tuple[dict[str, list[float]], ...] = ({}, {})
        for _ in range(ROUNDS):
            for city, kept in zip((small, big), taken, strict=True):
                for name, seconds in city.measure(VIEWS).items():
                    kept.setdefault(name, []).extend(seconds)
    for name, asked in big_pages.items():
        most = max(asked["queries"], small_pages[name]["queries"])
        base, ours = (p95(kept[name]) * 1000 for kept in taken)
        found += judged(name, ours, base, most, asked["scanned"])
    return found


def judged(name: str, ours: float, base: float, queries: int, scanned: list[str]) -> list[Ratio]:
    """The three demands on a page that the issue bounds; of the others the time, with the rest beside it."""
    bound = name in BOUND
    time = Ratio(
        what=f"{name}：{BIG:,} 件中的 p95",
        ours=ours,
        base=base,
        unit="ms",
        baseline=f"{SMALL:,} 件中",
        required=MOST_SLOWER if bound else None,
        at_most=True,
        note=f"{queries} 次查询，从头扫描的大表：{'、'.join(scanned) or '无'}",
    )
    if not bound:
        return [time]
    few = Ratio(
        what=f"{name}：查询次数",
        ours=queries,
        base=MOST_QUERIES,
        unit="次",
        baseline="上限",
        required=1.0,
        at_most=True,
    )
    none = Ratio(
        what=f"{name}：从头扫描的大表",
        ours=len(scanned),
        base=1,
        unit="张",
        baseline="一张也不许",
        required=0.0,
        at_most=True,
    )
    return [time, few, none]

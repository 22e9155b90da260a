"""Run the checks and the tests: every step to its end, also after one failed, then one table and one closing line.

``--check`` is the inner loop (format, lint, types, layers, law files, fast tests); ``--all`` adds the whole suite on
SQLite and every test that touches the database again on a throw-away PostgreSQL. Exit code 1 if any step failed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from tools import need, postgres, say

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv" / "bin"
REPORTS = ROOT / "build" / "reports"
FAST = "not slow and not browser and not system"


@dataclass
class Result:
    """How one step ended; the counts are there only for steps that ran tests."""

    title: str
    failed: bool
    seconds: float
    passed: int = 0
    broken: int = 0
    skipped: int = 0


def run(title: str, command: Sequence[str | Path], env: dict[str, str], *, brief: bool = False) -> Result:
    """Run one step with its output passed through; ``brief`` keeps all but the last line back unless the step fails."""
    say.line(f"\n── {title}：{' '.join(_short(part) for part in command)}")
    begun = time.monotonic()
    held = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT} if brief else {}
    ended = subprocess.run(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, text=True, **held)
    if brief:
        words = ended.stdout.strip()
        say.line(words if ended.returncode else words.rpartition("\n")[2])
    return Result(title, ended.returncode != 0, time.monotonic() - begun)


def _short(part: str | Path) -> str:
    return str(part).replace(f"{BIN}/", "").replace(f"{ROOT}/", "")


def checks(env: dict[str, str]) -> list[Result]:
    """What needs no test run: format, lint, types, import contracts, the law files."""
    return [
        run("格式", [BIN / "ruff", "format", "--check", "--output-format", "concise", "."], env),
        run("规范", [BIN / "ruff", "check", "--output-format", "concise", "."], env),
        run("类型", [BIN / "mypy"], env),
        run("分层", [BIN / "lint-imports", "--no-logo"], env, brief=True),
        run("法律文件", [BIN / "fadu", "law", "verify", "--cache", "build/proofs"], env, brief=True),
        run("故事", [BIN / "fadu", "law", "scenario", "src/fadu/law/scenarios"], env, brief=True),
    ]


def tests(title: str, name: str, env: dict[str, str], *options: str) -> Result:
    """One run of pytest on both cores, counted from its report. A run that executed no test has failed (pytest's 5)."""
    report = REPORTS / f"{name}.xml"
    report.unlink(missing_ok=True)
    command = [BIN / "python", "-m", "pytest", "-n", "2", "-rfEs", f"--junitxml={report}", *options]
    result = run(title, command, env)
    if report.exists():
        suites = ElementTree.parse(report).getroot().iter("testsuite")
        total = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
        for suite in suites:
            for key in total:
                total[key] += int(suite.get(key, "0"))
        result.broken = total["failures"] + total["errors"]
        result.skipped = total["skipped"]
        result.passed = total["tests"] - result.broken - result.skipped
    return result


def whole_suite(env: dict[str, str]) -> list[Result]:
    """Everything on SQLite, then what touches the database on PostgreSQL."""
    results = [tests("测试（SQLite，全部）", "sqlite", env, "--durations=10")]
    title = "测试（PostgreSQL，凡触及数据库的）"
    if need.NEEDS["postgres"].find() is None:
        allowed = "postgres" in need.allowed_missing()
        say.line(f"\n── {title}：没有 PostgreSQL，{'ALLOW_MISSING 已允许，略过' if allowed else '记为失败'}")
        return [*results, Result(title, not allowed, 0)]
    with postgres.throwaway() as url:
        return [*results, tests(title, "postgres", {**env, "FADU_DATABASE_URL": url}, "--database-only")]


def close(results: list[Result]) -> int:
    """The table, the closing line in the plain form that every CI reads, and the exit code."""
    say.line("\n── 结果")
    for result in results:
        counts = f"  {result.passed} 过，{result.broken} 败，{result.skipped} 略" if result.passed else ""
        say.line(f"{say.BAD if result.failed else say.OK} {result.seconds:6.1f} 秒  {result.title}{counts}")
    failed = sum(max(result.broken, 1) for result in results if result.failed)
    passed = sum(result.passed for result in results)
    say.line(f"total: {passed} passed, {failed} failed, {sum(result.skipped for result in results)} skipped")
    return 1 if failed else 0


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="检查与测试。")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--check", action="store_true", help="格式、规范、类型、分层、法律文件、快速测试")
    which.add_argument("--all", action="store_true", help="另加全部测试，两种数据库")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: exit(143))  # so that what was started is stopped then too
    need.allowed_missing()  # a wrong name stops here, not after half an hour
    REPORTS.mkdir(parents=True, exist_ok=True)
    var = Path(tempfile.mkdtemp(prefix="fadu-var-"))
    env = {name: value for name, value in os.environ.items() if not name.startswith("FADU_")}
    env["FADU_VAR"] = str(var)
    try:
        results = checks(env)
        results += whole_suite(env) if args.all else [tests("快速测试", "fast", env, "-m", FAST)]
    finally:
        shutil.rmtree(var, ignore_errors=True)
    return close(results)


if __name__ == "__main__":
    raise SystemExit(main())

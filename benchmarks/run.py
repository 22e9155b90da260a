"""Run every bench and print one table: ``make bench``, or ``make bench ONLY="ledger engine"``.

A bench is a module ``benchmarks/bench_<name>.py`` with ``run() -> list[Ratio]``. A bench that raises has failed, and so
has a required bound that is missed; the others still run. The figures are also written to build/reports/bench.json.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import platform
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import benchmarks
from benchmarks.ratio import Ratio

REPORT = Path(__file__).resolve().parents[1] / "build" / "reports" / "bench.json"
PREFIX = "bench_"


def names() -> list[str]:
    """The benches there are."""
    found = (module.name for module in pkgutil.iter_modules(benchmarks.__path__))
    return sorted(name.removeprefix(PREFIX) for name in found if name.startswith(PREFIX))


def main(only: Sequence[str]) -> int:
    """Run the named benches, or all; 1 when one raised or missed what is required."""
    if unknown := sorted(set(only) - set(names())):
        print(
            f"✗ 没有名为 {'、'.join(unknown)} 的测速；现有：{'、'.join(names()) or '无'}。", file=sys.stderr
        )
        return 2
    print(
        f"{platform.platform()}，Python {platform.python_version()}，{os.cpu_count()} 核；比值在同一次运行中测得",
        flush=True,
    )
    results: dict[str, list[Ratio]] = {}
    failed: list[str] = []
    for name in only or names():
        print(f"── {name} …", flush=True)
        begun = time.monotonic()
        try:
            results[name] = importlib.import_module(f"benchmarks.{PREFIX}{name}").run()
        except Exception:  # noqa: BLE001 - one broken bench must not hide the figures of the others; it is counted and shown
            traceback.print_exc()
            failed.append(name)
        print(f"   {time.monotonic() - begun:.1f} 秒", flush=True)
    missed = table(results)
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    figures = {name: [asdict(ratio) for ratio in ratios] for name, ratios in results.items()}
    REPORT.write_text(json.dumps(figures, ensure_ascii=False, indent=1))
    for name in failed:
        print(f"✗ {name}：出错（见上），没有数字")
    print(f"total: {sum(map(len, results.values())) - missed} passed, {missed + len(failed)} failed")
    return 1 if missed or failed else 0


def table(results: dict[str, list[Ratio]]) -> int:
    """Print the ratios beside their bounds; return how many missed what is required."""
    missed = 0
    print("\n结果    比值     须      望      本系统 ／ 基准")
    for name, ratios in results.items():
        print(f"【{name}】")
        for ratio in ratios:
            good = ratio.meets(ratio.required)
            missed += not good
            mark = (
                "✗" if not good else "✓✓" if ratio.wished is not None and ratio.meets(ratio.wished) else "✓ "
            )
            figures = f"{ratio.ours:,.4g} ／ {ratio.base:,.4g} {ratio.unit}（{ratio.baseline}）"
            bounds = f"{_bound(ratio, ratio.required):>8}{_bound(ratio, ratio.wished):>8}"
            print(
                f"{mark:3} {ratio.value:9.3f} {bounds}   {ratio.what}：{figures}{' ' + ratio.note if ratio.note else ''}"
            )
    return missed


def _bound(ratio: Ratio, bound: float | None) -> str:
    return "—" if bound is None else f"{'≤' if ratio.at_most else '≥'}{bound:g}"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

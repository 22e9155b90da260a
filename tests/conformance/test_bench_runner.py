"""The bench runner judges rightly: a missed bound, a broken bench and an unknown name are failures, each said."""

from __future__ import annotations

import pytest

from benchmarks import run
from benchmarks.ratio import Ratio, alternate


def _ratio(ours: float, *, required: float | None, at_most: bool = False) -> Ratio:
    return Ratio(
        what="案", ours=ours, base=2.0, unit="秒", baseline="基准", required=required, at_most=at_most
    )


@pytest.mark.parametrize(
    ("ratio", "good"),
    [
        (_ratio(4.0, required=2.0), True),
        (_ratio(3.9, required=2.0), False),
        (_ratio(4.0, required=2.0, at_most=True), True),
        (_ratio(4.1, required=2.0, at_most=True), False),
        (_ratio(0.0, required=None), True),
    ],
)
def test_bounds(ratio: Ratio, good: bool, capsys: pytest.CaptureFixture[str]) -> None:
    """At least and at most, met exactly or just missed; the table marks it and counts it."""
    assert run.table({"试": [ratio]}) == (0 if good else 1)
    assert ("✗" in capsys.readouterr().out) is not good


def test_unknown_bench_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt name must not look like a green run."""
    assert run.main(["no-such-bench"]) == 2
    assert "no-such-bench" in capsys.readouterr().err


def test_alternate_takes_turns() -> None:
    """Both works run in every round, in order."""
    order: list[str] = []
    medians = alternate(lambda: order.append("a"), lambda: order.append("b"), rounds=3)
    assert order == ["a", "b"] * 3
    assert len(medians) == 2

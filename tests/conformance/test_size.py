"""Size is a smell, not a law: a report of what wants a second look, and a failure only where it has gone too far."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator

from tests.conformance import source

LOOK = {"file": 300, "function": 40}
FAIL = {"file": 400, "function": 80}


def _sizes() -> Iterator[tuple[str, str, int]]:
    """Kind, place and number of lines of every file and every function of the product."""
    for module in source.modules():
        yield "file", module.short, len(module.path.read_text().splitlines())
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                last = node.end_lineno or node.lineno
                yield "function", f"{module.where(node)} {node.name}", last - node.lineno + 1


def test_sizes() -> None:
    """Files up to 400 lines, functions up to 80; beyond 300 and 40 they are named as a warning."""
    measured = sorted(_sizes(), key=lambda row: row[::-1], reverse=True)
    look = [f"{lines:4} {place}" for kind, place, lines in measured if LOOK[kind] < lines <= FAIL[kind]]
    if look:
        warnings.warn(
            "\n".join(["lines, wants a second look (file > 300, function > 40):", *look]), stacklevel=1
        )
    beyond = [
        f"{place}: {lines} lines (at most {FAIL[kind]})"
        for kind, place, lines in measured
        if lines > FAIL[kind]
    ]
    assert not beyond, "\n".join(beyond)

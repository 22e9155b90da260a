"""How the tools speak: one line a fact, the time a step took, nothing swallowed. Standard library only."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

OK, BAD, NOTE = "✓", "✗", "·"


def line(text: str) -> None:
    """Print one line at once, also into a pipe."""
    print(text, flush=True)


def stop(text: str) -> SystemExit:
    """The error that ends a tool: a sentence on stderr and exit code 1."""
    return SystemExit(f"{BAD} {text}")


@contextmanager
def step(title: str) -> Iterator[Callable[[str], None]]:
    """Announce a step and say how long it took, or that it failed.

    Yields a function that is told how far the step is: a terminal shows that at once in place, a pipe every ten seconds,
    so that a long step is never silent.
    """
    line(f"── {title}")
    begun, over, now = time.monotonic(), threading.Event(), [""]

    def beat() -> None:
        while not over.wait(10):
            line(f"   … 已进行 {time.monotonic() - begun:.0f} 秒 {now[0]}")

    def told(state: str) -> None:
        now[0] = state
        if sys.stdout.isatty():
            print(f"\r\033[K   {state}", end="", flush=True)

    if not sys.stdout.isatty():
        threading.Thread(target=beat, daemon=True).start()
    mark, end = BAD, "未完成"
    try:
        yield told
        mark, end = OK, "完成"
    finally:
        over.set()
        erase = "\r\033[K" if sys.stdout.isatty() else ""
        line(f"{erase}{mark} {title}：{end}（{time.monotonic() - begun:.1f} 秒）")

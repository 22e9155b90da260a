"""How the tools speak: one line a fact, the time a step took, nothing swallowed. Standard library only."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

OK, BAD, NOTE = "✓", "✗", "·"


def line(text: str) -> None:
    """Print one line at once, also into a pipe."""
    print(text, flush=True)


def stop(text: str) -> SystemExit:
    """The error that ends a tool: a sentence on stderr and exit code 1."""
    return SystemExit(f"{BAD} {text}")


@contextmanager
def step(title: str) -> Iterator[None]:
    """Announce a step, show that it is still alive every ten seconds, and say how long it took or that it failed."""
    line(f"── {title}")
    begun, over = time.monotonic(), threading.Event()

    def beat() -> None:
        while not over.wait(10):
            line(f"   … {title}：已进行 {time.monotonic() - begun:.0f} 秒")

    threading.Thread(target=beat, daemon=True).start()
    try:
        yield
    except BaseException:
        line(f"{BAD} {title}：未完成（{time.monotonic() - begun:.1f} 秒）")
        raise
    finally:
        over.set()
    line(f"{OK} {title}（{time.monotonic() - begun:.1f} 秒）")


def rewrite(text: str) -> None:
    """Replace the current line on a terminal; say nothing into a pipe, where `line` is used for milestones."""
    if sys.stdout.isatty():
        print(f"\r\033[K   {text}", end="", flush=True)

"""``python -m benchmarks.inside MODULE …``: start the product, then run ``benchmarks.MODULE.main(…)`` in it."""

from __future__ import annotations

import importlib
import sys

from fadu.city import boot

if __name__ == "__main__":
    boot.setup()
    importlib.import_module("fadu.city.wiring").wire()
    importlib.import_module(f"benchmarks.{sys.argv[1]}").main(*sys.argv[2:])

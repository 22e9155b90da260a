"""The numbers of the standard, read once."""

from __future__ import annotations

import functools
import tomllib
from importlib.resources import files
from typing import Any


@functools.cache
def layout() -> dict[str, Any]:
    """``law/layout/gbt9704.toml``: GB/T 9704-2012 by clause, lengths in millimetres, type in points."""
    return tomllib.loads(files("fadu").joinpath("law/layout/gbt9704.toml").read_text(encoding="utf-8"))

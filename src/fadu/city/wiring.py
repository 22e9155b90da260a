"""Stands above all apps and is imported by none: gathers the names that law files use and hands them to ``cases``."""

from __future__ import annotations

import functools

from fadu.city.cases import documents, effects, names


@functools.cache
def wire() -> None:
    """Called at start by whatever runs (``urls.py``, ``node.py``, tests); works once."""
    names.install(effects=effects.EFFECTS, checks={}, panels={}, templates=documents.TEMPLATES)

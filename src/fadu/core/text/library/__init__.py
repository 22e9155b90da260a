"""A library of law: any folder of texts, indexed once, and the citations of a draft looked up in it."""

from __future__ import annotations

from fadu.core.text.library.resolve import Resolution, resolve
from fadu.core.text.library.store import Indexed, Library, Work, normal_title

__all__ = ["Indexed", "Library", "Resolution", "Work", "normal_title", "resolve"]

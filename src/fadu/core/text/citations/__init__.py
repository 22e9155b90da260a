"""Citations of law in a text: :func:`cite`."""

from __future__ import annotations

from fadu.core.text.citations.cite import cite
from fadu.core.text.citations.model import Citation, Ref

__all__ = ["Citation", "Ref", "cite"]

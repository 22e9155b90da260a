"""A text as read from a file, with what the reader could not read.

Everything above works on ``Document.text`` and on character offsets into it; nothing above ever goes back to the
file. What a text of characters cannot carry (a heading style, a tracked change, a table cell) is kept beside it as
spans over the same offsets.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Span:
    """A property of ``text[start:end]``.

    ``kind`` is one of ``heading`` (value = level), ``inserted`` / ``deleted`` / ``moved`` (value = author and time of
    the tracked change), ``number`` (an automatic number that the word processor would print), ``table`` / ``row`` /
    ``cell``, ``header`` / ``footer``, ``footnote``, ``comment``, ``page`` (value = page number), ``hidden``.
    """

    start: int
    end: int
    kind: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Caveat:
    """What could not be read, or was read with doubt: said, never guessed. ``code`` is stable and machine-readable."""

    code: str
    sentence: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """What was read: ``source`` is the name given by the caller, ``meta`` what the file says of itself."""

    text: str
    source: str = ""
    spans: tuple[Span, ...] = ()
    warnings: tuple[Caveat, ...] = ()
    meta: dict[str, str] = field(default_factory=dict)

    def of_kind(self, kind: str) -> list[Span]:
        """The spans of one kind, in the order of the text."""
        return [span for span in self.spans if span.kind == kind]

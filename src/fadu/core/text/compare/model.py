"""What a comparison says: provisions of two texts, how each became the other, and the words that changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["same", "changed", "moved", "renumbered", "split", "merged", "new", "dropped"]
"""未改动、修改、移位、条序变动、拆分、合并、新增、删去. A provision that is moved or renumbered and also changed says so
in ``also``."""

NAMES: dict[str, str] = {
    "same": "未改动",
    "changed": "修改",
    "moved": "移位",
    "renumbered": "条序变动",
    "split": "拆分",
    "merged": "合并",
    "new": "新增",
    "dropped": "删去",
    "references": "随条序调整引用",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """One provision to be compared: an article with all below it, a heading, a paragraph outside any article.

    ``label`` is what is printed before it, ``where`` the full path for a reader (第二章第八条). ``words`` is its text
    without label, one line a paragraph, blanks taken out; ``start``, ``end`` are offsets into the text it came from.
    """

    kind: str
    label: str
    where: str
    words: str
    start: int
    end: int

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "label": self.label,
            "where": self.where,
            "start": self.start,
            "end": self.end,
        }


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that both texts have (``=``), only the old one (``-``), or only the new one (``+``)."""

    op: Literal["=", "-", "+"]
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a provision. A split has several ``new``, a merge several ``old``, anything else one of each at
    most. ``pieces`` is the redline from the old words to the new, empty for ``same``, ``new`` and ``dropped``."""

    kind: Kind
    old: tuple[Unit, ...]
    new: tuple[Unit, ...]
    similarity: float
    also: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "also": list(self.also),
            "old": [unit.as_json() for unit in self.old],
            "new": [unit.as_json() for unit in self.new],
            "similarity": round(self.similarity, 3),
            "pieces": [[piece.op, piece.text] for piece in self.pieces],
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """All changes, in the order of the new text; what was dropped stands where it stood."""

    old_title: str
    new_title: str
    changes: tuple[Change, ...]

    def counts(self) -> dict[str, int]:
        """How many changes of each kind."""
        counted: Counter[str] = Counter(change.kind for change in self.changes)
        return {kind: counted[kind] for kind in NAMES if kind != "references"}

    def as_json(self) -> dict[str, Any]:
        """The comparison as ``fadu text compare --json`` prints it."""
        return {
            "old_title": self.old_title,
            "new_title": self.new_title,
            "counts": self.counts(),
            "changes": [change.as_json() for change in self.changes],
        }

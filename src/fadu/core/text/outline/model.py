"""What an outline is: a tree of nodes with character offsets, and what stands around it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

DIVISIONS = ("编", "分编", "章", "节")
"""The divisions above the article, from the largest (立法法 第六十五条第三款)."""

LEVELS = ("一级", "二级", "三级", "四级")
"""Heading levels of official documents without articles: 一、 （一） 1. （1） (GB/T 9704-2012, 7.3.3)."""

_ABOVE_ARTICLES = frozenset((*DIVISIONS, *LEVELS))


@dataclass(slots=True)
class Node:
    """One provision or division.

    ``kind``: 编 分编 章 节 条 款 项 目, 一级 … 四级 (documents without articles), 段 (a paragraph outside any article),
    附件 (an annex). ``label`` is what is printed (第十条之一,
    （一）), empty for 款 and 段. ``number`` is ``(10, 1)`` for 第十条之一, ``(2,)`` for the second 款, ``()`` if none is
    printed. ``title`` is the heading (总则). ``text[start:end]`` is the whole provision with its children,
    ``text[body:end]`` the same without the label.
    """

    kind: str
    label: str
    number: tuple[int, ...]
    title: str
    start: int
    end: int
    body: int
    children: list[Node] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        """This node and all below, in the order of the text."""
        yield self
        for child in self.children:
            yield from child.walk()

    def as_json(self) -> dict[str, Any]:
        """The tree below as plain data."""
        return {
            "kind": self.kind,
            "label": self.label,
            "number": list(self.number),
            "title": self.title,
            "start": self.start,
            "end": self.end,
            "children": [child.as_json() for child in self.children],
        }


@dataclass(frozen=True, slots=True)
class Event:
    """One fact of a text's life: ``kind`` is 通过 批准 公布 施行 修正 修订 废止 印发 成文, ``date`` ISO or empty, ``by`` the organ as
    written, ``number`` the order or document number as written. ``text[start:end]`` says it."""

    kind: str
    date: str
    by: str
    number: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the text with a role: a note, the catalogue, the addressees, the signature block."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Signature:
    """The block at the foot: the organs that sign and the date they wrote (ISO, empty if none)."""

    organs: tuple[str, ...]
    date: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Issue:
    """Something odd that is kept as it stands: ``gap``, ``duplicate``, ``disorder``, ``open_quote``, ``empty`` …"""

    code: str
    sentence: str
    start: int
    end: int


@dataclass(slots=True)
class Outline:
    """The structure of one text."""

    text: str
    title: str = ""
    subtitle: str = ""
    number: str = ""
    issuer: str = ""
    nodes: list[Node] = field(default_factory=list)
    dates: list[Event] = field(default_factory=list)
    notes: list[Passage] = field(default_factory=list)
    catalogue: Passage | None = None
    signature: Signature | None = None
    issues: list[Issue] = field(default_factory=list)
    heads: frozenset[int] = frozenset()

    def walk(self) -> Iterator[Node]:
        """All nodes in the order of the text."""
        for node in self.nodes:
            yield from node.walk()

    def articles(self) -> list[Node]:
        """The articles of the text itself, below divisions or below headings 一、 （一） as judicial interpretations have
        them; those of annexes are left to the annex."""
        found: list[Node] = []
        stack = list(reversed(self.nodes))
        while stack:
            node = stack.pop()
            if node.kind == "条":
                found.append(node)
            elif node.kind in _ABOVE_ARTICLES:
                stack.extend(reversed(node.children))
        return found

    @property
    def annexes(self) -> list[Node]:
        """The annexes, in the order of the text."""
        return [node for node in self.nodes if node.kind == "附件"]

    def counts(self) -> dict[str, int]:
        """How many of each kind stand in the text itself, annexes left out."""
        counted = Counter(node.kind for top in self.nodes if top.kind != "附件" for node in top.walk())
        return {kind: counted[kind] for kind in (*DIVISIONS, "条", "款", "项", "目")}

    def per_article(self) -> list[tuple[str, int, int, int]]:
        """(label, 款, 项, 目) of each article, in order."""
        rows = []
        for article in self.articles():
            counted = Counter(node.kind for node in article.walk())
            rows.append((article.label, counted["款"], counted["项"], counted["目"]))
        return rows

    def find(
        self, article: int, sub: int = 0, paragraph: int = 0, item: int = 0, point: int = 0
    ) -> Node | None:
        """The provision named, the smallest asked for; ``None`` when the text has none such. An item without a
        paragraph is looked for in the first list of the article, as legal usage has it."""
        wanted = (article, sub) if sub else (article,)
        node = next((found for found in self.articles() if found.number == wanted), None)
        if node is None:
            return None
        if paragraph:
            node = next(
                (child for child in node.children if child.kind == "款" and child.number == (paragraph,)),
                None,
            )
        for kind, number in (("项", item), ("目", point)):
            if node is not None and number:
                node = next(
                    (child for child in node.walk() if child.kind == kind and child.number == (number,)), None
                )
        return node

    def as_json(self) -> dict[str, Any]:
        """The outline as ``fadu text outline --json`` prints it."""
        return {
            "title": self.title,
            "subtitle": self.subtitle,
            "number": self.number,
            "issuer": self.issuer,
            "counts": self.counts(),
            "per_article": [list(row) for row in self.per_article()],
            "dates": [{name: getattr(event, name) for name in Event.__slots__} for event in self.dates],
            "notes": [{name: getattr(note, name) for name in Passage.__slots__} for note in self.notes],
            "catalogue": [self.catalogue.start, self.catalogue.end] if self.catalogue else None,
            "signature": {
                "organs": list(self.signature.organs),
                "date": self.signature.date,
                "start": self.signature.start,
                "end": self.signature.end,
            }
            if self.signature
            else None,
            "annexes": [
                {"label": node.label, "title": node.title, "start": node.start, "end": node.end}
                for node in self.annexes
            ],
            "issues": [{name: getattr(issue, name) for name in Issue.__slots__} for issue in self.issues],
            "tree": [node.as_json() for node in self.nodes],
        }

"""The body of a plan as a tree of numbered headings, each with its paragraphs and the rows of its tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from fadu.core.text.plan import statements
from fadu.core.text.plan.model import TITLE
from fadu.core.text.plan.numbering import inline_parts, mark_of
from fadu.core.text.plan.source import Line
from fadu.core.text.plan.statements import Place
from fadu.core.text.plan.table import Header, Row, header_of, is_row, row_of

BLANK = re.compile(r"[\s。；;，,、.]*")
"""What may stand between two statements without being text."""


@dataclass(slots=True)
class Item:
    """A numbered heading or paragraph. ``inline`` items stand inside a paragraph of their parent and head no section."""

    no: str
    rank: float
    level: int
    head: str
    path: tuple[str, ...]
    line: int = 0
    inline: bool = False
    paragraphs: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    children: list[Item] = field(default_factory=list)
    _places: dict[str, list[Place]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The heading: the first sentence, without a statement of units, at most 60 characters."""
        text = self.head
        places = self.places(text)
        if places:
            text = text[: places[0].start]
        return text.split("。")[0].rstrip("：:；;，,、 \u3000")[:TITLE]

    @property
    def body(self) -> str:
        """What follows the heading in the same paragraph."""
        first, _stop, _rest = self.head.partition("。")
        places = self.places(self.head)
        if places and places[0].start <= len(first):
            return ""
        ends = [len(first) + 1, *(place.end for place in places)]
        starts = [*(place.start for place in places), len(self.head)]
        kept = "".join(self.head[end:start] for end, start in zip(ends, starts, strict=True))
        return "" if BLANK.fullmatch(kept) else kept

    @property
    def is_sentence(self) -> bool:
        """Whether the paragraph is itself a whole sentence, not a heading with its text below."""
        places = self.places(self.head)
        text = self.head[: places[0].start] if places else self.head
        return text.rstrip().endswith(("。", "；", "！"))

    def texts(self) -> list[str]:
        """The heading's own paragraph and those below it."""
        return [self.head, *self.paragraphs]

    def places(self, text: str) -> list[Place]:
        """The statements of units in one of its paragraphs."""
        if text not in self._places:
            self._places[text] = statements.find(text)
        return self._places[text]

    def states(self) -> bool:
        """Whether its own paragraphs state units."""
        return any(self.places(text) for text in self.texts())

    def walk(self) -> Iterator[Item]:
        """This item and all below, in the order of the document."""
        yield self
        for child in self.children:
            yield from child.walk()

    def stated_below(self) -> bool:
        """Whether a paragraph below the heading is nothing but a statement of units."""
        return any(place.raw == text for text in self.paragraphs for place in self.places(text))

    def any_states(self) -> bool:
        """Whether it or anything below states units."""
        return any(item.states() or item.rows for item in self.walk())


class _Builder:
    def __init__(self) -> None:
        self.root = Item("", -1, 0, "", ())
        self.stack = [self.root]
        self.header: Header | None = None
        self.above: Row | None = None

    def add(self, line: Line, following: Line | None) -> None:
        """Take one paragraph; between two rows of a table a short one heads what follows it."""
        header = header_of(line.text)
        if header is not None:
            self.header, self.above = header, None
            return
        if self.header is not None and is_row(line.text, self.header):
            self._row(line)
            return
        mark = mark_of(line.text)
        if mark is None and self._between_rows(line, following):
            self._open(1, "", line.text.strip(), line)
        elif mark is None:
            self.stack[-1].paragraphs.append(line.text.strip())
        else:
            self._open(mark.rank, mark.no, line.text[mark.end :].strip(), line)

    def _between_rows(self, line: Line, following: Line | None) -> bool:
        if self.header is None or following is None or "。" in line.text or len(line.text) > 40:
            return False
        return is_row(following.text, self.header)

    def _open(self, rank: float, no: str, rest: str, line: Line) -> None:
        while self.stack[-1].rank >= rank:
            self.stack.pop()
        parent = self.stack[-1]
        parts = inline_parts(f"{no}{rest}")
        item = Item(no, rank, parent.level + 1, parts[0][1][len(no) :].strip(), _path(parent), line=line.no)
        for number, text in parts[1:]:
            child = Item(
                number or "",
                rank + 1,
                item.level + 1,
                text.strip(),
                (*item.path, no),
                line=line.no,
                inline=True,
            )
            if rank == 3 and mark_rank(number) == 3:  # 1.甲。2.乙。 in one paragraph: brothers, not children
                child.rank, child.level, child.path = rank, item.level, item.path
                parent.children += [item] if item not in parent.children else []
                parent.children.append(child)
            else:
                item.children.append(child)
        if item not in parent.children:
            parent.children.append(item)
        last = item.children[-1] if item.children else parent.children[-1]
        self.stack += (
            [item, last] if item.children else [last]
        )  # what follows belongs to the paragraph's last part

    def _row(self, line: Line) -> None:
        if self.header is None:
            return
        row = row_of(line.text, self.header, self.above, line.no)
        if row is None:
            return
        if row.section:
            mark = mark_of(row.section)
            if mark is not None:
                self._open(mark.rank, mark.no, row.section[mark.end :].strip(), line)
            else:
                self._open(1, "", row.section, line)
            self.above = None
            return
        self.above = row
        self.stack[-1].rows.append(row)


def mark_rank(no: str | None) -> float:
    """The rank of a printed number."""
    mark = mark_of(f"{no}。") if no else None
    return mark.rank if mark else -1


def _path(parent: Item) -> tuple[str, ...]:
    return (*parent.path, parent.no) if parent.level and parent.no else parent.path


def build(lines: list[Line]) -> Item:
    """The tree of a plan's body. Paragraphs before the first heading hang on the root."""
    builder = _Builder()
    for position, line in enumerate(lines):
        following = lines[position + 1] if position + 1 < len(lines) else None
        builder.add(line, following)
    return builder.root

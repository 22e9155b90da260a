"""A draft cut into parts that can be commented on one by one: its articles, or the sections of a text without articles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fadu.core.text.outline import DIVISIONS, LEVELS, Node, Outline, outline
from fadu.core.text.readers import ReadError, read

_LONGEST_HEADING = 60


@dataclass(frozen=True)
class Part:
    """A heading or a clause, with its label as printed (第三条; 三、; 附件1) and its whole text."""

    heading: bool
    label: str
    text: str


def read_text(data: bytes, name: str) -> tuple[str, str]:
    """The text of an uploaded file and, where it cannot be read as text, the reason (else empty)."""
    try:
        return read(data, name=name).text.strip(), ""
    except ReadError as error:
        return "", f"{error.what}{'：' + error.why if error.why else ''}"


def split(text: str) -> list[Part]:
    """Cut a draft into its parts; nothing of the text is lost but blank space, and nothing stands twice."""
    found = outline(text)
    parts: list[Part] = []
    place = 0
    for heading, label, start, end in _stretches(found, found.nodes):
        # In an odd text a part may begin inside the one before it: what stands there already is not said again.
        start = max(start, place)
        if said := text[start:end].strip():
            parts += [*_prose(text[place:start]), Part(heading, label[:60], said)]
            place = end
    return [*parts, *_prose(text[place:])]


def _stretches(found: Outline, nodes: list[Node]) -> Iterator[tuple[bool, str, int, int]]:
    """Heading or not, label, begin and end of each part; what lies between them is prose without a number."""
    for node in nodes:
        deeper = _deeper(node)
        if not deeper:
            if node.kind != "段":
                yield False, node.label, node.start, node.end
            continue
        begins = deeper[0].start
        line = found.text.find("\n", node.start, begins)
        title_end = begins if line < 0 else line
        yield True, "", node.start, title_end
        yield False, node.label, title_end, begins
        yield from _stretches(found, node.children)


def _deeper(node: Node) -> list[Node]:
    """The children that are parts of their own: what stands below a division, and sections below a section."""
    if node.kind in (*DIVISIONS, "附件"):
        return [child for child in node.children if child.kind in (*DIVISIONS, "条", *LEVELS[:2])]
    if node.kind == LEVELS[0]:
        return [child for child in node.children if child.kind == LEVELS[1]]
    return []


def _prose(text: str) -> list[Part]:
    """Text that stands outside numbered parts: short single lines head what follows, the rest can be commented on."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if not lines:
        return []
    if all(len(line) <= _LONGEST_HEADING and line[-1] not in "。；：" for line in lines):
        return [Part(True, "", line) for line in lines]
    return [Part(False, "", "\n".join(lines))]

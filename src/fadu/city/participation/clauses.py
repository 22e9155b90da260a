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
    """Cut a draft into its parts; nothing of the text is lost but the blank lines between them."""
    found = outline(text)
    parts: list[Part] = []
    place = 0
    for part, start, end in _parts(found, found.nodes):
        parts += _prose(text[place:start])
        parts.append(part)
        place = end
    return [*parts, *_prose(text[place:])]


def _parts(found: Outline, nodes: list[Node]) -> Iterator[tuple[Part, int, int]]:
    """Each part with the stretch of text it covers; stretches between them are prose without a number."""
    for node in nodes:
        deeper = _deeper(node)
        if not deeper:
            if node.kind != "段":
                yield (
                    Part(False, node.label[:60], found.text[node.start : node.end].strip()),
                    node.start,
                    node.end,
                )
            continue
        title_end = deeper[0].start
        head = found.text[node.start : title_end].strip()
        first, _, rest = head.partition("\n")
        yield Part(True, "", first), node.start, node.start + len(found.text[node.start : title_end])
        if rest.strip():
            yield Part(False, node.label[:60], rest.strip()), title_end, title_end
        yield from _parts(found, node.children)


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

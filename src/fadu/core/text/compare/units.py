"""A text cut into the provisions that are compared."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fadu.core.text.compare.model import Unit
from fadu.core.text.outline import DIVISIONS, Node, Outline

_MARKUP = re.compile(r"^(?:#{1,6}\s+|<!--.*?-->|[>*+]\s+)")
_BLANK = re.compile(r"[ \t\u3000\xa0\r\u200b\u200c\u200d\u2060\ufeff]+")


def words_of(text: str) -> str:
    """The words alone: one line a paragraph, without blanks and marks of Markdown."""
    lines = (_BLANK.sub("", _MARKUP.sub("", line.strip())) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def units(outline: Outline) -> list[Unit]:
    """Every provision, heading and loose line of a text, in its order; the catalogue is left out."""
    found: list[Unit] = []
    position = 0
    for node in outline.nodes:
        found += _loose(outline, position, node.start)
        found += _unit(outline.text, node, "")
        position = node.end
    return [*found, *_loose(outline, position, len(outline.text))]


def _unit(text: str, node: Node, above: str) -> Iterator[Unit]:
    where = f"{above}{node.label}"
    if node.kind == "条":
        yield Unit("条", node.label, where, words_of(text[node.body : node.end]), node.start, node.end)
        return
    own_end = node.children[0].start if node.children else node.end
    words = words_of(text[node.body : own_end])
    if words or node.label:
        yield Unit(node.kind, node.label, where or "（未编号段落）", words, node.start, own_end)
    for child in node.children:
        yield from _unit(text, child, where if node.kind in DIVISIONS or node.kind == "附件" else above)


def _loose(outline: Outline, start: int, end: int) -> Iterator[Unit]:
    """Lines that belong to no node: the title, notes, the signature."""
    skipped = outline.catalogue
    position = start
    for line in outline.text[start:end].split("\n"):
        begin, position = position, position + len(line) + 1
        words = words_of(line)
        if not words or words == "#" * len(words) or (skipped and skipped.start <= begin < skipped.end):
            continue
        kind = next(
            (note.kind for note in outline.notes if note.start < begin + len(line) and begin < note.end), ""
        )
        if words == words_of(outline.title):
            kind = "标题"
        yield Unit(kind or "段", "", kind or "（未编号段落）", words, begin, begin + len(line))


def paragraphs(outline: Outline) -> list[Unit]:
    """Every 款 of every article, and every other unit as it is: the grain at which a draft restates a law."""
    found: list[Unit] = []
    articles = {node.start: node for node in outline.walk() if node.kind == "条"}
    for unit in units(outline):
        node = articles.get(unit.start)
        if unit.kind != "条" or node is None or not node.children:
            found.append(unit)
            continue
        many = sum(child.kind == "款" for child in node.children) > 1
        for child in node.children:
            name = f"{node.label}第{_ordinal(child)}款" if many and child.kind == "款" else node.label
            words = words_of(outline.text[child.body : child.end])
            found.append(Unit(child.kind, node.label, name, words, child.start, child.end))
    return found


def _ordinal(node: Node) -> str:
    numerals = "一二三四五六七八九十"
    number = node.number[0] if node.number else 0
    return numerals[number - 1] if 0 < number <= 10 else str(number)

"""Paragraphs, headings and tables of a body, told apart by how their lines begin (GB/T 9704-2012, 7.3.3)."""

from __future__ import annotations

import re

from fadu.core.text.typeset.blocks import Block, BlockKind

_CHINESE = "一二三四五六七八九十百零〇"
_ARTICLE = re.compile(rf"(第[{_CHINESE}]+条(?:之[{_CHINESE}]+)?)[\s\u3000]+(.*)")
_CHAPTER = re.compile(rf"第[{_CHINESE}]+(?:编|分编|章|节)[\s\u3000]+\S.{{0,40}}")
_LEVELS: tuple[tuple[BlockKind, re.Pattern[str]], ...] = (
    ("h1", re.compile(rf"[{_CHINESE}]+、")),
    ("h2", re.compile(rf"[（(][{_CHINESE}]+[）)]")),
    ("h3", re.compile(r"[0-9]{1,2}[.．](?![0-9])")),
    ("h4", re.compile(r"[（(][0-9]{1,2}[）)]")),
)
_HEADING_MAX = 40
"""A longer sentence behind 一、 or （一） is a clause of the text, not a heading, and keeps the face of the text."""


def plain(line: str) -> str:
    """One line without the marks of Markdown and the blanks around it."""
    line = re.sub(r"^#{1,6}\s+", "", line.strip())
    line = re.sub(r"^[-*+]\s+", "", line)
    return re.sub(r"\*\*(.+?)\*\*|__(.+?)__", lambda found: found[1] or found[2], line).strip("\u3000 \t")


def read_blocks(lines: list[str]) -> tuple[Block, ...]:
    """The body, one block a line; a Markdown table is one block."""
    blocks: list[Block] = []
    table: list[tuple[str, ...]] = []
    in_articles = False
    for line in [*lines, ""]:
        if line.startswith("|") and line.endswith("|") and len(line) > 1:
            cells = tuple(plain(cell) for cell in line[1:-1].split("|"))
            if not all(re.fullmatch(r":?-+:?", cell) for cell in cells):
                table.append(cells)
            continue
        if table:
            blocks.append(Block("table", rows=tuple(table)))
            table = []
        if text := plain(line):
            block = _block(text, in_articles=in_articles)
            in_articles = in_articles or block.kind == "article"
            blocks.append(block)
    return tuple(blocks)


def _block(text: str, *, in_articles: bool) -> Block:
    if article := _ARTICLE.fullmatch(text):
        return Block("article", article[2], head=article[1])
    if _CHAPTER.fullmatch(text) and not text.endswith(("。", "；")):
        return Block("chapter", re.sub(r"[\s\u3000]+", "\u3000", text))
    for kind, begins in _LEVELS:
        if begins.match(text):
            if in_articles:  # （一） within an article is an item (项), not a heading
                return Block("para", text)
            return _heading(kind, text)
    return Block("para", text)


def _heading(kind: BlockKind, text: str) -> Block:
    """A heading stands alone, or runs on: then its first sentence is the heading."""
    if kind in {"h3", "h4"}:  # set in the face of the text
        return Block(kind, text)
    first, stop, rest = text.partition("。")
    if len(first) > _HEADING_MAX:
        return Block("para", text)
    return Block(kind, rest, head=first + stop)

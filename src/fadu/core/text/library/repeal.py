"""Which other texts a text repeals: 《…条例》同时废止; 废止《…办法》 (立法技术规范（一） 第56条)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fadu.core.text.citations.grammar import TITLE
from fadu.core.text.outline import Outline

_TITLE = re.compile(TITLE)
_BEHIND = re.compile(r"(?:同时|予以|即行|相应|一并|均|自[^，。]{1,20}起)\s*(?:废止|失效|停止执行)|废止。")
_BEFORE = re.compile(rf"废止(?:下列[^《]{{0,30}})?(?=《)(?:{TITLE}(?:（[^（）]*）)?[、和及]?)+")
_STOPS = re.compile(r"[。；\n]")


def repeals(outline: Outline) -> Iterator[tuple[str, str]]:
    """(title, the sentence that says so) for each work that ``outline.text`` repeals."""
    text = outline.text
    position = text.find("废止")
    end = 0
    while position >= 0:
        if position >= end:
            start, end = _sentence(text, position)
            yield from _repealed(text[start:end])
        position = text.find("废止", max(position + 2, end))


def _sentence(text: str, position: int) -> tuple[int, int]:
    before = max(text.rfind(mark, 0, position) for mark in "。；\n") + 1
    after = _STOPS.search(text, position)
    return before, after.end() if after else len(text)


def _repealed(sentence: str) -> Iterator[tuple[str, str]]:
    words = sentence.strip()
    behind = _BEHIND.search(sentence)
    if behind is not None:
        for match in _TITLE.finditer(sentence, 0, behind.start()):
            if not sentence[match.end() :].startswith(("第", "中", "的")):
                yield match[0][1:-1], words
    for match in _BEFORE.finditer(sentence):
        for title in _TITLE.finditer(match[0]):
            yield title[0][1:-1], words

"""The numbers of official documents: 一、 （一） 1. （1） ① (GB/T 9704-2012, 7.3.3), and 第一部分, 1.1, 01 of plans that differ."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CN = "[一二三四五六七八九十百]+"
_KINDS: tuple[tuple[float, str], ...] = (
    (0, rf"第{_CN}(?:部分|章|编|篇)[、:：]?"),
    (1, rf"{_CN}[、．.]"),
    (2.5, rf"第{_CN}条[、:： \u3000]?"),
    (2, rf"[（(]{_CN}[)）][、．.]?"),
    (3.5, r"\d+(?:[.．]\d+)+(?=[\s、])"),
    (3, r"\d{1,3}(?:[.．](?!\d)|、)"),
    (3, r"0\d(?=[ \u3000\t]*[\u4e00-\u9fff《“])"),
    (
        3,
        r"\d{1,2}[ \u3000]+(?![个年月日号项条次家件名人类批天户处所级元万亿岁周时分秒])(?=[\u4e00-\u9fff][^。，,；;：:|\t]{1,30}$)",
    ),
    (4, r"[（(]\d{1,3}[)）]"),
    (4, r"\d{1,2}[)）]"),
    (5, r"[①-⑳]"),
)
_MARKS = tuple((rank, re.compile(pattern)) for rank, pattern in _KINDS)
_INLINE = re.compile(
    r"(?P<four>[（(](?P<n4>\d{1,2})[)）])|(?P<five>[①-⑳])|(?P<three>(?<!\d)(?P<n3>\d{1,2})[.．、](?!\d))"
)
_BREAK = "。；;！？!?）)〕]】］："


@dataclass(frozen=True, slots=True)
class Mark:
    """A printed number at the head of a paragraph; a smaller ``rank`` stands higher."""

    rank: float
    no: str
    end: int


def mark_of(text: str) -> Mark | None:
    """The number with which a paragraph begins, if it does."""
    lead = len(text) - len(text.lstrip())
    for rank, pattern in _MARKS:
        found = pattern.match(text, lead)
        if found and found.end() < len(text.rstrip()):
            return Mark(rank, found.group().strip(), found.end())
    return None


def inline_parts(text: str) -> list[tuple[str | None, str]]:
    """Cut a paragraph that runs several numbered tasks together: ``1.总题。(1)甲。(2)乙。`` → head and numbered parts.

    A number opens a part only after the end of a sentence or bracket, and only if the numbers count up from 1 (or from
    the paragraph's own number): a bracketed figure in running text opens none.
    """
    own = mark_of(text)
    begin = own.end if own else 0
    for kind in ("four", "five", "three"):
        first = 1
        if kind == "three" and own is not None and own.rank == 3:
            first = int(re.sub(r"\D", "", own.no)) + 1
        cuts = _cuts(text, kind, begin, first)
        if cuts and (len(cuts) > 1 or first > 1 or kind != "three"):
            parts: list[tuple[str | None, str]] = [(None, text[: cuts[0][0]])]
            for position, (start, end) in enumerate(cuts):
                stop = cuts[position + 1][0] if position + 1 < len(cuts) else len(text)
                parts.append((text[start:end], text[end:stop]))
            return parts
    return [(None, text)]


def _cuts(text: str, kind: str, begin: int, first: int) -> list[tuple[int, int]]:
    cuts: list[tuple[int, int]] = []
    for found in _INLINE.finditer(text, begin):
        if found.group(kind) is None:
            continue
        before = text[begin : found.start()].rstrip()
        opens = not before or before[-1] in _BREAK
        if opens and _value(found, kind) == first + len(cuts):
            cuts.append(found.span())
    return cuts


def _value(found: re.Match[str], kind: str) -> int:
    if kind == "five":
        return ord(found.group("five")) - ord("①") + 1
    return int(found.group("n4" if kind == "four" else "n3"))

"""The glyphs that a PDF paints against what its fonts carry (ISO 19005-2, 6.2.11): widths given, CIDSet complete, and the
characters behind them.

The codes are taken from the contents of the pages; composite fonts with Identity-H, as every typesetter of Chinese
writes them, are looked at, others are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf

_SHOWS = frozenset(["Tj", "TJ", "'", '"'])


def painted(opened: pikepdf.Pdf) -> Iterator[tuple[pikepdf.Dictionary, set[int]]]:
    """Each composite font with Identity-H, with the CIDs that the pages paint in it."""
    fonts: dict[tuple[int, int], tuple[pikepdf.Dictionary, set[int]]] = {}
    for page in opened.pages:
        named: Any = page.obj.get("/Resources", pikepdf.Dictionary()).get("/Font", pikepdf.Dictionary())
        here: set[int] | None = None
        for step in pikepdf.parse_content_stream(page):
            operator = str(step.operator)
            if operator == "Tf":
                font = named.get(str(step.operands[0]))
                composite = font is not None and font.get("/Encoding") == "/Identity-H"
                here = fonts.setdefault(font.objgen, (font, set()))[1] if composite else None
            elif operator in _SHOWS and here is not None:
                here |= set(_codes(step.operands[-1]))
    yield from fonts.values()


def _codes(shown: Any) -> Iterator[int]:
    for one in shown if isinstance(shown, pikepdf.Array) else [shown]:
        if isinstance(one, pikepdf.String):
            data = bytes(one)
            yield from (data[at] << 8 | data[at + 1] for at in range(0, len(data) - 1, 2))


def faults(opened: pikepdf.Pdf, *, characters: bool) -> Iterator[tuple[str, str]]:
    """(clause, sentence) of each departure. ``characters`` asks for a mapping to Unicode, which PDF/A-2u and 2a demand."""
    for font, used in painted(opened):
        name = str(font.get("/BaseFont", "（无名）"))[1:]
        if characters and not isinstance(font.get("/ToUnicode"), pikepdf.Stream):
            yield "6.2.11.7.2", f"字体 {name} 没有 ToUnicode，文字不能检索"
        below: Any = font.DescendantFonts[0]
        descriptor = below.get("/FontDescriptor", pikepdf.Dictionary())
        listed = descriptor.get("/CIDSet")
        if isinstance(listed, pikepdf.Stream):
            absent = used - _bits(listed.read_bytes())
            if absent:
                yield "6.2.11.4.2", f"字体 {name} 的 CIDSet 缺少所用的字形（{len(absent)}个）"
        given = _widths(below)
        unknown = {cid for cid in used if cid not in given} if "/DW" not in below and given else set()
        if unknown:
            yield "6.2.11.5", f"字体 {name} 有 {len(unknown)} 个所用字形没有写明宽度"


def _bits(data: bytes) -> set[int]:
    return {at * 8 + bit for at, byte in enumerate(data) if byte for bit in range(8) if byte >> (7 - bit) & 1}


def _widths(font: pikepdf.Dictionary) -> set[int]:
    """The CIDs whose width ``W`` gives, as single ones (first [w …]) or as a range (first last w)."""
    found: set[int] = set()
    held: list[Any] = list(font.get("/W", []))
    while len(held) >= 2:
        first = int(held[0])
        if isinstance(held[1], pikepdf.Array):
            found.update(range(first, first + len(held[1])))
            held = held[2:]
        else:
            found.update(range(first, int(held[1]) + 1))
            held = held[3:]
    return found

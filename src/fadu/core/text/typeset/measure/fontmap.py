"""Fonts of a PDF: codes to characters and widths (ISO 32000-1, 9.6–9.10)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pikepdf

_HEX = re.compile(rb"<([0-9A-Fa-f\s]*)>")
_SECTION = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.S)
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(?:<([0-9A-Fa-f]+)>|\[(.*?)\])", re.S)


@dataclass(slots=True)
class PdfFont:
    """One font resource: ``name`` without the subset tag, ``wide`` when its codes take two bytes."""

    name: str
    wide: bool
    embedded: bool
    default_width: float
    widths: dict[int, float] = field(default_factory=dict)
    unicode: dict[int, str] = field(default_factory=dict)

    def decode(self, raw: bytes) -> list[tuple[str, float]]:
        """(characters, advance in thousandths of the size) of each code."""
        codes = (
            [*memoryview(raw)]
            if not self.wide
            else [raw[i] << 8 | raw[i + 1] for i in range(0, len(raw) - 1, 2)]
        )
        return [(self.unicode.get(code, ""), self.widths.get(code, self.default_width)) for code in codes]


def read_font(font: pikepdf.Object) -> PdfFont:
    """The font of one resource entry; what its file does not say is left empty, never guessed."""
    composite = font.get("/Subtype") == "/Type0"
    inner = font.DescendantFonts[0] if composite else font
    descriptor = inner.get("/FontDescriptor", pikepdf.Dictionary())
    name = str(font.get("/BaseFont", "/")).lstrip("/").split("+", 1)[-1].removesuffix("-Identity-H")
    found = PdfFont(
        name=name,
        wide=composite,
        embedded=any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")),
        default_width=float(inner.get("/DW", 1000))
        if composite
        else float(descriptor.get("/MissingWidth", 0)),
    )
    found.widths = _cid_widths(inner) if composite else _simple_widths(font)
    if "/ToUnicode" in font:
        found.unicode = _to_unicode(font.ToUnicode.read_bytes())
    elif not composite:
        found.unicode = {code: chr(code) for code in range(32, 127)}
    return found


def _simple_widths(font: pikepdf.Object) -> dict[int, float]:
    first = int(font.get("/FirstChar", 0))
    return {first + index: float(width) for index, width in enumerate(font.get("/Widths", pikepdf.Array()))}


def _cid_widths(inner: pikepdf.Object) -> dict[int, float]:
    widths: dict[int, float] = {}
    items = list(inner.get("/W", pikepdf.Array()))
    index = 0
    while index + 1 < len(items):
        first, second = int(items[index]), items[index + 1]
        if isinstance(second, pikepdf.Array):
            widths.update({first + offset: float(width) for offset, width in enumerate(second)})
            index += 2
        else:
            widths.update(dict.fromkeys(range(first, int(second) + 1), float(items[index + 2])))
            index += 3
    return widths


def _to_unicode(stream: bytes) -> dict[int, str]:
    found: dict[int, str] = {}
    for kind, body in _SECTION.findall(stream):
        if kind == b"bfchar":
            pairs = _HEX.findall(body)
            found.update(
                {int(code, 16): _text(text) for code, text in zip(pairs[::2], pairs[1::2], strict=True)}
            )
            continue
        for low, high, start, listed in _RANGE.findall(body):
            texts = [_text(item) for item in _HEX.findall(listed)] if listed else []
            for offset in range(int(high, 16) - int(low, 16) + 1):
                if texts:
                    found[int(low, 16) + offset] = texts[offset] if offset < len(texts) else ""
                else:
                    base = _text(start)
                    found[int(low, 16) + offset] = base[:-1] + chr(ord(base[-1]) + offset) if base else ""
    return found


def _text(digits: bytes) -> str:
    return bytes.fromhex(digits.decode("ascii")).decode("utf-16-be", errors="replace")

"""What stands where on a page of a PDF: glyphs and rules in millimetres from the upper left corner.

A small interpreter of content streams (ISO 32000-1, 8 and 9): transformations, text, stroked lines and filled
rectangles, form objects. Images, shadings and clipping have no place in the measures and are passed over.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pikepdf

from fadu.core.text.typeset.measure.fontmap import PdfFont, read_font

Matrix = tuple[float, float, float, float, float, float]
Colour = tuple[float, ...]
MM = 25.4 / 72
_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)
_MAX_DEPTH = 8
_MAX_FORMS = 2000
"""Form objects drawn on one page before the rest is passed over: they may draw each other without end."""
_TEXT = {
    **dict.fromkeys(("BT", "Tm", "Td", "TD", "T*", "'", "Tj", "TJ", "Tz"), ""),
    "Tc": "char_space",
    "Tw": "word_space",
    "TL": "leading",
    "Ts": "rise",
}
"""Text operators; those that only set a number name the part of the state they set."""
_FILL_COLOUR = frozenset({"g", "rg", "k", "sc", "scn"})
_STROKE_COLOUR = frozenset({"G", "RG", "K", "SC", "SCN"})
_PATH = frozenset({"m", "l", "re", "n", "S", "s", "B", "b", "B*", "b*", "f", "F", "f*"})
_PAINT = _FILL_COLOUR | _STROKE_COLOUR | _PATH | {"q", "Q", "cm", "w"}


@dataclass(frozen=True, slots=True)
class Glyph:
    """One drawn code. ``x``, ``x1`` are its origin and end, ``baseline`` its foot, all in mm; ``size`` in pt."""

    text: str
    x: float
    x1: float
    baseline: float
    size: float
    font: str
    colour: Colour


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight horizontal line, in mm; ``y`` is its middle."""

    x: float
    x1: float
    y: float
    thickness: float
    colour: Colour


@dataclass(slots=True)
class PageContent:
    """One page: paper in mm, what stands on it, and the fonts it uses."""

    number: int
    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    fonts: dict[str, bool] = field(default_factory=dict)


@dataclass(slots=True)
class _State:
    ctm: Matrix = _IDENTITY
    fill: Colour = (0.0,)
    stroke: Colour = (0.0,)
    line_width: float = 1.0
    font: PdfFont | None = None
    size: float = 0.0
    char_space: float = 0.0
    word_space: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0


def read_page(page: pikepdf.Page, number: int) -> PageContent:
    """Everything measurable on one page."""
    x0, y0, x1, y1 = (float(edge) for edge in page.mediabox)
    content = PageContent(number, (x1 - x0) * MM, (y1 - y0) * MM)
    reader = _Reader(content, origin=(x0, y1))
    reader.run(page.obj, page.obj.get("/Resources", pikepdf.Dictionary()), 0)
    return content


def _times(a: Matrix, b: Matrix) -> Matrix:
    return (
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    )


class _Reader:
    def __init__(self, content: PageContent, *, origin: tuple[float, float]) -> None:
        self.content = content
        self.origin = origin
        self.state = _State()
        self.stack: list[_State] = []
        self.text: Matrix = _IDENTITY
        self.line: Matrix = _IDENTITY
        self.path: list[tuple[float, float, float, float]] = []
        self.here = (0.0, 0.0)
        self.forms = 0
        self.fonts: dict[tuple[int, int] | str, PdfFont] = {}

    def run(self, stream: pikepdf.Object, resources: pikepdf.Object, depth: int) -> None:
        for step in pikepdf.parse_content_stream(stream):
            name, given = str(step.operator), list(step.operands)
            if name == "Tf":
                self.state.font = self._font(resources, str(given[0]))
                self.state.size = float(given[1])
            elif name == "Do":
                self._form(resources, str(given[0]), depth)
            elif name in _TEXT:
                self._text_operator(name, given)
            elif name in _PAINT:
                self._paint_operator(name, given)

    def _text_operator(self, name: str, given: list[Any]) -> None:
        match name:
            case "BT":
                self._place(_IDENTITY)
            case "Tm":
                self._place(_matrix(given))
            case "Td" | "TD":
                x, y = float(given[0]), float(given[1])
                self.state.leading = -y if name == "TD" else self.state.leading
                self._move(x, y)
            case "T*" | "'":
                self._move(0, -self.state.leading)
                self._show(given)
            case "Tj":
                self._show(given)
            case "TJ":
                self._show(list(given[0]))
            case "Tz":
                self.state.scale = float(given[0]) / 100
            case _:
                setattr(self.state, _TEXT[name], float(given[0]))

    def _paint_operator(self, name: str, given: list[Any]) -> None:
        match name:
            case "q":
                self.stack.append(replace(self.state))
            case "Q":
                self._restore()
            case "cm":
                self.state.ctm = _times(_matrix(given), self.state.ctm)
            case "w":
                self.state.line_width = float(given[0])
            case "m":
                self.here = (float(given[0]), float(given[1]))
            case "l":
                self._line_to(given)
            case "re":
                x, y, width, height = (float(value) for value in given)
                self.path.append((x, y, width, height))
            case "n":
                self.path.clear()
            case "S" | "s" | "B" | "b" | "B*" | "b*":
                self._stroke()
            case "f" | "F" | "f*":
                self._fill()
            case "g" | "rg" | "k" | "sc" | "scn":
                self.state.fill = _colour(given)
            case _:
                self.state.stroke = _colour(given)

    def _restore(self) -> None:
        if self.stack:
            self.state = self.stack.pop()

    def _font(self, resources: pikepdf.Object, name: str) -> PdfFont | None:
        held = resources.get("/Font", pikepdf.Dictionary()).get(name)
        if held is None:
            return None
        key = held.objgen if held.is_indirect else name
        if key not in self.fonts:
            font = self.fonts[key] = read_font(held)
            self.content.fonts[font.name] = font.embedded
        return self.fonts[key]

    def _form(self, resources: pikepdf.Object, name: str, depth: int) -> None:
        form = resources.get("/XObject", pikepdf.Dictionary()).get(name)
        self.forms += 1
        if form is None or form.get("/Subtype") != "/Form" or depth >= _MAX_DEPTH or self.forms > _MAX_FORMS:
            return
        self.stack.append(replace(self.state))
        self.state.ctm = _times(_matrix(form.get("/Matrix", _IDENTITY)), self.state.ctm)
        self.run(form, form.get("/Resources", resources), depth + 1)
        self._restore()

    def _place(self, matrix: Matrix) -> None:
        self.text = self.line = matrix

    def _move(self, x: float, y: float) -> None:
        self._place(_times((1, 0, 0, 1, x, y), self.line))

    def _show(self, items: list[Any]) -> None:
        state = self.state
        if state.font is None:
            return
        for item in items:
            if not isinstance(item, pikepdf.String | bytes):
                self._advance(-float(item) / 1000 * state.size * state.scale)
                continue
            for text, width in state.font.decode(bytes(item)):
                gap = state.char_space + (state.word_space if text == " " and not state.font.wide else 0)
                shift = width / 1000 * state.size * state.scale
                self._draw(text, shift)
                self._advance(shift + gap * state.scale)

    def _advance(self, shift: float) -> None:
        self.text = _times((1, 0, 0, 1, shift, 0), self.text)

    def _draw(self, text: str, shift: float) -> None:
        a, b, c, d, x, y = _times(self.text, self.state.ctm)
        if (
            abs(b) > 1e-6 or abs(c) > 1e-6 or self.state.font is None
        ):  # turned text is a stamp or watermark, not the layout
            return
        left, foot = self._mm(x, y + self.state.rise * d)
        size = self.state.size * abs(d)
        self.content.glyphs.append(
            Glyph(text, left, left + shift * a * MM, foot, size, self.state.font.name, self.state.fill)
        )

    def _mm(self, x: float, y: float) -> tuple[float, float]:
        return (x - self.origin[0]) * MM, (self.origin[1] - y) * MM

    def _line_to(self, operands: list[Any]) -> None:
        x, y = float(operands[0]), float(operands[1])
        self.path.append((*self.here, x - self.here[0], y - self.here[1]))
        self.here = (x, y)

    def _stroke(self) -> None:
        for x, y, width, height in self.path:
            if abs(height) < 1e-3 < abs(width):
                self._rule(x, x + width, y, self.state.line_width, self.state.stroke)
        self.path.clear()

    def _fill(self) -> None:
        for x, y, width, height in self.path:
            if abs(width) > 8 * abs(height) > 0:
                self._rule(x, x + width, y + height / 2, abs(height), self.state.fill)
        self.path.clear()

    def _rule(self, x: float, x1: float, y: float, thickness: float, colour: Colour) -> None:
        a, b, c, d, e, f = self.state.ctm
        left, top = self._mm(a * min(x, x1) + c * y + e, b * x + d * y + f)
        right, _ = self._mm(a * max(x, x1) + c * y + e, 0)
        self.content.rules.append(
            Rule(min(left, right), max(left, right), top, thickness * abs(d) * MM, colour)
        )


def _matrix(operands: Any) -> Matrix:
    a, b, c, d, e, f = (float(value) for value in operands)
    return (a, b, c, d, e, f)


def _colour(operands: list[Any]) -> Colour:
    return tuple(float(value) for value in operands if not isinstance(value, pikepdf.Name))


def is_red(colour: Colour) -> bool:
    """Red in RGB or CMYK: the ink of 版头 (6.2)."""
    if len(colour) == 3:
        return colour[0] > 0.6 and max(colour[1:]) < 0.45
    return len(colour) == 4 and colour[0] < 0.3 and min(colour[1:3]) > 0.5 and colour[3] < 0.4

"""Glyphs gathered into printed lines."""

from __future__ import annotations

from dataclasses import dataclass

from fadu.core.text.typeset.measure.content import MM, Colour, Glyph, PageContent

EM_TOP = 0.88
"""Height of the upper edge of a Chinese character above the baseline, in sizes (Adobe-GB1 and its kin)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One printed line: its visible glyphs from left to right, in mm."""

    page: int
    glyphs: tuple[Glyph, ...]

    @property
    def text(self) -> str:
        return "".join(glyph.text for glyph in self.glyphs)

    @property
    def x(self) -> float:
        return self.glyphs[0].x

    @property
    def x1(self) -> float:
        return max(glyph.x1 for glyph in self.glyphs)

    @property
    def baseline(self) -> float:
        return self.glyphs[0].baseline

    @property
    def size(self) -> float:
        """The size of most of its glyphs, in pt."""
        sizes = [round(glyph.size, 1) for glyph in self.glyphs]
        return max(set(sizes), key=sizes.count)

    @property
    def top(self) -> float:
        """Upper edge of the characters."""
        return self.baseline - EM_TOP * self.size * MM

    @property
    def bottom(self) -> float:
        """Lower edge of the characters."""
        return self.baseline + (1 - EM_TOP) * self.size * MM

    @property
    def colour(self) -> Colour:
        return self.glyphs[0].colour

    @property
    def font(self) -> str:
        """The font of the first Chinese character, or of the first glyph when there is none."""
        return next((glyph.font for glyph in self.glyphs if glyph.text > "\u2e80"), self.glyphs[0].font)


def rows_of(page: PageContent) -> list[Row]:
    """The lines of a page from top to bottom; glyphs whose feet differ by less than half a millimetre share one."""
    glyphs = sorted((g for g in page.glyphs if g.text.strip()), key=lambda g: (g.baseline, g.x))
    groups: list[list[Glyph]] = []
    for glyph in glyphs:
        if groups and glyph.baseline - groups[-1][0].baseline < 0.5:
            groups[-1].append(glyph)
        else:
            groups.append([glyph])
    return [Row(page.number, tuple(sorted(group, key=lambda g: g.x))) for group in groups]

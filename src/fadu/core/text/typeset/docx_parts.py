"""Word's own words for the layout: exact lines, indents in characters, borders, footers, the imprint's table."""

from __future__ import annotations

import math
from typing import Any, Protocol

from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENTATION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Length, Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from fadu.core.text.typeset.fonts import find_fonts
from fadu.core.text.typeset.table import layout

LEFT, CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TWIPS = 20
_EIGHTHS = 8
_NUMBER_LINE = 16
"""The exact line of a page number, in points."""


class Story(Protocol):
    """What paragraphs can be added to: the body, a header, a footer, a cell."""

    def add_paragraph(self, text: str = "") -> Paragraph: ...


def element(parent: Any, tag: str, attributes: dict[str, str]) -> Any:
    """Append ``w:tag`` with ``w:`` attributes."""
    child = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        child.set(qn(f"w:{name}"), value)
    parent.append(child)
    return child


def characters(count: float) -> Length:
    """So many characters of the grid as a length."""
    pitch = layout()["page"]["type_area_mm"][0] / layout()["grid"]["characters"]
    return Mm(count * pitch)


def grid_section(section: Section) -> None:
    """5.2: paper, margins, and the grid of 22 lines and 28 characters."""
    page, grid, size = layout()["page"], layout()["grid"], layout()["sizes"]["三号"]
    section.orientation = WD_ORIENTATION.PORTRAIT
    section.page_width, section.page_height = Mm(page["paper_mm"][0]), Mm(page["paper_mm"][1])
    section.top_margin, section.bottom_margin = Mm(page["top_mm"]), Mm(page["bottom_mm"])
    section.left_margin, section.right_margin = Mm(page["left_mm"]), Mm(page["right_mm"])
    section.footer_distance = number_distance()
    held = section._sectPr.find(qn("w:docGrid"))
    if held is not None:
        section._sectPr.remove(held)
    pitch = page["type_area_mm"][0] / 25.4 * 72 / grid["characters"]
    element(
        section._sectPr,
        "docGrid",
        {
            "type": "linesAndChars",
            "linePitch": str(round(grid["line_pitch_pt"] * _TWIPS)),
            "charSpace": str(round((pitch - size) * 4096)),
        },
    )


def text_style(word: WordDocument) -> None:
    """5.2.2: 三号仿宋 is the style everything else departs from; the grid's characters are counted in it."""
    style = word.styles["Normal"]
    name = find_fonts().faces["仿宋"].word
    style.font.name, style.font.size = name, Pt(layout()["sizes"]["三号"])
    properties = style.element.get_or_add_rPr()
    properties.get_or_add_rFonts().set(qn("w:eastAsia"), name)
    for held in word.styles.element.iter(qn("w:lang")):
        held.set(qn("w:eastAsia"), "zh-CN")
    style.paragraph_format.space_after = Pt(0)


def off_grid(paragraph: Paragraph) -> Paragraph:
    """Set by its own exact line and spacing: programs snap to a character grid in different ways, and not at all
    where a glyph of 16 pt is wider than the cell of 15.79. The grid stays the page's, for what is typed later."""
    properties = paragraph._p.get_or_add_pPr()
    snap: Any = OxmlElement("w:snapToGrid")
    snap.set(qn("w:val"), "0")
    properties.insert_element_before(
        snap,
        "w:spacing",
        "w:ind",
        "w:contextualSpacing",
        "w:mirrorIndents",
        "w:suppressOverlap",
        "w:jc",
        "w:rPr",
    )
    return paragraph


def page_number_footers(word: WordDocument, section: Section, *, raised_mm: float = 0) -> None:
    """7.5: — N — at the right on odd pages, at the left on even ones, one character in. ``raised_mm``: how much
    higher than the section's footers it must stand."""
    settings = word.settings.element
    settings.insert(0, OxmlElement("w:evenAndOddHeaders"))
    for footer, align in ((section.footer, RIGHT), (section.even_page_footer, LEFT)):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.alignment = align
        indent_characters(paragraph, left=1 if align == LEFT else 0, right=1 if align == RIGHT else 0)
        for text, field in (("— ", ""), ("", "begin"), ("PAGE", "code"), ("", "end"), (" —", "")):
            run = style_run(
                paragraph.add_run(text if field in {"", None} else ""), "宋体", layout()["sizes"]["四号"]
            )
            if field == "code":
                element(run._r, "instrText", {}).text = text
            elif field:
                element(run._r, "fldChar", {"fldCharType": field})
        paragraph.paragraph_format.line_spacing = Pt(_NUMBER_LINE)
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        if raised_mm:
            below = footer.add_paragraph().paragraph_format
            below.line_spacing_rule, below.line_spacing = WD_LINE_SPACING.EXACTLY, Mm(raised_mm)


def number_distance() -> Length:
    """How far above the paper's edge a footer ends, so that its dash lies 7 mm below the type area."""
    half = _NUMBER_LINE / 2 * 25.4 / 72
    return Mm(layout()["page"]["bottom_mm"] - layout()["page_number"]["dash_below_type_area_mm"] - half)


def style_run(run: Run, face: str, points: float, *, red: bool = False) -> Run:
    """Font, size and colour of a run; the font under the name that the standard's users know it by."""
    name = find_fonts().faces[face].word
    run.font.name, run.font.size = name, Pt(points)
    fonts = run._r.get_or_add_rPr().get_or_add_rFonts()
    for slot in ("eastAsia", "cs"):
        fonts.set(qn(f"w:{slot}"), name)
    properties = run._r.get_or_add_rPr()
    if (
        points == layout()["sizes"]["三号"]
    ):  # 28 characters of 16 pt are 158 mm: each stands a quarter point closer
        _before(
            properties, "spacing", str(-math.ceil((points - layout()["grid"]["character_pitch_pt"]) * _TWIPS))
        )
    _before(properties, "snapToGrid", "0")
    if red:
        run.font.color.rgb = RGBColor(0xFF, 0, 0)
    return run


_AFTER = {
    "snapToGrid": ("vanish", "webHidden", "color", "spacing", "w", "kern", "position", "sz", "szCs"),
    "spacing": ("w", "kern", "position", "sz", "szCs"),
    "w": ("kern", "position", "sz", "szCs"),
}
"""Word refuses run properties out of order: these are what comes after."""


def _before(properties: Any, tag: str, value: str) -> None:
    child = OxmlElement(f"w:{tag}")
    child.set(qn("w:val"), value)
    properties.insert_element_before(child, *(f"w:{name}" for name in _AFTER[tag]))


def narrow(run: Run, percent: int) -> None:
    """字符缩放: a long name set narrower, as the standard's users do by hand."""
    _before(run._r.get_or_add_rPr(), "w", str(percent))


def indent_characters(
    paragraph: Paragraph, *, left: float = 0, right: float = 0, first: float = 0
) -> Paragraph:
    """Indents in hundredths of a character, beside the same in twips for programs that read only those."""
    indent = paragraph._p.get_or_add_pPr().get_or_add_ind()
    for name, value in (("left", left), ("right", right), ("firstLine", first)):
        if value:
            indent.set(qn(f"w:{name}Chars"), str(round(value * 100)))
            indent.set(qn(f"w:{name}"), str(round(characters(value).pt * _TWIPS)))
    return paragraph


def border(
    paragraph: Paragraph, side: str, kind: str, thick_mm: float, *, space_mm: float, colour: str
) -> None:
    """A rule above or below a paragraph, its distance and thickness in millimetres."""
    properties = paragraph._p.get_or_add_pPr()
    borders: Any = OxmlElement("w:pBdr")
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:wordWrap", "w:overflowPunct",
        "w:topLinePunct", "w:autoSpaceDE", "w:autoSpaceDN", "w:bidi", "w:adjustRightInd", "w:snapToGrid", "w:spacing",
        "w:ind", "w:contextualSpacing", "w:mirrorIndents", "w:jc", "w:rPr",
    )  # fmt: skip
    size = round(thick_mm / 25.4 * 72 * _EIGHTHS)
    element(
        borders,
        side,
        {"val": kind, "sz": str(size), "space": str(round(space_mm / 25.4 * 72)), "color": colour},
    )


class Writer:
    """Adds lines of the grid to a story of a Word file."""

    def __init__(self, word: WordDocument, story: Story | None = None) -> None:
        self.word = word
        self.story: Any = story or word

    def last(self) -> Paragraph:
        """The paragraph added last."""
        return self.story.paragraphs[-1]

    def line(
        self,
        text: str,
        *,
        face: str = "仿宋",
        size: str = "三号",
        points: float = 0,
        align: WD_ALIGN_PARAGRAPH = LEFT,
        left: float = 0,
        right: float = 0,
        first: float = 0,
        red: bool = False,
    ) -> Paragraph:
        """One paragraph of exact lines; indents in characters."""
        paragraph = self.story.add_paragraph()
        shape = paragraph.paragraph_format
        shape.alignment = align
        shape.line_spacing_rule, shape.line_spacing = (
            WD_LINE_SPACING.EXACTLY,
            Pt(layout()["grid"]["line_pitch_pt"]),
        )
        shape.space_before = shape.space_after = Pt(0)
        shape.widow_control = False
        indent_characters(paragraph, left=left, right=right, first=first)
        if text:
            self.run(paragraph, text, face=face, points=points or layout()["sizes"][size], red=red)
        return off_grid(paragraph)

    def run(
        self, paragraph: Paragraph, text: str, *, face: str = "仿宋", points: float = 0, red: bool = False
    ) -> None:
        """Text added to a paragraph."""
        if text:
            style_run(paragraph.add_run(text), face, points or layout()["sizes"]["三号"], red=red)

    def blank(self, count: int) -> None:
        """Empty lines of the grid."""
        for _ in range(count):
            self.line("")

    def hanging(self, parts: list[tuple[str, str]], *, left: float, hang: float) -> None:
        """A paragraph whose wrapped lines begin ``hang`` characters to the right of its first."""
        paragraph = self.line("", align=WD_ALIGN_PARAGRAPH.JUSTIFY, left=left + hang)
        indent = paragraph._p.get_or_add_pPr().get_or_add_ind()
        indent.set(qn("w:hangingChars"), str(round(hang * 100)))
        indent.set(qn("w:hanging"), str(round(characters(hang).pt * _TWIPS)))
        for text, face in parts:
            self.run(paragraph, text, face=face)

    def indent_mm(self, paragraph: Paragraph, *, left: float, right: float) -> Paragraph:
        """Indents in millimetres, negative ones into the margin."""
        paragraph.paragraph_format.left_indent, paragraph.paragraph_format.right_indent = Mm(left), Mm(right)
        return paragraph

    def tab_at_right(self, paragraph: Paragraph, *, minus_characters: float) -> None:
        """A tab stop that sets what follows against the right edge, so many characters in."""
        width = Mm(layout()["page"]["type_area_mm"][0]) - characters(minus_characters)
        paragraph.paragraph_format.tab_stops.add_tab_stop(Length(width), WD_TAB_ALIGNMENT.RIGHT)

    def imprint(self, rows: list[tuple[str, str]], *, ruled: bool) -> None:
        """The imprint: a table fixed to the lower edge of the type area of the page it falls on, the last one."""
        table = self.word.add_table(len(rows), 1)
        placed = OxmlElement("w:tblpPr")
        place = {"horzAnchor": "margin", "vertAnchor": "margin", "tblpXSpec": "center", "tblpYSpec": "bottom"}
        for name, value in place.items():
            placed.set(qn(f"w:{name}"), value)
        table._tbl.tblPr.insert(1, placed)
        small, width = layout()["sizes"]["四号"], Mm(layout()["page"]["type_area_mm"][0])
        for index, (text, right) in enumerate(rows):
            cell = table.rows[index].cells[0]
            cell.width = width
            paragraph = off_grid(cell.paragraphs[0])
            shape = paragraph.paragraph_format
            shape.line_spacing_rule, shape.line_spacing = (
                WD_LINE_SPACING.EXACTLY,
                Pt(layout()["grid"]["line_pitch_pt"]),
            )
            shape.left_indent = shape.right_indent = Pt(small)
            if text.startswith(("主送：", "抄送：")):
                shape.left_indent, shape.first_line_indent = Pt(small * 4), Pt(-small * 3)
            if right:
                shape.tab_stops.add_tab_stop(Length(width - Pt(small)), WD_TAB_ALIGNMENT.RIGHT)
            self.run(paragraph, text + (f"\t{right}" if right else ""), points=small)
            _cell_frame(cell, first=index == 0, last=index == len(rows) - 1, ruled=ruled)
        anchor = self.line("")  # a table that floats hangs on the paragraph after it, here one without height
        anchor.paragraph_format.line_spacing = Pt(1)


def _cell_frame(cell: Any, *, first: bool, last: bool, ruled: bool) -> None:
    """7.4.1: the first and the last rule thick, those between thin; no room of the cell's own beside the text."""
    properties = cell._tc.get_or_add_tcPr()
    if ruled:
        borders = element(properties, "tcBorders", {})
        imprint = layout()["imprint"]
        for side, edge in (("top", first), ("bottom", last)):
            thick = imprint["thick_mm"] if edge else imprint["thin_mm"]
            size = str(round(thick / 25.4 * 72 * _EIGHTHS))
            element(borders, side, {"val": "single", "sz": size, "space": "0", "color": "000000"})
    margins = element(properties, "tcMar", {})
    for side in ("left", "right"):
        element(margins, side, {"w": "0", "type": "dxa"})

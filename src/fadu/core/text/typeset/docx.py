"""An official document as a Word file of the same geometry, for offices that go on editing it.

Word places by lines and characters, so the numbers of the standard are written as it keeps them: an exact line of
579 twentieths (28.95 pt), a grid of 28 characters, indents in hundredths of a character, footers for odd and even
pages. The fonts are named as the standard names them; ``word/fontTable.xml`` names the free family that may stand in.
"""

from __future__ import annotations

import datetime
import io
import math
import zipfile

import docx
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.shared import Mm, Pt
from docx.table import Table
from lxml import etree

from fadu.core.text.typeset.blocks import Block
from fadu.core.text.typeset.document import Form, OfficialDocument
from fadu.core.text.typeset.docx_parts import (
    CENTRE,
    LEFT,
    RIGHT,
    W,
    Writer,
    border,
    characters,
    element,
    grid_section,
    narrow,
    number_distance,
    off_grid,
    page_number_footers,
    text_style,
)
from fadu.core.text.typeset.fonts import find_fonts
from fadu.core.text.typeset.pdf import copies_shown, date_shown, mark_shown, to_in_imprint
from fadu.core.text.typeset.table import layout
from fadu.core.text.typeset.titles import title_lines

_HEADS = {"h1": "黑体", "h2": "楷体", "article": "黑体"}


def typeset_docx(doc: OfficialDocument, *, form: Form = "document") -> bytes:
    """Set ``doc`` as a Word file after GB/T 9704-2012; the same document gives the same bytes."""
    word = docx.Document()
    word.element.body.clear_content()
    _properties(word, doc)
    _font_table(word)
    writer = Writer(word)
    section = word.sections[0]
    grid_section(section)
    text_style(word)
    lowered = number_distance().mm - layout()["rule"]["letter_foot_from_paper_edge_mm"]
    page_number_footers(word, section, raised_mm=lowered if form == "letter" else 0)
    _HEAD_OF[form](writer, doc)
    if form != "order":
        for line in title_lines(doc.title):
            writer.line(line, face="小标宋", size="二号", align=CENTRE)
        if doc.title:
            writer.blank(1)
    if doc.to and not to_in_imprint(doc):
        writer.line(doc.to.rstrip("：:") + "：")
    _blocks(writer, doc.body)
    _annex_list(writer, doc)
    for index, attended in enumerate(doc.attendance):
        if index == 0:
            writer.blank(1)
        label = f"{attended.label}："
        writer.hanging([(label, "黑体"), (attended.people, "仿宋")], left=2, hang=len(label))
    if form != "minutes" and doc.date:
        _SIGNATURE_OF[doc.seal](writer, doc)
    if doc.note:
        writer.line(f"（{doc.note}）", first=2)
    for number, annex in enumerate(doc.annexes, 1):
        if annex.body:
            label = f"附件{number}" if len(doc.annexes) > 1 else "附件"
            writer.line(label, face="黑体").paragraph_format.page_break_before = True
            writer.blank(1)
            for line in title_lines(annex.title):
                writer.line(line, face="小标宋", size="二号", align=CENTRE)
            writer.blank(1)
            _blocks(writer, annex.body)
    _imprint(writer, doc, form)
    saved = io.BytesIO()
    word.save(saved)
    return _timeless(saved)


def _timeless(saved: io.BytesIO) -> bytes:
    """The same package without the hour at which it was packed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.infolist():
            fixed = zipfile.ZipInfo(item.filename, (1980, 1, 1, 0, 0, 0))
            target.writestr(fixed, source.read(item), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _properties(word: WordDocument, doc: OfficialDocument) -> None:
    core = word.core_properties
    core.title, core.author, core.language = doc.title.replace("\n", ""), "、".join(doc.organs), "zh-CN"
    core.comments = "；".join(find_fonts().substitutions)
    day = doc.date or datetime.date(2012, 7, 1)
    core.created = core.modified = datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC)


def _font_table(word: WordDocument) -> None:
    """Say in the file which free family may stand in for each face that is not on the reader's machine."""
    part = word.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    root = etree.fromstring(part.blob)
    for face in find_fonts().faces.values():
        entry = etree.SubElement(root, f"{W}font", {f"{W}name": face.word})
        if face.substituted:
            etree.SubElement(entry, f"{W}altName", {f"{W}val": face.family.name})
        etree.SubElement(entry, f"{W}charset", {f"{W}val": "86"})  # GB2312
    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _mark(writer: Writer, text: str, top_mm: float) -> None:
    """发文机关标志 with the upper edge of its ink ``top_mm`` below where the paragraph begins."""
    table = layout()
    width = table["page"]["type_area_mm"][0] / 25.4 * 72
    size = max(
        table["mark"]["size_min_pt"],
        min(table["mark"]["size_max_pt"], math.floor(2 * (width - 2) / max(len(text), 1)) / 2),
    )
    paragraph = writer.line(text, face="小标宋", points=size, align=CENTRE, red=True)
    paragraph.paragraph_format.line_spacing = Pt(size * 1.2)
    ink = (
        0.2 * size
    )  # in an exact line of 1.2 sizes the ink begins 0.22 sizes down in Word, 0.12 in LibreOffice
    paragraph.paragraph_format.space_before = Pt(max(0.0, top_mm / 25.4 * 72 - ink))
    if len(text) * size > width:
        for run in paragraph.runs:
            narrow(run, int(width / (len(text) * size) * 100))


def _upper_left(writer: Writer, doc: OfficialDocument) -> float:
    """份号、密级、紧急程度; the height they take, in millimetres."""
    items = [("仿宋", doc.serial), ("黑体", doc.secrecy), ("黑体", doc.urgency)]
    shown = [(face, item) for face, item in items if item]
    for face, item in shown:
        writer.line(item, face=face)
    return len(shown) * layout()["grid"]["line_pitch_pt"] * 25.4 / 72


def _head_document(writer: Writer, doc: OfficialDocument) -> None:
    used = _upper_left(writer, doc)
    marks = (
        [mark_shown(doc, "document")]
        if doc.mark or not doc.co_organs
        else [*doc.organs[:-1], f"{doc.organs[-1]}文件"]
    )
    for index, mark in enumerate(marks):
        _mark(writer, mark, layout()["mark"]["document_below_type_area_mm"] - used if index == 0 else 1)
    writer.blank(2)
    _number_and_rule(writer, doc)


def _number_and_rule(writer: Writer, doc: OfficialDocument) -> None:
    if doc.signers:
        paragraph = writer.line("", left=1, right=1)
        writer.tab_at_right(paragraph, minus_characters=1)
        writer.run(paragraph, f"{doc.number}\t签发人：")
        writer.run(paragraph, "\u3000".join(doc.signers), face="楷体")
    else:
        paragraph = writer.line(doc.number, align=CENTRE)
    rule = layout()["rule"]
    border(
        paragraph, "bottom", "single", rule["red_thick_mm"], space_mm=rule["below_number_mm"], colour="FF0000"
    )
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(0)
    if doc.signers:
        paragraph.paragraph_format.first_line_indent = characters(1)
    writer.blank(2)


def _head_letter(writer: Writer, doc: OfficialDocument) -> None:
    """10.1: the mark and the upper rule stand in the header of the first page, the lower rule in its footer."""
    section = writer.word.sections[0]
    table = layout()
    section.different_first_page_header_footer = True
    ink_mm = 0.2 * table["mark"]["size_max_pt"] * 25.4 / 72
    section.header_distance = Mm(table["mark"]["letter_below_paper_edge_mm"] - ink_mm)
    over = {"left": -(table["page"]["left_mm"] - 20), "right": -(table["page"]["right_mm"] - 20)}
    header, footer = section.first_page_header, section.first_page_footer
    for story in (header, footer):
        story.is_linked_to_previous = False
    top = Writer(writer.word, header)
    _mark(top, mark_shown(doc, "letter"), 0)
    border(
        top.indent_mm(top.last(), **over), "bottom", "thickThinSmallGap", table["rule"]["letter_thick_mm"] * 2,
        space_mm=table["rule"]["letter_below_mark_mm"], colour="FF0000",
    )  # fmt: skip
    header._element.remove(header.paragraphs[0]._p)
    foot = footer.paragraphs[0]
    border(
        top.indent_mm(foot, **over), "bottom", "thinThickSmallGap", table["rule"]["letter_thick_mm"] * 2,
        space_mm=0, colour="FF0000",
    )  # fmt: skip
    section.footer_distance = Mm(table["rule"]["letter_foot_from_paper_edge_mm"])
    _upper_left(writer, doc)
    writer.line(doc.number, align=RIGHT)
    writer.blank(2)


def _head_order(writer: Writer, doc: OfficialDocument) -> None:
    _mark(writer, mark_shown(doc, "order"), layout()["mark"]["order_below_type_area_mm"])
    writer.blank(2)
    writer.line(doc.number, align=CENTRE)
    writer.blank(2)


def _head_minutes(writer: Writer, doc: OfficialDocument) -> None:
    used = _upper_left(writer, doc)
    _mark(writer, mark_shown(doc, "minutes"), layout()["mark"]["minutes_below_type_area_mm"] - used)
    writer.blank(2)
    _number_and_rule(writer, doc)


def _blocks(writer: Writer, blocks: tuple[Block, ...]) -> None:
    for block in blocks:
        if block.kind == "table":
            if block.text:
                writer.line(block.text, face="黑体", align=CENTRE)
            _table(writer, block)
        elif block.kind == "chapter":
            writer.line(block.text, face="黑体", align=CENTRE)
        elif block.kind in {"center", "right"}:
            writer.line(block.text, align=CENTRE if block.kind == "center" else RIGHT)
        else:
            paragraph = writer.line("", first=2, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
            if block.head:
                gap = "\u3000" if block.kind == "article" else ""
                writer.run(paragraph, block.head + gap, face=_HEADS.get(block.kind, "仿宋"))
            writer.run(paragraph, block.text)


def _table(writer: Writer, block: Block) -> None:
    table: Table = writer.word.add_table(len(block.rows), len(block.rows[0]))
    table.style = writer.word.styles["Table Grid"]
    for index, row in enumerate(block.rows):
        for cell, text in zip(table.rows[index].cells, row, strict=True):
            paragraph = cell.paragraphs[0]
            writer.run(
                paragraph, text, face="黑体" if index == 0 else "仿宋", points=layout()["sizes"]["四号"]
            )
            paragraph.alignment = CENTRE if index == 0 or len(text) <= 6 else LEFT
            off_grid(paragraph).paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    element(table.rows[0]._tr.get_or_add_trPr(), "tblHeader", {})
    longest = [max(max(len(row[column]) for row in block.rows), 2) for column in range(len(block.rows[0]))]
    narrow_columns = {
        column: (length + 1) * layout()["sizes"]["四号"]
        for column, length in enumerate(longest)
        if length <= 6
    }
    width = layout()["page"]["type_area_mm"][0] / 25.4 * 72
    wide = max(len(longest) - len(narrow_columns), 1)
    for column in range(len(longest)):
        points = narrow_columns.get(column, (width - sum(narrow_columns.values())) / wide)
        for cell in table.columns[column].cells:
            cell.width = Pt(points)


def _annex_list(writer: Writer, doc: OfficialDocument) -> None:
    if not doc.annexes:
        return
    writer.blank(1)
    for number, annex in enumerate(doc.annexes, 1):
        name = annex.title.replace("\n", "")
        if len(doc.annexes) == 1:
            writer.hanging([(f"附件：{name}", "仿宋")], left=2, hang=3)
        else:
            label = f"附件：{number}." if number == 1 else f"{number}."
            hang = 4 if number == 1 else 1
            writer.hanging([(f"{label}{name}", "仿宋")], left=2 if number == 1 else 5, hang=hang)


def _width(text: str) -> float:
    """Width in characters: digits and Latin letters take half of one."""
    return sum(0.5 if mark.isascii() else 1.0 for mark in text)


def _sign_stamp(writer: Writer, doc: OfficialDocument) -> None:
    """7.3.5.1: date four characters from the right, the signature centred over it."""
    writer.blank(layout()["seal"]["blank_lines_above"])
    date = date_shown(doc.date)
    for organ in doc.signed_as:
        over = max(0.0, (_width(organ) - _width(date)) / 2)
        gap = max(float(layout()["seal"]["date_right_characters"]), over)
        writer.line(organ, align=RIGHT, right=gap - (_width(organ) - _width(date)) / 2)
    writer.line(date, align=RIGHT, right=gap)


def _sign_plain(writer: Writer, doc: OfficialDocument) -> None:
    """7.3.5.2: signature two characters from the right, the date begins two characters to the right of it."""
    writer.blank(1)
    date = date_shown(doc.date)
    for organ in doc.signed_as:
        longer = _width(date) > _width(organ) - 2
        writer.line(organ, align=RIGHT, right=4 + _width(date) - _width(organ) if longer else 2)
    writer.line(date, align=RIGHT, right=2 if longer else _width(organ) - _width(date))


def _sign_personal(writer: Writer, doc: OfficialDocument) -> None:
    """7.3.5.3: post, two characters, name; four characters from the right."""
    post, name = doc.personal or ("", "")
    writer.blank(2)
    paragraph = writer.line(f"{post}\u3000\u3000", align=RIGHT, right=4)
    writer.run(paragraph, name, face="楷体")
    writer.blank(1)
    writer.line(date_shown(doc.date), align=RIGHT, right=4)


def _imprint(writer: Writer, doc: OfficialDocument, form: Form) -> None:
    """7.4: a table that stands on the lower edge of the type area; 10.1: a letter's has neither rules nor 印发."""
    rows = []
    if to_in_imprint(doc):
        rows.append((f"主送：{doc.to.rstrip('：:')}。", ""))
    if doc.copies:
        rows.append(("抄送：" + copies_shown(doc.copies), ""))
    if doc.printed_by and form != "letter":
        rows.append((doc.printed_by, f"{date_shown(doc.printed_on)}印发"))
    if rows:
        writer.imprint(rows, ruled=form != "letter")


_HEAD_OF = {
    "document": _head_document,
    "letter": _head_letter,
    "order": _head_order,
    "minutes": _head_minutes,
}
_SIGNATURE_OF = {"stamp": _sign_stamp, "none": _sign_plain, "personal": _sign_personal}

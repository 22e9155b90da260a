"""PDF files that carry text. A page that is only a picture is said to be one; nothing is recognised optically."""

from __future__ import annotations

import ctypes
import re
from collections import Counter

import pypdfium2

from fadu.core.text.document import Caveat, Document, Span
from fadu.core.text.readers.limits import MAX_PAGES, MAX_TEXT, ReadError

_PAGE_NUMBER = re.compile(r"[—－\-·•\s]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/／]\s*\d{1,4})?[—－\-·•\s]*")
_BEGINS = re.compile(
    r"\s*(?:第\s*[零〇一二三四五六七八九十百千0-9]+\s*(?:条|章|节|编|分编)|[（(]\s*[一二三四五六七八九十百0-9]+\s*[）)]|[一二三四五六七八九十]+、|\d{1,3}[.．、]|附\s*件|目\s*录)"
)
_DIGITS = re.compile(r"[0-9]+")
_ENDS = "。；：！？;:!?"
_HAN = re.compile(
    r"(?<=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]) (?=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef])"
)


def read_pdf(data: bytes, name: str) -> Document:
    """The text of a PDF, lines joined to paragraphs where the print shows that a paragraph goes on."""
    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            raise ReadError(
                "文件已加密", where=name, why="加密内容无法读取", cure="请提交未加密的文件"
            ) from error
        raise ReadError("PDF 已损坏或者不是 PDF", where=name, cure="请重新导出文件") from error
    try:
        return _read(pdf, name)
    finally:
        pdf.close()


def _read(pdf: pypdfium2.PdfDocument, name: str) -> Document:
    if len(pdf) > MAX_PAGES:
        raise ReadError(f"页数超过上限（{MAX_PAGES} 页）", where=name, cure="请拆分文件")
    pages: list[list[_Row]] = []
    blank: list[int] = []
    total = 0
    for index in range(len(pdf)):
        rows = _rows(pdf[index])
        total += sum(len(row.text) for row in rows)
        if total > MAX_TEXT:
            raise ReadError(f"文本超过上限（{MAX_TEXT} 字）", where=name, cure="请拆分文件")
        if not rows:
            blank.append(index + 1)
        pages.append(rows)
    if total < 8 * max(1, len(pages)) and len(blank) * 2 >= len(pages):
        raise ReadError(
            "PDF 没有文字层，是扫描件或者图片",
            where=name,
            why="图中文字不作识别",
            cure="请提交带文字的 PDF 或者原文件",
        )
    caveats = [
        Caveat("running_head", f"“{words}”在多页的同一位置重复，是页眉或者页脚，未读取", name)
        for words in _drop_running(pages)
    ]
    text, spans = _join(pages)
    if blank:
        shown = "、".join(str(page) for page in blank[:20])
        caveats.append(Caveat("no_text", f"第 {shown} 页没有文字层（空白或者图片），未读取", name))
    if "\ufffd" in text or any("\ue000" <= mark <= "\uf8ff" for mark in text):
        caveats.append(Caveat("odd_characters", "有字形没有对应的字，按原样保留", name))
    meta = {"format": "pdf", "pages": str(len(pages))}
    title = pdf.get_metadata_value("Title")
    return Document(text, name, tuple(spans), tuple(caveats), meta | ({"title": title} if title else {}))


class _Row:
    """One printed line with its place in points."""

    __slots__ = ("left", "right", "text", "top", "width")

    def __init__(self, text: str, left: float, right: float, top: float, width: float) -> None:
        self.text, self.left, self.right, self.top, self.width = text, left, right, top, width


def _rows(page: pypdfium2.PdfPage) -> list[_Row]:
    """The lines of one page from the top; page numbers are dropped."""
    textpage = page.get_textpage()
    try:
        count = textpage.count_chars()
        whole = textpage.get_text_range(0, count) if count > 0 else ""
        rows: list[_Row] = []
        position = 0
        for line in whole.split("\r\n"):
            words = line.strip()
            if words and not _PAGE_NUMBER.fullmatch(words):
                rows.append(_place(textpage, page, line, position))
            position += len(line) + 2
        return rows
    finally:
        textpage.close()
        page.close()


def _place(textpage: pypdfium2.PdfTextPage, page: pypdfium2.PdfPage, line: str, position: int) -> _Row:
    first = position + len(line) - len(line.lstrip())
    last = position + len(line.rstrip()) - 1
    left, right, top = _box(textpage, first)[0], _box(textpage, last)[1], _box(textpage, first)[3]
    return _Row(_HAN.sub("", line.strip()), left, right, top, page.get_width())


def _box(textpage: pypdfium2.PdfTextPage, index: int) -> tuple[float, float, float, float]:
    """left, right, bottom, top of one character; zeros when the index points beyond the page."""
    values = [ctypes.c_double() for _ in range(4)]
    done = pypdfium2.raw.FPDFText_GetCharBox(textpage, index, *(ctypes.byref(value) for value in values))
    return (
        (values[0].value, values[1].value, values[2].value, values[3].value) if done else (0.0, 0.0, 0.0, 0.0)
    )


def _drop_running(pages: list[list[_Row]]) -> list[str]:
    """Take out the outermost lines, two at the head and two at the foot at most, that stand at one height on at least
    three pages and four in ten (odd and even pages may differ); what was taken out, each once."""
    told: dict[str, None] = {}
    least = max(3, 0.4 * len(pages))
    for end in (0, -1, 0, -1):
        places = Counter(_running(rows[end]) for rows in pages if rows)
        for rows in pages:
            if rows and (place := _running(rows[end])) is not None and places[place] >= least:
                told[place[0]] = None
                del rows[end]
    return list(told)


def _running(row: _Row) -> tuple[str, int] | None:
    """The words and the height by which a line is known again; a provision or a sentence is no running head."""
    words = row.text
    if len(words) > 40 or words[-1] in "。；：，、;:," or _BEGINS.match(words):
        return None
    return _DIGITS.sub("0", words), round(row.top / 3)


def _columns(pages: list[list[_Row]]) -> list[list[int]]:
    """The column of every row: 1 and 2 left and right of the middle where a page is set in two columns, else 0."""
    found = []
    for rows in pages:
        left = sum(row.right < row.width / 2 + 6 for row in rows)
        right = sum(row.left > row.width / 2 - 6 for row in rows)
        two = right >= 3 and left >= 3 and left + right >= 0.8 * len(rows)
        found.append([(1 + (row.left > row.width / 2 - 6)) if two else 0 for row in rows])
    return found


def _edges(pages: list[list[_Row]], columns: list[list[int]]) -> dict[int, tuple[float, float]]:
    """Where the lines of each column begin and end."""
    found = {}
    for column in {one for page in columns for one in page}:
        rows = [
            row
            for page, places in zip(pages, columns, strict=True)
            for row, place in zip(page, places, strict=True)
            if place == column and row.right > 0
        ]
        lefts, rights = sorted(row.left for row in rows), sorted(row.right for row in rows)
        found[column] = (lefts[int(len(lefts) * 0.1)], rights[int(len(rights) * 0.9)]) if rows else (0.0, 0.0)
    return found


def _join(pages: list[list[_Row]]) -> tuple[str, list[Span]]:
    """Lines to paragraphs: a line goes on in the next when it reaches the right edge of its column, ends with no sentence,
    and the next neither is indented nor begins with the mark of a provision."""
    columns = _columns(pages)
    edges = _edges(pages, columns)
    parts: list[str] = []
    spans: list[Span] = []
    length = 0
    before: _Row | None = None
    room = 0.0
    for number, (rows, places) in enumerate(zip(pages, columns, strict=True), start=1):
        start = length
        for row, column in zip(rows, places, strict=True):
            margin, edge = edges[column]
            if before is not None:
                gap = _gap(before, row, room=room, indent=row.left - margin)
                parts.append(gap)
                length += len(gap)
            parts.append(row.text)
            length += len(row.text)
            before, room = row, edge - row.right
        spans.append(Span(start, length, "page", str(number)))
    return "".join(parts) + "\n", spans


def _gap(before: _Row, row: _Row, *, room: float, indent: float) -> str:
    """What stands between two lines; ``room`` is what the first leaves free at the right, ``indent`` that of the second."""
    goes_on = room < 24 and indent < 14 and not _BEGINS.match(row.text)
    if before.text[-1] in _ENDS and room > 6:
        goes_on = False
    if not goes_on:
        return "\n"
    return " " if before.text[-1].isascii() and row.text[0].isascii() else ""

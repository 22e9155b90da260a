"""PDF files that carry text. A page that is only a picture is said to be one; nothing is recognised optically."""

from __future__ import annotations

import ctypes
import re

import pypdfium2

from fadu.core.text.document import Caveat, Document, Span
from fadu.core.text.readers.limits import MAX_PAGES, MAX_TEXT, ReadError

_PAGE_NUMBER = re.compile(r"[—－\-·•\s]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/／]\s*\d{1,4})?[—－\-·•\s]*")
_BEGINS = re.compile(
    r"\s*(?:第\s*[零〇一二三四五六七八九十百千0-9]+\s*(?:条|章|节|编|分编)|[（(]\s*[一二三四五六七八九十百0-9]+\s*[）)]|[一二三四五六七八九十]+、|\d{1,3}[.．、]|附\s*件|目\s*录)"
)
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
    text, spans = _join(pages)
    caveats = []
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
    """The lines of one page from the top; running heads are kept, page numbers dropped."""
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


def _join(pages: list[list[_Row]]) -> tuple[str, list[Span]]:
    """Lines to paragraphs: a line goes on in the next when it reaches the right edge of the type area, ends with no
    sentence, and the next neither is indented nor begins with the mark of a provision."""
    rights = [row.right for rows in pages for row in rows if row.right > 0]
    edge = sorted(rights)[int(len(rights) * 0.9)] if rights else 0.0
    lefts = [row.left for rows in pages for row in rows if row.right > 0]
    margin = sorted(lefts)[int(len(lefts) * 0.1)] if lefts else 0.0
    parts: list[str] = []
    spans: list[Span] = []
    length = 0
    before: _Row | None = None
    for number, rows in enumerate(pages, start=1):
        start = length
        for row in rows:
            if before is not None:
                goes_on = edge - before.right < 24 and row.left - margin < 14 and not _BEGINS.match(row.text)
                if before.text[-1] in _ENDS and edge - before.right > 6:
                    goes_on = False
                gap = (
                    ""
                    if goes_on and not (before.text[-1].isascii() and row.text[0].isascii())
                    else " "
                    if goes_on
                    else "\n"
                )
                parts.append(gap)
                length += len(gap)
            parts.append(row.text)
            length += len(row.text)
            before = row
        spans.append(Span(start, length, "page", str(number)))
    return "".join(parts) + "\n", spans

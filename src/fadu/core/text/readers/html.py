"""HTML pages: the words in reading order, one block a line; nothing is fetched, no script runs."""

from __future__ import annotations

import re

from lxml import etree

from fadu.core.text.document import Caveat, Document, Span
from fadu.core.text.readers.limits import ReadError
from fadu.core.text.readers.plain import decode

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "title",
        "tr",
        "ul",
    ]
)
_SKIPPED = frozenset(
    [
        "head",
        "script",
        "style",
        "template",
        "noscript",
        "object",
        "embed",
        "iframe",
        "svg",
        "math",
        "select",
        "button",
        "input",
        "textarea",
        "canvas",
        "nav",
    ]
)
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f]+")


class _Writer:
    """Collects the lines of a page; blanks fold as a browser folds them."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.spans: list[Span] = []
        self.length = 0
        self._line: list[str] = []

    def words(self, text: str | None) -> None:
        if text:
            folded = _BLANKS.sub(" ", text)
            if folded != " " or (self._line and not self._line[-1].endswith(" ")):
                self._line.append(folded)

    def feed(self, mark: str) -> None:
        self._line.append(mark)

    def end_line(self) -> tuple[int, int]:
        line = "".join(self._line).strip(" ")
        self._line.clear()
        start = self.length
        if line.strip():
            self.parts.append(line + "\n")
            self.length += len(line) + 1
            return start, start + len(line)
        return start, start


def read_html(data: bytes, name: str) -> Document:
    """The text of an HTML page. Table rows are written ``| a | b |``; headings are kept as spans."""
    declared = _CHARSET.search(data[:4096])
    text, encoding, caveats = decode(data, name)
    if declared and declared[1].lower() not in (
        b"utf-8",
        b"utf8",
        b"gb2312",
        b"gbk",
        b"gb18030",
        encoding.encode(),
    ):
        caveats.append(
            Caveat(
                "encoding",
                f"页面声明编码 {declared[1].decode('ascii', 'replace')}，实际按 {encoding} 读取",
                name,
            )
        )
    parser = etree.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    root = etree.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text), parser) if text.strip() else None
    if root is None:
        raise ReadError("网页没有内容", where=name)
    writer = _Writer()
    hidden = _walk(root, writer)
    if hidden:
        caveats.append(Caveat("hidden", f"有 {hidden} 处页面上不显示的内容，未读取", name))
    bars = sum(1 for _ in root.iter("nav"))
    if bars:
        caveats.append(Caveat("navigation", f"有 {bars} 处网页导航栏，未读取", name))
    pictures = sum(1 for _ in root.iter("img"))
    if pictures:
        caveats.append(Caveat("pictures", f"有 {pictures} 幅图片，图中文字未读取", name))
    title = root.findtext(".//title") or ""
    meta = {"format": "html", "encoding": encoding, "title": " ".join(title.split())}
    return Document("".join(writer.parts), name, tuple(writer.spans), tuple(caveats), meta)


def _walk(root: etree._Element, writer: _Writer) -> int:
    hidden = skipped = 0
    heading = ""
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if not skipped and tag not in _SKIPPED and _HIDDEN.search(element.get("style") or ""):
                hidden += 1
                skipped = 1
            elif skipped or tag in _SKIPPED:
                skipped += 1
            if skipped:
                continue
            heading = _open(tag, writer) or heading
            writer.words(element.text)
        else:
            if skipped:
                skipped -= 1
            else:
                _close(tag, heading, writer)
            if not skipped:
                writer.words(element.tail)
    writer.end_line()
    return hidden


def _open(tag: str, writer: _Writer) -> str:
    if tag in ("td", "th"):
        writer.feed("| ")
    elif tag == "br":
        writer.end_line()
    elif tag in _BLOCKS and not _in_cell(writer):
        writer.end_line()
        if tag[0] == "h" and tag[1:].isdigit():
            return tag[1:]
    return ""


def _in_cell(writer: _Writer) -> bool:
    return bool(writer._line) and writer._line[0] == "| "


def _close(tag: str, heading: str, writer: _Writer) -> None:
    if tag in ("td", "th"):
        writer.feed(" ")
    elif tag == "tr":
        if _in_cell(writer):
            cells = sum(1 for part in writer._line if part == "| ")
            if cells == 1:  # a table used for layout
                writer._line.pop(0)
            else:
                writer.feed("|")
        writer.end_line()
    elif tag in _BLOCKS and not _in_cell(writer):
        start, end = writer.end_line()
        if end > start and tag[0] == "h" and tag[1:].isdigit():
            writer.spans.append(Span(start, end, "heading", heading))

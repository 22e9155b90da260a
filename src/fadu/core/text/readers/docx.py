"""Word documents (ECMA-376): paragraphs, automatic numbers, tables, tracked changes, notes, headers.

Tracked changes are read as accepted; what was deleted is kept in spans. Macros never run and are not read.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from fadu.core.text.document import Caveat, Document, Span
from fadu.core.text.readers.limits import MAX_TEXT, ReadError
from fadu.core.text.readers.numbering import Numbering, W
from fadu.core.text.readers.package import Package

_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_TEXT = {W + "t", W + "delText"}
_PLAIN = {W + "tab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-", W + "softHyphen": ""}
_INTO = frozenset(
    W + tag
    for tag in ("r", "hyperlink", "smartTag", "sdt", "sdtContent", "fldSimple", "dir", "bdo", "customXml")
)
_CHANGES = {W + "ins": "inserted", W + "moveTo": "inserted", W + "del": "deleted", W + "moveFrom": "deleted"}
_NOTES = {
    W + "footnoteReference": "footnote",
    W + "endnoteReference": "footnote",
    W + "commentReference": "comment",
}


@dataclass
class _State:
    package: Package
    numbering: Numbering
    styles: dict[str, tuple[str, str, str]]
    notes: dict[tuple[str, str], str]
    parts: list[str] = field(default_factory=list)
    length: int = 0
    spans: list[Span] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    joined: bool = False

    def write(self, text: str) -> None:
        if text:
            self.parts.append(text)
            self.length += len(text)
            if self.length > MAX_TEXT:
                raise ReadError(f"文本超过上限（{MAX_TEXT} 字）", where=self.package.name, cure="请拆分文件")

    def count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1


def read_docx(data: bytes, name: str) -> Document:
    """The text of a ``.docx`` (or ``.docm``): one paragraph a line, table rows as ``| a | b |``."""
    package = Package(data, name)
    root = package.xml("word/document.xml")
    body = root.find(W + "body")
    if body is None:
        raise ReadError("文档没有正文", where=name)
    state = _State(
        package, Numbering(_part(package, "word/numbering.xml")), _styles(package), _notes(package)
    )
    for block in body:
        _block(block, state)
    meta = {"format": "docx"} | _margins(package) | _properties(package)
    return Document("".join(state.parts), name, tuple(state.spans), tuple(_caveats(state)), meta)


def _part(package: Package, part: str) -> etree._Element | None:
    return package.xml(part) if part in package else None


def _styles(package: Package) -> dict[str, tuple[str, str, str]]:
    """style id → (numId, ilvl, outline level), inherited through basedOn."""
    root = _part(package, "word/styles.xml")
    raw: dict[str, tuple[str, str, str, str]] = {}
    for style in root.iterfind(W + "style") if root is not None else ():
        properties = style.find(W + "pPr")
        num = properties.find(W + "numPr") if properties is not None else None
        outline = properties.find(W + "outlineLvl") if properties is not None else None
        based = style.find(W + "basedOn")
        raw[style.get(W + "styleId") or ""] = (
            _val(num, "numId"),
            _val(num, "ilvl"),
            (outline.get(W + "val") or "") if outline is not None else "",
            (based.get(W + "val") or "") if based is not None else "",
        )
    found: dict[str, tuple[str, str, str]] = {}
    for key in raw:
        values, above, seen = ["", "", ""], key, set()
        while above in raw and above not in seen:
            seen.add(above)
            for index in range(3):
                values[index] = values[index] or raw[above][index]
            above = raw[above][3]
        found[key] = (values[0], values[1], values[2])
    return found


def _val(element: etree._Element | None, child: str) -> str:
    if element is None:
        return ""
    found = element.find(W + child)
    return "" if found is None else found.get(W + "val") or ""


def _notes(package: Package) -> dict[tuple[str, str], str]:
    found = {}
    for kind, part, tag in (
        ("footnote", "footnotes", "footnote"),
        ("footnote", "endnotes", "endnote"),
        ("comment", "comments", "comment"),
    ):
        root = _part(package, f"word/{part}.xml")
        for note in root.iterfind(W + tag) if root is not None else ():
            found[tag, note.get(W + "id") or ""] = _flat(note)
        del kind
    return found


def _flat(element: etree._Element) -> str:
    return "".join(text.text or "" for text in element.iter(W + "t")).strip()


def _block(block: etree._Element, state: _State) -> None:
    tag = block.tag
    if tag == W + "p":
        _paragraph(block, state)
    elif tag == W + "tbl":
        _table(block, state)
    elif tag in (W + "sdt", W + "customXml", W + "sdtContent", W + "ins", W + "moveTo"):
        for child in block:
            _block(child, state)


def _paragraph(paragraph: etree._Element, state: _State, end: str = "\n") -> None:
    start = state.length
    properties = paragraph.find(W + "pPr")
    style = state.styles.get(_val(properties, "pStyle"), ("", "", ""))
    if not state.joined:
        _number(properties, style, state)
    state.joined = False
    boxes: list[etree._Element] = []
    _inline(paragraph, state, boxes)
    level = style[2] or _val(properties, "outlineLvl")
    if level.isdigit() and int(level) < 9 and state.length > start:
        state.spans.append(Span(start, state.length, "heading", str(int(level) + 1)))
    mark = properties.find(W + "rPr") if properties is not None else None
    if mark is not None and (mark.find(W + "del") is not None or mark.find(W + "moveFrom") is not None):
        state.joined = (
            True  # the paragraph mark itself was deleted: accepted, the next paragraph goes on here
        )
        state.count("changes")
    else:
        state.write(end)
    for box in boxes:
        for child in box:
            _block(child, state)


def _number(properties: etree._Element | None, style: tuple[str, str, str], state: _State) -> None:
    num = properties.find(W + "numPr") if properties is not None else None
    num_id = _val(num, "numId") or style[0]
    level = _val(num, "ilvl") or style[1] or "0"
    if num_id and level.isdigit():
        label = state.numbering.label(num_id, int(level))
        if label:
            state.spans.append(Span(state.length, state.length + len(label.rstrip()), "number"))
            state.write(label)


def _inline(
    element: etree._Element, state: _State, boxes: list[etree._Element], deleted: list[str] | None = None
) -> None:
    hidden = element.tag == W + "r" and element.find(f"{W}rPr/{W}vanish") is not None
    if hidden:
        state.count("hidden")
        return
    for child in element:
        tag = child.tag
        if tag in _TEXT:
            if deleted is not None:
                deleted.append(child.text or "")
            else:
                state.write(child.text or "")
        elif tag in _PLAIN:
            if deleted is None:
                state.write(_PLAIN[tag])
        elif tag in _CHANGES:
            _change(child, state, boxes)
        elif tag in _INTO:
            _inline(child, state, boxes, deleted)
        elif tag in _NOTES:
            kind = (
                "comment"
                if tag == W + "commentReference"
                else "endnote"
                if tag == W + "endnoteReference"
                else "footnote"
            )
            text = state.notes.get((kind, child.get(W + "id") or ""), "")
            state.spans.append(Span(state.length, state.length, _NOTES[tag], text))
            state.count(_NOTES[tag])
        elif tag == _MC + "AlternateContent":
            choice = child.find(_MC + "Choice")
            if choice is not None:
                _drawing(choice, state, boxes)
        elif tag in (W + "drawing", W + "pict", W + "object"):
            _drawing(child, state, boxes)
        elif tag == W + "sym":
            state.count("symbols")


def _change(change: etree._Element, state: _State, boxes: list[etree._Element]) -> None:
    kind = _CHANGES[str(change.tag)]
    who = " ".join(part for part in (change.get(W + "author"), change.get(W + "date")) if part)
    start = state.length
    gone: list[str] | None = [] if kind == "deleted" else None
    _inline(change, state, boxes, gone)
    if gone:
        state.spans.append(Span(start, start, "deleted", "".join(gone)))
    elif kind == "inserted" and state.length > start:
        state.spans.append(Span(start, state.length, "inserted", who))
    state.count("changes")


def _drawing(element: etree._Element, state: _State, boxes: list[etree._Element]) -> None:
    found = list(element.iter(W + "txbxContent"))
    boxes.extend(box for box in found if not any(above in found for above in box.iterancestors()))
    if not found:
        state.count("pictures")


def _table(table: etree._Element, state: _State) -> None:
    start = state.length
    for row in table.iter(W + "tr"):
        if next(row.iterancestors(W + "tbl")) is not table:
            continue
        cells = [cell for cell in row if cell.tag == W + "tc"]
        if len(cells) == 1:
            for block in cells[0]:
                _block(block, state)
            continue
        state.write("|")
        for cell in cells:
            state.write(" ")
            first = state.length
            _cell(cell, state)
            state.spans.append(Span(first, state.length, "cell"))
            state.write(" |")
        state.write("\n")
    state.spans.append(Span(start, state.length, "table"))


def _cell(cell: etree._Element, state: _State) -> None:
    paragraphs = [block for block in cell.iter(W + "p") if next(block.iterancestors(W + "tc")) is cell]
    for index, paragraph in enumerate(paragraphs):
        if index:
            state.write(" ")
        _paragraph(paragraph, state, end="")
    if cell.find(W + "tbl") is not None:
        state.count("nested_tables")


def _margins(package: Package) -> dict[str, str]:
    """The words of headers and footers, each once."""
    found: dict[str, str] = {}
    for kind in ("header", "footer"):
        texts = [
            _flat(package.xml(part))
            for part in sorted(package.names())
            if part.startswith(f"word/{kind}") and part.endswith(".xml")
        ]
        unique = list(dict.fromkeys(text for text in texts if text))
        if unique:
            found[kind] = "\n".join(unique)
    return found


def _properties(package: Package) -> dict[str, str]:
    root = _part(package, "docProps/core.xml")
    found: dict[str, str] = {}
    for element in root if root is not None else ():
        name = etree.QName(element).localname
        if element.text and name in ("title", "creator", "created", "modified", "lastModifiedBy"):
            found[name] = element.text.strip()
    return found


_SENTENCES = {
    "changes": ("tracked_changes", "有 {} 处修订痕迹，按全部接受后的文本读取，删去的文字另存"),
    "hidden": ("hidden", "有 {} 处隐藏文字，未读取"),
    "pictures": ("pictures", "有 {} 处图片或者嵌入对象，其中文字未读取"),
    "symbols": ("symbols", "有 {} 个符号字体字符，未读取"),
    "nested_tables": ("nested_tables", "有 {} 个嵌套表格，未读取其内容"),
    "footnote": ("footnotes", "有 {} 个脚注或者尾注，不并入正文"),
    "comment": ("comments", "有 {} 条批注，不并入正文"),
}


def _caveats(state: _State) -> list[Caveat]:
    name = state.package.name
    found = [
        Caveat(code, sentence.format(state.counts[what]), name)
        for what, (code, sentence) in _SENTENCES.items()
        if what in state.counts
    ]
    if any(part.lower().endswith("vbaproject.bin") for part in state.package.names()):
        found.append(Caveat("macros", "文件带有宏，宏不读取、不运行", name))
    if state.numbering.unknown:
        found.append(
            Caveat(
                "numbering",
                f"自动编号格式 {'、'.join(sorted(state.numbering.unknown))} 不认识，按阿拉伯数字读取",
                name,
            )
        )
    return found

"""Akoma Ntoso 3.0 read back into a text with its outline.

What this program wrote comes back to the last blank. A document from elsewhere has no ``lead``: there a new line is
put before every block, and a wide blank after a number, as Chinese texts are set.
"""

from __future__ import annotations

import re

from lxml import etree

from fadu.core.errors import InputError
from fadu.core.text import numerals
from fadu.core.text.akn.names import AKN, FADU, is_hierarchical, kind_of
from fadu.core.text.outline import Node, Outline, outline

_LEAD, _TAIL, _NUMBER = f"{{{FADU}}}lead", f"{{{FADU}}}tail", f"{{{FADU}}}number"
_BODY, _LABEL = f"{{{FADU}}}body", f"{{{FADU}}}label"
_TITLE = f"{{{FADU}}}title"
_SKIPPED = {"meta", "coverPage"}
_LEAVES = {"num", "heading", "subheading", "p", "block", "longTitle", "crossHeading"}
_INLINE_LABEL = {"heading", "p"}
_MAX_BYTES = 50_000_000
_MAX_DEPTH = 200


def import_akn(data: bytes, *, source: str = "") -> Outline:
    """The text of an Akoma Ntoso document and its outline, whose nodes are those of the XML.

    Raises ``InputError`` for what is no XML, no Akoma Ntoso, or defines entities.
    """
    root = _parse(data, source)
    reader = _Reader()
    for work in root:
        reader.container(work, 0)
    text = "".join(reader.parts) + next(
        (held.get(_TAIL, "") for held in root.iter(f"{{{AKN}}}p") if _TAIL in held.attrib), ""
    )
    if not {_LEAD, _TAIL} & _attributes(root):
        text = text.lstrip("\n")
        for node in reader.walk():
            node.start, node.end, node.body = (
                max(0, at - reader.shift) for at in (node.start, node.end, node.body)
            )
    found = outline(text)
    found.nodes = reader.nodes
    return found


def _parse(data: bytes, source: str) -> etree._Element:
    if len(data) > _MAX_BYTES:
        raise InputError(
            "文件过大", where=source, why=f"上限为 {_MAX_BYTES // 1_000_000} MB", cure="请拆分文件"
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line = error.position[0] or 1
        raise InputError(
            f"不是格式良好的 XML（第 {line} 行）", where=source, cure="请从原系统重新导出 Akoma Ntoso 3.0"
        ) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise InputError(
            "文件含有 DTD 或者实体定义",
            where=source,
            why="实体可引用外部文件，一律不读",
            cure="去掉 DOCTYPE 后再导入",
        )
    if root.tag != f"{{{AKN}}}akomaNtoso":
        raise InputError(
            "不是 Akoma Ntoso 3.0 文件",
            where=source,
            why=f"根元素为 {root.tag!s}",
            cure="请提交 Akoma Ntoso 3.0 的 XML",
        )
    return root


def _attributes(root: etree._Element) -> set[str]:
    return {str(name) for element in root.iter() for name in element.attrib}


class _Reader:
    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.nodes: list[Node] = []
        self.stack: list[Node] = []
        self.solid = 0
        self.loose = 0
        self.after_label = False
        self.waiting: list[Node] = []
        self.shift = 0

    def walk(self) -> list[Node]:
        return [node for top in self.nodes for node in top.walk()]

    def container(self, element: etree._Element, depth: int) -> None:
        """Walk everything in order; provisions become nodes, leaves become words."""
        if not isinstance(element.tag, str) or depth > _MAX_DEPTH:
            return
        name = etree.QName(element).localname
        if name in _SKIPPED:
            return
        if name in _LEAVES and not any(is_hierarchical(etree.QName(child).localname) for child in element):
            self.leaf(element, name)
        elif name == "attachment":
            self.provision(element, "附件", depth)
        elif is_hierarchical(name) and element.get("name") != "loose":
            self.provision(element, kind_of(name, element.get("name", "")), depth)
        else:
            loose = element.get("name") == "loose"
            self.loose += loose
            for child in element:
                self.container(child, depth + 1)
            self.loose -= loose

    def provision(self, element: etree._Element, kind: str, depth: int) -> None:
        num, heading = (element.find(f"{{{AKN}}}{name}") for name in ("num", "heading"))
        label = element.get(_LABEL, _words(num))
        node = Node(kind, label, _number(element, label), _title(element, heading), -1, -1, -1)
        (self.stack[-1].children if self.stack else self.nodes).append(node)
        self.stack.append(node)
        self.waiting.append(node)
        for child in element:
            self.container(child, depth + 1)
        self.stack.pop()
        if node.start < 0:  # no words at all
            node.start = node.end = node.body = self.length
            self.waiting = [other for other in self.waiting if other is not node]
        elif node.body < 0:
            node.body = self.length
        node.end = max(node.start, self.solid)
        if (offset := element.get(_BODY)) is not None:
            node.body = node.start + int(offset)

    def leaf(self, element: etree._Element, name: str) -> None:
        words = _words(element)
        lead = element.get(_LEAD)
        if not words and lead is None:
            return
        if lead is None:
            lead = "\u3000" if self.after_label and name in _INLINE_LABEL else "\n"
        if not self.parts:
            self.shift = len(lead) - len(lead.lstrip("\n"))
        self.put(lead)
        for node in self.waiting:
            node.start = self.length
        for node in self.stack:
            if node.body < 0 and node.start >= 0 and not (name == "num" and node is self.stack[-1]):
                node.body = self.length
        self.waiting.clear()
        self.put(words)
        self.solid = self.solid if self.loose else self.length
        self.after_label = name == "num"

    def put(self, words: str) -> None:
        self.parts.append(words)
        self.length += len(words)


def _words(element: etree._Element | None) -> str:
    return "" if element is None else "".join(str(part) for part in element.itertext())


def _title(element: etree._Element, heading: etree._Element | None) -> str:
    for holder in (element, heading):
        if holder is not None and (title := holder.get(_TITLE)) is not None:
            return title
    return _words(heading)


def _number(element: etree._Element, label: str) -> tuple[int, ...]:
    written = element.get(_NUMBER)
    if written is not None:
        return tuple(int(part) for part in written.split())
    return tuple(numerals.parse(found) for found in re.findall(numerals.NUMERAL, label))

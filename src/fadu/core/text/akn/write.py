"""A text with its outline written as Akoma Ntoso 3.0.

Every run of words becomes the text of one element; whatever stands before it (line breaks, blanks, marks of Markdown)
is kept in the attribute ``lead`` of that element. Reading them in order gives the text back to the last blank.
"""

from __future__ import annotations

import datetime
import re

from lxml import etree

from fadu.core.errors import InputError
from fadu.core.text.akn.meta import meta, work_date
from fadu.core.text.akn.names import AKN, CONTAINERS, ELEMENTS, FADU
from fadu.core.text.outline import Node, Outline

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE = re.compile(r"[^\n]+")
_MARKUP = re.compile(r"(?:#{1,6}[ \t]+|[ \t\u3000]+|#{1,6}$)*")


def export_akn(outline: Outline, *, date: datetime.date | None = None) -> bytes:
    """The whole text of ``outline`` as a document of Akoma Ntoso 3.0, valid against the official schema.

    ``date`` is the date of the work where the text does not say it. Raises ``InputError`` when there is none at all,
    or when the text holds control characters that XML cannot.
    """
    if illegal := _ILLEGAL.search(outline.text):
        raise InputError(
            f"文本含有 XML 不能容纳的控制字符（U+{ord(illegal[0]):04X}）",
            where=f"第{illegal.start()}字处",
            cure="删去该字符后再导出",
        )
    return etree.tostring(_Writer(outline, date).document(), xml_declaration=True, encoding="UTF-8")


def _heading(text: str, node: Node) -> str:
    """The run of words behind the label that makes up the title, blanks within it included; empty if there is none."""
    wanted = [mark for mark in node.title if not mark.isspace()]
    position = node.body
    for mark in wanted:
        while position < node.end and text[position].isspace() and text[position] != "\n":
            position += 1
        if position >= node.end or text[position] != mark:
            return ""
        position += 1
    return text[node.body : position]


class _Writer:
    def __init__(self, outline: Outline, date: datetime.date | None) -> None:
        self.outline = outline
        self.text = outline.text
        self.date = work_date(outline, date)
        self.position = 0
        self.used: set[str] = set()

    def document(self) -> etree._Element:
        outline = self.outline
        self.kind = "act" if any(node.kind == "条" for node in outline.walk()) else "doc"
        root = etree.Element(f"{{{AKN}}}akomaNtoso", nsmap={None: AKN, "fadu": FADU})
        work = self.sub(root, self.kind, name="act" if self.kind == "act" else "document")
        work.append(meta(outline, kind=self.kind, date=self.date))
        annexes = self.trailing_annexes()
        body = outline.nodes[: len(outline.nodes) - len(annexes)]
        first = body[0].start if body else annexes[0].start if annexes else len(self.text)
        self.lines_in(work, "preface", first)
        main = self.sub(work, "body" if self.kind == "act" else "mainBody")
        for node in body:
            self.loose(main, node.start)
            self.node(main, node, "")
        if not len(main):
            self.hollow(main)
        self.lines_in(work, "conclusions", annexes[0].start if annexes else len(self.text))
        if annexes:
            held = self.sub(work, "attachments")
            for number, node in enumerate(annexes, 1):
                self.annex(held, node, number)
                self.loose(
                    held[-1][-1][-1], annexes[number].start if number < len(annexes) else len(self.text)
                )
        if self.position < len(self.text):
            last = list(work.iter(f"{{{AKN}}}p"))[-1]
            last.set(f"{{{FADU}}}tail", self.text[self.position :])
        return root

    def trailing_annexes(self) -> list[Node]:
        found: list[Node] = []
        for node in reversed(self.outline.nodes):
            if node.kind != "附件":
                break
            found.insert(0, node)
        return found

    def sub(self, parent: etree._Element, element: str, /, **attributes: str) -> etree._Element:
        found = etree.SubElement(parent, f"{{{AKN}}}{element}")
        for key, value in attributes.items():
            found.set(key, value)
        return found

    def leaf(self, parent: etree._Element, name: str, start: int, end: int) -> etree._Element:
        """``text[start:end]`` as the text of a new element, what lies before it in ``lead``."""
        found = self.sub(parent, name)
        found.text = self.text[start:end]
        found.set(f"{{{FADU}}}lead", self.text[self.position : start])
        self.position = end
        return found

    def lines(self, parent: etree._Element, end: int, begin: int = 0) -> None:
        """Every line up to ``end`` as a paragraph; marks and blanks before its words, and all before ``begin``,
        belong to the lead."""
        for line in _LINE.finditer(self.text, max(begin, self.position), end):
            start = line.start() + len(_MARKUP.match(line[0])[0])  # type: ignore[index]  # the pattern matches the empty text
            stop = line.start() + len(line[0].rstrip())
            if start < stop:
                self.paragraph(parent, start, stop)

    def paragraph(self, parent: etree._Element, start: int, stop: int) -> None:
        words = self.text[start:stop]
        note = next((note.kind for note in self.outline.notes if note.start < stop and start < note.end), "")
        if words == self.outline.title or (self.outline.number and words == self.outline.number):
            found = self.leaf(parent, "p", start, stop)
            inner = self.sub(found, "docTitle" if words == self.outline.title else "docNumber")
            inner.text, found.text = found.text, None
            return
        found = self.leaf(parent, "p", start, stop)
        if note:
            found.set("class", note)

    def lines_in(self, work: etree._Element, name: str, end: int) -> None:
        """A preface or conclusions, if there are words for it."""
        holder = self.sub(work, name)
        self.lines(holder, end)
        if not len(holder):
            work.remove(holder)

    def loose(self, parent: etree._Element, end: int) -> None:
        """Words between two provisions that belong to neither."""
        if not self.text[self.position : end].strip("# \t\u3000\n\r"):
            return
        holder = self.sub(parent, "hcontainer", name="loose", eId=self.id("", "loose"))
        self.lines(self.sub(holder, "content"), end)
        if not len(holder[0]):
            parent.remove(holder)

    def node(self, parent: etree._Element, node: Node, above: str) -> None:
        element, short = ELEMENTS.get(node.kind, ("hcontainer", ""))
        found = self.sub(parent, element)
        if element == "hcontainer":
            name, short = CONTAINERS.get(node.kind, ("text", "text"))
            found.set("name", name)
        found.set("eId", self.id("" if node.kind == "条" else above, short, node.number))
        self.facts(found, node)
        self.fill(found, node, found.get("eId", ""))

    def fill(self, found: etree._Element, node: Node, above: str) -> None:
        """Label, heading, own words, what lies below, what closes it."""
        self.label(found, node)
        if not node.children:
            content = self.sub(found, "content")
            self.lines(content, node.end, node.start)
            if not len(content):
                self.sub(content, "p")
            return
        self.block(found, "intro", node.children[0].start, node.start)
        for child in node.children:
            self.loose(found, child.start)
            self.node(found, child, above)
        self.block(found, "wrapUp", node.end)

    def facts(self, found: etree._Element, node: Node) -> None:
        """What the outline knows of a provision and the standard has no place for."""
        found.set(f"{{{FADU}}}number", " ".join(map(str, node.number)))
        found.set(f"{{{FADU}}}body", str(node.body - node.start))

    def label(self, found: etree._Element, node: Node) -> None:
        label_end = node.start + len(self.text[node.start : node.body].rstrip())
        if node.label and label_end > node.start:
            self.leaf(found, "num", node.start, label_end)
            if node.label != self.text[node.start : label_end]:
                found.set(f"{{{FADU}}}label", node.label)
        if node.title:
            self.heading(found, node)

    def heading(self, found: etree._Element, node: Node) -> None:
        """The heading as printed (总　则); the title without its blanks beside it where the two differ."""
        printed = _heading(self.text, node)
        if printed:
            held = self.leaf(found, "heading", node.body, node.body + len(printed))
            if printed != node.title:
                held.set(f"{{{FADU}}}title", node.title)
        else:
            found.set(f"{{{FADU}}}title", node.title)

    def block(self, found: etree._Element, name: str, end: int, begin: int = 0) -> None:
        holder = self.sub(found, name)
        self.lines(holder, end, begin)
        if not len(holder):
            found.remove(holder)

    def annex(self, parent: etree._Element, node: Node, number: int) -> None:
        found = self.sub(parent, "attachment", eId=self.id("", "att", (number,)))
        self.facts(found, node)
        self.label(found, node)
        inner = self.sub(found, "doc", name="annex")
        inner.append(meta(self.outline, kind=self.kind, date=self.date, component=f"annex_{number}"))
        main = self.sub(inner, "mainBody")
        self.lines(main, node.children[0].start if node.children else node.end)
        for child in node.children:
            self.loose(main, child.start)
            self.node(main, child, found.get("eId", ""))
        self.lines(main, node.end)
        if not len(main):
            self.sub(main, "p")

    def hollow(self, main: etree._Element) -> None:
        """A text without any provision still needs a body."""
        holder = self.sub(main, "hcontainer", name="loose", eId=self.id("", "loose"))
        self.sub(self.sub(holder, "content"), "p")

    def id(self, above: str, short: str, number: tuple[int, ...] = ()) -> str:
        """An ``eId`` by the naming convention (``chp_2__sec_1``, ``art_10-1__para_2``), unique even where the text
        numbers twice."""
        own = short + (f"_{'-'.join(map(str, number))}" if number else "")
        base = f"{above}__{own}" if above else own
        found, count = base, 1
        while found in self.used:
            count += 1
            found = f"{base}~{count}"
        self.used.add(found)
        return found

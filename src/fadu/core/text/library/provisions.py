"""Which provisions a text has, small enough to keep one row a work: article → how many items each paragraph has."""

from __future__ import annotations

from fadu.core.text.outline import Node, Outline

Provisions = dict[str, list[int]]
"""``"12"`` or ``"12.1"`` (第十二条之一) → for each 款 the number of its 项. The key ``""`` is never used."""


def key(article: int, sub: int = 0) -> str:
    """The key of an article."""
    return f"{article}.{sub}" if sub else str(article)


def provisions(outline: Outline) -> Provisions:
    """The provisions of one text. A text that is numbered 一、 二、 only (修正案, 决定) is cited as 第一条, 第二条 by usage."""
    found: Provisions = {}
    for article in outline.articles():
        found.setdefault(key(*article.number[:2]), _items(article))
    if not found:
        for node in outline.nodes:
            if node.kind == "一级" and node.number:
                found.setdefault(key(node.number[0]), [sum(child.kind == "二级" for child in node.children)])
    return found


def _items(article: Node) -> list[int]:
    return [
        max((child.number[0] for child in paragraph.children if child.kind == "项"), default=0)
        for paragraph in article.children
        if paragraph.kind == "款"
    ]

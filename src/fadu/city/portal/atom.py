"""Atom (RFC 4287): the newest publications and consultations, for feed readers and for whoever watches a government."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree as Tree

_ATOM = "http://www.w3.org/2005/Atom"
# RFC 4287 has no place for these control characters, and XML 1.0 cannot write them.
_UNWRITABLE = dict.fromkeys([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20)])


@dataclass(frozen=True)
class Entry:
    """One entry: a lasting name, its page, whose it is, when it came and when it last changed."""

    id: str
    title: str
    address: str
    author: str
    at: datetime
    summary: str = ""


def written(
    *, name: str, title: str, address: str, feed: str, entries: Sequence[Entry], at: datetime
) -> bytes:
    """The feed as XML. ``name`` is its lasting id; ``at`` the moment of its newest entry, or now without one."""
    Tree.register_namespace("", _ATOM)
    root = Tree.Element(f"{{{_ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "zh-Hans"})
    _text(root, "id", name)
    _text(root, "title", title)
    _text(root, "updated", max((one.at for one in entries), default=at).isoformat())
    _link(root, "self", feed)
    _link(root, "alternate", address)
    for one in entries:
        entry = Tree.SubElement(root, f"{{{_ATOM}}}entry")
        _text(entry, "id", one.id)
        _text(entry, "title", one.title)
        _text(entry, "updated", one.at.isoformat())
        _text(entry, "published", one.at.isoformat())
        _text(Tree.SubElement(entry, f"{{{_ATOM}}}author"), "name", one.author)
        _link(entry, "alternate", one.address)
        if one.summary:
            _text(entry, "summary", one.summary)
    return Tree.tostring(root, encoding="utf-8", xml_declaration=True)


def _text(parent: Tree.Element, tag: str, text: str) -> None:
    Tree.SubElement(parent, f"{{{_ATOM}}}{tag}").text = text.translate(_UNWRITABLE)


def _link(parent: Tree.Element, rel: str, address: str) -> None:
    Tree.SubElement(parent, f"{{{_ATOM}}}link", {"rel": rel, "href": address})

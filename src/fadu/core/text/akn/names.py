"""How the parts of a Chinese text are called in Akoma Ntoso 3.0 (OASIS LegalDocML)."""

from __future__ import annotations

AKN = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
FADU = "urn:fadu:akn"
"""Our own attributes. ``lead`` is the text (blanks, marks) before a run of words and ``tail``, on the last paragraph,
what ends the file; ``number`` is the number of a provision, ``body`` how far behind its beginning its words begin,
``label`` and ``title`` what the outline calls it where it is printed otherwise (总　则). The schema allows foreign
attributes everywhere; other programs may drop them."""

ELEMENTS: dict[str, tuple[str, str]] = {
    "编": ("part", "part"),
    "分编": ("subpart", "subpart"),
    "章": ("chapter", "chp"),
    "节": ("section", "sec"),
    "条": ("article", "art"),
    "款": ("paragraph", "para"),
    "项": ("point", "point"),
    "目": ("indent", "indent"),
}
"""Kind → element and the abbreviation that the naming convention uses in ``eId``."""

CONTAINERS: dict[str, tuple[str, str]] = {
    "一级": ("level1", "lvl1"),
    "二级": ("level2", "lvl2"),
    "三级": ("level3", "lvl3"),
    "四级": ("level4", "lvl4"),
    "段": ("text", "text"),
    "附件": ("annex", "annex"),
    "引": ("quotation", "quote"),
}
"""Kinds for which the standard has no element: ``hcontainer`` with this ``name``."""

KIND_OF_ELEMENT = {element: kind for kind, (element, _) in ELEMENTS.items()}
KIND_OF_CONTAINER = {name: kind for kind, (name, _) in CONTAINERS.items()}
_FOREIGN = {
    "book": "编", "title": "编", "tome": "编", "subtitle": "分编", "subchapter": "节", "subsection": "节",
    "division": "节", "rule": "条", "clause": "款", "subparagraph": "项", "list": "款", "alinea": "目", "level": "段",
}  # fmt: skip
"""Elements that texts of other countries use, and what they come nearest to."""


def kind_of(element: str, name: str) -> str:
    """The kind of a hierarchical element; ``name`` is that of an ``hcontainer``."""
    if element == "hcontainer":
        return KIND_OF_CONTAINER.get(name, "段")
    return KIND_OF_ELEMENT.get(element) or _FOREIGN.get(element, "段")


def is_hierarchical(element: str) -> bool:
    """Whether an element is a provision or division."""
    return element in KIND_OF_ELEMENT or element in _FOREIGN or element == "hcontainer"

"""The ``meta`` of an Akoma Ntoso document: work, expression, manifestation, life cycle, references."""

from __future__ import annotations

import datetime
import re

from lxml import etree

from fadu.core.errors import InputError
from fadu.core.text.akn.names import AKN
from fadu.core.text.outline import Outline

_WORK_DATES = ("公布", "通过", "印发", "成文", "批准", "修订", "修正")
_LIFE = {
    "通过": "generation",
    "公布": "generation",
    "修正": "amendment",
    "修订": "amendment",
    "废止": "repeal",
}
_UNSAFE = re.compile(r"[\s/#?%<>\[\]{}|\\^`\"]+")
_SOURCE = "#fadu"


def work_date(outline: Outline, given: datetime.date | None) -> str:
    """The date of the work (xsd:date), as given or as the text says; the schema has no place for an unknown one."""
    if given is not None:
        return given.isoformat()
    dated = {event.kind: event.date for event in reversed(outline.dates) if event.date}
    if outline.signature and outline.signature.date:
        dated.setdefault("成文", outline.signature.date)
    for kind in _WORK_DATES:
        if kind in dated:
            return dated[kind]
    raise InputError(
        "文本中没有公布、通过或者成文的日期",
        why="Akoma Ntoso 要求作品日期（FRBRdate），不得臆造",
        cure="以 --date 写明，如 --date 2026-08-05",
    )


def meta(outline: Outline, *, kind: str, date: str, component: str = "") -> etree._Element:
    """The ``meta`` element; ``component`` names an annex (``annex_1``) and gives it its own identifiers."""
    name = _UNSAFE.sub("-", outline.number or outline.title) or "untitled"
    work = f"/akn/cn/{kind}/{date}/{name}"
    this = f"!{component or 'main'}"
    found = _sub(None, "meta")
    identification = _sub(found, "identification", source=_SOURCE)
    for level, uri in (
        ("Work", work),
        ("Expression", f"{work}/zho@{date}"),
        ("Manifestation", f"{work}/zho@{date}.xml"),
    ):
        section = _sub(identification, f"FRBR{level}")
        _sub(
            section,
            "FRBRthis",
            value=f"{uri.removesuffix('.xml')}/{this}" + (".xml" if level == "Manifestation" else ""),
        )
        _sub(section, "FRBRuri", value=uri)
        _sub(section, "FRBRdate", date=date, name="作品日期")
        _sub(section, "FRBRauthor", href="#issuer" if level == "Work" else _SOURCE)
        if level == "Work":
            _sub(section, "FRBRcountry", value="cn")
            if outline.number:
                _sub(section, "FRBRnumber", value=outline.number)
            _sub(section, "FRBRname", value=outline.title or "（无标题）")
        elif level == "Expression":
            _sub(section, "FRBRlanguage", language="zho")
        else:
            _sub(section, "FRBRformat", value="application/akn+xml")
    if component:
        return found
    events = [event for event in outline.dates if event.date and event.kind in _LIFE]
    if events:
        life = _sub(found, "lifecycle", source=_SOURCE)
        for number, event in enumerate(events, 1):
            _sub(
                life,
                "eventRef",
                eId=f"event_{number}",
                date=event.date,
                type=_LIFE[event.kind],
                source="#original",
            )
    references = _sub(found, "references", source=_SOURCE)
    _sub(references, "original", eId="original", href=work, showAs=outline.title or "（无标题）")
    issuer = outline.issuer or "未载明"
    _sub(
        references,
        "TLCOrganization",
        eId="issuer",
        href=f"/ontology/organization/cn/{_UNSAFE.sub('-', issuer)}",
        showAs=issuer,
    )
    _sub(references, "TLCOrganization", eId="fadu", href="/ontology/organization/cn/fadu", showAs="法度")
    return found


def _sub(parent: etree._Element | None, element: str, /, **attributes: str) -> etree._Element:
    tag = f"{{{AKN}}}{element}"
    found = etree.Element(tag) if parent is None else etree.SubElement(parent, tag)
    for key, value in attributes.items():
        found.set(key, value)
    return found

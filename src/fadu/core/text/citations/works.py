"""Which work each ref means, as far as the text alone tells: abbreviations declared, 该法, 本法, titles carried over a comma."""

from __future__ import annotations

import re

from fadu.core.text.citations.grammar import TITLE
from fadu.core.text.citations.model import Citation
from fadu.core.text.outline import Outline

_DECLARED = re.compile(
    rf"(?P<title>{TITLE})(?:[（(][^（）()\n]*[）)])?[（(][^（）()\n]*?(?:以下|下)(?:简|统|并|均)?称(?:为)?"
    r"[“‘《\"]*(?P<alias>[^（）()\n“”‘’《》\"，。；]{1,24})[”’》\"]*[^（）()\n]*[）)]"
)
_AMENDS = re.compile(r"修正案|修改|修正|废止")


def declared(text: str) -> dict[str, str]:
    """The abbreviations that the text declares: （以下简称《条例》） → the full title (立法技术规范（二） 第4条)."""
    if "称" not in text:
        return {}
    return {match["alias"]: match["title"][1:-1] for match in _DECLARED.finditer(text)}


def assign_works(text: str, outline: Outline, found: list[Citation], aliases: dict[str, str]) -> None:
    """Fill ``works``: a title, ``""`` for the text itself, ``None`` where the text alone does not tell."""
    amends = _AMENDS.search(outline.title) is not None
    own = outline.title
    last: str | None = None
    before: Citation | None = None
    for citation in found:
        start = citation.start
        for ref in citation.refs:
            work: str | None
            title = ref.get("title")
            if title is not None:
                work = _titled(text, start, title, aliases, last, amends)
            elif "kind" in ref or _of_another(text, start, before):
                work = None
            elif "relative" in ref:
                work = None if amends else ""
            elif (
                before is not None
                and start - before.end == 1
                and text[before.end] in "，,、；;"
                and before.works
            ):
                work = before.works[-1]
            else:
                work = None if amends else ""
            if work == own:
                work = ""
            if work and title is not None:
                last = work
            citation.works.append(work)
        before = citation


def _of_another(text: str, start: int, before: Citation | None) -> bool:
    """Provisions that the text alone does not place: 同条第二款, and those of the document whose number stands directly in
    front (法释〔2020〕17号第一条)."""
    if text[max(0, start - 2) : start] in ("同条", "同款"):
        return True
    return before is not None and before.end == start and before.kind in ("number", "order")


def _titled(
    text: str, start: int, title: str, aliases: dict[str, str], last: str | None, amends: bool
) -> str | None:
    if title in aliases:
        return aliases[title]
    if title[0] == "本" and len(title) < 12:
        return None if amends else ""
    if title[0] in "该同" and len(title) < 12:
        return last
    if start and text[start - 1] == "本" and text[start] == "《":
        return ""
    return title

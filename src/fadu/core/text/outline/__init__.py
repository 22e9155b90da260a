"""The structure of a legal text: :func:`outline` reads it, :class:`Outline` holds it."""

from __future__ import annotations

import re

from fadu.core.text.numerals import NUMERAL, parse
from fadu.core.text.outline.build import Builder
from fadu.core.text.outline.dates import effect
from fadu.core.text.outline.front import front
from fadu.core.text.outline.lines import lines
from fadu.core.text.outline.model import DIVISIONS, LEVELS, Event, Issue, Node, Outline, Passage, Signature
from fadu.core.text.outline.tail import signature

_FIRST = re.compile(r"[（(]一[）)]")

__all__ = ["DIVISIONS", "LEVELS", "Event", "Issue", "Node", "Outline", "Passage", "Signature", "outline"]


def outline(text: str) -> Outline:
    """Read the structure of one text. Never fails: what is odd is kept as it stands and told in ``issues``.

    Offsets are character offsets into ``text``. A text without articles yields its levels (一、 （一） 1.) and
    paragraphs; an empty one an empty outline. Invisible characters (U+200B …) are blanks: a line of them is no 款.
    """
    whole = text
    if any(mark in text for mark in _INVISIBLE):
        text = text.translate(dict.fromkeys(map(ord, _INVISIBLE), " "))
    if "*" in text or "- " in text:
        text = _MARKDOWN.sub(_blanked, text)
    found = lines(text)
    head = front(text, found)
    builder = Builder(text, found)
    builder.build(head.body)
    result = Outline(whole, head.title, head.subtitle or builder.subtitle, head.number)
    result.nodes, result.issues, result.catalogue = builder.nodes, builder.issues, builder.catalogue
    result.heads = frozenset(builder.heads)
    result.notes, result.dates = head.notes + builder.notes, head.dates
    result.signature = signature(text, [(note.kind, note.start, note.end) for note in builder.notes])
    if not result.title:
        result.title, result.subtitle = result.subtitle, ""
    if result.signature is not None and result.signature.date:
        signed = result.signature
        result.dates.append(
            Event("成文", signed.date, "、".join(signed.organs), "", signed.start, signed.end)
        )
    result.dates += _effects(result, found[head.body][3] if head.body < len(found) else len(text))
    result.issuer = _issuer(result, head.letterhead)
    result.issues += _run_together(result)
    return result


_BOLD = r"\*\*[^*\n]{1,60}\*\*"
_MARKDOWN = re.compile(
    rf"^[ \t\u3000>]*(?:[-*+][ \t]+(?=[*（(第一二三四五六七八九十0-9])(?:{_BOLD})?|{_BOLD}|(?<=>))",
    re.MULTILINE,
)
"""A label in bold (**第一条**) and an item set as a list (- （一）…): marks of Markdown that are no words of the text."""


def _blanked(match: re.Match[str]) -> str:
    """The same length without the marks, so that offsets stay those of the text as read."""
    return match[0].translate(_MARKS)


_MARKS = str.maketrans({"*": " ", "-": " ", "+": " ", ">": " "})
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"
_BEHIND_SENTENCE = re.compile(rf"。(第({NUMERAL})条)[ \u3000](?=[一-龥])")
_BEHIND_DIVISION = re.compile(rf"(?<=[一-龥。；])[ \u3000]?(第({NUMERAL})条)[ \u3000](?=[一-龥])")
_SECOND = ("；（二）", "；(二)", ";(二)")


def _run_together(result: Outline) -> list[Issue]:
    """Items printed on one line count as the one 款 that they are printed as; that it is so is told."""
    text, told = result.text, []
    for mark in _SECOND:
        place = text.find(mark)
        while place >= 0:
            start = text.rfind("\n", 0, place) + 1
            end = text.find("\n", place)
            if _FIRST.search(text, start, place):
                told.append(
                    Issue(
                        "run_together",
                        "一行之内有（一）、（二）……数项，没有另起一行，按一款计",
                        start,
                        end if end >= 0 else len(text),
                    )
                )
                place = end if end >= 0 else len(text)
            place = text.find(mark, place + 1)
    return told + _articles_inside(result)


def _articles_inside(result: Outline) -> list[Issue]:
    """An article that does not begin a line is not read as one; that it stands there is told, unless its number is
    that of an article read (then the words name it)."""
    late = any(issue.code == "starts_late" for issue in result.issues)
    inside = list((_BEHIND_DIVISION if late else _BEHIND_SENTENCE).finditer(result.text))
    known = {node.number for node in result.walk() if node.kind == "条"} if inside else set()
    return [
        Issue("run_together", f"“{match[1]}”没有另起一行，未按条读出", match.start(1), match.end(1))
        for match in inside
        if (parse(match[2]),) not in known
    ]


def _effects(result: Outline, body: int) -> list[Event]:
    """From which day the text applies, as its last articles or, without articles, its last paragraphs say."""
    articles = result.articles()[-3:]
    places = [(node.start, node.end) for node in articles]
    if not articles and result.nodes:
        end = max((node.end for node in result.nodes if node.kind != "附件"), default=body)
        places = [(max(body, end - 800), end)]
    told = (effect(result.text, start, end) for start, end in places)
    known = {(event.kind, event.date) for event in result.dates if event.date}
    return [event for event in told if event is not None and (event.kind, event.date) not in known]


def _issuer(result: Outline, letterhead: str) -> str:
    """The organ that issued: as signed, as on the letterhead, as in the title before 关于, or as the notes say."""
    if result.signature and result.signature.organs:
        return "、".join(result.signature.organs)
    if letterhead:
        return letterhead
    before, about, _ = result.title.partition("关于")
    if about and before and before[-1] in "府会厅室部局院署委办":
        return before
    kinds = ("公布", "印发", "通过", "批准")
    named = (event.by for kind in kinds for event in result.dates if event.kind == kind and event.by)
    return next(named, "")

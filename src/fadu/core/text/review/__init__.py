"""What a legality reviewer looks for in a draft: :func:`review` with the rules of ``law/review``."""

from __future__ import annotations

import re
from bisect import bisect_left

from fadu.core.text.library import Library
from fadu.core.text.outline import Outline
from fadu.core.text.review.checks import CHECKS, abolished_by
from fadu.core.text.review.level import level_of
from fadu.core.text.review.loader import load
from fadu.core.text.review.match import matches
from fadu.core.text.review.model import KINDS, LEVELS, SEVERITIES, Book, Finding, Rule
from fadu.core.text.review.scene import Scene

__all__ = ["KINDS", "LEVELS", "SEVERITIES", "Book", "Finding", "Rule", "every", "level_of", "load", "review"]


_ITEM = re.compile(r"\s*(?:[（(][一二三四五六七八九十]{1,3}[)）]|\d{1,2}[.．、](?!\d)|\s)?\s*")
"""The mark of an item within a line is no part of what is quoted."""


def review(outline: Outline, book: Book, *, level: str, library: Library | None = None) -> list[Finding]:
    """Every place of the text that a rule finds, in the order of the text.

    ``level`` is one of ``LEVELS``: what the text may contain depends on what it is (行政处罚法 第十四条, 第十六条). With a
    library, citations are looked up in it and the laws cited are compared. One place is told once for each kind, by the
    gravest rule.
    """
    return _once(every(outline, book, level=level, library=library))


def every(outline: Outline, book: Book, *, level: str, library: Library | None = None) -> list[Finding]:
    """What :func:`review` finds, with the places that several rules tell: by this the rules are measured."""
    scene = Scene(outline, level)
    found = []
    for rule, start, end in matches(scene, book):
        said = abolished_by(book, scene.text[start:end]) if rule.check == "abolished" else ""
        found.append(_finding(scene, rule, start, end, said, ""))
    for rule in book.rules:
        if rule.check and level in rule.levels:
            for start, end, said, beside in CHECKS[rule.check](scene, book, library):
                found.append(_finding(scene, rule, start, end, said, beside))
    return found


def _finding(scene: Scene, rule: Rule, start: int, end: int, said: str, beside: str) -> Finding:
    text = scene.text
    for node in scene.path(start):
        if start < node.body < end:
            start = node.body
    item = _ITEM.match(text, start, end)
    if item is not None:
        start = item.end()
    while end > start and text[end - 1].isspace():
        end -= 1
    reason = f"{said}。{rule.explanation}" if said else rule.explanation
    if rule.doubt and rule.severity != "hint":
        reason += f"（本规则未经足够的真实文本证实，只作提示：{rule.doubt}）"
    return Finding(
        start=start,
        end=end,
        quote=text[start:end],
        kind=rule.kind,
        rule=rule.name,
        reason=reason,
        severity=rule.shown,
        where=scene.where(start),
        basis=rule.basis,
        cure=rule.cure,
        beside=beside,
    )


_ORDER = tuple(SEVERITIES)


def _weight(one: Finding) -> tuple[int, bool, int, int]:
    return _ORDER.index(one.severity), not one.beside, one.end - one.start, one.start


def _once(found: list[Finding]) -> list[Finding]:
    """Of findings of one kind that overlap, the gravest; of equals, one that has the superior law beside it, then the
    shortest. Slips of drafting are all told."""
    kept: list[Finding] = []
    told: dict[str, list[tuple[int, int]]] = {}
    for one in sorted(found, key=_weight):
        if one.kind != "drafting":
            places = told.setdefault(one.kind, [])
            at = bisect_left(places, (one.start, one.end))
            if (at and places[at - 1][1] > one.start) or (at < len(places) and places[at][0] < one.end):
                continue
            places.insert(at, (one.start, one.end))
        kept.append(one)
    return sorted(kept, key=lambda one: (one.start, one.end, one.kind))

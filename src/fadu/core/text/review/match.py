"""Where the patterns of the rules stand in a text: one pass for the anchors, the rest only around them."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter

from fadu.core.text.review.model import Book, Pattern, Row, Rule
from fadu.core.text.review.scene import Scene

_NEAR = 12
_PLACE = itemgetter(0)


def matches(scene: Scene, book: Book) -> Iterator[tuple[Rule, int, int]]:
    """(rule, start, end) of each place, in the order of the anchors; the span reaches from clause to clause."""
    text, title = scene.text, scene.outline.title
    barred: dict[str, bool] = {}
    done: dict[str, int] = {}
    for start, row in _heads(scene, book):
        for word, owners in row:
            if not text.startswith(word, start):
                continue
            end = start + len(word)
            for rule, pattern in owners:
                if not _may(pattern, text, start, end) or start < done.get(rule.name, 0):
                    continue
                span = fits(scene, pattern, start, end) if scene.reviewed(start) else None
                if span is None:
                    continue
                if rule.name not in barred:
                    barred[rule.name] = (
                        rule.not_title is not None and rule.not_title.search(title) is not None
                    )
                if not barred[rule.name]:
                    done[rule.name] = span[1]
                    yield rule, *span


def _heads(scene: Scene, book: Book) -> list[tuple[int, Row]]:
    """Where the heads of anchors stand, in the order of the text: one pass for heads of each length."""
    text, get = scene.text, book.rows[scene.level].get
    found: list[tuple[int, Row]] = []
    for length, finder in book.finders:
        found += [
            (start, row)
            for match in finder.finditer(text, scene.first)
            if (row := get(text[(start := match.start()) : start + length])) is not None
        ]
    found.sort(key=_PLACE)
    return found


def fits(scene: Scene, pattern: Pattern, start: int, end: int) -> tuple[int, int] | None:
    """The stretch that a pattern covers with its anchor at ``start``; ``None`` when it does not fit."""
    text = scene.text
    low, high = scene.unit(pattern.unit, start, end)
    first = _before(pattern, text, low, start)
    if first is None:
        return None
    last = _after(pattern, text, end, high)
    if last is None:
        return None
    for words in pattern.also:
        found = words.search(text, low, high)
        if found is None:
            return None
        first, last = min(first, found.start()), max(last, found.end())
    if pattern.without is not None and pattern.without.search(text, low, high):
        return None
    if _excluded(scene, pattern, start, low, high):
        return None
    return scene.clause(first, first)[0], scene.clause(last, last)[1]


def _may(pattern: Pattern, text: str, start: int, end: int) -> bool:
    """Whether the slots next to the anchor can be there at all: asked first, because most anchors stand alone."""
    before, after, near = pattern.before, pattern.after, pattern.near
    if before and (within := before[-1].within):
        low = start - within if start > within else 0
        if before[-1].words.search(text, low, start) is None:
            return False
    if after and (within := after[0].within) and after[0].words.search(text, end, end + within) is None:
        return False
    if pattern.near_after is not None and pattern.near_after.match(text, end):
        return False
    return near is None or near.search(text, start - _NEAR if start > _NEAR else 0, start) is None


def _before(pattern: Pattern, text: str, low: int, start: int) -> int | None:
    """Where the first slot before the anchor begins; the slots follow each other."""
    first, position = start, low
    for slot in pattern.before:
        at = max(position, start - slot.within) if slot.within else position
        found = slot.words.search(text, at, start)
        if found is None:
            return None
        first, position = min(first, found.start()), found.end()
    return first


def _after(pattern: Pattern, text: str, end: int, high: int) -> int | None:
    """Where the last slot behind the anchor ends; the slots follow each other."""
    last = end
    for slot in pattern.after:
        found = slot.words.search(text, last, min(high, last + slot.within) if slot.within else high)
        if found is None:
            return None
        last = found.end()
    return last


def _case(scene: Scene, start: int) -> bool:
    """Whether the sentence only names a case (…的；), as the items of a list of violations do."""
    low, high = scene.sentence(start, start + 1)
    return high - low > 1 and scene.text[high - 1] == "的"


def _excluded(scene: Scene, pattern: Pattern, start: int, low: int, high: int) -> bool:
    """Whether the structure or a citation takes the finding away."""
    if pattern.subject_not is not None:
        begin, _ = scene.sentence(start, start)
        if pattern.subject_not.search(scene.text, begin, start):
            return True
    if pattern.title is not None and not pattern.title.search(scene.outline.title):
        return True
    if pattern.lead is not None or pattern.lead_not is not None:
        lead = scene.lead(start)
        if pattern.lead is not None and not pattern.lead.search(lead):
            return True
        if pattern.lead_not is not None and (pattern.lead_not.search(lead) or _case(scene, start)):
            return True
    if pattern.unless_basis is not None and scene.basis >= pattern.unless_basis:
        return True
    if pattern.unless_local_basis and scene.local_basis:
        return True
    unless = pattern.unless_reference
    if unless is not None:
        begin, stop = (low, high) if unless.unit == pattern.unit else scene.unit(unless.unit, start, start)
        if scene.referred(begin, stop) >= unless.rank:
            return True
    return False

"""Where the patterns of the rules stand in a text: one pass for the anchors, the rest only around them."""

from __future__ import annotations

from collections.abc import Iterator

from fadu.core.text.review.anchors import hits
from fadu.core.text.review.model import Book, Pattern, Rule
from fadu.core.text.review.scene import Scene

_NEAR = 12


def matches(scene: Scene, book: Book) -> Iterator[tuple[Rule, int, int]]:
    """(rule, start, end) of each place, in the order of the anchors; the span reaches from clause to clause."""
    text, size = scene.text, len(scene.text)
    done: dict[str, int] = {}
    found = hits(text, scene.first, book.finder, book.rows[scene.level])
    if found and found[0][0] < scene.first:
        found = [hit for hit in found if hit[0] >= scene.first]
    for low, high in scene.skipped:
        if found and low <= found[-1][0]:
            found = [hit for hit in found if not low <= hit[0] < high]
    for start, _, end, owners in found:
        for name, rule, pattern, before, back, after, on, near, near_after in owners:
            told = done.get(name)
            if told is None:
                told = done[name] = size if _barred(rule, scene.outline.title) else 0
            if start < told:
                continue
            if before is not None and before(text, start - back if start > back else 0, start) is None:
                continue
            if after is not None and after(text, end, end + on) is None:
                continue
            if near_after is not None and near_after(text, end, size):
                continue
            if near is not None and near(text, start - _NEAR if start > _NEAR else 0, start):
                continue
            span = fits(scene, pattern, start, end)
            if span is not None and not _taken(rule, scene, start, end):
                done[name] = span[1]
                yield rule, *span


def _barred(rule: Rule, title: str) -> bool:
    """Whether the title of the text excludes the rule."""
    return rule.not_title is not None and rule.not_title.search(title) is not None


def _taken(rule: Rule, scene: Scene, start: int, end: int) -> bool:
    """Whether the sentence has a word that takes away whatever the rule finds in it."""
    return (
        rule.without is not None and rule.without.search(scene.text, *scene.sentence(start, end)) is not None
    )


def fits(scene: Scene, pattern: Pattern, start: int, end: int) -> tuple[int, int] | None:
    """The stretch that a pattern covers with its anchor at ``start``; ``None`` when it does not fit."""
    text = scene.text
    lacking = scene.lacking.get(id(pattern))
    if lacking is not None and lacking[0] <= start and end <= lacking[1]:
        return None
    unit = pattern.unit
    low, high = stretch = scene.sentence(start, end) if unit == "sentence" else scene.unit(unit, start, end)
    first = _before(pattern, text, low, start) if pattern.before else start
    if first is None:
        return None
    last = _after(pattern, text, end, high) if pattern.after else end
    if last is None:
        return None
    for words in pattern.also:
        found = words.search(text, low, high)
        if found is None:
            scene.lacking[id(pattern)] = stretch
            return None
        first, last = min(first, found.start()), max(last, found.end())
    if pattern.without is not None and pattern.without.search(text, low, high):
        return None
    if _excluded(scene, pattern, start, low, high):
        return None
    return scene.clause(first, first)[0], scene.clause(last, last)[1]


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

"""Comparison by provision: what became of each article, word by word, and what a draft restates of a law."""

from __future__ import annotations

import bisect
import re

from fadu.core.text.compare.match import Matching, match
from fadu.core.text.compare.model import NAMES, Change, Comparison, Kind, Piece, Unit
from fadu.core.text.compare.restate import Restated, restated
from fadu.core.text.compare.units import units
from fadu.core.text.compare.words import redline
from fadu.core.text.outline import Outline

__all__ = ["NAMES", "Change", "Comparison", "Piece", "Restated", "Unit", "compare", "redline", "restated"]

_ARTICLE = re.compile(r"第[零〇一二三四五六七八九十百千0-9]+条(?:之[一二三四五六七八九十]+)?")


def compare(old: Outline, new: Outline) -> Comparison:
    """Compare two versions of a text, provision by provision.

    Every provision, heading and loose line of both texts stands in exactly one change. Never fails; two texts with
    nothing in common give ``dropped`` and ``new``.
    """
    ours, theirs = units(old), units(new)
    matching = match(ours, theirs)
    in_place = _in_order(sorted(matching.pairs.items()))
    renumbered = {
        ours[index].label: theirs[place].label
        for index, place in matching.pairs.items()
        if ours[index].kind == "条" and ours[index].label != theirs[place].label
    }
    changes: list[tuple[tuple[float, float], Change]] = []
    done_old = set(matching.pairs) | {index for extra in matching.more_old.values() for index in extra}
    done_new = set(matching.pairs.values()) | {
        place for extra in matching.more_new.values() for place in extra
    }
    for index, place in matching.pairs.items():
        change = _change(
            ours, theirs, matching, (index, place), in_place=(index, place) in in_place, moved=renumbered
        )
        changes.append(((place, 0), change))
    anchors = sorted((index, place) for index, place in in_place)
    for index, unit in enumerate(ours):
        if index not in done_old:
            after = bisect.bisect_left(anchors, (index, -1))
            position = anchors[after - 1][1] if after else -1
            changes.append(((position, 1 + index / (len(ours) + 1)), Change("dropped", (unit,), (), 0.0)))
    for place, unit in enumerate(theirs):
        if place not in done_new:
            changes.append(((place, 0), Change("new", (), (unit,), 0.0)))
    changes.sort(key=lambda entry: entry[0])
    return Comparison(old.title, new.title, tuple(change for _, change in changes))


def _change(
    ours: list[Unit],
    theirs: list[Unit],
    matching: Matching,
    pair: tuple[int, int],
    *,
    in_place: bool,
    moved: dict[str, str],
) -> Change:
    index, place = pair
    before = tuple(ours[other] for other in sorted([index, *matching.more_old.get(place, [])]))
    after = tuple(theirs[other] for other in sorted([place, *matching.more_new.get(index, [])]))
    score = matching.score[pair]
    old_words, new_words = "\n".join(u.words for u in before), "\n".join(u.words for u in after)
    pieces = redline(old_words, new_words) if old_words != new_words else ()
    facts: list[Kind] = []
    if len(after) > 1:
        facts.append("split")
    if len(before) > 1:
        facts.append("merged")
    if not in_place:
        facts.append("moved")
    only_references = bool(pieces) and _follows(old_words, moved) == new_words
    resown = len(before) + len(after) > 2 and old_words.replace("\n", "") == new_words.replace("\n", "")
    if pieces and not only_references and not resown:
        facts.append("changed")
    if len(before) == len(after) == 1 and before[0].label != after[0].label:
        facts.append("renumbered")
    kind: Kind = facts[0] if facts else "same"
    also: list[str] = [*facts[1:]]
    if only_references:
        also.append("references")
    return Change(kind, before, after, score, tuple(also), pieces)


def _follows(words: str, moved: dict[str, str]) -> str:
    """The words with the articles they name under their new numbers."""
    return _ARTICLE.sub(lambda found: moved.get(found[0], found[0]), words)


def _in_order(pairs: list[tuple[int, int]]) -> set[tuple[int, int]]:
    """The longest run of pairs whose order is the same in both texts; the others were moved."""
    tails: list[int] = []
    ends: list[int] = []
    previous: list[int] = []
    for number, (_, place) in enumerate(pairs):
        at = bisect.bisect_left(tails, place)
        if at == len(tails):
            tails.append(place)
            ends.append(number)
        else:
            tails[at], ends[at] = place, number
        previous.append(ends[at - 1] if at else -1)
    kept: set[tuple[int, int]] = set()
    number = ends[-1] if ends else -1
    while number >= 0:
        kept.add(pairs[number])
        number = previous[number]
    return kept

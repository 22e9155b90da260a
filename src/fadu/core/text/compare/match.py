"""Which provision of one text became which of the other.

Equal words first, then likeness: provisions that share groups of three characters are candidates, and only those are
measured, so that two texts with nothing in common cost hardly more than reading them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from rapidfuzz.distance import Indel

from fadu.core.text.compare.model import Unit

_GRAM = 3
_COMMON = 12
"""Groups of characters in more provisions than this are boilerplate and point to none of them."""
_ALIKE = 0.45
_ALIKE_SAME_LABEL = 0.35
_CONTAINED = 0.6
_CONTAINED_WEIGHT = 0.8
_TOGETHER = 0.7
_GAINED = 0.1
_FEW = 12
_CANDIDATES = 6


@dataclass(slots=True)
class Matching:
    """Pairs of (old, new) positions; for a split or merge the pieces beyond the first pair in ``more``."""

    pairs: dict[int, int] = field(default_factory=dict)
    score: dict[tuple[int, int], float] = field(default_factory=dict)
    more_new: dict[int, list[int]] = field(default_factory=dict)
    more_old: dict[int, list[int]] = field(default_factory=dict)


def grams(words: str) -> frozenset[str]:
    """The groups of three characters of a text."""
    flat = words.replace("\n", "")
    return frozenset([flat[index : index + _GRAM] for index in range(len(flat) - _GRAM + 1)])


def match(old: list[Unit], new: list[Unit]) -> Matching:
    """Pair the provisions of two texts, each at most once, then look for splits and merges among what is left."""
    found = Matching()
    _equal(old, new, found)
    left = [index for index in range(len(old)) if index not in found.pairs]
    taken = set(found.pairs.values())
    right = [index for index in range(len(new)) if index not in taken]
    if not left and not right:
        return found
    old_grams = {index: grams(old[index].words) for index in left}
    new_grams = {index: grams(new[index].words) for index in right}
    edges = _edges(old, new, old_grams, new_grams)
    apart = _whole(old, new, found, edges)
    _alike(old, new, found, [edge for edge in edges if edge[1] not in apart[0] and edge[2] not in apart[1]])
    _headings(old, new, found)
    _split_and_merged(old, new, found)
    return found


def _equal(old: list[Unit], new: list[Unit], found: Matching) -> None:
    """The same words: under the same label where there are several, otherwise in order."""
    places: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for index, unit in enumerate(new):
        places[unit.kind, unit.words].append(index)
    same_label = {
        (unit.kind, unit.words, unit.label): index for index, unit in reversed(list(enumerate(new)))
    }
    taken: set[int] = set()
    waiting = []
    for index, unit in enumerate(old):
        there = same_label.get((unit.kind, unit.words, unit.label))
        if there is not None and there not in taken:
            found.pairs[index] = there
            taken.add(there)
        else:
            waiting.append(index)
    for index in waiting:
        unit = old[index]
        free = [place for place in places[unit.kind, unit.words] if place not in taken]
        if free and unit.words:
            found.pairs[index] = free[0]
            taken.add(free[0])
    found.score.update(dict.fromkeys(found.pairs.items(), 1.0))


def _edges(
    old: list[Unit],
    new: list[Unit],
    old_grams: dict[int, frozenset[str]],
    new_grams: dict[int, frozenset[str]],
) -> list[tuple[float, int, int]]:
    """Candidates with their likeness, the best first."""
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for index, found in new_grams.items():
        for gram in found:
            holders[gram].append(index)
    same_label = {(new[index].kind, new[index].label): index for index in new_grams if new[index].label}
    edges = []
    for index, found in old_grams.items():
        shared: Counter[int] = Counter()
        for gram in found:
            there = holders.get(gram)
            if there is not None and len(there) <= _COMMON:
                shared.update(there)
        candidates = {place for place, _ in shared.most_common(_CANDIDATES)}
        twin = same_label.get((old[index].kind, old[index].label))
        if twin is not None and (shared[twin] or min(len(found), len(new_grams[twin])) < _FEW):
            candidates.add(twin)
        for place in candidates:
            if old[index].kind != new[place].kind:
                continue
            score = _likeness(old[index].words, new[place].words, found, new_grams[place])
            bound = _ALIKE_SAME_LABEL if place == twin else _ALIKE
            if score >= bound:
                edges.append((score, index, place))
    total = max(len(old), 1), max(len(new), 1)
    edges.sort(key=lambda edge: (-round(edge[0], 2), abs(edge[1] / total[0] - edge[2] / total[1])))
    return edges


def _likeness(a: str, b: str, a_grams: frozenset[str], b_grams: frozenset[str]) -> float:
    score = Indel.normalized_similarity(a, b)
    fewer = min(len(a_grams), len(b_grams))
    if fewer >= _FEW:
        score = max(score, _CONTAINED_WEIGHT * len(a_grams & b_grams) / fewer)
    return score


def _whole(
    old: list[Unit], new: list[Unit], found: Matching, edges: list[tuple[float, int, int]]
) -> tuple[set[int], set[int]]:
    """Where several provisions stand word for word in one of the other text, that one took them all: the longest is its
    pair, the others (returned, of the old and of the new text) are kept for it, however like they are to another."""
    inside: defaultdict[int, list[int]] = defaultdict(list)
    parts: defaultdict[int, list[int]] = defaultdict(list)
    for _, index, place in edges:
        before, after = old[index].words.replace("\n", ""), new[place].words.replace("\n", "")
        if old[index].kind == "条" and min(len(before), len(after)) >= _FEW and before != after:
            if before in after:
                inside[place].append(index)
            elif after in before:
                parts[index].append(place)
    kept_old: set[int] = set()
    kept_new: set[int] = set()
    for whole, pieces, one, many, kept in (
        *((place, group, new, old, kept_old) for place, group in inside.items()),
        *((index, group, old, new, kept_new) for index, group in parts.items()),
    ):
        size = sum(len(many[piece].words) for piece in pieces)
        if len(pieces) > 1 and size <= 1.1 * len(one[whole].words):
            longest, *others = sorted(pieces, key=lambda piece: -len(many[piece].words))
            pair = (longest, whole) if many is old else (whole, longest)
            if pair[0] not in found.pairs and pair[1] not in found.pairs.values():
                found.pairs[pair[0]] = pair[1]
                found.score[pair] = _CONTAINED_WEIGHT
                kept.update(others)
    return kept_old, kept_new


def _alike(old: list[Unit], new: list[Unit], found: Matching, edges: list[tuple[float, int, int]]) -> None:
    taken = set(found.pairs.values())
    for score, index, place in edges:
        if index not in found.pairs and place not in taken:
            found.pairs[index] = place
            found.score[index, place] = score
            taken.add(place)


def _headings(old: list[Unit], new: list[Unit], found: Matching) -> None:
    """A heading, a title or a signature that was rewritten stays the one of its kind at its place."""
    taken = set(found.pairs.values())
    free = {
        (unit.kind, unit.label): index
        for index, unit in reversed(list(enumerate(new)))
        if index not in taken and unit.kind in _PLACED
    }
    for index, unit in enumerate(old):
        if index not in found.pairs and unit.kind in _PLACED:
            place = free.pop((unit.kind, unit.label), None)
            if place is not None:
                found.pairs[index] = place
                found.score[index, place] = Indel.normalized_similarity(unit.words, new[place].words)


_PLACED = {"编", "分编", "章", "节", "标题", "文号", "署名", "成文日期", "主送"}


def _split_and_merged(old: list[Unit], new: list[Unit], found: Matching) -> None:
    """What is left over and stands whole in a provision already paired with another was split off, or merged in."""
    back = {place: index for index, place in found.pairs.items()}
    for index, place in _left_over(new, old, back, found.pairs):
        found.more_new.setdefault(place, []).append(index)
    for index, place in _left_over(old, new, found.pairs, back):
        if place not in {found.pairs.get(split) for split in found.more_new}:
            found.more_old.setdefault(place, []).append(index)


def _left_over(
    ones: list[Unit], others: list[Unit], pairs: dict[int, int], back: dict[int, int]
) -> list[tuple[int, int]]:
    """(leftover of ``ones``, the provision of ``others`` whose words it took); that provision's own partner must not
    have kept the same words."""
    left = [index for index, unit in enumerate(ones) if index not in pairs and unit.kind == "条"]
    if not left:
        return []
    other_grams = {place: grams(others[place].words) for place in back if others[place].kind == "条"}
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for place, found in other_grams.items():
        for gram in found:
            holders[gram].append(place)
    taken = []
    for index in left:
        own = grams(ones[index].words)
        shared: Counter[int] = Counter()
        for gram in own:
            if len(there := holders.get(gram, ())) <= _COMMON:
                shared.update(there)
        if not shared:
            continue
        place, count = shared.most_common(1)[0]
        common = own & other_grams[place]
        if count < _FEW or len(common) < _CONTAINED * len(own):
            continue
        kept = common & grams(ones[back[place]].words)
        if len(common) - len(kept) >= len(common) / 2 or _completes(ones, index, back[place], others[place]):
            taken.append((index, place))
    return taken


def _completes(ones: list[Unit], index: int, partner: int, whole: Unit) -> bool:
    """Whether ``whole`` reads like the two together, and much less like the partner alone: paragraphs of one article
    often share their phrases, so that what the partner kept says little."""
    together = "".join(ones[place].words for place in sorted((index, partner)))
    alone = Indel.normalized_similarity(whole.words, ones[partner].words)
    return Indel.normalized_similarity(whole.words, together) >= max(_TOGETHER, alone + _GAINED)

"""The anchors of all rules as one expression and as tables: a text is gone through once, whatever the number of words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from operator import itemgetter

from fadu.core.text.review.model import Anchor, Owner, Owners, Pattern, Row, Rule, Search

Words = Mapping[str, list[tuple[Rule, Pattern]]]
_PLACE = itemgetter(0, 1)
_PART = 4
"""How many characters of an anchor the expression looks at, at most; the tables hold the rest."""
_GROUPS = 8
"""Into how many groups the second characters are divided: more let fewer false places through, and each costs time
at every place."""


def offsets(words: Iterable[str], sample: str) -> dict[str, int]:
    """How far into each anchor the part stands by which it is looked for: where it adds the fewest places to look at.

    Words of two characters leave no choice. A longer one is looked for by a part that begins with a character already
    looked for, or else with the one rarest in ``sample``, the sentences of the rules.
    """
    often = Counter(sample)
    ordered = sorted(set(words), key=lambda word: (len(word), word))
    firsts = {word[0] for word in ordered if len(word) == 2}
    found = {}
    for word in ordered:
        places = range(max(1, len(word) - 1))
        offset = min(places, key=lambda place: 0 if word[place] in firsts else often[word[place]] + 1)
        firsts.add(word[offset])
        found[word] = offset
    return found


def finder(offsets: Mapping[str, int]) -> re.Pattern[str]:
    """Where anchors may stand: a class of first characters, then by groups of second ones a class for each place.

    Classes let some places through where no anchor stands, and the tables tell these; alternatives for two thousand
    words would be tried one by one at every place.
    """
    heads = {word[offset : offset + _PART] for word, offset in offsets.items()}
    seconds = sorted({head[1] for head in heads})
    size = -(-len(seconds) // _GROUPS)
    groups = [set(seconds[low : low + size]) for low in range(0, len(seconds), size)]
    ways = [_class(group) + _rest([head for head in heads if head[1] in group]) for group in groups]
    return re.compile(f"{_class(head[0] for head in heads)}(?={'|'.join(ways)})")


def _rest(heads: list[str]) -> str:
    """What follows the second character of a group, and what stands before it, for the heads of each length."""
    ways = []
    for length in range(2, _PART + 1):
        if held := [head for head in heads if len(head) == length]:
            classes = [_class(head[place] for head in held) for place in range(length)]
            ways.append(f"{''.join(classes[2:])}(?<={''.join(classes)})")
    return f"(?:{'|'.join(ways)})"


def _class(characters: Iterable[str]) -> str:
    return f"[{''.join(re.escape(one) for one in sorted(set(characters)))}]"


def rows(words: Words, offsets: Mapping[str, int], level: str) -> dict[str, Row]:
    """The anchors that a rule of the level owns, by the pair with which their looked-for part begins."""
    parts: dict[str, list[Anchor]] = {}
    for order, word in enumerate(sorted(words, key=lambda word: (min(len(word), _PART), -len(word)))):
        if held := tuple(_owner(rule, pattern) for rule, pattern in words[word] if level in rule.levels):
            offset = offsets[word]
            parts.setdefault(word[offset : offset + 3], []).append(
                Anchor(word, len(word), offset, order, held)
            )
    found: dict[str, Row] = {}
    for part, held_by in parts.items():
        pair, inside, three = found.get(part[:2], Row(None, (), None))
        if len(part) > 2:
            three = {**(three or {}), part: tuple(held_by)}
        else:
            pair = next((anchor for anchor in held_by if anchor.word == part), None)
            inside = tuple(anchor for anchor in held_by if anchor.word != part)
        found[part[:2]] = Row(pair, inside, three)
    return found


def _owner(rule: Rule, pattern: Pattern) -> Owner:
    before = pattern.before[-1] if pattern.before and pattern.before[-1].within else None
    after = pattern.after[0] if pattern.after and pattern.after[0].within else None
    return Owner(
        rule.name,
        rule,
        pattern,
        before.words.search if before else None,
        before.within if before else 0,
        after.words.search if after else None,
        after.within if after else 0,
        _bound(pattern.near, "search"),
        _bound(pattern.near_after, "match"),
    )


def _bound(words: re.Pattern[str] | None, way: str) -> Search | None:
    return getattr(words, way) if words else None


def hits(
    text: str, first: int, search: re.Pattern[str], table: Mapping[str, Row]
) -> list[tuple[int, int, int, Owners]]:
    """(start, order, end, owners) of every anchor of a text, in its order; ``first`` is where to begin."""
    found: list[tuple[int, int, int, Owners]] = []
    get, add, stands = table.get, found.append, text.startswith
    for match in search.finditer(text, first):
        at = match.start()
        row = get(text[at : at + 2])
        if row is None:
            continue
        pair, inside, three = row
        if pair is not None:
            add((at, pair.order, at + 2, pair.owners))
        for word, length, offset, order, owners in inside:
            if stands(word, at - offset):
                add((at - offset, order, at - offset + length, owners))
        if three is not None:
            for word, length, offset, order, owners in three.get(text[at : at + 3], ()):
                if stands(word, at - offset):
                    add((at - offset, order, at - offset + length, owners))
    found.sort(key=_PLACE)
    return found

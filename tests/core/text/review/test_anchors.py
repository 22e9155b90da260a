"""The one pass over a text finds every anchor that a plain search finds, in the same order."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from fadu.core.text.review import LEVELS, Book, load
from fadu.core.text.review.anchors import hits

BOOK = load(Path(str(files("fadu") / "law")))
EXAMPLES = "\n".join(example.text for rule in BOOK.rules for example in rule.examples)


def plainly(text: str, first: int, book: Book, level: str) -> set[tuple[int, str, str]]:
    """Every word of every pattern looked for by itself."""
    found = set()
    for rule in book.rules:
        for word in {word for pattern in rule.patterns for word in pattern.anchors if level in rule.levels}:
            place = text.find(word, first)
            while place >= 0:
                found.add((place, word, rule.name))
                place = text.find(word, place + 1)
    return found


@pytest.mark.parametrize("level", LEVELS)
def test_every_anchor_is_found(level):
    found = hits(EXAMPLES, 0, BOOK.finder, BOOK.rows[level])
    named = {(start, EXAMPLES[start:end], one.name) for start, _, end, owners in found for one in owners}
    assert named == plainly(EXAMPLES, 0, BOOK, level)


def test_anchors_come_in_the_order_of_the_text_the_longer_of_four_and_more_first():
    found = hits(EXAMPLES, 0, BOOK.finder, BOOK.rows["规范性文件"])
    keys = [(start, min(end - start, 4), start - end) for start, _, end, _ in found]
    assert keys == sorted(keys) and len(found) > 500

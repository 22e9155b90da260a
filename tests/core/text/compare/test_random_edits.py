"""Real laws edited at random, so that what became of each article is known; the comparison must say it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from fadu.core.text.compare import Change, compare
from fadu.core.text.numerals import write
from fadu.core.text.outline import outline

Article = list[str]


def _articles(path: Path) -> list[Article]:
    read = outline(path.read_text(encoding="utf-8"))
    return [
        [read.text[part.start : part.end] for part in node.children if part.kind == "款"]
        for node in read.articles()
    ]


def _length(article: Article) -> int:
    return sum(map(len, article))


def _label(position: int) -> str:
    return f"第{write(position + 1)}条"


def _text(items: list[Article]) -> str:
    lines = [f"{_label(place)} " + "\n".join(item) for place, item in enumerate(items)]
    return "某法\n" + "\n".join(lines) + "\n"


@dataclass
class Edited:
    """The articles in their new order, each with the old ones it comes from, and what was done to which."""

    old: list[Article]
    random: random.Random
    items: list[tuple[tuple[int, ...], Article]] = field(default_factory=list)
    fate: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.items = [((number,), article) for number, article in enumerate(self.old)]

    def pick(self, fits: Callable[[Article], bool]) -> int | None:
        places = [
            place
            for place, (source, article) in enumerate(self.items)
            if len(source) == 1 and source[0] not in self.fate and fits(article)
        ]
        return self.random.choice(places) if places else None

    def apply(self, name: str, guest: Article) -> None:
        """One edit by name; ``guest`` is an article of another law."""
        if name == "insert":
            self.insert(guest)
        elif name == "change":
            self.change(guest[0])
        else:
            getattr(self, name)()

    def insert(self, article: Article) -> None:
        self.items.insert(self.random.randrange(len(self.items)), ((), article))

    def drop(self) -> None:
        place = self.pick(lambda article: True)
        if place is not None:
            self.fate[self.items.pop(place)[0][0]] = "dropped"

    def move(self) -> None:
        place = self.pick(lambda article: _length(article) > 30)
        if place is not None:
            item = self.items.pop(place)
            far = [other for other in range(len(self.items) + 1) if abs(other - place) >= 4]
            self.items.insert(self.random.choice(far), item)
            self.fate[item[0][0]] = "moved"

    def split(self) -> None:
        place = self.pick(
            lambda article: len(article) > 1 and len(article[0]) > 45 and _length(article[1:]) > 45
        )
        if place is not None:
            source, article = self.items[place]
            self.items[place : place + 1] = [(source, article[:1]), (source, article[1:])]
            self.fate[source[0]] = "split"

    def merge(self) -> None:
        place = self.pick(lambda article: _length(article) > 45)
        if place is None or place + 1 == len(self.items):
            return
        (source, article), (other, more) = self.items[place : place + 2]
        if len(other) == 1 and other[0] not in self.fate and _length(more) > 45:
            self.items[place : place + 2] = [((source[0], other[0]), article + more)]
            self.fate[source[0]] = self.fate[other[0]] = "merged"

    def change(self, foreign: str) -> None:
        place = self.pick(lambda article: _length(article) > 60)
        if place is not None:
            source, article = self.items[place]
            longest = max(range(len(article)), key=lambda index: len(article[index]))
            words = article[longest]
            cut = self.random.randint(5, len(words) // 3)
            at = self.random.randrange(len(words) - cut)
            put = foreign[:cut] if self.random.random() < 0.5 else ""
            changed = [*article[:longest], words[:at] + put + words[at + cut :], *article[longest + 1 :]]
            self.items[place] = (source, changed)
            self.fate[source[0]] = "changed"


def _is_told(edited: Edited, number: int, change: Change, places: dict[int, list[str]]) -> bool:
    fate, told = edited.fate.get(number, "kept"), (change.kind, *change.also)
    there = [unit.label for unit in change.new]
    if fate == "dropped":
        return change.kind == "dropped"
    if there != places[number]:
        return False
    if fate == "kept":
        return (
            change.kind == ("same" if there == [_label(number)] else "renumbered") and "changed" not in told
        )
    return fate in told


@pytest.mark.corpus
@pytest.mark.parametrize("seed", range(4))
def test_what_became_of_each_article(shared: Path, seed: int) -> None:
    draw = random.Random(seed)
    files = sorted((shared / "data" / "laws").rglob("*.md"))
    total: Counter[str] = Counter()
    wrong: list[str] = []
    done = 0
    while done < 40:
        path = draw.choice(files)
        articles, foreign = (
            _articles(path),
            [one for one in _articles(draw.choice(files)) if 60 < _length(one) < 500],
        )
        flat = ["".join(article) for article in articles]
        if (
            not 15 <= len(articles) <= 80
            or len(set(flat)) < len(flat)
            or min(map(len, flat)) < 12
            or not foreign
        ):
            continue
        done += 1
        edited = Edited(articles, draw)
        for _ in range(draw.randint(1, 4)):
            guest = draw.choice(foreign)
            name = draw.choice(("insert", "drop", "move", "split", "merge", "change"))
            edited.apply(name, guest)
        found = compare(outline(_text(articles)), outline(_text([article for _, article in edited.items])))
        before = {unit.label: change for change in found.changes for unit in change.old}
        after = {unit.label: change for change in found.changes for unit in change.new}
        places: dict[int, list[str]] = {}
        for place, (source, _) in enumerate(edited.items):
            for number in source:
                places.setdefault(number, []).append(_label(place))
            if not source:
                total["new"] += 1
                wrong += [] if after[_label(place)].kind == "new" else [f"new {path.name} {_label(place)}"]
        for number in range(len(articles)):
            fate = edited.fate.get(number, "kept")
            total[fate] += 1
            if not _is_told(edited, number, before[_label(number)], places):
                wrong.append(f"{fate} {path.name} {_label(number)}")
    assert min(total[fate] for fate in ("new", "dropped", "moved", "split", "merged", "changed", "kept")) > 5
    assert len(wrong) <= 1, wrong

"""A draft that repeats a text of the library: nearly the same title, then nearly the same paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rapidfuzz import fuzz, process

from fadu.core.text.compare.units import paragraphs
from fadu.core.text.library import Library, normal_title
from fadu.core.text.outline import Outline
from fadu.core.text.review.model import Book
from fadu.core.text.review.scene import Scene
from fadu.core.text.review.superior import text_of

Seen = tuple[int, int, str, str]
_PLACE = re.compile(r"^[一-龥Xx×]{1,9}?(?:省|自治区|市|自治州|州|县|区|旗)(?:人民政府)?(?:办公[厅室])?")
_CANDIDATES, _TITLE, _LEAST, _SHARE = 12, 60.0, 6, 0.6
_SAME, _ITSELF = 88.0, 0.98


def near_duplicate(scene: Scene, book: Book, library: Library | None) -> Iterator[Seen]:
    """At least six in ten of the paragraphs stand, word for word or nearly, in one other text of the library."""
    if library is None or not scene.outline.title:
        return
    own = [unit.words for unit in paragraphs(scene.outline) if len(unit.words) >= 12]
    if len(own) < _LEAST:
        return
    titles = library.titles()
    wanted = normal_title(scene.outline.title)
    near = process.extract(
        _PLACE.sub("", wanted),
        [_PLACE.sub("", title) for title in titles],
        scorer=fuzz.ratio,
        score_cutoff=_TITLE,
        limit=_CANDIDATES,
    )
    for title in (titles[place] for _, _, place in near):
        for work in library.works(title):
            share = _shared(own, text_of(work))
            if share >= _SHARE and not (share > _ITSELF and title == wanted):
                said = f"{share:.0%}的款与《{work.title}》相同或者基本相同"
                start = next((n for n, mark in enumerate(scene.text) if not mark.isspace()), 0)
                stop = scene.text.find("\n", start)
                yield start, stop if stop > 0 else len(scene.text), said, work.title


def _shared(own: list[str], other: Outline) -> float:
    theirs = [unit.words for unit in paragraphs(other) if len(unit.words) >= 12]
    found = sum(
        process.extractOne(words, theirs, scorer=fuzz.ratio, score_cutoff=_SAME) is not None for words in own
    )
    return found / len(own)

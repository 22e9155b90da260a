"""A draft beside the laws it names: periods and sums that differ where it restates them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from fadu.core.errors import InputError
from fadu.core.text.compare import restated
from fadu.core.text.library import Library, Work
from fadu.core.text.numerals import NUMERAL, parse
from fadu.core.text.outline import Outline, outline
from fadu.core.text.readers import read
from fadu.core.text.review.model import Book
from fadu.core.text.review.scene import Scene, rank

Seen = tuple[int, int, str, str]
_MONEY = re.compile(r"(?P<n>[0-9０-９,.．]+|[零〇一二三四五六七八九十百千两]+)(?P<unit>万|亿|千|百)?元")
_N = r"(?P<n>[0-9０-９,.．]+|[零〇一二三四五六七八九十百千两]+)"
_FIGURE = re.compile(rf"{_N}(?P<unit>(?:万|亿|千|百)?元|[%％]|倍|个?工作日|日|天|个?月|年|小时)")
_DAY = re.compile(
    r"[0-9零〇一二三四五六七八九十]+年[0-9一二三四五六七八九十]+月[0-9一二三四五六七八九十]+日|第[零〇一二三四五六七八九十百]+[条款项]"
)
_NUMERAL = re.compile(NUMERAL)
_PROVISIONS = ("条", "款", "项", "目", "段", "一级", "二级")
_UNITS = {None: 1, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_MOST = 8
_ALIKE = 0.75


def differs_from_superior(scene: Scene, book: Book, library: Library | None) -> Iterator[Seen]:
    """Paragraphs that repeat a cited law but for a period, a sum or a share; the law's words stand beside."""
    if library is None:
        return
    for title, law in cited(scene, library, 0):
        for one in restated(scene.outline, law):
            if one.kind != "changed" or one.law is None or one.similarity < _ALIKE:
                continue
            ours, theirs = _figures(one.draft.words), _figures(one.law.words)
            own = [words for value, words in ours.items() if value not in theirs]
            missing = [words for value, words in theirs.items() if value not in ours]
            if own and missing and one.draft.kind in _PROVISIONS:
                place = scene.text.find(own[0], one.draft.start, one.draft.end)
                start, end = scene.clause(place, place) if place >= 0 else (one.draft.start, one.draft.end)
                said = f"“{'、'.join(own)}”与《{title}》{one.law.where}“{'、'.join(missing)}”不一致"
                yield start, end, said, one.law.words


def cited(scene: Scene, library: Library, lowest: int) -> Iterator[tuple[str, Outline]]:
    """The works of at least a rank that the text cites and the library holds, with their outlines; eight at most."""
    titles = dict.fromkeys(work for citation in scene.citations for work in citation.works if work)
    count = 0
    for title in titles:
        works = library.works(title) if rank(title) >= lowest else []
        if works and count < _MOST:
            count += 1
            yield title, text_of(works[0])


def text_of(work: Work) -> Outline:
    """The outline of a text of the library, kept for the next draft that cites it. Raises ``InputError`` if it is gone."""
    try:
        changed = work.path.stat().st_mtime_ns
    except OSError as error:
        raise InputError(
            "法规库中的文件打不开",
            where=str(work.path),
            why=error.strerror or "",
            cure="重新建立法规库的索引",
        ) from error
    return _read(work.path, changed)


@lru_cache(maxsize=64)
def _read(path: Path, changed: int) -> Outline:
    return outline(read(path).text)


def _figures(words: str) -> dict[tuple[float, str], str]:
    """Every period, sum and share with its value (二年 is 2年), the days of the calendar left out."""
    found: dict[tuple[float, str], str] = {}
    for match in _FIGURE.finditer(_DAY.sub("", words)):
        value = _value(match["n"])
        if value is not None:
            found[value, match["unit"].replace("个", "").replace("天", "日").replace("％", "%")] = match[0]
    return found


def _value(written: str) -> float | None:
    digits = written.replace(",", "").replace("．", ".").strip(".")
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", digits):
        return float(digits)
    return float(parse(digits)) if _NUMERAL.fullmatch(digits) else None


def sums_in(words: str) -> Iterator[float]:
    """The sums of money, in yuan."""
    for match in _MONEY.finditer(words):
        value = _value(match["n"])
        if value is not None:
            yield value * _UNITS[match["unit"]]

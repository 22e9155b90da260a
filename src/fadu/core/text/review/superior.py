"""A draft beside the laws it names: periods and sums that differ where it restates them, fines that none of them knows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fadu.core.text.compare import restated
from fadu.core.text.library import Library
from fadu.core.text.numerals import NUMERAL, parse
from fadu.core.text.outline import Outline, outline
from fadu.core.text.review.model import RANKS, Book
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
_REGULATION = RANKS.index("regulation")
_ALIKE = 0.75


def differs_from_superior(scene: Scene, book: Book, library: Library | None) -> Iterator[Seen]:
    """Paragraphs that repeat a cited law but for a period, a sum or a share; the law's words stand beside."""
    if library is None:
        return
    for title, law in _cited(scene, library, 0):
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


def beyond_superior_fine(scene: Scene, book: Book, library: Library | None) -> Iterator[Seen]:
    """Fines whose sums none of the cited laws and regulations has; said only when the library holds such a law."""
    if library is None or "罚款" not in scene.text:
        return
    laws = [(title, law) for title, law in _cited(scene, library, _REGULATION)]
    if not laws:
        return
    known = {sum_ for _, law in laws for sum_ in _fines(law.text)}
    for match in re.finditer("罚款", scene.text):
        low, high = scene.sentence(*match.span())
        sums = set(_sums(scene.text[low:high]))
        if scene.reviewed(match.start()) and sums and not sums <= known:
            names = "、".join(f"《{title}》" for title, _ in laws)
            more = "、".join(f"{value:g}元" for value in sorted(sums - known))
            yield *scene.clause(*match.span()), f"{names}的罚款条款中没有{more}这一数额", ""


def _cited(scene: Scene, library: Library, lowest: int) -> Iterator[tuple[str, Outline]]:
    titles = dict.fromkeys(work for citation in scene.citations for work in citation.works if work)
    count = 0
    for title in titles:
        works = library.works(title) if rank(title) >= lowest else []
        if works and count < _MOST:
            count += 1
            yield title, outline(works[0].document().text)


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


def _fines(text: str) -> Iterator[float]:
    """Every sum in a sentence of a law that speaks of a fine."""
    for sentence in re.split(r"[。；;\n]", text):
        if "罚款" in sentence:
            yield from _sums(sentence)


def _sums(words: str) -> Iterator[float]:
    """The sums of money, in yuan."""
    for match in _MONEY.finditer(words):
        value = _value(match["n"])
        if value is not None:
            yield value * _UNITS[match["unit"]]

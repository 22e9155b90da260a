"""Fines and confiscation in a document that names a law as its basis: within what that law sets they restate it, beyond
or without that they are set by the document (行政处罚法 第十四条, 第十六条)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fadu.core.text.compare.units import paragraphs
from fadu.core.text.library import Library
from fadu.core.text.outline import Outline
from fadu.core.text.review.model import RANKS, Book
from fadu.core.text.review.scene import Scene, rank
from fadu.core.text.review.superior import Seen, cited, sums_in

_REGULATION = RANKS.index("regulation")
_CONSEQUENCE = re.compile(
    r"的?[，,](?:由|处|给予|可以|可|责令|并|没收)|处[0-9零〇一二三四五六七八九十百千两]"
)
_ARTICLE = re.compile(r"^\s*第[零〇一二三四五六七八九十百]+条\s*")
_ACT, _HELD = 5, 0.6
"""How many pairs of characters an act needs to be known again, and which share of them the paragraph must hold."""
_SANCTION = re.compile(r"罚款|没收")
_TAKEN = re.compile(r"(?<!不得)(?<!予以)没收(?!的|财物单据|较大|决定)(?P<what>[一-龥]{0,16})")
_GAIN = re.compile(r"[违非]法(?:所得|收入|经营所得)")
_PLAIN = re.compile(r"[其的及和与或者并]|非法|违法|有关|相关|全部|所得|收入|物品|财物|用于|从事|违规")
_DISCRETION = re.compile(r"裁量|基准")


@dataclass(frozen=True, slots=True)
class Superior:
    """The laws and regulations that a text cites: which of them the library holds, and the titles of the others."""

    held: tuple[tuple[str, Outline], ...]
    absent: tuple[str, ...]

    @property
    def names(self) -> str:
        """《…》、《…》 of those held."""
        return "、".join(f"《{title}》" for title, _ in self.held)


def superior(scene: Scene, library: Library | None) -> Superior:
    """What may be the basis of a sanction: laws, regulations and decisions of the State Council that the text names."""
    held = tuple(cited(scene, library, _REGULATION)) if library is not None else ()
    known = {title for title, _ in held}
    titles = dict.fromkeys(work for one in scene.citations for work in one.works if work)
    return Superior(
        held, tuple(title for title in titles if rank(title) >= _REGULATION and title not in known)
    )


def beyond_superior_fine(scene: Scene, book: Book, library: Library | None) -> Iterator[Seen]:
    """Fines outside the range of the paragraph of a cited law on the same act; fines with sums that none of the cited
    laws has, or where none of them knows a fine: these two only when the library holds every law cited."""
    if library is None or "罚款" not in scene.text:
        return
    above = superior(scene, library)
    if not above.held:
        return
    fines = [fine for title, law in above.held for fine in _fines(title, law)]
    known = {sum_ for fine in fines for sum_ in fine.sums}
    none = not any("罚款" in law.text for _, law in above.held)
    for match in re.finditer("罚款", scene.text):
        low, high = scene.sentence(*match.span())
        sums = set(sums_in(scene.text[low:high]))
        if not sums or not scene.reviewed(match.start()):
            continue
        fine = _same_act(scene.text[low:high], fines)
        said = _outside(sums, fine) if fine else ""
        if fine is None and not above.absent and none:
            said = f"{above.names}没有规定罚款"
        elif fine is None and not above.absent and not sums <= known:
            more = "、".join(f"{value:g}元" for value in sorted(sums - known))
            said = f"{above.names}的罚款条款中没有{more}这一数额"
        if said:
            yield *scene.clause(*match.span()), said, fine.words if fine else ""


def _outside(sums: set[float], fine: _Fine) -> str:
    """How the sums of a sentence leave the range of the paragraph; empty when they stay within."""
    where = f"《{fine.title}》{fine.where}规定的"
    if max(sums) > max(fine.sums):
        return f"{max(sums):g}元超出{where}最高数额{max(fine.sums):g}元"
    if min(sums) < min(fine.sums) and len(fine.sums) > 1 and "以上" in fine.words:
        return f"{min(sums):g}元低于{where}最低数额{min(fine.sums):g}元"
    return ""


def beyond_superior_confiscation(scene: Scene, book: Book, library: Library | None) -> Iterator[Seen]:
    """Confiscation where none of the cited laws confiscates, or of what none of them confiscates; said only when the
    library holds every law cited."""
    if library is None or "没收" not in scene.text:
        return
    above = superior(scene, library)
    if not above.held or above.absent:
        return
    theirs = [part for _, law in above.held for part in re.split(r"[。；;]", law.text) if "没收" in part]
    for match in _TAKEN.finditer(scene.text):
        if not scene.reviewed(match.start()):
            continue
        what = match["what"]
        if not theirs:
            yield *scene.clause(*match.span()), f"{above.names}没有规定没收", ""
        elif not _taken_too(what, theirs):
            yield *scene.clause(*match.span()), f"{above.names}没有规定没收{what}", ""


def _taken_too(what: str, theirs: list[str]) -> bool:
    """Whether a law confiscates the same: unlawful gains, or a thing whose last two characters (车辆, 工具) it names."""
    gains = _GAIN.search(what) is not None
    if gains and not any(_GAIN.search(part) for part in theirs):
        return False
    thing = _PLAIN.sub("", _GAIN.sub("", what))[-2:]
    return any(thing in part for part in theirs)


def unchecked_sanction(scene: Scene, book: Book, library: Library | None) -> Iterator[Seen]:
    """Fines by sums and confiscation that rest on a law named, where that law is not at hand: told once for the text, at
    its head, as what is still to be compared."""
    if ("罚款" not in scene.text and "没收" not in scene.text) or _DISCRETION.search(scene.outline.title):
        return
    above = superior(scene, library)
    if not above.absent:
        return
    places = dict.fromkeys(
        scene.where(match.start())
        for match in _SANCTION.finditer(scene.text)
        if scene.reviewed(match.start()) and _rests(scene, match)
    )
    if places:
        start = next((place for place, mark in enumerate(scene.text) if not mark.isspace()), 0)
        stop = scene.text.find("\n", start)
        names = "、".join(f"《{title}》" for title in above.absent)
        named = "、".join(place.rstrip("、.．") for place in places if place)
        yield start, stop if stop > 0 else len(scene.text), f"{named}的罚款、没收尚未与{names}核对", ""


def _rests(scene: Scene, match: re.Match[str]) -> bool:
    """Whether a sentence sets a sum or takes something away, and a law or regulation is named for it."""
    low, high = scene.sentence(*match.span())
    if match[0] == "罚款" and not any(True for _ in sums_in(scene.text[low:high])):
        return False
    return max(scene.basis, scene.referred(low, high)) >= _REGULATION


@dataclass(frozen=True, slots=True)
class _Fine:
    """A paragraph of a law that sets a fine by sums."""

    title: str
    where: str
    words: str
    sums: frozenset[float]
    pairs: frozenset[str]


def _fines(title: str, law: Outline) -> Iterator[_Fine]:
    """The paragraphs of a law that speak of a fine, with the sums of those sentences."""
    for unit in paragraphs(law):
        words = unit.words
        sums = {value for part in re.split(r"[。；;\n]", words) if "罚款" in part for value in sums_in(part)}
        if sums:
            yield _Fine(title, unit.where, words, frozenset(sums), _pairs(words))


def _same_act(words: str, fines: list[_Fine]) -> _Fine | None:
    """The paragraph whose words hold most of the act that a sentence names, if they hold enough of it."""
    act = _pairs(_CONSEQUENCE.split(_ARTICLE.sub("", words))[0])
    if len(act) < _ACT or not fines:
        return None
    best = max(fines, key=lambda fine: (len(act & fine.pairs), -len(fine.pairs)))
    return best if len(act & best.pairs) >= _HELD * len(act) else None


def _pairs(words: str) -> frozenset[str]:
    plain = "".join(re.findall(r"[一-龥]+", words))
    return frozenset(map(str.__add__, plain, plain[1:]))

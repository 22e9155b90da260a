"""A draft beside the superior law: which of its paragraphs repeat, alter or go beyond the law's words."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any, Literal

from rapidfuzz.distance import Indel

from fadu.core.text.compare.match import grams
from fadu.core.text.compare.model import Piece, Unit
from fadu.core.text.compare.units import paragraphs
from fadu.core.text.compare.words import redline
from fadu.core.text.outline import Outline

_FEW = 12
_RESTATES = 0.5
_ALIKE = 0.55
_COMMON = 40


@dataclass(frozen=True, slots=True)
class Restated:
    """One paragraph of the draft. ``same``: the law's words; ``changed``: the law's words altered, with the redline from
    the law to the draft; ``new``: its own. ``law`` is the paragraph of the law that comes nearest."""

    kind: Literal["same", "changed", "new"]
    draft: Unit
    law: Unit | None
    similarity: float
    pieces: tuple[Piece, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "draft": self.draft.as_json(),
            "law": self.law.as_json() if self.law else None,
            "similarity": round(self.similarity, 3),
            "pieces": [[piece.op, piece.text] for piece in self.pieces],
        }


def restated(draft: Outline, law: Outline) -> list[Restated]:
    """For each paragraph (款) of ``draft`` the paragraph of ``law`` it restates, if any. A paragraph of the law may be
    restated more than once; what the draft leaves out of the law is no finding here."""
    theirs = [unit for unit in paragraphs(law) if unit.words]
    their_grams = [grams(unit.words) for unit in theirs]
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for place, found in enumerate(their_grams):
        for gram in found:
            holders[gram].append(place)
    return [_nearest(unit, theirs, their_grams, holders) for unit in paragraphs(draft) if unit.words]


def _nearest(
    unit: Unit, theirs: list[Unit], their_grams: list[frozenset[str]], holders: dict[str, list[int]]
) -> Restated:
    own = grams(unit.words)
    shared: Counter[int] = Counter()
    for gram in own:
        if len(there := holders.get(gram, ())) <= _COMMON:
            shared.update(there)
    best: tuple[float, int] | None = None
    for place, _ in shared.most_common(5):
        common = len(own & their_grams[place])
        share = common / min(len(own), len(their_grams[place])) if common >= _FEW else 0.0
        alike = Indel.normalized_similarity(unit.words, theirs[place].words)
        if share >= _RESTATES or alike >= _ALIKE:
            best = max(best or (0.0, 0), (max(share, alike), place))
    if best is None:
        return Restated("new", unit, None, 0.0)
    score, place = best
    law = theirs[place]
    if law.words == unit.words:
        return Restated("same", unit, law, 1.0)
    return Restated("changed", unit, law, score, redline(law.words, unit.words))

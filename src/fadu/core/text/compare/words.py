"""The redline of one provision: which words changed, as a lawyer would mark them.

The fewest characters changed are not the most readable: a lone 的 that both texts happen to share inside a rewritten
phrase is taken into it, a number is changed as a whole, and what was put in or taken out begins and ends at a
punctuation mark where it can.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from fadu.core.text.compare.model import Piece

_NUMERAL = re.compile(r"[0-9０-９零〇一二三四五六七八九十百千万亿.]")
_STOPS = {"\n": 5, "。": 4, "；": 4, "：": 3, "，": 3, "、": 2, "）": 1, "》": 1}
_PUNCTUATION = set("\n。；：，、（）《》〈〉“”")
_SENTENCE = re.compile(r"[^。；\n]*[。；\n]|[^。；\n]+")
_LARGE = 100_000_000
"""Characters of one times characters of the other beyond which the table of their likeness would fill the memory."""
_SHORT = 2
_WHOLESALE = 0.35


@dataclass(slots=True)
class _Segment:
    """Words both have (``same``), or those taken out and put in at one place."""

    same: str = ""
    out: str = ""
    put: str = ""

    @property
    def changed(self) -> bool:
        return bool(self.out or self.put)


def redline(old: str, new: str) -> tuple[Piece, ...]:
    """The pieces that lead from ``old`` to ``new``; joined without ``+`` they give the old, without ``-`` the new."""
    if old == new:
        return (Piece("=", old),) if old else ()
    if len(old) * len(new) > _LARGE:
        segments = _by_sentence(old, new)
    elif Indel.normalized_similarity(old, new) < _WHOLESALE:
        segments = [_Segment(out=old, put=new)]
    else:
        segments = _segments(old, new)
        _slide(segments)
        segments = _absorb(segments)
        _whole_numbers(segments)
    pieces = []
    for segment in segments:
        for op, text in (("=", segment.same), ("-", segment.out), ("+", segment.put)):
            if text:
                pieces.append(Piece(op, text))  # type: ignore[arg-type]  # the three ops are spelled out above
    return tuple(pieces)


def _segments(old: str, new: str) -> list[_Segment]:
    found: list[_Segment] = []
    for op in Indel.opcodes(old, new):
        if op.tag == "equal":
            found.append(_Segment(same=old[op.src_start : op.src_end]))
            continue
        if not found or not found[-1].changed:
            found.append(_Segment())
        found[-1].out += old[op.src_start : op.src_end]
        found[-1].put += new[op.dest_start : op.dest_end]
    return found


def _by_sentence(old: str, new: str) -> list[_Segment]:
    """For what is too large to be laid out character against character: sentences first, characters within those
    that changed in one place."""
    ours, theirs = _SENTENCE.findall(old), _SENTENCE.findall(new)
    found: list[_Segment] = []
    for op in Indel.opcodes(ours, theirs):
        out, put = "".join(ours[op.src_start : op.src_end]), "".join(theirs[op.dest_start : op.dest_end])
        if op.tag == "equal":
            found.append(_Segment(same=out))
            continue
        if not found or not found[-1].changed:
            found.append(_Segment())
        found[-1].out += out
        found[-1].put += put
    small = (segment for segment in found if segment.out and segment.put)
    fine = {id(one): _segments(one.out, one.put) for one in small if len(one.out) * len(one.put) <= _LARGE}
    return [part for segment in found for part in fine.get(id(segment), [segment])]


def _slide(segments: list[_Segment]) -> None:
    """Move a pure insertion or deletion along equal words to where it begins after, or ends with, a stop."""
    for index in range(1, len(segments) - 1):
        before, middle, after = segments[index - 1 : index + 2]
        if not middle.changed or (middle.out and middle.put) or before.changed or after.changed:
            continue
        text = middle.out or middle.put
        best = _best_shift(before.same, text, after.same)
        whole = before.same + text + after.same
        start = len(before.same) + best
        before.same, shifted, after.same = (
            whole[:start],
            whole[start : start + len(text)],
            whole[start + len(text) :],
        )
        middle.out, middle.put = (shifted, "") if middle.out else ("", shifted)


def _best_shift(before: str, text: str, after: str) -> int:
    """How far to the right (negative: left) the words go; the score counts the stops before and at their end."""
    lowest = 0
    while -lowest < len(before) and before[lowest - 1] == text[(lowest - 1) % len(text)]:
        lowest -= 1
    highest = 0
    while highest < len(after) and after[highest] == text[highest % len(text)]:
        highest += 1
    whole, origin = before + text + after, len(before)

    def score(shift: int) -> tuple[int, int]:
        start, end = origin + shift, origin + shift + len(text)
        ahead = whole[start - 1] if start else "\n"
        opening = 1 if whole[start] in "《（“" else 0
        return _STOPS.get(ahead, 0) + _STOPS.get(whole[end - 1], 0) + opening, -abs(shift)

    return max(range(lowest, highest + 1), key=score)


def _absorb(segments: list[_Segment]) -> list[_Segment]:
    """Take equal runs too short to be read into the changes on both sides of them."""
    found: list[_Segment] = []
    for segment in segments:
        if (
            segment.changed
            and len(found) >= 2
            and found[-2].changed
            and _unreadable(found[-1].same, found[-2], segment)
        ):
            run = found.pop().same
            found[-1].out += run + segment.out
            found[-1].put += run + segment.put
        else:
            found.append(segment)
    return found


def _unreadable(run: str, before: _Segment, after: _Segment) -> bool:
    if any(mark in _PUNCTUATION for mark in run):
        return False
    around = min(len(before.out) + len(before.put), len(after.out) + len(after.put))
    return len(run) < _SHORT or (len(run) == _SHORT and around > _SHORT)


def _whole_numbers(segments: list[_Segment]) -> None:
    """三十日 that became 二十日 is 三十 → 二十, not 三 → 二."""
    for index, segment in enumerate(segments):
        if not segment.changed or not _NUMERAL.search(segment.out + segment.put):
            continue
        if index and not segments[index - 1].changed and _begins_number(segment):
            before = segments[index - 1]
            keep = len(before.same)
            while keep and _NUMERAL.fullmatch(before.same[keep - 1]):
                keep -= 1
            _pull(segment, before.same[keep:], in_front=True)
            before.same = before.same[:keep]
        if index + 1 < len(segments) and not segments[index + 1].changed and _ends_number(segment):
            after = segments[index + 1]
            taken = 0
            while taken < len(after.same) and _NUMERAL.fullmatch(after.same[taken]):
                taken += 1
            _pull(segment, after.same[:taken], in_front=False)
            after.same = after.same[taken:]


def _begins_number(segment: _Segment) -> bool:
    return any(text and _NUMERAL.fullmatch(text[0]) for text in (segment.out, segment.put))


def _ends_number(segment: _Segment) -> bool:
    return any(text and _NUMERAL.fullmatch(text[-1]) for text in (segment.out, segment.put))


def _pull(segment: _Segment, run: str, *, in_front: bool) -> None:
    segment.out = run + segment.out if in_front else segment.out + run
    segment.put = run + segment.put if in_front else segment.put + run

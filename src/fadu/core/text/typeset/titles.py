"""Where a title is broken (GB/T 9704-2012, 7.3.1): whole words, lines of the shape of a trapezoid or a rhombus."""

from __future__ import annotations

import itertools

from fadu.core.text.typeset.table import layout

_NEVER_BEGINS = "的了和与及、，。：；》）”〉"
_FORBIDDEN = 100.0
_NEVER_ENDS = "《（“〈第"


def title_lines(title: str) -> list[str]:
    """The lines of a title. Line breaks that the draft has are kept."""
    per_line = layout()["title"]["characters_per_line"]
    lines = [line.strip() for line in title.splitlines() if line.strip()]
    if len(lines) != 1 or len(lines[0]) <= per_line:
        return lines
    text = lines[0]
    penalties = [_penalty(text, at) for at in range(len(text) + 1)]
    second_best: tuple[int, ...] = ()
    for count in range(2, 7):
        cuts = [
            cut
            for cut in itertools.combinations(range(4, len(text) - 1), count - 1)
            if all(end - start <= per_line for start, end in itertools.pairwise((0, *cut, len(text))))
        ]
        if cuts:
            best = min(cuts, key=lambda cut: _cost(cut, len(text), penalties))
            if all(penalties[at] < _FORBIDDEN for at in best):
                return _cut(text, best)
            second_best = second_best or best  # one more line rather than a line that ends with a bracket
    return _cut(text, second_best)


def _cut(text: str, cut: tuple[int, ...]) -> list[str]:
    return [text[start:end] for start, end in itertools.pairwise((0, *cut, len(text)))]


def _cost(cut: tuple[int, ...], length: int, penalties: list[float]) -> float:
    widths = [end - start for start, end in itertools.pairwise((0, *cut, length))]
    shape = 0.0 if _shapely(widths) else 12.0
    uneven = (max(widths) - min(widths)) * 0.6
    return sum(penalties[at] for at in cut) + shape + uneven


def _shapely(widths: list[int]) -> bool:
    """Growing or shrinking (a trapezoid), or growing and then shrinking (a rhombus)."""
    peak = widths.index(max(widths))
    left, right = widths[: peak + 1], widths[peak:]
    strictly = len(set(widths)) > 1
    return strictly and left == sorted(left) and right == sorted(right, reverse=True)


def _penalty(text: str, at: int) -> float:
    """How bad it is to break before ``text[at]``."""
    if not 0 < at < len(text):
        return 0.0
    before, after = text[:at], text[at:]
    if (
        after[0] in _NEVER_BEGINS
        or before[-1] in _NEVER_ENDS
        or (before[-1].isdigit() and after[0].isdigit())
    ):
        return _FORBIDDEN
    words = layout()["title"]["words"]
    for word in words:
        for start in range(max(0, at - len(word) + 1), at):
            if text.startswith(word, start):
                return 40.0
    if after.startswith(("关于", "《")) or before.endswith(("关于", "》的", "、", "的")):
        return 0.0
    known = any(before.endswith(word) for word in words) + any(after.startswith(word) for word in words)
    return 12.0 - 4.0 * known

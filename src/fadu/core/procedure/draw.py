"""A procedure as a drawing a person can read: stages as bands, steps as boxes, conditions and duties as arrows.

Plain SVG with presentation attributes only (no style, no script), so that it may stand in any page and print.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from fadu.core.procedure.definition import Definition, Step
from fadu.core.procedure.marking import Marking
from fadu.core.procedure.table import table_of

WIDTH, BOX, HIGH, GAP, BAND, PER_ROW = 1120, 176, 52, 34, 46, 5
_INK, _LINE, _SEAL, _QUIET, _PAPER = "#1d2b4f", "#8a93ad", "#b3261e", "#5a5d66", "#fffefb"
# State → fill, border, text, dash.
_LOOK: Mapping[str, tuple[str, str, str, str]] = {
    "done": ("#31457a", _INK, "#ffffff", ""),
    "owed": ("#fbecea", _SEAL, _SEAL, ""),
    "plain": (_PAPER, _INK, _INK, ""),
    "inapplicable": ("#efece3", "#c4bfb2", "#6f7178", "3 3"),
}
_WORDS = {"done": "已办", "owed": "应办", "plain": "", "inapplicable": "不适用"}


@dataclass(frozen=True)
class Place:
    """Where a step's box stands: its upper left corner."""

    x: int
    y: int

    @property
    def middle(self) -> int:
        """The middle of the box from the left."""
        return self.x + BOX // 2


def draw(definition: Definition, marking: Marking | None = None) -> str:
    """The drawing; with a marking, what is done, owed and inapplicable is shown by colour and by word."""
    bands = _bands(definition)
    places, height = _places(bands)
    parts = [_head(definition, height)]
    y = GAP
    for title, steps in bands:
        rows = -(-len(steps) // PER_ROW)
        parts.append(_band(title, y, rows))
        y += BAND + rows * (HIGH + GAP)
    parts += _arrows(definition, places)
    for name, place in places.items():
        parts.append(_box(definition.steps[name], place, _state(definition, name, marking)))
    return "\n".join([*parts, "</svg>"])


def _bands(definition: Definition) -> list[tuple[str, list[str]]]:
    """Stages in file order; the procedure's own steps that no stage names come last."""
    bands = [(stage.title, list(stage.steps)) for stage in definition.stages.values()]
    placed = {name for _, steps in bands for name in steps}
    rest = [name for name, step in definition.steps.items() if name not in placed and not step.general]
    return [*bands, ("其他", rest)] if rest and bands else bands or [(definition.title, rest)]


def _places(bands: Iterable[tuple[str, list[str]]]) -> tuple[dict[str, Place], int]:
    places, y = {}, GAP
    for _, steps in bands:
        y += BAND
        for index, name in enumerate(steps):
            row, column = divmod(index, PER_ROW)
            places[name] = Place(GAP + column * (BOX + GAP), y + row * (HIGH + GAP))
        y += -(-len(steps) // PER_ROW) * (HIGH + GAP)
    return places, y


def _head(definition: Definition, height: int) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label={quoteattr(definition.title + "流程图")} '
        f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        "font-family=\"'Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif\" font-size=\"14\">"
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        f'orient="auto"><path d="M0 0 8 4 0 8z" fill="{_LINE}"/></marker></defs>'
    )


def _band(title: str, y: int, rows: int) -> str:
    high = BAND + rows * (HIGH + GAP) - 12
    return (
        f'<rect x="12" y="{y}" width="{WIDTH - 24}" height="{high}" rx="4" fill="#f6f4ee" stroke="#d9d5cb"/>'
        f'<text x="{GAP}" y="{y + 27}" font-size="15" font-weight="600" fill="{_INK}">{escape(title)}</text>'
    )


def _arrows(definition: Definition, places: Mapping[str, Place]) -> list[str]:
    """Solid: not before. Dashed vermilion: this brings the duty. Steps outside the drawing have no arrows."""
    drawn: list[str] = []
    for name, step in definition.steps.items():
        if name not in places:
            continue
        for ref in (*step.after, *step.after_any):
            sources = (
                [one.step for one in definition.either[ref.outcome].any]
                if ref.step == "either"
                else [ref.step]
            )
            drawn += [_arrow(places[one], places[name]) for one in sources if one in places and one != name]
        owed = {*step.then.owes, *(owes for outcome in step.outcomes.values() for owes in outcome.then.owes)}
        drawn += [
            _arrow(places[name], places[one], owed=True)
            for one in sorted(owed)
            if one in places and one != name
        ]
    return list(dict.fromkeys(drawn))


def _arrow(start: Place, end: Place, *, owed: bool = False) -> str:
    look = (
        f'stroke="{_SEAL}" stroke-dasharray="4 3" opacity="0.55"'
        if owed
        else f'stroke="{_LINE}" opacity="0.7"'
    )
    if start.y == end.y:
        forth = end.x > start.x
        x1, x2 = (start.x + BOX, end.x) if forth else (start.x, end.x + BOX)
        neighbours = abs(end.x - start.x) <= BOX + GAP
        bend = 0 if neighbours else 16
        y = start.y + HIGH // 2 + (4 if owed else -4)
        top = start.y - bend
        path = (
            f"M{x1} {y} L{x2} {y}"
            if neighbours
            else f"M{start.middle} {start.y} C{start.middle} {top} {end.middle} {top} {end.middle} {end.y}"
        )
    else:
        down = end.y > start.y
        y1, y2 = (start.y + HIGH, end.y) if down else (start.y, end.y + HIGH)
        half = (y1 + y2) // 2
        shift = 5 if owed else -5
        path = f"M{start.middle + shift} {y1} C{start.middle + shift} {half} {end.middle + shift} {half} {end.middle + shift} {y2}"
    return f'<path d="{path}" fill="none" {look} marker-end="url(#tip)"/>'


def _state(definition: Definition, name: str, marking: Marking | None) -> str:
    if marking is None:
        return "plain"
    if table_of(definition).inapplicable[name](marking):
        return "inapplicable"
    if name in marking.owed:
        return "owed"
    return "done" if name in marking.done else "plain"


def _box(step: Step, place: Place, state: str) -> str:
    fill, border, ink, dash = _LOOK[state]
    lines = _lines(step.title)
    y = place.y + HIGH // 2 + 5 - (len(lines) - 1) * 9
    texts = "".join(
        f'<text x="{place.middle}" y="{y + number * 18}" text-anchor="middle" fill="{ink}">{escape(line)}</text>'
        for number, line in enumerate(lines)
    )
    soft = (
        ' stroke-dasharray="6 3"' if step.force == "soft" else (f' stroke-dasharray="{dash}"' if dash else "")
    )
    told = f"{step.title}{f'（{_WORDS[state]}）' if _WORDS[state] else ''}\n{step.basis.printed}"
    return (
        f'<g><title>{escape(told)}</title><rect x="{place.x}" y="{place.y}" width="{BOX}" height="{HIGH}" rx="4" '
        f'fill="{fill}" stroke="{border}" stroke-width="{2 if state == "owed" else 1}"{soft}/>{texts}</g>'
    )


def _lines(title: str) -> list[str]:
    """The title in at most two lines; a longer one ends in an ellipsis (the whole stands in the tooltip)."""
    most = 11
    if len(title) <= most:
        return [title]
    second = title[most:]
    return [title[:most], second if len(second) <= most else second[: most - 1] + "…"]

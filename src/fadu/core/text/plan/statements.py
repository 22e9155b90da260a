"""Where in a paragraph the responsible units are stated: brackets of every habit, labels at its end, labels on lines of their own."""

from __future__ import annotations

from dataclasses import dataclass

from fadu.core.text.plan import names
from fadu.core.text.plan.responsibility import LABEL, Statement, parse

_OPEN, _CLOSE = "（(〔[【［", "）)〕]】］"
_END = "。；;！!？?：:"
_LABEL_START = ("lead", "support", "guide", "resp", "people", "deadline")


@dataclass(frozen=True, slots=True)
class Place:
    """``text[start:end]`` states who is responsible; ``raw`` is that text, trimmed."""

    start: int
    end: int
    raw: str


def is_label_line(text: str) -> bool:
    """Whether a paragraph is nothing but a statement with a label (责任单位：…)."""
    found = LABEL.match(text.strip())
    if found is None:
        return False
    return not (found.group().strip(" ：:") == "责任" and len(text) > 60)


def find(text: str) -> list[Place]:
    """Every statement in a paragraph, in order; brackets that only explain are passed over."""
    if is_label_line(text):
        return [Place(0, len(text), text.strip())]
    places = [
        Place(start, end, text[start:end]) for start, end in _brackets(text) if _states(text, start, end)
    ]
    places = _adjoin(text, places)
    tail = _tail_label(text, places[-1].end if places else 0)
    if tail is not None:
        places.append(Place(tail, len(text), text[tail:].strip()))
    return places


def _states(text: str, start: int, end: int) -> bool:
    inner = text[start + 1 : end - 1].strip()
    if not inner or inner.startswith(("以下", "下称", "简称", "即", "含", "如", "见", "附")):
        return False
    if LABEL.match(text[start:end]) and LABEL.fullmatch(text[start:end]):
        return False  # 【责任单位】 labels what follows it
    label = LABEL.match(inner)
    if label and label.lastgroup in _LABEL_START:
        return True
    statement = parse(text[start:end])
    closes = _closes(text, start, end)
    if statement.signed:
        return closes and bool(statement.who.units) and _plausible(statement)
    units = statement.who.units
    sure = all(names.is_unit(name, strict=True) for name in units) and any(
        names.is_organ(name) for name in units
    )
    return closes and statement.sound and sure


def _plausible(statement: Statement) -> bool:
    """A verb may end any bracket; the names before it must be mostly organs and never a clause."""
    units = statement.who.units
    good = sum(names.is_unit(name) for name in units)
    return good * 2 >= len(units) and all(len(name) <= 30 for name in units)


def _closes(text: str, start: int, end: int) -> bool:
    """Whether a bracket stands where a task ends: after a sentence, or before one's end."""
    before, after = text[:start].rstrip(), text[end:].lstrip()
    return not before or before[-1] in _END + _CLOSE or not after or after[0] in _END + _OPEN


def _brackets(text: str) -> list[tuple[int, int]]:
    """The outermost brackets; a half-width one may be closed by a full-width one, as real documents do."""
    spans, depth, begin = [], 0, 0
    for position, char in enumerate(text):
        if char in _OPEN:
            begin = position if depth == 0 else begin
            depth += 1
        elif char in _CLOSE and depth:
            depth -= 1
            if depth == 0:
                spans.append((begin, position + 1))
    return spans


def _adjoin(text: str, places: list[Place]) -> list[Place]:
    """（牵头单位：…）（完成时限：…） is one statement in two brackets."""
    joined: list[Place] = []
    for place in places:
        last = joined[-1] if joined else None
        if last and not text[last.end : place.start].strip(" \t\u3000，,；;、"):
            joined[-1] = Place(last.start, place.end, text[last.start : place.end])
        else:
            joined.append(place)
    return joined


def _tail_label(text: str, after: int) -> int | None:
    """Where an unbracketed label at the end of the paragraph begins: …。责任单位：市司法局"""
    for found in LABEL.finditer(text, after):
        before = text[: found.start()].rstrip()
        label = found.group().strip(" ：:为")
        if not before or found.lastgroup == "people" or label == "责任":
            continue
        clear = label.endswith(("单位", "部门")) and before[-1] in "，,"
        if clear or before[-1] in _END + _CLOSE:
            return found.start()
    return None

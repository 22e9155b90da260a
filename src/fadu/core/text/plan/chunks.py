"""An item's paragraphs cut at its statements of units: each statement closes one task."""

from __future__ import annotations

from dataclasses import dataclass

from fadu.core.text.plan.tree import BLANK, Item


@dataclass(slots=True)
class Chunk:
    """``text`` and the statement ``raw`` that closes it."""

    text: str
    raw: str


def chunks_of(item: Item, *, with_head: bool) -> tuple[list[Chunk], list[str]]:
    """The chunks of an item and the paragraphs left after its last statement.

    A statement before its text (right under the heading) or in the midst of the only paragraph governs what follows it
    as well; statements on successive lines (牵头单位：… / 配合单位：… / 完成时限：…) are one.
    """
    found: list[Chunk] = []
    buffer: list[str] = []
    for position, (text, places) in enumerate(_paragraphs(item, with_head=with_head)):
        at = 0
        for start, end, raw in places:
            buffer.append(text[at:start])
            body = _joined(buffer)
            if not body and found:
                found[-1].raw += "\n" + raw
            else:
                found.append(Chunk(body, raw))
            buffer, at = [], end
        rest = text[at:]
        if (
            places
            and len(places) == len(found) == 1
            and (position == 0 or not found[0].text)
            and _is_text(rest)
        ):
            found[0].text += rest.strip()  # （牵头单位：…）right after the title: the sentence goes on
        else:
            buffer.append(rest)
    if found and not found[-1].text:
        found[-1].text, buffer = _joined(buffer), []
    return found, [paragraph.strip() for paragraph in buffer if _is_text(paragraph)]


def _paragraphs(item: Item, *, with_head: bool) -> list[tuple[str, list[tuple[int, int, str]]]]:
    """The item's paragraphs with their statements; the heading left out unless it is part of the task."""
    texts = [
        (text, [(place.start, place.end, place.raw) for place in item.places(text)]) for text in item.texts()
    ]
    if with_head:
        return texts
    head = (
        item.head[len(item.title) :].lstrip("。：: \u3000") if item.head.startswith(item.title) else item.head
    )
    return [(head, _shifted(item, head)), *texts[1:]]


def _shifted(item: Item, head: str) -> list[tuple[int, int, str]]:
    shift = len(item.head) - len(head)
    return [
        (max(0, place.start - shift), place.end - shift, place.raw)
        for place in item.places(item.head)
        if place.end - shift > 0
    ]


def _is_text(text: str) -> bool:
    return not BLANK.fullmatch(text)


def _joined(parts: list[str]) -> str:
    return "\n".join(part.strip() for part in parts if _is_text(part)).strip(" \t\n\u3000，,、")

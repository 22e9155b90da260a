"""Whether a marked line is a head: the judgments that need a look at the words behind the mark."""

from __future__ import annotations

import re

from fadu.core.text.outline.lines import Line

_VALUE = r"[（(]?\s?[零〇一二三四五六七八九十0-9]{1,6}\s?[）)]?"
_MENTION = re.compile(
    rf"第?\s?{_VALUE}(?:\s?[、和及至]\s?第?\s?{_VALUE}){{0,30}}\s?[款项目]|第[^款项目\s]{{1,6}}条"
)
_GOES_ON = "、和至或及与的规所中内外以之到，,。；;：款项例件约"
_AMENDING = ("修改为", "作为第", "增加一", "增加第", "增加规定", "增加如下")
_SENTENCE = "。；;：:，,"


def is_article(text: str, line: Line, expected: bool, followed: bool) -> bool:
    """Whether a line that begins with 第…条 is the head of an article.

    ``expected``: its number is the next one; ``followed``: other words follow in the next line. A mention at the
    beginning of a paragraph (第二十五条第（三）项安排的…) and a table cell are none.
    """
    _, label, _, start, body, end, _, _ = line
    if body == end:
        return followed
    blank = body > start + len(label)
    mark = text[body]
    if blank:
        return expected or _MENTION.match(text, body, end) is None
    if mark in _GOES_ON or _MENTION.match(text, body, end):
        return False
    return expected or mark in "【［[〔"


def is_division(text: str, line: Line) -> bool:
    """Whether 第三章… is a heading: a Markdown heading, or a short line without the marks of a sentence."""
    _, label, _, start, body, end, level, _ = line
    if level or body == end:
        return True
    if end - body > 40 or text[end - 1] in _SENTENCE + "、":
        return False
    return body > start + len(label) or text[body] not in _GOES_ON


def is_heading_sentence(text: str, body: int, end: int) -> bool:
    """Whether the words behind 一、 are a sentence (and not a heading)."""
    return end - body > 40 or (body < end and text[end - 1] in _SENTENCE)


def level_title(text: str, body: int, end: int) -> str:
    """The heading of 一、 or （一）: the whole line when it is no sentence, else a short first sentence before others."""
    if end - body <= 60 and (body == end or text[end - 1] not in _SENTENCE):
        return text[body:end]
    stop = text.find("。", body, min(end, body + 40))
    if stop > 0 and (stop + 1 < end or end - body <= 24):
        return text[body:stop]
    return ""


def amends(text: str) -> bool:
    """Whether the text amends others, so that articles may stand in quotation marks."""
    return any(words in text for words in _AMENDING)

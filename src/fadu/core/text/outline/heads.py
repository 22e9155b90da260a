"""Whether a marked line is a head: the judgments that need a look at the words behind the mark."""

from __future__ import annotations

import re

from fadu.core.text.outline.lines import Line

_VALUE = r"[（(]?\s?[零〇一二三四五六七八九十0-9]{1,6}\s?[）)]?"
_MENTION = re.compile(
    rf"第?\s?{_VALUE}(?:\s?[、和及至]\s?第?\s?{_VALUE}){{0,30}}\s?[款项目]|第[^款项目\s]{{1,6}}条"
)
_GOES_ON = re.compile(
    r"[、，,。；;：:）)”]|(?:和|至|到|或者?|及|与|以及|并)第|的|之|款|例外|件|规定(?:的|之|[，。；、]|情形|条件|程序|期限|标准|处|执行|予以|进行|办理|给予)|所[称列指规涉述]|[以之]?[内外](?:的|，|第|情形)|以上|以下|"
    r"中(?:的|规定|所|第|有关|“)|(?:情形|行为|要求)(?:的|之|[，、])|及其"
)
"""How a sentence goes on behind a provision that it names: 第五条规定的…, 第五条所称…"""
_AMENDING = re.compile(r"修改为|作为第|增加(?:一|第|规定|如下)")
_SENTENCE = "。；;：:，,"


def is_article(text: str, line: Line, *, expected: bool, near: bool, followed: bool) -> bool:
    """Whether a line that begins with 第…条 is the head of an article.

    ``expected``: its number is the next one, ``near``: about the next; ``followed``: other words follow in the next line. A
    mention at the beginning of a paragraph (第二十五条第（三）项安排的…) and a table cell are none.
    """
    _, label, _, start, body, end, _, _ = line
    if body == end:
        return followed
    mention = _MENTION.match(text, body, end) is not None
    if body > start + len(label):  # a blank behind the label
        return expected or not mention
    if mention or _GOES_ON.match(text, body, end):
        return False
    return near or text[body] in "【［[〔"


def is_division(text: str, line: Line) -> bool:
    """Whether 第三章… is a heading: a Markdown heading, or a short line without the marks of a sentence."""
    _, label, _, start, body, end, level, _ = line
    if level or body == end:
        return True
    if end - body > 40 or text[end - 1] in _SENTENCE + "、":
        return False
    return body > start + len(label) or _GOES_ON.match(text, body, end) is None


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
    return any(mark in text for mark in '“"「『‘') and _AMENDING.search(text) is not None

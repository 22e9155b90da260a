"""The lines of a legal text, each with what its first marks say it is. One regular expression, one pass.

Whether a marked line really is a provision (and not a sentence that happens to begin with 第五条) is decided by the
builder, which knows what came before; here only what the line alone can tell is told.
"""

from __future__ import annotations

import re
from functools import lru_cache

from fadu.core.text.numerals import NUMERAL, parse

_BLANK = r"[^\S\n]*"

_LINE = re.compile(
    rf"""^{_BLANK}(?=\S)
    (?:(?P<hash>\#{{1,6}}){_BLANK})?
    (?:(?=[第（(﹙0-9０-９零〇○一二三四五六七八九十百“"‘「『㈠-㈩⑴-⒇①-⑳附总分目\-*<|])  # most lines begin with none of these
    (?:
      (?P<quote>[“"‘「『])
    | (?P<art>第{_BLANK}(?P<art_n>{NUMERAL}){_BLANK}条(?:{_BLANK}之{_BLANK}(?P<art_sub>{NUMERAL})(?![一-龥]))?)
    | (?P<unit>第{_BLANK}(?P<unit_n>{NUMERAL}){_BLANK}(?P<unit_kind>分编|编|章|节))
    | (?P<item>[（(﹙]{_BLANK}(?P<item_n>[零〇○一二三四五六七八九十百]{{1,7}}){_BLANK}[）)﹚](?!{_BLANK}(?:、|项(?=[所规的至、和或情内以之中])|[和至及或]第?[（(])))
    | (?P<point>[（(﹙]{_BLANK}(?P<point_n>[0-9０-９]{{1,3}}){_BLANK}[）)﹚](?!{_BLANK}(?:、|项(?=[所规的至、和或情内以之中])|[和至及或]第?[（(])))
    | (?P<dot>(?P<dot_n>[0-9０-９]{{1,3}}){_BLANK}[.．、](?![0-9０-９]))
    | (?P<top>(?P<top_n>[零〇○一二三四五六七八九十百]{{1,7}}){_BLANK}、)
    | (?P<ring>[㈠-㈩])
    | (?P<circle>[⑴-⒇①-⑳])
    | (?P<annex>(?:[-*]{_BLANK})?附{_BLANK}(?:[件录表图]{_BLANK}(?:{NUMERAL})?{_BLANK}(?:[:：\-－]|(?=[^\S\n])|$)|[:：]|$))
    | (?P<bare>[总分附]{_BLANK}则{_BLANK}$)
    | (?P<toc>目{_BLANK}[录次]{_BLANK}$)
    | (?P<skip><!--)
    | (?P<row>\|)
    ))?
    (?:[^\n]*\S)?""",
    re.MULTILINE | re.VERBOSE,
)

_KINDS = {"top": "一、", "annex": "附件", "bare": "则", "toc": "目录", "row": "行"}
_NUMBERED = {
    "item": ("项", "item_n"),
    "point": ("(1)", "point_n"),
    "dot": ("1.", "dot_n"),
    "top": ("一、", "top_n"),
}


Line = tuple[str, str, tuple[int, ...], int, int, int, int, bool]
"""One non-empty line: (kind, label, number, start, body, end, level, quoted); a bare tuple because there are many.

``kind``: 条, 编 分编 章 节, 项, 1., (1), 一、, 附件, 则, 目录, 行 (table row), 文 (plain). ``text[start:end]`` is the line
without the blanks around it, ``body`` where its words begin behind the label, ``level`` the depth of a Markdown
heading (0 if none), ``quoted`` whether it begins with an opening quotation mark.
"""


_GROUP = _LINE.groupindex
_ART, _ITEM = _GROUP["art"], _GROUP["item"]
_ART_N, _ART_SUB, _ITEM_N, _HASH = _GROUP["art_n"], _GROUP["art_sub"], _GROUP["item_n"], _GROUP["hash"]


def lines(text: str) -> list[Line]:
    """All non-empty lines of ``text`` but machine comments, in order."""
    found: list[Line] = []
    append = found.append
    numbers = _NUMBERS
    for match in _LINE.finditer(text):
        mark = match.lastindex
        begin, end = match.span()
        if mark is None:  # most lines: plain words
            if text[begin].isspace():
                begin = end - len(text[begin:end].lstrip())
            append(("文", "", (), begin, begin, end, 0, False))
        elif mark in _MARKED:  # the two marks that matter by number
            start, body = match.span(mark)
            label = text[start:body]
            while body < end and text[body].isspace():
                body += 1
            level = 0 if start == begin else match.end(_HASH) - match.start(_HASH)
            append(
                (
                    _MARKED[mark],
                    label,
                    numbers.get(label) or _remember(label, match, mark),
                    start,
                    body,
                    end,
                    level,
                    False,
                )
            )
        elif match.lastgroup != "skip":
            append(_marked(text, match, str(match.lastgroup), end))
    return found


_MARKED = {_ART: "条", _ITEM: "项"}
_NUMBERS: dict[str, tuple[int, ...]] = {}
"""label → number of the labels met: texts use a few hundred of them again and again."""
_MOST_NUMBERS = 8192


def _remember(label: str, match: re.Match[str], mark: int) -> tuple[int, ...]:
    sub = match[_ART_SUB] if mark == _ART else None
    value = parse(match[_ART_N if mark == _ART else _ITEM_N])
    number = (value, parse(sub)) if sub else (value,)
    if len(_NUMBERS) < _MOST_NUMBERS:
        _NUMBERS[label] = number
    return number


@lru_cache(maxsize=4096)
def single(written: str) -> tuple[int, ...]:
    """The number of a mark; one tuple for each number, however often it stands in the text."""
    return (parse(written),)


def _marked(text: str, match: re.Match[str], mark: str, end: int) -> Line:
    level = match.end(_HASH) - match.start(_HASH)
    if mark == "quote":
        start = match.start(mark)
        return ("文", "", (), start, start, end, level, True)
    if mark == "hash":
        body = match.end(mark)
        while body < end and text[body].isspace():
            body += 1
        return ("文", "", (), body, body, end, level, False)
    start, body = match.span(mark)
    label = text[start:body]
    while body < end and text[body].isspace():
        body += 1
    number: tuple[int, ...] = ()
    if mark == "unit":
        kind, number = match["unit_kind"], single(match["unit_n"])
    elif mark in _NUMBERED:
        kind, group = _NUMBERED[mark]
        number = single(match[group])
    elif mark == "ring":
        kind, number = "项", (ord(label) - ord("㈠") + 1,)
    elif mark == "circle":
        kind, number = "(1)", (ord(label) - ord("⑴" if label >= "⑴" else "①") + 1,)
    else:
        kind = _KINDS[mark]
    return (kind, label, number, start, body, end, level, False)

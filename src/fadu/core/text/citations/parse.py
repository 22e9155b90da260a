"""From the words of one citation to its refs."""

from __future__ import annotations

import re
from functools import lru_cache

from fadu.core.text.citations.grammar import (
    BARE,
    BLANK,
    ELEMENT,
    NOTE,
    RELATIVE,
    SEPARATOR,
    SHORT,
    TITLE,
    VERSION,
    N,
)
from fadu.core.text.citations.model import Ref
from fadu.core.text.citations.numbers import number_ref
from fadu.core.text.numerals import parse

_TOKEN = re.compile(
    rf"(?P<title>{TITLE})(?:{BLANK}(?:(?P<note>{NOTE})|{VERSION}(?={BLANK}第)))?|(?P<element>{ELEMENT}|{SHORT}|{BARE})|(?P<relative>{RELATIVE})"
    rf"|(?P<sep>{SEPARATOR})|(?P<name>(?:(?!{SEPARATOR}(?:《|第|本|该|前)|第{BLANK}[（(]?{N})[^\s《])+(?:[（(]{N}[）)])?)|\s"
)
_UNIT = re.compile(
    r"(分编|条|款|项|目|编|章|节)(?:\s*之\s*([一二三四五六七八九十]+)(?:至(?:第([^条]+)条)?之([一二三四五六七八九十]+))?)?$"
)
_SIMPLE = re.compile(rf"第({N})条(?:之([一二三四五六七八九十]+))?(?:第({N})款)?(?:第[（(]?({N})[）)]?项)?")
"""The commonest shape of all, read without the machinery: 第十条之一第二款第（三）项."""
_VALUES = re.compile(rf"(至|到|－|—|-|~|～)?\s*第?\s*[（(]?\s*({N})")
_KEYS = {
    "编": "part",
    "分编": "subpart",
    "章": "chapter",
    "节": "section",
    "条": "article",
    "款": "paragraph",
    "项": "item",
    "目": "point",
}
LEVELS = ("part", "subpart", "chapter", "section", "article", "paragraph", "item", "point")
_RANK = {key: rank for rank, key in enumerate(LEVELS)}
_RANGE = frozenset("至到－—-~～")
_NOTE_NUMBER = re.compile(r"号")


class _Reader:
    """The state while the tokens of one citation are read; ``refs`` with ``spans`` is the result."""

    def __init__(self) -> None:
        self.refs: list[Ref] = []
        self.spans: list[tuple[int, int]] = []
        self._ref: Ref = {}
        self._start = 0
        self._end = 0
        self._rank = -1  # level of the last element of the current ref
        self._base = -1  # level of its 前款 or 本条
        self._separated = False
        self._range = False

    def flush(self) -> None:
        if self._ref:
            self.refs.append(self._ref)
            self.spans.append((self._start, self._end))
        self._ref = {}

    def work(self, ref: Ref, start: int, end: int, base: int = -1) -> None:
        self.flush()
        self._ref, self._start, self._end = ref, start, end
        self._rank = self._base = base
        self._separated = self._range = False

    def separator(self, word: str) -> None:
        self._separated, self._range = True, word in _RANGE

    def element(self, words: str, start: int, end: int) -> None:
        unit = _UNIT.search(words)
        assert unit is not None
        key = _KEYS[unit[1]]
        rank = _RANK[key]
        if self._range and self._ref and (key in self._ref or self._rank > rank):
            self._to(key, words, unit, end)
            return
        if self._separated or rank <= self._rank:
            self._next(rank, start)
        elif not self._ref:
            self._start = start
        for position, (dash, value) in enumerate(_VALUES.findall(words[: unit.start()])):
            if dash:
                self._ref[key + "_to"] = parse(value)
                continue
            if position:
                self._end = end
                self._next(rank, start)
            self._ref[key] = parse(value)
        if unit[2]:
            self._ref["sub"] = parse(unit[2])
            if unit[4]:
                self._ref["sub_to"] = parse(unit[4])
                if unit[3]:
                    self._ref["article_to"] = parse(unit[3])
        self._rank, self._end = rank, end
        self._separated = self._range = False

    def _to(self, key: str, words: str, unit: re.Match[str], end: int) -> None:
        values = _VALUES.findall(words[: unit.start()])
        self._ref[key + "_to"] = parse(values[0][1])
        if unit[2]:
            self._ref["sub_to"] = parse(unit[2])
        self._rank, self._end = _RANK[key], end
        self._separated = self._range = False
        for _, value in values[1:]:
            self._next(_RANK[key], end)
            self._ref[key] = parse(value)

    def _next(self, rank: int, start: int) -> None:
        """A further provision: what stands above its level is that of the one before."""
        before = self._ref
        self.flush()
        keep = {name: before[name] for name in LEVELS[:rank] if name in before}
        if "sub" in before and rank > _RANK["article"]:
            keep["sub"] = before["sub"]
        if "title" in before:
            keep["title"] = before["title"]
        if "relative" in before and self._base < rank:
            keep["relative"] = before["relative"]
        self._ref, self._start = keep, start


@lru_cache(maxsize=16384)
def _read(words: str, name_end: int) -> tuple[tuple[Ref, ...], tuple[tuple[int, int], ...], int]:
    simple = _SIMPLE.fullmatch(words, name_end)
    if simple is not None:
        ref: Ref = {"title": words[:name_end].strip()} if name_end else {}
        for key, value in zip(("article", "sub", "paragraph", "item"), simple.groups(), strict=True):
            if value:
                ref[key] = parse(value)
        return (ref,), ((0, len(words)),), len(words)
    reader = _Reader()
    position = end = 0
    if name_end:
        reader.work({"title": words[:name_end].strip()}, 0, name_end)
        position = end = name_end
    while position < len(words):
        token = _TOKEN.match(words, position)
        if token is None or token.end() == position:
            position += 1
            continue
        position = token.end()
        kind = token.lastgroup
        if kind == "title" or kind == "note":
            end = _title(reader, token)
        elif kind == "element":
            reader.element(token[0], token.start(), token.end())
            end = token.end()
        elif kind == "relative":
            level = re.sub(r"^[^条款项章节编目]+", "", token[0].removeprefix("本分"))
            reader.work({"relative": token[0]}, token.start(), token.end(), _RANK[_KEYS[level]])
            end = token.end()
        elif kind == "sep":
            reader.separator(token[0])
        elif kind == "name":
            reader.work({"title": token[0]}, token.start(), token.end())
            end = token.end()
    reader.flush()
    return tuple(reader.refs), tuple(reader.spans), end


def _title(reader: _Reader, token: re.Match[str]) -> int:
    ref: Ref = {"title": token["title"][1:-1]}
    end = token.end("title")
    note = token["note"]
    if note and _NOTE_NUMBER.search(note):
        number = number_ref(note[1:-1])
        if number is not None:
            ref["doc" if number["kind"] == "文号" else "order"] = number
            end = token.end()
    reader.work(ref, token.start(), end)
    return end


def read(words: str, name_end: int = 0) -> tuple[list[Ref], list[tuple[int, int]], int]:
    """The refs of ``words``, their stretches, and where the citation ends (a bracket that only abbreviates is no part
    of it). ``words[:name_end]`` is a bare name or 本法 found in front."""
    refs, spans, end = _read(words, name_end)
    return [dict(ref) for ref in refs], list(spans), end

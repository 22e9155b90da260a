"""Bare names in front of 第…条: where does the name begin in 适用海事诉讼特别程序法第五十三条?

First 本法, 该条例; then names known (national statutes, names that this text itself gives in 《》, abbreviations it
declares); at last the words in front are cut behind the verb that governs the name.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from fadu.core.text.citations.model import Citation

_ENDINGS = (
    *(
        "法",
        "法典",
        "条例",
        "规定",
        "办法",
        "细则",
        "规则",
        "规程",
        "规范",
        "解释",
        "决定",
        "决议",
        "章程",
        "准则",
        "标准",
        "通知",
        "通告",
        "公告",
    ),
    *(
        "意见",
        "方案",
        "批复",
        "安排",
        "制度",
        "公约",
        "协定",
        "议定书",
        "纲要",
        "通则",
        "总则",
        "分则",
        "宪法",
        "宪章",
        "修正案",
        "》",
    ),
)
_LAST = frozenset(ending[-1] for ending in _ENDINGS) | {"）", ")"}
_RUN = re.compile(r"[一-龥]+(?:[（(][零一二三四五六七八九十0-9]+[）)])?$")
_NUMBERED = re.compile(r"修正案[（(][零一二三四五六七八九十0-9]+[）)]$")
_SELF = re.compile(
    r"(?:(?:(?<![基日根版文资成书])本(?![市省县区州院部校企])|(?<!应)该)[一-龥]{1,6}|(?<![合共协一])同(?:法|条例|办法|规定|解释))$"
)
_CUT = re.compile(
    r"^.*(?:依照|依据|根据|按照|违反|符合|适用|参照|触犯|属于|具有|构成|遵守|执行|以及|或者|现行|修[正订改][前后]的?|对照|援用|援引|"
    r"列入|参见|包括|提起|基于|关于|同时|认定为|和|与|或|及|的|有|由|将|把|我国|中国|新|原|是|为|除|在|至|等|见|按|照|据)"
)
_NO_NAME = frozenset(
    (
        "办法",
        "方法",
        "违法",
        "司法",
        "执法",
        "合法",
        "依法",
        "非法",
        "立法",
        "守法",
        "用法",
        "做法",
        "说法",
        "看法",
        "普法",
        "书法",
    )
)
_GENERIC = re.compile(r"(?:^|[法有上下同])(?:规定|决定|办法|解释|通知|意见|标准|条例|方案|制度)$")


@cache
def national() -> frozenset[str]:
    """The bare names of national statutes (``law/names/national.toml``)."""
    source = files("fadu") / "law" / "names" / "national.toml"
    return frozenset(tomllib.loads(source.read_text(encoding="utf-8"))["names"])


def name_before(text: str, low: int, start: int, known: frozenset[str] | set[str]) -> int:
    """Where the bare name (or 本法) begins that ends at ``start``; ``start`` itself when there is none."""
    stop = start
    if stop > low and text[stop - 1] in " \u3000":
        stop -= 1
    if stop <= low or text[stop - 1] not in _LAST:
        return start
    window = text[max(low, stop - 30) : stop]
    if not window.endswith(_ENDINGS) and not _NUMBERED.search(window):
        return start
    own = _SELF.search(window[-8:])
    if own is not None and not any(mark in own[0] for mark in "和与或及的"):
        return stop - len(own[0])
    run = _RUN.search(window)
    if run is None:
        return start
    words = run[0]
    for offset in range(len(words) - 1):
        tail = words[offset:]
        bare = tail.removesuffix("总则").removesuffix("分则").removeprefix("中华人民共和国")
        if tail in known or tail in national() or bare in national():
            return stop - len(tail)
    cut = _CUT.match(words)
    name = words[cut.end() :] if cut is not None else words
    if len(name) < 2 or name in _NO_NAME or _GENERIC.fullmatch(name) or len(name) > 24:
        return start
    return stop - len(name)


_GOVERNS = re.compile(r"[依按参根违适遵符][照据反用守合]")
_FOLLOWED = re.compile(
    r"(?:等法律)?的?(?:有关|相关)?(?:规定|要求|程序|条款)|[，。；、]|[和及与](?:其他|有关|相关|本|[一-龥]{1,20}[法例])|等"
)


def bare_names(text: str, found: list[Citation], known: set[str]) -> list[Citation]:
    """Works cited by their bare name without a provision: 依照刑法的规定, 根据宪法. Only names that are known, and only
    behind the verbs that govern a basis."""
    index = _by_beginning(national())
    added: dict[str, tuple[str, ...]] = {}
    for name in known:
        _add(added, index, name)
    names: list[Citation] = []
    place = 0
    for match in _GOVERNS.finditer(text):
        start = match.end()
        while likely := added.get(text[start : start + 2]) or index.get(text[start : start + 2]):
            name = next((name for name in likely if text.startswith(name, start)), "")
            end = start + len(name)
            if not name or _FOLLOWED.match(text, end) is None:
                break
            while place < len(found) and found[place].end <= start:
                place += 1
            if place == len(found) or found[place].start >= end:
                names.append(Citation(start, end, name, [{"title": name}], "name", [(start, end)], []))
            if text[end : end + 1] not in "、和及与":
                break
            start = end + 1
    return names


@cache
def _by_beginning(names: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """Names by their first two characters, the longest first."""
    index: dict[str, tuple[str, ...]] = {}
    for name in sorted(names, key=len, reverse=True):
        index[name[:2]] = (*index.get(name[:2], ()), name)
    return index


def _add(added: dict[str, tuple[str, ...]], index: dict[str, tuple[str, ...]], name: str) -> None:
    """A name of the text itself, among those of the index with the same beginning."""
    there = added.get(name[:2]) or index.get(name[:2], ())
    if name not in there and name.endswith(("法", "法典", "条例")):
        added[name[:2]] = tuple(sorted((*there, name), key=len, reverse=True))

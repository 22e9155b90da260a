"""Finding citations: one pass for works and provisions, one for numbers of documents and orders."""

from __future__ import annotations

import re

from fadu.core.text.citations.grammar import CHAIN
from fadu.core.text.citations.model import Citation, Ref
from fadu.core.text.citations.names import bare_names, name_before
from fadu.core.text.citations.numbers import find_number
from fadu.core.text.citations.parse import read
from fadu.core.text.citations.works import assign_works, declared
from fadu.core.text.outline import Outline
from fadu.core.text.outline import outline as read_outline

_LEGAL = (
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
        "复函",
        "函",
        "安排",
        "制度",
        "公约",
        "协定",
        "议定书",
        "条约",
        "宪章",
        "声明",
        "宣言",
        "纲要",
        "规划",
        "计划",
    ),
    *(
        "通则",
        "总则",
        "宪法",
        "修正案",
        "命令",
        "令",
        "指引",
        "指南",
        "名录",
        "目录",
        "清单",
        "纪要",
        "要点",
        "要求",
        "说明",
        "报告",
        "请示",
    ),
    *(
        "协议",
        "原则",
        "大纲",
        "基准",
        "政策",
        "措施",
        "规约",
        "简则",
        "守则",
        "须知",
        "答复",
        "解答",
        "指示",
        "布告",
        "议案",
        "建议",
        "备忘录",
    ),
)
"""How the title of a legal text ends; a certificate (养犬登记证) or a form ends otherwise."""
_VERSION = re.compile(
    r"(?:[（(〔\[][^（）()〔〕\[\]]{1,40}[）)〕\]]|\d{4}年?|之?[一二三四五六七八九十]|[ \u3000〉>》]){1,12}$"
)
_LONE = re.compile(r"[、，,。；;：:）)”’的所中之规和或及至以外等情行内条事标要、\s]|$")
_BEFORE_LONE = re.compile(
    r"(?:有|犯|照|反|从事|采取|进行|经营|提交|发生|符合|属于|根据|按|于|上述|违反了?|实施)$"
)


def cite(text: str, outline: Outline | None = None) -> list[Citation]:
    """All citations of ``text`` in its order. None overlaps another, but a number in the brackets behind a title
    （《…》（法释〔2009〕19号））, which is part of that citation and also given by itself.

    ``outline`` is the outline of the same text if the caller has it (heads of articles are no citations); it is read
    otherwise. A bare 本法 without a provision, and a title in 《》 that is no legal text (a certificate, a form), is not
    reported.
    """
    if outline is None:
        outline = read_outline(text)
    aliases = declared(text)
    known = set(aliases)
    found = _provisions(text, outline.heads, known)
    found = _merge(found, _numbers(text, found))
    found = _merge(found, bare_names(text, found, known))
    assign_works(text, outline, found, aliases)
    return found


def _provisions(text: str, heads: frozenset[int], known: set[str]) -> list[Citation]:
    found: list[Citation] = []
    last = 0
    for match in CHAIN.finditer(text):
        start, end = match.span()
        mark = text[start]
        begin = start
        if mark == "第":
            if start in heads:
                continue
            begin = name_before(text, last, start, known)
            if begin == start and not _stands(text, start, end):
                continue
        elif mark != "《" and not _relative_stands(text, start):
            continue
        refs, spans, length = read(text[begin:end], start - begin)
        if mark == "《":
            title = refs[0]["title"]
            known.add(title.removeprefix("中华人民共和国"))
            if len(refs) == 1 and len(refs[0]) == 1 and (_declares(text, start) or not _legal(title)):
                continue
        last = begin + length
        shifted = [(begin + first, begin + stop) for first, stop in spans]
        found.append(Citation(begin, last, text[begin:last], refs, _kind(refs[0]), shifted, []))
    return found


def _declares(text: str, start: int) -> bool:
    """以下简称《解释》: the abbreviation is declared here, not cited."""
    return text.endswith(("简称", "下称", "统称", "简称为", "下称为"), max(0, start - 4), start)


def _legal(title: str) -> bool:
    return title.endswith(_LEGAL) or _VERSION.sub("", title).endswith(_LEGAL)


def _kind(ref: Ref) -> str:
    if "title" in ref:
        title = ref["title"]
        return "self" if title[0] == "本" and len(title) < 10 else "title"
    return "relative" if "relative" in ref else "internal"


def _stands(text: str, start: int, end: int) -> bool:
    """第一项工作 is no citation: an item or point alone must stand as a citation does."""
    if text[end - 1] in "条款" or "条" in text[start:end] or text[start + 1] in "（(":
        return True
    return (
        _LONE.match(text, end) is not None or _BEFORE_LONE.search(text, max(0, start - 3), start) is not None
    )


def _relative_stands(text: str, start: int) -> bool:
    """目前款…, 提前条… are no 前款, 前条."""
    return not (text[start] == "前" and start and text[start - 1] in "目提当日")


def _numbers(text: str, found: list[Citation]) -> list[Citation]:
    """Numbers of documents and orders; one in the brackets behind a title is given again by itself."""
    numbers: list[Citation] = []
    position, last = 0, 0
    stop = text.find("号")
    while stop >= 0:
        while position < len(found) and found[position].end <= stop:
            last = max(last, found[position].end)
            position += 1
        low = last
        if position < len(found) and found[position].start <= stop:
            low = text.rfind("》", found[position].start, stop) + 1
        if low or position == len(found) or found[position].start > stop:
            number = find_number(text, low, stop)
            if number is not None:
                start, end, ref = number
                kind = "number" if ref["kind"] == "文号" else "order"
                numbers.append(Citation(start, end, text[start:end], [ref], kind, [(start, end)], []))
                last = end
        stop = text.find("号", stop + 1)
    return numbers


def _merge(found: list[Citation], more: list[Citation]) -> list[Citation]:
    return sorted(found + more, key=lambda citation: (citation.start, -citation.end)) if more else found

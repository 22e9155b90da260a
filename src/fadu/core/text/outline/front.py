"""What stands before the first provision: letterhead, title, number, notes on the text's life, addressees.

Forms met: a Markdown collection (``# title``, one note a line, a closing comment), a law with its history in brackets
under the title, and the official document of GB/T 9704-2012 (letterhead, number, title, addressees).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from fadu.core.text.outline.dates import DATE, events, iso
from fadu.core.text.outline.lines import Line
from fadu.core.text.outline.model import Event, Passage

_NUMBER = re.compile(
    r"[A-Za-z×一-龥]{1,16}?[〔\[［（(【]\s*[12]\d{3}\s*[〕\]］）)】]\s*第?\s*[0-9０-９]+\s*号|(?:第\s*[0-9０-９一二三四五六七八九十百零〇]+\s*号)"
)
_TITLE_END = re.compile(
    r"(?:法|法典|条例|规定|规则|规程|办法|细则|决定|决议|解释|批复|通知|通告|公告|意见|方案|规划|纲要|章程|准则|规范|标准|办法|安排|函|令|报告|纪要|请示|"
    r"公报|议案|命令|清单|目录|制度|指引|指南|要点|计划|办法通知|修正案)[”》]?\s*(?:[（(〔][^（）()]{1,24}[）)〕])*$"
)
_OFFICIAL = re.compile(
    r"的[^的]{0,8}(?:通知|通告|公告|意见|决定|决议|规定|办法|解释|批复|函|方案|报告|请示|公报|细则|安排)(?:[（(〔][^（）()]{1,24}[）)〕])*$"
)
_ADDRESSEE = re.compile(r"^[^。；]{2,400}[:：]$")
_MOST_TITLES = 12
_SENTENCE_END = "。；;：:！？"
_NOTE = re.compile(rf"^[（(]?\s*(?:经|自|根据|{DATE})")
_ORDER = re.compile(r"[一-龥×]{2,40}令")
_PROCLAIMS = re.compile(r"公布|发布|颁布|施行")
_DAY = re.compile(rf"[（(]?{DATE}[）)]?")


@dataclass(slots=True)
class Front:
    """What was found before line ``body``, the index of the first line of the text proper."""

    body: int = 0
    title: str = ""
    subtitle: str = ""
    letterhead: str = ""
    number: str = ""
    notes: list[Passage] = field(default_factory=list)
    dates: list[Event] = field(default_factory=list)


def front(text: str, found: list[Line]) -> Front:
    """Read the front matter. A text without any (it begins with 第一条) has an empty one."""
    result = Front()
    titles: list[str] = []
    close = text.find("<!-- INFO END", 0, 20_000)
    index = 0
    for index, line in enumerate(found):  # noqa: B007 - the index is used after the loop
        kind, _, _, start, body, end, level, _ = line
        if close >= 0:
            if start > close:
                break
        elif kind != "文" and (level != 1 or titles):
            # "## 第一章" is a division set as a heading; only the first heading of all may look like one and be the title.
            break
        words = text[body:end]
        if not words:
            continue
        if close < 0 and not level and (len(titles) > _MOST_TITLES or not _belongs(words, titles)):
            break
        _take(result, titles, words, start, end, level, close >= 0)
    else:
        index = len(found)
    result.body = index
    result.title, result.subtitle = _titles(titles)
    if close < 0 and len(titles) == 1 and _ORDER.fullmatch("".join(titles[0].split())):
        _proclaimed(text, found, result)
    return result


def _proclaimed(text: str, found: list[Line], result: Front) -> None:
    """The form 令 (GB/T 9704-2012, 10.2; 规章制定程序条例 第三十条): the words that promulgate, the signatory, the day; the text
    promulgated follows, and its title is the title. An order that carries no text keeps its own."""
    first = result.body
    for last in range(first, min(first + 8, len(found))):
        if found[last][0] != "文":
            return
        if _DAY.fullmatch(text, found[last][3], found[last][5]):
            break
    else:
        return
    words = text[found[first][3] : found[last][5]] if last > first else ""
    inner = front(text, found[last + 1 :])
    if not _PROCLAIMS.search(words) or not inner.title:
        return
    organ, start, end = result.title.removesuffix("令"), found[first][3], found[last][5]
    number = f"{organ}令{''.join(result.number.split())}" if result.number else ""
    day = iso(text[found[last][3] : end].strip("（）()"))
    told = events(text=words, base=start)
    result.notes += [Passage("公布令", start, end), *inner.notes]
    result.dates += [event for event in told if event.kind != "公布"]
    result.dates += [Event("公布", day, organ, number.removeprefix(organ), start, end), *inner.dates]
    result.title, result.subtitle, result.body = inner.title, inner.subtitle, last + 1 + inner.body
    result.number, result.letterhead = number or inner.number, organ


def _belongs(words: str, titles: list[str]) -> bool:
    """Whether a plain line is still front matter: no sentence, unless it is a note on the text's life."""
    if len(words) <= 4_000 and _NOTE.match(words) and (words[0] in "（(" or len(words) < 200):
        return words[0] in "（(" or words[-1] not in "。；;：:"
    if words[-1] in _SENTENCE_END:
        return bool(titles) and _ADDRESSEE.match(words) is not None and _addressed(words)
    return len(words) <= 80


def _addressed(words: str) -> bool:
    return (
        re.search(r"人民政府|委员会|[部局厅院委办]|单位|机构|直属|各", words) is not None
        and not words.startswith(("为", "根据", "依据", "现", "按照"))
        and not words.endswith(("如下：", "如下:", "规定：", "决定：", "修改：", "修改:"))
    )


def _take(
    result: Front, titles: list[str], words: str, start: int, end: int, level: int, closed: bool
) -> None:
    inner = words.strip("（）()")
    number = _NUMBER.match(inner)
    if level == 0 and number and len(number[0]) >= len(inner) - 14:
        result.number = result.number or number[0]
        result.notes.append(Passage("文号", start, end))
        result.dates += _written(words[words.find("号") + 1 :], start, end) or events(text=words, base=start)
    elif level == 0 and (_NOTE.match(words) or (words[0] in "（(" and words[-1] in "）)")):
        result.notes.append(Passage("题注", start, end))
        result.dates += events(text=words, base=start)
    elif closed and level == 0 and titles and _TITLE_END.search("".join(titles)):
        result.notes.append(Passage("题注", start, end))
    elif words.endswith("文件") and len(words) < 40 and not titles and "关于" not in words:
        result.letterhead = words.removesuffix("文件")
    elif words[-1] in "：:":
        result.notes.append(Passage("主送", start, end))
    else:
        if number and not result.number and len(number[0]) > 5:
            result.number, words = number[0], words[number.end() :].strip()
        titles.append("".join(words.split()) if level == 0 else words)


def _written(words: str, start: int, end: int) -> list[Event]:
    """国办发〔2022〕27号 2022年7月29日: the day behind the number is that of the document."""
    date = iso(words.strip(" \u3000（）()"))
    return [Event("成文", date, "", "", start, end)] if date else []


def _titles(parts: list[str]) -> tuple[str, str]:
    """Join the lines of a title that was broken; a second complete title is the subtitle. 关于印发…办法 is not complete:
    的通知 is to come."""
    whole: list[str] = []
    current = ""
    for index, part in enumerate(parts):
        current += part
        following = parts[index + 1] if index + 1 < len(parts) else ""
        broken = "关于" in current and not _OFFICIAL.search(current) and _OFFICIAL.search(following)
        if _TITLE_END.search(current) and not broken:
            whole.append(current)
            current = ""
    if current:
        whole.append(current)
    return (whole[0], "；".join(whole[1:])) if whole else ("", "")

"""What stands behind the provisions: signature and date, notes of publication, distribution, the list of annexes.

GB/T 9704-2012, 7.3.5 (发文机关署名、成文日期), 7.3.4 (附件说明), 7.4 (版记: 抄送机关、印发机关和印发日期).
"""

from __future__ import annotations

import re

from fadu.core.text.outline.dates import DATE, iso
from fadu.core.text.outline.lines import Line
from fadu.core.text.outline.model import Signature

_DATE_LINE = re.compile(rf"(?:[（(]?{DATE}[）)]?)")
_PRINTED = re.compile(rf"[^，。；]{{0,40}}{DATE}\s*印发")
_PUBLIC = re.compile(r"[（(](?:此件|本件|此文)[^（）()]{2,20}[）)]")
_COPIES = re.compile(r"(?:抄送|主送|分送|报送|抄报)\s*[:：]|(?:信息公开选项|公开属性|联系人|主题词)\s*[:：]")
_ORGAN = re.compile(
    r"(?:[一-龥×X、\s]{2,60}(?:政府|委员会|办公[厅室]|[部厅局院署会办司组社行处委]|法院|检察院|总队|支队|中心|公司)|[市省县区州]?长\s*[一-龥×]{2,4}|主席\s*[一-龥]{2,4}|主任\s*[一-龥]{2,4})"
)
_PAGE = re.compile(
    r"[（(【]?(?:(?:文章|信息|稿件)?来源|责任编辑|编辑|作者|供稿|发布时间|浏览次数|相关链接|相关附件|附件下载|扫一扫|打印|关闭)[^。]{0,60}"
    r"|注\s*[:：].{2,200}"
)
"""What a web page or a collection puts below the text, and is no part of its last article."""
_LAST = "日发）)"


def ends_of_text(text: str, found: list[Line], first: int) -> dict[int, str]:
    """The lines behind the text proper: index → 署名, 成文日期, 附注, 版记, 附件说明, 题 (the title of a carried text)."""
    roles: dict[int, str] = {}
    for index in range(first, len(found)):
        kind, _, _, start, _, end, level, quoted = found[index]
        if kind != "文" or end - start > 70 or level or quoted:
            continue
        if text[end - 1] in _LAST:
            words = text[start:end]
            if _DATE_LINE.fullmatch(words):
                _sign(text, found, first, index, roles)
            elif _PUBLIC.fullmatch(words):
                roles[index] = "附注"
            elif _PRINTED.fullmatch(words):
                roles[index] = "版记"
                _printed_by(text, found, index, roles)
        if text[start] in "抄主分报信公联" and _COPIES.match(text, start, end):
            roles[index] = "版记"
    if roles:
        _carried_titles(text, found, roles)
    _trailing(text, found, first, roles)
    return roles


def _sign(text: str, found: list[Line], first: int, index: int, roles: dict[int, str]) -> None:
    """A line that is only a date, and the organs above it."""
    organs = []
    above = index - 1
    while above >= first and above not in roles:
        kind, _, _, start, _, end, *_ = found[above]
        if kind != "文" or not _ORGAN.fullmatch(text, start, end):
            break
        organs.append(above)
        above -= 1
    if organs or index + 1 == len(found):
        roles[index] = "成文日期"
        roles.update(dict.fromkeys(organs, "署名"))
        _annex_list(text, found, first, above, roles)


def _annex_list(text: str, found: list[Line], first: int, index: int, roles: dict[int, str]) -> None:
    """附件：1.… 2.… directly above the signature is a list, not the annexes themselves."""
    top = index
    while top >= first and found[top][0] in ("1.", "文", "附件") and index - top < 40:
        if found[top][0] == "附件":
            roles.update(dict.fromkeys(range(top, index + 1), "附件说明"))
            return
        if text[found[top][5] - 1] in "。；;":
            return
        top -= 1


def _printed_by(text: str, found: list[Line], index: int, roles: dict[int, str]) -> None:
    kind, _, _, start, _, end, *_ = found[index - 1]
    if index and kind == "文" and index - 1 not in roles and _ORGAN.fullmatch(text, start, end):
        roles[index - 1] = "版记"


def _carried_titles(text: str, found: list[Line], roles: dict[int, str]) -> None:
    """The lines between a signature and the next provision that are no sentence: the title of the text carried."""
    last = max(roles)
    for index in sorted(roles):
        after = index + 1
        if after in roles or (index == last and after >= len(found)):
            continue
        while after < len(found) and found[after][0] == "文" and after - index <= 3:
            _, _, _, start, _, end, *_ = found[after]
            if end - start > 60 or text[end - 1] in "。；;：:，,":
                break
            roles[after] = "题"
            after += 1


def _trailing(text: str, found: list[Line], first: int, roles: dict[int, str]) -> None:
    """Organs or a list of annexes at the very end, without a date; below them the words of the page."""
    index = len(found) - 1
    while (
        index > first and found[index][0] == "文" and _PAGE.fullmatch(text, found[index][3], found[index][5])
    ):
        roles.setdefault(index, "附注")
        index -= 1
    while index > first and found[index][0] == "文" and (index in roles or _is_organ(text, found[index])):
        if index not in roles:
            roles[index] = "署名"
        index -= 1


def _is_organ(text: str, line: Line) -> bool:
    start, end = line[3], line[5]
    return (
        end - start < 40
        and text[end - 1] not in "。；;：:，,"
        and _ORGAN.fullmatch(text, start, end) is not None
    )


def signature(text: str, notes: list[tuple[str, int, int]]) -> Signature | None:
    """The last signature block among the notes."""
    block = [note for note in notes if note[0] in ("署名", "成文日期")]
    if not block:
        return None
    dates = [note for note in block if note[0] == "成文日期"]
    organs = tuple("".join(text[start:end].split()) for kind, start, end in block if kind == "署名")
    date = iso(text[dates[-1][1] : dates[-1][2]].strip("（）()")) if dates else ""
    return Signature(organs, date, block[0][1], block[-1][2])

"""The parts of an official document read from a draft in plain text or Markdown.

A draft is read from both ends: the head (份号、密级、标志、字号、标题、主送) down to the first line of the body, the
foot (版记、附注、日期、署名、附件说明) up to its last. What lies between is the body; what follows a line that says
nothing but 附件N is an annex.
"""

from __future__ import annotations

import datetime
import re
from typing import Any

from fadu.core.errors import InputError
from fadu.core.text import numerals
from fadu.core.text.typeset.blocks import Annex, Attendance
from fadu.core.text.typeset.parse_blocks import plain, read_blocks

_KEYS = {
    "发文机关": "organ", "发文字号": "number", "文号": "number", "标题": "title", "主送": "to", "主送机关": "to",
    "发文机关标志": "mark", "签发人": "signers", "署名": "signature", "成文日期": "date", "日期": "date",
    "抄送": "copies", "印发机关": "printed_by", "印发日期": "printed_on", "份号": "serial", "密级": "secrecy",
    "紧急程度": "urgency", "附注": "note", "联合发文机关": "co_organs",
}  # fmt: skip
_MANY = {"signers", "signature", "co_organs"}
_DATES = {"date", "printed_on"}

_DATE = re.compile(
    r"([0-9]{4}|[〇○零一二三四五六七八九]{4})年([0-9]{1,2}|[一二三四五六七八九十]{1,3})月([0-9]{1,2}|[一二三四五六七八九十]{1,3})日"
)
_NUMBER = re.compile(
    r"([\u4e00-\u9fff（）]{0,20}?)\s*[〔\[［(（【]\s*((?:19|20)\d{2})\s*[〕\]］)）】]\s*(?:第\s*)?0*([1-9]\d*)\s*([号期])"
)
_SERIES = re.compile(r"第\s*0*([1-9]\d*)\s*([号期])")
_SECRECY = re.compile(r"(?:绝密|机密|秘密)(?:★\S+)?")
_URGENCY = re.compile(r"特急|加急|特提|平急")
_KINDS = "决议|决定|命令|公报|公告|通告|意见|通知|通报|报告|请示|批复|议案|函|纪要|办法|规定|细则|规划|方案|条例|规则|令|书|指引|清单"
_TITLE_END = re.compile(rf"(?:{_KINDS})(?:（[^（）]{{1,12}}）)?$")
_MARK = re.compile(r"\S{2,40}(?:文件|政府令|局令|委员会令|厅令|会议纪要)")
_BARE_MARK = re.compile(r"[\u4e00-\u9fff（）]{3,30}")  # a letter bears the organ's name alone
_ANNEX = re.compile(r"附件\s*([0-9]{0,2})\s*[:：]?")
_ANNEX_LIST = re.compile(r"附\s*件\s*[:：]\s*(.+)")
_LISTED = re.compile(r"[0-9]{1,2}\s*[.．、]\s*(.+)")
_ATTENDANCE = re.compile(r"(出席|请假|列席|主持|记录)(?:人员|人)?\s*[:：]\s*(.+)")


_LABELLED = re.compile(
    r"(份号|密级|紧急程度|发文机关标志|发文机关|发文字号|文号|标题|主送机关|主送)\s*[:：]\s*(\S.*)"
)
"""A line of the head that names its own part: 份号：000001."""
_ADDRESSEE_MAX = 24
"""The longest name of an organ that is taken for one."""


def read_parts(text: str) -> dict[str, Any]:
    """The parts found, by the names of ``OfficialDocument``; a part that is wrong raises ``InputError``."""
    lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\ufeff", "").split("\n")]
    parts: dict[str, Any] = {}
    lines = _front_matter(lines, parts)
    lines = _imprint(lines, parts)
    lines, annex_lines = _split_annexes(lines)
    if annex_lines and "printed_by" not in parts and "copies" not in parts:
        lines = _imprint(lines, parts)  # a draft may put 版记 before the annexes
    rest = _head(_joint(lines, parts), parts)
    rest = _foot(rest, parts)
    rest = _attendance(rest, parts)
    titles = _annex_list(rest, parts)
    parts["body"] = read_blocks(titles.pop("rest"))
    _annexes(annex_lines, titles["titles"], parts)
    if "organ" not in parts and parts.get("mark"):
        parts["organ"] = re.sub(r"(文件|令)$", "", parts["mark"])
    if "organ" not in parts and parts.get("signature"):
        parts["organ"], *others = parts["signature"]
        parts["co_organs"] = tuple(others)
    return parts


def read_date(written: str, *, where: str = "") -> datetime.date:
    """A full date in Arabic digits or Chinese numerals; ``InputError`` when it is none of the calendar."""
    found = _DATE.fullmatch(re.sub(r"\s", "", written))
    try:
        if found is None:
            raise ValueError
        return datetime.date(*(numerals.parse(group) for group in found.groups()))
    except ValueError:
        raise InputError(f"“{written}”不是历法上的日期", where=where, cure="写成如“2026年8月5日”") from None


def read_number(written: str) -> str:
    """发文字号 with the brackets the standard asks, or the text itself when it is no number."""
    found = _NUMBER.fullmatch(written.strip())
    if found:
        return f"{found[1]}〔{found[2]}〕{found[3]}{found[4]}"
    series = _SERIES.fullmatch(written.strip())
    return f"第{series[1]}{series[2]}" if series else written.strip()


def _front_matter(lines: list[str], parts: dict[str, Any]) -> list[str]:
    if not lines or lines[0] != "---" or "---" not in lines[1:]:
        return lines
    end = lines.index("---", 1)
    for index, line in enumerate(lines[1:end], 2):
        if not line:
            continue
        key, mark, value = line.replace("：", ":", 1).partition(":")
        if not mark or key.strip() not in _KEYS:
            raise InputError(f"不认识的要素“{line}”", where=f"第{index}行", cure=f"可用：{'、'.join(_KEYS)}")
        _set(parts, _KEYS[key.strip()], value.strip(), where=f"第{index}行")
    return lines[end + 1 :]


def _set(parts: dict[str, Any], name: str, value: str, *, where: str) -> None:
    if name in _MANY:
        parts[name] = tuple(item for item in re.split(r"[、,，;；\s]+", value) if item)
    elif name in _DATES:
        parts[name] = read_date(value, where=where)
    elif name == "number":
        parts[name] = read_number(value)
    else:
        parts[name] = value


def _imprint(lines: list[str], parts: dict[str, Any]) -> list[str]:
    """版记 stands at the very end, after the annexes."""
    while lines and not lines[-1]:
        lines = lines[:-1]
    if lines and (alone := re.fullmatch(rf"({_DATE.pattern})\s*印发", lines[-1])) and len(lines) > 1:
        lines = [*lines[:-2], f"{lines[-2]} {alone[0]}"]  # the organ and the date on two lines
    printed = re.fullmatch(rf"(\S+?)\s+({_DATE.pattern})\s*印发", lines[-1]) if lines else None
    if printed:
        parts.setdefault("printed_by", printed[1])
        parts.setdefault("printed_on", read_date(printed[2], where="版记"))
        lines = lines[:-1]
    for index in range(len(lines) - 1, max(-1, len(lines) - 8), -1):
        if found := re.match(r"抄\s*送\s*[:：]\s*", lines[index]):
            parts.setdefault("copies", "".join([lines[index][found.end() :], *lines[index + 1 :]]))
            return lines[:index]
    return lines


def _split_annexes(lines: list[str]) -> tuple[list[str], list[str]]:
    for index, line in enumerate(lines):
        if index and _ANNEX.fullmatch(plain(line)):
            return lines[:index], lines[index:]
    return lines, []


def _joint(lines: list[str], parts: dict[str, Any]) -> list[str]:
    """The marks of organs that issue together: one name a line, or names with blanks between, 文件 behind the last."""
    filled = [index for index, line in enumerate(lines[:40]) if line]
    last = next((at for at, index in enumerate(filled) if plain(lines[index]).endswith("文件")), None)
    if last is None or "organ" in parts or last + 1 == len(filled):
        return lines
    first = last
    while (
        first
        and _BARE_MARK.fullmatch(plain(lines[filled[first - 1]]))
        and not _URGENCY.fullmatch(plain(lines[filled[first - 1]]))
    ):
        first -= 1
    words = " ".join(plain(lines[index]) for index in filled[first : last + 1]).removesuffix("文件").split()
    follows = plain(lines[filled[last + 1]])
    is_head = bool(_NUMBER.match(follows) or follows.startswith("签发人"))
    if len(words) < 2 or not is_head or not all(_BARE_MARK.fullmatch(word) for word in words):
        return lines
    parts["organ"], parts["co_organs"] = words[0], tuple(words[1:])
    taken = set(filled[first : last + 1])
    return [line for index, line in enumerate(lines) if index not in taken]


def _head(lines: list[str], parts: dict[str, Any]) -> list[str]:
    """Everything above the body."""
    index = 0
    while index < len(lines) and _head_line(plain(lines[index]), parts, next_line=_next(lines, index)):
        index += 1
    title: list[str] = []
    while "title" not in parts and index < len(lines):
        line = plain(lines[index])
        if not line and title:
            break
        if line and (line.endswith(("：", ":", "。", "；")) or _body_starts(line)):
            break
        index += 1
        if not line:
            continue
        title.append(line)
        if lines[index - 1].startswith("# ") or _TITLE_END.search(line) or len(title) == 5:
            break
    if title:
        parts["title"] = "\n".join(title)
    while index < len(lines) and (not lines[index] or _numbered(plain(lines[index]), parts)):
        index += 1
    if "to" not in parts and index < len(lines) and _addressees(plain(lines[index])):
        parts["to"] = plain(lines[index])[:-1]
        index += 1
    return lines[index:]


def _addressees(line: str) -> bool:
    """Names of organs and a colon; a sentence that ends in a colon is the body's first."""
    names = re.split(r"[，、,]", line.rstrip("：:"))
    return (
        line.endswith(("：", ":"))
        and not _body_starts(line)
        and not re.search(r"[。；]|如下|以下", line)
        and all(len(name) <= _ADDRESSEE_MAX for name in names)
    )


def _next(lines: list[str], index: int) -> str:
    return next((plain(line) for line in lines[index + 1 :] if line), "")


def _head_line(line: str, parts: dict[str, Any], *, next_line: str) -> bool:
    if not line:
        return True
    followed_by_number = bool(_NUMBER.match(next_line) or _SERIES.fullmatch(next_line))
    if labelled := _LABELLED.fullmatch(line):
        _set(parts, _KEYS[labelled[1]], labelled[2], where=f"版头“{labelled[1]}”")
    elif re.fullmatch(r"\d{6}", line):
        parts.setdefault("serial", line)
    elif _SECRECY.fullmatch(line):
        parts.setdefault("secrecy", line)
    elif _URGENCY.fullmatch(line):
        parts.setdefault("urgency", line)
    elif "mark" not in parts and (
        _MARK.fullmatch(line) or (followed_by_number and _BARE_MARK.fullmatch(line))
    ):
        parts["mark"] = line
    else:
        return _numbered(line, parts)
    return True


def _numbered(line: str, parts: dict[str, Any]) -> bool:
    """发文字号, with 签发人 on the same row in an upward document."""
    if dated := re.fullmatch(rf"(\S{{3,30}})\s+({_DATE.pattern})", line):
        if not parts.get("mark", "").endswith("纪要"):
            return False
        parts.setdefault("printed_by", dated[1])  # minutes name the office and the day below their number
        parts.setdefault("printed_on", read_date(dated[2], where="版头"))
        return True
    number, _, signers = re.sub(r"签发人\s*[:：]", "\0", line).partition("\0")
    if signers and not number.strip():
        parts.setdefault("signers", tuple(signers.split()))
        return True
    if not (_NUMBER.fullmatch(number.strip()) or _SERIES.fullmatch(number.strip())):
        return False
    parts.setdefault("number", read_number(number))
    if signers:
        parts.setdefault("signers", tuple(signers.split()))
    return True


def _body_starts(line: str) -> bool:
    return bool(
        re.match(
            r"[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|第[一二三四五六七八九十百]+[编章节条]",
            line,
        )
        or _ANNEX_LIST.match(line)
        or _ATTENDANCE.fullmatch(line)
    )


def _foot(lines: list[str], parts: dict[str, Any]) -> list[str]:
    """附注, 成文日期 and 署名, read upwards from the end."""
    lines = list(lines)
    while lines and not lines[-1]:
        lines.pop()
    if (
        len(lines) > 1
        and (note := re.fullmatch(r"（([^（）]+)）", plain(lines[-1])))
        and _last_date(lines[:-1])
    ):
        parts.setdefault("note", note[1])
        lines.pop()
        while lines and not lines[-1]:
            lines.pop()
    if not lines or not re.fullmatch(r"\S*?[年]\S*日", re.sub(r"\s", "", lines[-1])) or len(lines[-1]) > 16:
        return lines
    parts.setdefault("date", read_date(plain(lines.pop()), where="成文日期"))
    signature: list[str] = []
    while lines and len(signature) < 12:
        line = plain(lines[-1])
        if line and (
            len(line) > 40
            or re.search(r"[。；：:，,]", line)
            or _body_starts(line)
            or _LISTED.fullmatch(line)
        ):
            break
        if not line and signature:
            break
        lines.pop()
        if line:
            signature.insert(0, line)
    if signature:
        parts.setdefault("signature", tuple(name for line in signature for name in line.split()))
    return lines


def _last_date(lines: list[str]) -> bool:
    rest = [line for line in lines if line]
    return bool(rest and _DATE.fullmatch(re.sub(r"\s", "", plain(rest[-1]))))


def _attendance(lines: list[str], parts: dict[str, Any]) -> list[str]:
    kept, found = [], []
    for line in lines:
        listed = _ATTENDANCE.fullmatch(plain(line))
        if listed:
            found.append(Attendance(listed[1], listed[2]))
        else:
            kept.append(line)
    if found:
        parts["attendance"] = tuple(found)
    return kept


def _annex_list(lines: list[str], parts: dict[str, Any]) -> dict[str, Any]:
    """附件说明 is the last thing of the body: 附件：, then one name a line."""
    for index in range(len(lines) - 1, max(-1, len(lines) - 40), -1):
        listed = _ANNEX_LIST.fullmatch(plain(lines[index]))
        if listed is None:
            continue
        names = [listed[1], *(plain(line) for line in lines[index + 1 :] if line)]
        titles = [(_LISTED.fullmatch(name) or [name, name])[1] for name in names]
        return {"rest": lines[:index], "titles": [title.rstrip("。；;") for title in titles]}
    return {"rest": lines, "titles": []}


def _annexes(lines: list[str], titles: list[str], parts: dict[str, Any]) -> None:
    """The annexes themselves; named in 附件说明 or not, none is lost."""
    sections: list[list[str]] = []
    for line in lines:
        if _ANNEX.fullmatch(plain(line)):
            sections.append([])
        else:
            sections[-1].append(line)
    found: list[Annex] = []
    for number in range(max(len(sections), len(titles))):
        section = sections[number] if number < len(sections) else []
        while section and not section[0]:
            section = section[1:]
        title = titles[number] if number < len(titles) else (plain(section[0]) if section else "")
        if section and re.sub(r"\s", "", plain(section[0])) == re.sub(r"\s", "", title):
            section = section[1:]
        found.append(Annex(title, read_blocks(section)))
    if found:
        parts["annexes"] = tuple(found)

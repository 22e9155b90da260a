"""Document numbers, orders and notices: 国办发〔2018〕115号, 国务院令第713号, 交通部1997年第16号令, 海关总署公告2001年第7号.

党政机关公文处理工作条例 第九条第五项 writes 机关代字、年份、顺序号 with 〔〕; older texts use every other bracket, two-digit
years, the year in front and 第.
"""

from __future__ import annotations

import re

from fadu.core.text.citations.model import Ref
from fadu.core.text.numerals import parse

_B = r"[ \u3000\xa0]?"
_YEAR = rf"[〔\[［（(【〈]{_B}(?P<year>[0-9０-９]{{4}}|[0-9０-９]{{2}}|[一二三四五六七八九〇零○]{{4}}){_B}年?{_B}[〕\]］）)】〉]"
_NO = r"(?P<no>[0-9０-９]{1,5}|[零〇○一二三四五六七八九十百千]{1,7})"
_LETTERS = r"[A-Za-z×\u4e00-\u9fa5]"
_TAIL = r"号(?:文件?|令|公告)?$"

_DOCUMENT = re.compile(
    rf"(?P<prefix>(?:{_LETTERS}{{0,6}}[（(][一-龥][）)])?{_LETTERS}{{1,20}}){_B}{_YEAR}{_B}(?:第{_B})?{_NO}{_B}{_TAIL}"
)
_YEAR_FIRST = re.compile(rf"{_YEAR}{_B}(?P<prefix>{_LETTERS}{{2,10}}?){_B}(?:第{_B})?{_NO}{_B}{_TAIL}")
_ISSUER = r"(?P<issuer>[一-龥×、]{0,60}?)"
_ORDER = re.compile(
    rf"{_ISSUER}{_B}(?P<kind>令|公告){_B}(?:{_YEAR}{_B}|(?P<plain>(?:19|20)[0-9]{{2}})年{_B})?(?:第{_B})?{_NO}{_B}号$"
)
_ORDER_AFTER = re.compile(
    rf"{_ISSUER}{_B}(?:(?P<plain>(?:19|20)[0-9]{{2}})年{_B})?第{_B}{_NO}{_B}号{_B}(?P<kind>令|公告)$"
)
_CASE = re.compile(r"[民刑行执商知破赔][一-龥]{0,3}[初终申再提抗监他字]")
_LEAD = re.compile(
    r"^.*(?:[0-9０-９零〇○一二三四五六七八九十][年月日]|按照?|依照|根据|依据|[》】）)]|公布的?|发布的?|印发的?|修改的?|修订的?|修正的?|会同|以及|第[一二三四五六七八九十]+次)(?=[一-龥×])"
)
_FIRST = re.compile(
    r"^[年月日](?=[一-龥×])|^[、，和及与的]?(?:原|由|经|以|据|并以|并由|根据|和|及|与|见|参照|[我本]院)(?=[一-龥]{2}|法$)"
)
_ORGAN = re.compile(
    r"^.*(?:人民政府|[省市县区州]政府|国务院(?:办公厅)?|人民法院|人民检察院|委员会|办公厅|办公室|总局|总署|总行|财政部|建设部|交通部|农业部|公安部|"
    r"卫生部|铁道部|水利部|文化部|教育部|民政部|司法部|税务局|[和及与的])(?=[一-龥×A-Za-z]{2})"
)
WINDOW = 90


def number_ref(words: str) -> Ref | None:
    """The first number that ``words`` (the inside of a bracket) gives, or ``None``."""
    stop = words.find("号")
    while stop >= 0:
        found = find_number(words, 0, stop)
        if found is not None:
            return found[2]
        stop = words.find("号", stop + 1)
    return None


def find_number(text: str, low: int, stop: int) -> tuple[int, int, Ref] | None:
    """The number whose 号 stands at ``stop``: (start, end, ref). ``low`` is where looking back must end."""
    if stop <= low or not (
        text[stop - 1].isdigit() or text[stop - 1] in "零〇○一二三四五六七八九十百千 \u3000"
    ):
        return None
    end = stop + 1
    after = text[end : end + 2]
    low = max(low, stop - WINDOW)
    low = max(low, text.rfind("\n", low, stop) + 1)
    if after[:1] == "令" or after == "公告":
        end += 1 if after[0] == "令" else 2
        return _order(_ORDER_AFTER, text, low, end)
    window = text[low:end]
    match = _DOCUMENT.search(window)
    if match is not None:
        if match["prefix"].endswith(("令", "公告")):
            return _order(_ORDER, text, low, end)
        return _document(match, low, end)
    match = _YEAR_FIRST.search(window)
    if match is not None and not _CASE.search(match["prefix"]):
        return _document(match, low, end)
    return _order(_ORDER, text, low, end)


def _document(match: re.Match[str], low: int, end: int) -> tuple[int, int, Ref]:
    prefix = match["prefix"]
    start = match.start()
    if match.start("prefix") == start:
        kept = _trim(prefix)
        organ = _ORGAN.match(kept)
        if organ is not None:
            kept = kept[organ.end() :]
        start += len(prefix) - len(kept)
        prefix = kept
    year = parse(match["year"])
    year += 0 if year > 99 else 1900 if year > 48 else 2000
    number = parse(match["no"])
    ref: Ref = {
        "kind": "文号",
        "prefix": prefix,
        "year": year,
        "number": number,
        "normal_form": f"{prefix}〔{year}〕{number}号",
    }
    return low + start, end, ref


def _order(pattern: re.Pattern[str], text: str, low: int, end: int) -> tuple[int, int, Ref] | None:
    match = pattern.search(text[low:end])
    if match is None:
        return None
    issuer, start = match["issuer"], match.start()
    bare = _trim(issuer).lstrip("、")
    start += len(issuer) - len(bare)
    ref: Ref = {"kind": match["kind"]}
    if bare:
        ref["issuer"] = bare
    groups = match.groupdict()
    year = groups.get("year") or groups.get("plain")
    if year:
        ref["year"] = parse(year)
    ref["number"] = parse(match["no"])
    if not bare and not year:
        return None
    return low + start, end, ref


def _trim(words: str) -> str:
    """Without the date, the verb or the conjunction that stands before an organ or a prefix."""
    lead = _LEAD.match(words)
    if lead is not None:
        words = words[lead.end() :]
    while first := _FIRST.match(words):
        words = words[first.end() :]
    return words

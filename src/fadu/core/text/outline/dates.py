"""Dates and the events of a text's life, as title notes and final articles tell them. A wrong date is worse than none."""

from __future__ import annotations

import datetime
import re
from functools import lru_cache
from itertools import zip_longest

from fadu.core.text.numerals import parse
from fadu.core.text.outline.model import Event

_D = r"[0-9０-９]"
_Y = r"[零〇○０Oo一二三四五六七八九]"
DATE = rf"(?:{_D}{{4}}\s*年\s*{_D}{{1,2}}\s*月\s*{_D}{{1,2}}\s*日|{_Y}{{4}}年[一二三四五六七八九十]{{1,2}}月[一二三四五六七八九十]{{1,3}}日)"
"""A complete date, Arabic or Chinese, without a group."""

_PARTS = re.compile(r"(.{4})\s*年\s*(.{1,2}?)\s*月\s*(.{1,3}?)\s*日")
_VERB = r"通过|批准|公布|发布|颁布|施行|实施|执行|生效|第[一二三四五六七八九十]+次修正|第[一二三四五六七八九十]+次修订|修正|修订|修改|废止|印发|制定|失效"
_DATE = re.compile(DATE)
_VERBS = re.compile(_VERB)
_TITLE = re.compile(r"《[^《》]*(?:《[^《》]*》[^《》]*)*》")
_NUMBER = re.compile(
    r"(?:令|公告)?\s*[〔\[［（(]?(?:\d{4}年?)?[〕\]］）)]?\s*第?\s*[0-9０-９零〇一二三四五六七八九十百]+\s*号(?:令)?|[一-龥A-Za-z]{1,12}[〔\[［（(]\d{4}[〕\]］）)]\s*\d+号"
)
_KINDS = {
    "发布": "公布",
    "颁布": "公布",
    "实施": "施行",
    "执行": "施行",
    "生效": "施行",
    "修改": "修正",
    "失效": "废止",
}
_FROM = re.compile(
    rf"自\s*(?P<date>{DATE})?(?P<rule>(?:公布|发布|印发|颁布|下发|发文)之日)?[^。；]{{0,12}}?起?[^。；]{{0,4}}?(?:施行|实施|执行|生效|试行)"
)


@lru_cache(maxsize=4096)
def iso(written: str) -> str:
    """A complete date as ISO 8601; empty when the calendar has no such day."""
    parts = _PARTS.fullmatch(written.strip())
    if parts is None:
        return ""
    try:
        year = parse(parts[1].translate({ord("O"): "〇", ord("o"): "〇", ord("０"): "0"}))
        return datetime.date(year, parse(parts[2]), parse(parts[3])).isoformat()
    except ValueError:
        return ""


def events(*, text: str, base: int) -> list[Event]:
    """The events that one note tells, in its order; ``base`` is the note's offset in the whole text."""
    found = []
    dates = list(_DATE.finditer(text))
    told = _TITLE.sub(lambda title: "\u3000" * len(title[0]), text) if dates and "《" in text else text
    for date, following in zip_longest(dates, dates[1:]):
        match = _VERBS.search(told, date.end(), following.start() if following else len(text))
        if match is None:
            continue
        verb, by = match[0], text[date.end() : match.start()]
        if "；" in by or ";" in by:
            continue
        kind = (
            "修正" if verb.endswith("修正") else "修订" if verb.endswith("修订") else _KINDS.get(verb, verb)
        )
        number = _NUMBER.search(by) if "号" in by else None
        if "自" in text[max(0, date.start() - 2) : date.start()] and kind in ("公布", "施行"):
            kind = "施行"
        organ = (by[: number.start()] if number else by).removesuffix("令").removesuffix("公告")
        organ = organ.partition("《")[0].partition("根据")[0].strip(" \u3000，,起")
        start, end = base + date.start(), base + match.end()
        found.append(Event(kind, iso(date[0]), organ, number[0].strip() if number else "", start, end))
    return found


def effect(text: str, start: int, end: int) -> Event | None:
    """When an article says from which day the text applies (本办法自…起施行). With 自公布之日起 the date stays empty and
    ``by`` gives the rule, for the day of publication is a fact that stands elsewhere."""
    match = _FROM.search(text, start, end)
    if match is None or not (match["date"] or match["rule"]):
        return None
    date = iso(match["date"]) if match["date"] else ""
    return Event(
        "施行", date, "" if match["date"] else f"自{match['rule']}起", "", match.start(), match.end()
    )

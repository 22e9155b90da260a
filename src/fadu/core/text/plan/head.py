"""What stands before the body: title, document number, issuer, date, and the year the plan is for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from fadu.core.text.plan.source import ANNEX_LINE, DATE_LINE, Line

_END = re.compile(
    r"(?:方案|计划|要点|安排|意见|通知|目录|清单|分解表|分工表?|分工方案|规划|纲要|办法|任务书?|行动|措施|决定|一览表|台账|表|部署|规定)(?:[（(][^）)]*[)）])?$"
)
_NUMBER = re.compile(
    r"[\u4e00-\u9fffA-ZXＸ×]{1,16}[〔\[【（(]\s*(?:\d{4}|[XＸ×]{1,4})\s*[〕\]】）)]\s*(?:第)?\s*(?:\d+|[XＸ×]+)\s*号"
)
_QUOTED = re.compile(
    r"(?:现将|现公布|现印发|现下发|制定了|制定本|^)\s*[《“]([^》]{6,80})》?》(?=[^》]{0,40}(?:印发|公布|发给|下发|同意|组织|实施|贯彻|落实|执行|列入|[（(]|，|,))"
)
_RANGE = re.compile(r"\d{4}\s*年?\s*[—\-–~～至－]+\s*\d{4}\s*年")
_YEAR = re.compile(r"(?<!\d)(\d{4})\s*年")


@dataclass(frozen=True, slots=True)
class Head:
    """``year_from`` says where the year was taken: ``title``, ``number`` or ``date``; empty when there is none."""

    title: str
    doc_number: str | None
    issuer: str | None
    issued: date | None
    year: int | None
    year_from: str


def read(preamble: list[Line], before: list[Line], closing: list[Line]) -> Head:
    """``preamble`` stands before the first heading, ``before`` is the letter that carries the plan, ``closing`` the tail."""
    everything = before + preamble
    number = next(
        (
            found.group()
            for line in everything
            if (found := _NUMBER.search(line.text)) and len(line.text) < 80
        ),
        None,
    )
    title = _quoted(preamble) or _printed(preamble) or _quoted(before) or _printed(before)
    issued, issuer = _signed(before + closing)
    year, year_from = _year_of(title, number, issued)
    return Head(title, number, issuer, issued, year, year_from)


def _quoted(lines: list[Line]) -> str:
    """The title in the letter: 现将《…》印发给你们."""
    for line in lines:
        found = _QUOTED.search(line.text.strip())
        if found and _END.search(found.group(1)):
            return found.group(1)
    return ""


def _printed(lines: list[Line]) -> str:
    """The title as printed above the text, its lines joined; of a repeated one the last."""
    candidates: list[str] = []
    run = ""
    for line in lines:
        text = _NUMBER.sub("", line.text.strip())
        text = re.sub(r"[（(]\s*[)）]", "", text).strip()
        if (
            not text
            or ANNEX_LINE.match(text)
            or text[-1] in "。：:；;，,、"
            or "。" in text
            or DATE_LINE.match(text)
            or re.match(r"^[（(].*[)）]$", text)
        ):
            run = ""
            continue
        run += text
        if _END.search(text):
            candidates.append(run)
            run = ""
    return _unwrap(candidates[-1]) if candidates else ""


def _unwrap(title: str) -> str:
    """关于印发《甲方案》的通知 → 甲方案."""
    found = re.search(r"关于(?:转发|印发|下发|公布)(?:《(?P<a>[^》]+)》|(?P<b>.+?))的通知$", title)
    return (found.group("a") or found.group("b")) if found else title


def _signed(lines: list[Line]) -> tuple[date | None, str | None]:
    for position, line in enumerate(lines):
        found = DATE_LINE.match(line.text.strip())
        if found:
            try:
                day = date(int(found["y"]), int(found["m"]), int(found["d"]))
            except ValueError:
                continue
            above = lines[position - 1].text.strip() if position else ""
            return day, above if 2 < len(above) < 30 and above[-1] not in "。：:；;" else None
    return None, None


def _year_of(title: str, number: str | None, issued: date | None) -> tuple[int | None, str]:
    years = set(_YEAR.findall(_RANGE.sub("", title)))
    if len(years) == 1 and not _RANGE.search(title):
        return int(years.pop()), "title"
    if number and (found := re.search(r"\d{4}", number)):
        return int(found.group()), "number"
    if issued:
        return issued.year, "date"
    return None, ""

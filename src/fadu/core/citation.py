"""Citations: the short form that law files write, resolved to an instrument and printed as a jurist expects.

Grammar (nothing else is read; the separators may be full-width)::

    citation = source-part { "；" source-part }
    source-part = [ source-key " " ] place { "、" place }      a part without key means the default source
    place = article | part
    article = number [ "之" number ] { "①".."⑳" } { "(" item ")" }   25   25①   25①②   25①(二)   133之一
            | number ("–"|"-") number                               19–21
    part = Chinese number { "(" item ")" }                          二(六)      for documents divided into 部分

``决策条例 25②、30；115号 二(六)`` prints as 《重大行政决策程序暂行条例》（国务院令第713号）第二十五条第二款、第三十条；
《…指导意见》（国办发〔2018〕115号）第二部分第（六）项.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from fadu.core.errors import InputError

STATUSES = ("verified", "unverified", "local")
STATUS_TITLES = {"verified": "", "unverified": "待核", "local": "地方规定"}
_CIRCLED = {chr(0x2460 + index): index + 1 for index in range(20)}
_DIGITS = "零一二三四五六七八九"
_CHINESE = "一二三四五六七八九十百零"
_ARTICLE = re.compile(
    rf"(?P<article>\d+)(?:之(?P<sub>[{_CHINESE}]+))?(?:[–—-](?P<last>\d+)|"
    r"(?P<paragraphs>[①-⑳]*)(?P<items>(?:[(（][^()（）]+[)）])*))"
)
_PART = re.compile(rf"(?P<part>[{_CHINESE}]+)(?P<items>(?:[(（][^()（）]+[)）])*)")
_ITEM = re.compile(r"[(（]([^()（）]+)[)）]")


class CitationError(InputError):
    """A citation cannot be read, or names an instrument or article that does not exist."""

    code = "bad_citation"


@dataclass(frozen=True)
class Source:
    """One legal instrument. ``status`` says whether its text was read (``verified``), is still to be checked
    (``unverified``) or is a local rule that another city must replace (``local``)."""

    key: str
    title: str
    number: str = ""
    issuer: str = ""
    issued: dt.date | None = None
    in_force: dt.date | None = None
    repealed: dt.date | None = None
    level: str = ""
    status: str = "verified"
    url: str = ""
    articles: int = 0
    note: str = ""
    reason: str = ""

    def print(self) -> str:
        """《title》（number）."""
        return f"《{self.title}》" + (f"（{self.number}）" if self.number else "")


@dataclass(frozen=True)
class Citation:
    """One place in one instrument: an article (款, 项) or, where the document has none, a part (部分)."""

    source: str
    article: int = 0
    sub: int = 0
    paragraph: int = 0
    items: tuple[str, ...] = ()
    last: int = 0
    part: int = 0

    def place(self) -> str:
        """第二十五条第二款; empty for the whole instrument."""
        if self.part:
            head = f"第{numeral(self.part)}部分"
        elif self.last:
            return f"第{numeral(self.article)}条至第{numeral(self.last)}条"
        elif self.article:
            head = f"第{numeral(self.article)}条" + (f"之{numeral(self.sub)}" if self.sub else "")
        else:
            return ""
        if self.paragraph:
            head += f"第{numeral(self.paragraph)}款"
        return head + "".join(f"第（{item}）项" for item in self.items)

    def print(self, sources: Mapping[str, Source]) -> str:
        """《重大行政决策程序暂行条例》（国务院令第713号）第二十五条第二款."""
        return sources[self.source].print() + self.place()

    def short(self) -> str:
        """决策条例第二十五条第二款: the instrument by its short name."""
        return self.source + self.place()


def parse(text: str, default: str = "") -> tuple[Citation, ...]:
    """Read a citation; ``default`` is the source key meant where a part names none.

    Raises CitationError for anything outside the grammar above.
    """
    citations: list[Citation] = []
    for part in re.split(r"[;；]", text):
        source, places = _split_source(part.strip(), default, text)
        if not places:
            citations.append(Citation(source))
        for place in re.split(r"[、,，]", places) if places else ():
            citations.extend(_place(place.strip(), source, text))
    return tuple(citations)


def check(citations: tuple[Citation, ...], sources: Mapping[str, Source], *, where: str = "") -> None:
    """Stop where an instrument is unknown, is cited by article although it has parts, or has fewer articles."""
    for citation in citations:
        source = sources.get(citation.source)
        if source is None:
            raise CitationError(
                f"引用的规范“{citation.source}”不在法源目录中",
                where=where,
                cure=f"在 law/sources/ 增加“{citation.source}.toml”，或改用已有的简称",
            )
        if source.articles and citation.part:
            raise CitationError(
                f"《{source.title}》按条引用，没有“{citation.place()}”",
                where=where,
                cure="写条文序号，如 25②",
            )
        highest = max(citation.article, citation.last)
        if source.articles and highest > source.articles:
            raise CitationError(
                f"《{source.title}》只有{source.articles}条，没有第{highest}条",
                where=where,
                cure="核对条文序号",
            )
        if citation.last and citation.last <= citation.article:
            raise CitationError(
                f"条文范围“{citation.place()}”前后颠倒", where=where, cure="小号在前，大号在后"
            )


def print_all(citations: tuple[Citation, ...], sources: Mapping[str, Source]) -> str:
    """All places, each instrument named once."""
    parts = []
    for key, group in groupby(citations, key=lambda citation: citation.source):
        parts.append(sources[key].print() + "、".join(filter(None, (one.place() for one in group))))
    return "；".join(parts)


def print_short(citations: tuple[Citation, ...]) -> str:
    """All places by short names: 决策条例第二十五条第二款、第三十条."""
    parts = []
    for key, group in groupby(citations, key=lambda citation: citation.source):
        parts.append(key + "、".join(filter(None, (one.place() for one in group))))
    return "；".join(parts)


def status(citations: tuple[Citation, ...], sources: Mapping[str, Source]) -> str:
    """The weakest standing among the instruments cited: unverified before local before verified."""
    found = {sources[citation.source].status for citation in citations}
    return next((name for name in ("unverified", "local") if name in found), "verified")


def numeral(number: int) -> str:
    """25 → 二十五, 110 → 一百一十, 203 → 二百零三: as articles are numbered; 1 to 9,999."""
    if not 1 <= number <= 9999:
        raise ValueError(f"article numbers run from 1 to 9999, not {number}")
    text, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            text += ("零" if gap else "") + _DIGITS[digit] + name
            gap = False
        elif text and number:
            gap = True
    return text[1:] if text.startswith("一十") else text


def number(text: str) -> int:
    """二十五 → 25; the inverse of numeral for the numbers used in legal texts."""
    total, digit = 0, 0
    for sign in text:
        if sign in "十百千":
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[sign]
            digit = 0
        else:
            digit = _DIGITS.index(sign)
    return total + digit


def _split_source(part: str, default: str, text: str) -> tuple[str, str]:
    key, space, places = part.rpartition(" ")
    if space:
        return key.strip(), places
    if not part:
        raise _unreadable(text, "分号之间是空的")
    if re.match(r"第.+[条款项]", places):
        raise _unreadable(text, "条款写数字，不写“第…条”")
    if (_ARTICLE.match(part) and not re.match(r"\d+[号令]", part)) or _PART.fullmatch(
        re.split(r"[、,，]", part)[0]
    ):
        if not default:
            raise _unreadable(text, "没有写明所引规范的简称")
        return default, part
    return part, ""


def _place(place: str, source: str, text: str) -> list[Citation]:
    if match := _ARTICLE.fullmatch(place):
        article, sub = int(match["article"]), number(match["sub"]) if match["sub"] else 0
        if match["last"]:
            return [Citation(source, article, last=int(match["last"]))]
        items = tuple(_ITEM.findall(match["items"] or ""))
        paragraphs = [_CIRCLED[sign] for sign in match["paragraphs"] or ""] or [0]
        return [Citation(source, article, sub, paragraph, items) for paragraph in paragraphs]
    if match := _PART.fullmatch(place):
        return [Citation(source, part=number(match["part"]), items=tuple(_ITEM.findall(match["items"])))]
    raise _unreadable(text, f"“{place}”不是条、款、项或部分")


def _unreadable(text: str, why: str) -> CitationError:
    return CitationError(
        f"引文“{text}”无法识读", why=why, cure="写法如：25②、30；信公条例 26；115号 二(六)；19–21；133之一"
    )

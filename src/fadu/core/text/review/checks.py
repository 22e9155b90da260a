"""Checks that no pattern of words can express: dates, definitions, references, and the data on what is repealed.

Each takes the scene, the book and the library (``None`` without one) and yields (start, end, what it saw, the words
beside which it stands).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import pairwise

from fadu.core.text.library import Library, Resolution, normal_title, resolve
from fadu.core.text.numerals import parse
from fadu.core.text.review.duplicate import near_duplicate
from fadu.core.text.review.model import Book, Told
from fadu.core.text.review.sanctions import (
    beyond_superior_confiscation,
    beyond_superior_fine,
    unchecked_sanction,
)
from fadu.core.text.review.scene import Scene
from fadu.core.text.review.superior import differs_from_superior

Seen = tuple[int, int, str, str]
Check = Callable[[Scene, Book, Library | None], Iterator[Seen]]

_normal = lru_cache(maxsize=4096)(normal_title)
_ENDS = re.compile(r"废止|失效|停止执行|修改|修正|修订|原《|已被|取代")
_PERIODS = ("有效期", "试行期", "内有效", "失效", "有效至", "届满", "废止之日")
_CLOSING = 400
"""How far before the day of effect the period is looked for: a licence's period further up is none of the text's own."""
_EFFECT = re.compile(
    r"(?:自|从|于)[^。；\n]{0,24}(?:施行|实施|执行|生效|试行)|(?:施行|实施|执行|生效)(?:之)?日"
)
_DEFINED = re.compile(
    r"本(?:办法|规定|细则|条例|规则|意见|通告|通知|方案)(?:中)?所称(?:的)?[“\"]?(?P<term>[^，,。“”\"\n]{2,20}?)[”\"]?[，,]?(?:系|是)指"
)
_SHORT = re.compile(r"[（(](?:以下|下)(?:统一?|简|通)?称[“\"]?(?P<term>[^（）()“”\"，。；]{2,16})[”\"]?[）)]")
_SHORTENED = ("下称", "下简称", "下统", "下通称")
"""One of these stands in whatever the expression above finds; to count them costs less than to search."""
_LONG = re.compile(r"[一-龥《》、]{2,30}$")
_BARE = re.compile(r"《(?P<name>条例|办法|规定|细则|意见|通知|方案|实施细则|实施办法)》")
_TWICE = re.compile(r"[，。；：、](?=[，。；：、])[，。；：、]+")
_DE_TWICE = re.compile(r"(?<![目标])的的(?![士确])")
"""The word 的 written twice, but not 目的的, 标的的, 的的士, 的的确."""
_ITEM_MARK = re.compile(r"[（(]([一二三四五六七八九十]{1,3})[）)]")
_GOES_ON = frozenset("规第的、所和至及，")
"""What follows a reference; behind the number of a heading stands the provision."""
_PAIRS = {"《": "》", "（": "）"}
_MISSING = {"no_article", "no_paragraph", "no_item"}
_WHOLE = {"title", "article"}
"""What a reference holds that names an article as a whole."""
_NUMBERING = {"gap", "duplicate", "disorder"}


def repealed(scene: Scene, book: Book, library: Library | None) -> Iterator[Seen]:
    """A work cited that is repealed or replaced: by the data of the rules, or as the library tells."""
    told = _told_by_library(scene, library)
    for citation in scene.citations:
        for work, (start, end) in zip(citation.works, citation.spans, strict=True):
            item = book.repealed.get(_normal(work)) if work else None
            if item is None and (start, end) not in told:
                continue
            if _ENDS.search(scene.text, *scene.sentence(citation.start, citation.end)):
                continue
            if item is not None:
                day = f"自{item.on}起" if item.on else ""
                yield start, end, f"《{work}》{day}已由{item.by}废止或者取代{_doubt(item)}", item.basis
            else:
                yield start, end, told[start, end], ""


def _doubt(item: Told) -> str:
    return "，此项待核" if item.status == "unverified" else ""


def _told_by_library(scene: Scene, library: Library | None) -> dict[tuple[int, int], str]:
    if library is None:
        return {}
    return {
        answer.citation.spans[answer.index]: answer.sentence
        for answer in _resolved(scene, library)
        if answer.status == "repealed"
    }


def abolished(scene: Scene, book: Book, library: Library | None) -> Iterator[Seen]:
    """Nothing of its own: a licence, fee or certificate that the State has abolished is found by the words of the data,
    as :func:`abolished_by` tells."""
    return iter(())


def abolished_by(book: Book, quote: str) -> str:
    """Which abolished item a quotation names, since when and by what."""
    item = next(told for word, told in book.abolished.items() if word in quote)
    day = f"自{item.on}起" if item.on else ""
    return f"“{item.title}”{day}已经取消（{item.by}{_doubt(item)}）"


def wrong_reference(scene: Scene, book: Book, library: Library | None) -> Iterator[Seen]:
    """A reference to an article, paragraph or item that does not exist, in the text itself or in a work of the library.

    In the text itself only what names its article: 第九项 alone may go on from a list begun a clause before.
    """
    if library is None and not _doubtful(scene):
        return
    missing = [answer for answer in _resolved(scene, library) if answer.status in _MISSING]
    if not missing:
        return
    printed = {node.number for node in scene.outline.walk() if node.kind == "条"}
    for answer in missing:
        ref = answer.citation.refs[answer.index]
        own = answer.citation.works[answer.index] == ""
        if own and ("article" not in ref or (answer.status == "no_article" and (ref["article"],) in printed)):
            continue
        start, end = answer.citation.spans[answer.index]
        if own and _told_otherwise(scene, answer, start, end):
            continue
        yield start, end, answer.sentence, answer.work.title if answer.work else ""


def _told_otherwise(scene: Scene, answer: Resolution, start: int, end: int) -> bool:
    """Whether what seems missing in the text itself is another thing: an article of a work named before in the sentence,
    a heading that stands within a line, an item that is printed although the list it stands in is broken."""
    text, ref = scene.text, answer.citation.refs[answer.index]
    if answer.status == "no_article":
        if (
            text[max(0, start - 4) : start].rstrip().endswith(("。", "则"))
            and text[end : end + 1] not in _GOES_ON
        ):
            return True
        return scene.referred(scene.sentence(start, end)[0], start) >= 0
    article = next((node for node in scene.articles if node.number == (ref["article"],)), None)
    if answer.status != "no_item" or article is None:
        return False
    wanted = ref.get("item_to", ref.get("item"))
    return any(parse(mark) == wanted for mark in _ITEM_MARK.findall(text, article.start, article.end))


def _doubtful(scene: Scene) -> bool:
    """Whether the text names an article of its own that is not there, or a part of one: else nothing is looked up."""
    named = [
        ref
        for citation in scene.citations
        for ref, work in zip(citation.refs, citation.works, strict=True)
        if work == "" and "article" in ref
    ]
    if not named or any(not ref.keys() <= _WHOLE for ref in named):
        return bool(named)
    printed = {node.number for node in scene.articles}
    return any((ref["article"],) not in printed for ref in named)


def _resolved(scene: Scene, library: Library | None) -> list[Resolution]:
    """Every citation looked up; without a library only those of the text itself can be."""
    citations = scene.citations
    if library is None:
        citations = [citation for citation in citations if "" in citation.works]
    return resolve(scene.outline, citations, library) if citations else []


def numbering(scene: Scene, book: Book, library: Library | None) -> Iterator[Seen]:
    """Numbers of provisions that are missing, double or out of order: of articles as the outline tells, and of 一、二、三、
    in a text without articles."""
    for issue in scene.outline.issues:
        if issue.code in _NUMBERING:
            yield issue.start, issue.end, issue.sentence, ""
    nodes = [node for node in scene.outline.nodes if node.kind == "一级"]
    if len(nodes) == len(scene.outline.nodes):
        for before, after in pairwise(nodes):
            if before.number and after.number not in ((before.number[0] + 1,), (1,)):
                yield after.start, after.body, f"“{before.label}”之后是“{after.label}”", ""


def no_effect(scene: Scene, book: Book, library: Library | None) -> Iterator[Seen]:
    """Articles, and none says from when the text applies."""
    articles = scene.articles
    if len(articles) < 3 or any(event.kind == "施行" for event in scene.outline.dates):
        return
    if not any(_EFFECT.search(scene.text, node.start, node.end) for node in articles[-3:]):
        yield *_heading(scene), "没有写明施行日期", ""


def no_period(scene: Scene, book: Book, library: Library | None) -> Iterator[Seen]:
    """A document that says from when it applies and not until when."""
    last = max((event.start for event in scene.outline.dates if event.kind == "施行"), default=-1)
    low = max(scene.first, last - _CLOSING)
    if last >= scene.first and not any(word in scene.text[low:] for word in _PERIODS):
        yield *scene.sentence(last, last), "写明了施行日期，没有写明有效期", ""


def no_issuer(scene: Scene, book: Book, library: Library | None) -> Iterator[Seen]:
    """Neither title, letterhead, signature nor note names the organ."""
    if len(scene.articles) >= 3 and not scene.outline.issuer:
        yield *_heading(scene), "标题、版头、落款和题注都没有写明制定机关", ""


def _heading(scene: Scene) -> tuple[int, int]:
    text = scene.text
    start = next((place for place, mark in enumerate(text) if not mark.isspace()), 0)
    stop = text.find("\n", start)
    return start, stop if stop > 0 else len(text)


def retroactive(scene: Scene, book: Book, library: Library | None) -> Iterator[Seen]:
    """A day of effect before the day on which the text was made or published; not asked of a text amended since."""
    if any(event.kind in ("修正", "修订", "修改") for event in scene.outline.dates):
        return
    days = [
        event.date for event in scene.outline.dates if event.kind in ("成文", "公布", "印发") and event.date
    ]
    effects = [event for event in scene.outline.dates if event.kind == "施行" and event.date]
    if days and effects and len(effects) == 1 and effects[0].date < max(days):
        event = effects[0]
        yield event.start, event.end, f"自{event.date}起施行，而文件成文、公布于{max(days)}", ""


def defined_twice(scene: Scene, book: Book, library: Library | None) -> Iterator[Seen]:
    """The same term explained twice, or one abbreviation for two things."""
    text = scene.text
    if text.count("所称") > 1:
        first: dict[str, int] = {}
        for match in _DEFINED.finditer(text, scene.first):
            term = match["term"]
            if term in first:
                yield match.start(), match.end(), f"“{term}”已在{scene.where(first[term])}界定", ""
            first.setdefault(term, match.start())
    if text.count("以下") > 1 and sum(map(text.count, _SHORTENED)) > 1:
        yield from _two_things(scene)


def _shortened(text: str, first: int) -> list[re.Match[str]]:
    """Every abbreviation declared in brackets, looked for by the words that each has."""
    places = set()
    for words in _SHORTENED:
        place = text.find(words, first)
        while place >= 0:
            places.add(place - 2 if text[place - 1] == "以" else place - 1)
            place = text.find(words, place + 1)
    return [match for place in sorted(places) if place >= first and (match := _SHORT.match(text, place))]


def _two_things(scene: Scene) -> Iterator[Seen]:
    """One abbreviation declared for two things."""
    text = scene.text
    short: dict[str, tuple[int, str]] = {}
    for match in _shortened(text, scene.first):
        term, full = match["term"], _LONG.search(text, max(0, match.start() - 30), match.start())
        words = full[0] if full else ""
        if term in short and words and not (words.endswith(short[term][1]) or short[term][1].endswith(words)):
            place = scene.where(short[term][0]) or "前文"
            yield match.start("term"), match.end("term"), f"“{term}”已在{place}用作另一事物的简称", ""
        short.setdefault(term, (match.start(), words))


def undefined(scene: Scene, book: Book, library: Library | None) -> Iterator[Seen]:
    """《条例》 without a word on which."""
    text = scene.text
    for match in _BARE.finditer(text, scene.first):
        declared = match["name"] in scene.aliases or f"称{match[0]}" in text or f"称《{match['name']}" in text
        if not declared and not text.endswith("本", 0, match.start()):
            yield match.start(), match.end(), f"简称“{match[0]}”没有写明全称", ""
            return


def marks(scene: Scene, book: Book, library: Library | None) -> Iterator[Seen]:
    """Doubled punctuation, and brackets that do not close."""
    for match in _TWICE.finditer(scene.text, scene.first):
        yield match.start(), match.end(), f"“{match[0]}”重复", ""
    place = scene.text.find("的的", scene.first)
    while place >= 0:
        if _DE_TWICE.match(scene.text, place):
            yield place, place + 2, "“的的”重复", ""
        place = scene.text.find("的的", place + 1)
    for opening, closing in _PAIRS.items():
        if scene.text.count(opening) != scene.text.count(closing):
            yield from _unpaired(scene, opening, closing)


def _unpaired(scene: Scene, opening: str, closing: str) -> Iterator[Seen]:
    """The first line whose marks do not pair."""
    position = 0
    for line in scene.text.split("\n"):
        if line.count(opening) != line.count(closing) and scene.reviewed(position):
            place = position + max(line.rfind(opening), line.find(closing))
            yield place, place + 1, f"“{opening}”与“{closing}”不成对", ""
            return
        position += len(line) + 1


CHECKS: dict[str, Check] = {
    "repealed": repealed,
    "abolished": abolished,
    "wrong_reference": wrong_reference,
    "numbering": numbering,
    "no_effect": no_effect,
    "no_period": no_period,
    "no_issuer": no_issuer,
    "retroactive": retroactive,
    "defined_twice": defined_twice,
    "undefined": undefined,
    "marks": marks,
    "differs_from_superior": differs_from_superior,
    "beyond_superior_fine": beyond_superior_fine,
    "beyond_superior_confiscation": beyond_superior_confiscation,
    "unchecked_sanction": unchecked_sanction,
    "near_duplicate": near_duplicate,
}

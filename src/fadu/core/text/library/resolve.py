"""From citations to works and provisions: what exists, what does not, what is repealed, what cannot be told."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date

from fadu.core.text.citations import Citation, Ref
from fadu.core.text.library.numbers import number_key, numbers
from fadu.core.text.library.provisions import Provisions, key, provisions
from fadu.core.text.library.store import Library, Work, normal_title
from fadu.core.text.numerals import parse, write
from fadu.core.text.outline import Node, Outline

_COUNT = re.compile(r"前([二两三四五六七八九])")


@dataclass(frozen=True, slots=True)
class Resolution:
    """What became of ``citation.refs[index]``.

    ``status``: ``found``, ``no_article``, ``no_paragraph``, ``no_item``, ``unknown_work`` (not in the library),
    ``repealed``, ``no_version`` (the library has none that applied on the day asked for), ``unchecked`` (the text alone
    does not tell the work, or no library was given). ``sentence`` says it in Chinese, empty when found or unchecked. ``work`` is the text
    of the library, ``None`` for the text itself. ``since`` tells what happened to the work after the day asked for.
    """

    citation: Citation
    index: int
    status: str
    sentence: str
    work: Work | None
    since: str = ""


def resolve(
    outline: Outline, citations: list[Citation], library: Library | None = None, *, on: date | None = None
) -> list[Resolution]:
    """One answer for each ref of each citation. References to the text itself are checked even without a library.

    ``on`` asks for the versions in force on that day; without it the newest text of the library is meant.
    """
    own = provisions(outline)
    articles = outline.articles()
    starts = [article.start for article in articles]
    found = []
    for citation in citations:
        place = bisect_right(starts, citation.start) - 1
        article = articles[place] if place >= 0 and citation.start < articles[place].end else None
        for index, (ref, work) in enumerate(zip(citation.refs, citation.works, strict=True)):
            if work is None and library is not None and "kind" in ref:
                found.append(_numbered(library, citation, index, ref, on))
            elif work is None:
                found.append(Resolution(citation, index, "unchecked", "", None))
            elif work == "":
                status, sentence = _own(ref, citation, own, articles, place, article)
                found.append(Resolution(citation, index, status, sentence, None))
            elif library is None:
                found.append(Resolution(citation, index, "unchecked", "", None))
            else:
                found.append(_other(library, citation, index, ref, work, on))
    _settle_nested(found)
    _settle_own(outline, found)
    return found


def _settle_nested(found: list[Resolution]) -> None:
    """A number in the brackets behind a title that was found is that title's, and nothing is unknown about it."""
    known = [(one.citation.start, one.citation.end) for one in found if one.work is not None]
    for place, one in enumerate(found):
        if one.status == "unknown_work" and "kind" in one.citation.refs[one.index]:
            start, end = one.citation.start, one.citation.end
            if any(first < start and end <= last for first, last in known):
                found[place] = Resolution(one.citation, one.index, "unchecked", "", None)


def _settle_own(outline: Outline, found: list[Resolution]) -> None:
    """The number under which this text itself is issued needs no library."""
    own = set(numbers(outline))
    for place, one in enumerate(found):
        ref = one.citation.refs[one.index]
        if one.status == "unknown_work" and "kind" in ref and number_key(ref) in own:
            found[place] = Resolution(one.citation, one.index, "unchecked", "", None)


# --- the text itself ------------------------------------------------------------------------------------------------


def _own(
    ref: Ref, citation: Citation, own: Provisions, articles: list[Node], place: int, article: Node | None
) -> tuple[str, str]:
    relative = ref.get("relative")
    if "article" in ref:
        if not own:
            return "unchecked", ""
        return _provision(own, ref, "本文")
    if article is None or (relative is not None and relative[-1] in "章节编"):
        return "unchecked", ""
    items = own.get(key(*article.number[:2]), [])
    paragraph = _paragraph_at(article, citation.start)
    if relative is not None and relative[-1] == "条":
        return _article_relative(ref, relative, own, articles, place)
    if relative is not None and relative[-1] == "款":
        return _paragraph_relative(ref, relative, items, paragraph, article)
    if relative is not None or ("paragraph" not in ref and "item" not in ref):
        return "unchecked", ""
    return _within(items, ref, article.label)


def _paragraph_at(article: Node, offset: int) -> int:
    """The index of the 款 of ``article`` at ``offset``, from 0."""
    paragraphs = [child for child in article.children if child.kind == "款"]
    return max(bisect_right([paragraph.start for paragraph in paragraphs], offset) - 1, 0)


def _article_relative(
    ref: Ref, relative: str, own: Provisions, articles: list[Node], place: int
) -> tuple[str, str]:
    back = 0 if relative[0] in "本该" else _back(relative)
    if relative[0] == "该":
        return "unchecked", ""
    if place < back:
        return "no_article", f"“{relative}”所指的条不存在"
    target = articles[place - back]
    if back > 1 or ("paragraph" not in ref and "item" not in ref):
        return "found", ""
    return _within(own.get(key(*target.number[:2]), []), ref, target.label)


def _paragraph_relative(
    ref: Ref, relative: str, items: list[int], paragraph: int, article: Node
) -> tuple[str, str]:
    if relative[0] == "该":
        return "unchecked", ""
    back = 0 if relative[0] == "本" else _back(relative)
    if paragraph < back:
        return "no_paragraph", f"{article.label}的“{relative}”所指的款不存在"
    wanted = _last(ref, "item")
    if back <= 1 and wanted > items[paragraph - back]:
        return "no_item", f"{article.label}的“{relative}”没有第{write(wanted)}项"
    return "found", ""


def _back(relative: str) -> int:
    count = _COUNT.match(relative)
    return parse(count[1]) if count else 1


# --- other works ----------------------------------------------------------------------------------------------------


def _numbered(library: Library, citation: Citation, index: int, ref: Ref, on: date | None) -> Resolution:
    works = library.numbered(ref)
    if not works:
        return Resolution(
            citation, index, "unknown_work", f"法规库中没有文号或者令号为“{citation.text}”的文件", None
        )
    titles = {normal_title(work.title) for work in works}
    if len(titles) == 1:
        return _other(library, citation, index, {}, works[0].title, on)
    return Resolution(citation, index, "found", "", works[0])  # one order may publish several texts


def _other(
    library: Library, citation: Citation, index: int, ref: Ref, title: str, on: date | None
) -> Resolution:
    works, repeal = library.works(title), library.repealed_by(title)
    since = ""
    if on is not None:
        day = on.isoformat()
        later, works = (
            [work for work in works if work.start > day],
            [work for work in works if work.start <= day],
        )
        if later and not works:
            first = min(work.start for work in later)
            sentence = f"法规库中没有《{title}》在{day}有效的版本，最早的版本自{first}起施行（或者当日尚未施行，或者旧版本没有收入）"
            return Resolution(citation, index, "no_version", sentence, later[-1])
        if later:
            since = f"该日之后有{min(work.start for work in later)}起施行的版本"
        if repeal is not None and repeal[0].start > day:
            since, repeal = f"该日之后被《{repeal[0].title}》（{repeal[0].start}起施行）废止", None
    if repeal is not None:
        work, words = repeal
        sentence = f"《{title}》已被《{work.title}》废止：“{words}”"
        return Resolution(citation, index, "repealed", sentence, works[0] if works else None)
    if not works:
        return Resolution(citation, index, "unknown_work", f"法规库中没有《{title}》", None)
    status, sentence, holder = (
        _in_versions(works, ref, title) if "article" in ref else ("found", "", works[0])
    )
    return Resolution(citation, index, status, sentence, holder, since)


def _in_versions(works: list[Work], ref: Ref, title: str) -> tuple[str, str, Work]:
    """The provision in the newest of ``works``; the books of a code are several texts of one date."""
    current = [work for work in works if work.date == works[0].date or _is_book(work, title)]
    merged: Provisions = {}
    for work in reversed(current):
        merged |= work.provisions
    article = key(ref["article"], ref.get("sub", 0))
    holder = next((work for work in current if article in work.provisions), works[0])
    if not merged:
        return "unchecked", "", works[0]
    dated = f"《{title}》" + (f"（{works[0].date}）" if works[0].date else "")
    status, sentence = _provision(merged, ref, dated)
    if status == "no_article":
        older = next((work for work in works if article in work.provisions), None)
        if older is not None:
            sentence += f"；{older.date}的旧版本有该条"
    return status, sentence, holder


def _is_book(work: Work, title: str) -> bool:
    """A book of the code named (民法典 with 物权编 below): several texts are then one work."""
    return bool(work.subtitle) and normal_title(work.title) == normal_title(title)


def _provision(known: Provisions, ref: Ref, name: str) -> tuple[str, str]:
    for article in sorted({int(ref["article"]), _last(ref, "article")}):
        sub = ref.get("sub", 0)
        if key(article, sub) not in known:
            return "no_article", f"{name}没有第{write(article)}条" + (f"之{write(sub)}" if sub else "")
    if "article_to" in ref:
        return "found", ""
    return _within(known[key(ref["article"], ref.get("sub", 0))], ref, f"{name}第{write(ref['article'])}条")


def _within(items: list[int], ref: Ref, name: str) -> tuple[str, str]:
    """Whether an article whose paragraphs have ``items`` items has the paragraph and item of ``ref``."""
    paragraph = _last(ref, "paragraph")
    if paragraph > len(items):
        return "no_paragraph", f"{name}没有第{write(paragraph)}款（共{len(items)}款）"
    wanted = _last(ref, "item")
    most = items[paragraph - 1] if paragraph else max(items, default=0)
    if wanted > most:
        return (
            "no_item",
            f"{name}{f'第{write(paragraph)}款' if paragraph else ''}没有第{write(wanted)}项（共{most}项）",
        )
    return "found", ""


def _last(ref: Ref, name: str) -> int:
    """The number of a level, the last of a range; 0 when the ref does not name it."""
    return int(ref.get(f"{name}_to") or ref.get(name) or 0)

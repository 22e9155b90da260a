"""One text as the rules see it: stretches around a place, the list an item belongs to, what is cited, of which rank."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property, lru_cache
from itertools import pairwise
from operator import attrgetter

from fadu.core.text.citations import Citation, cite
from fadu.core.text.citations.works import declared
from fadu.core.text.outline import DIVISIONS, Node, Outline
from fadu.core.text.review.model import RANKS

_SENTENCE = "。；;！？\n"
_CLAUSE = re.compile(r"[，：:。；;！？\n,](?:(?<!,)|(?!\d{3}))")
_ITEM = r"(?:[（(][一二三四五六七八九十\d]{1,3}[)）]|[①-⑳⑴-⒇]|\d{1,2}[.．、](?!\d))"
_LIST = re.compile(rf"[：:]\s*(?={_ITEM})")
_BOUND = re.compile(rf"[{_SENTENCE}：:](?:(?<![：:])|[^\S\n]*(?={_ITEM}))")
_LAW = re.compile(r"(?:(?<![办方做执司])法|法典|刑法修正案.*|民法通则|民法总则|宪法)$")
_REGULATION = re.compile(r"条例(?:实施细则)?$|^国务院.*(?:决定|规定|命令)$|(?:人民代表大会|人大).*决[定议]$")
_RULE = re.compile(r"(?:规定|办法|细则|规则|规程)$")
_BRACKET = re.compile(r"[（(〔][^（）()〔〕]*[）)〕]$")
_LOCAL = re.compile(r"[一-龥Xx×]{1,9}?(?:省|市|自治区|自治州|自治县|县)(?!场|政|容)")
_BASIS = re.compile(r"(?:根据|依据|依照|按照|遵照|贯彻)")

_START = attrgetter("start")
_LONGEST = 1000
"""How far a sentence or a list is followed on either side; longer ones are no sentences of law."""

_DOCUMENT, _RULES, _REGULATIONS, _LAWS = range(len(RANKS))


@lru_cache(maxsize=4096)
def rank(title: str) -> int:
    """The rank of a work as far as its title tells (立法法 第十条 to 第九十三条: 法, 条例; 规章条例 第七条: 规定, 办法)."""
    title = _BRACKET.sub("", title)
    if _LAW.search(title):
        return _LAWS
    if _REGULATION.search(title):
        return _REGULATIONS
    return _RULES if _RULE.search(title) else _DOCUMENT


class Scene:
    """The text with its outline; citations and the rest are worked out only when a rule asks."""

    def __init__(self, outline: Outline, level: str) -> None:
        self.outline, self.text, self.level = outline, outline.text, level
        self.first = outline.nodes[0].start if outline.nodes else 0
        self.lacking: dict[int, tuple[int, int]] = {}
        """By the identity of a pattern the last stretch without its words: the next anchor there is no place either."""
        self._last = (0, 0, 0)
        """The sentence told last: the next question is mostly about the same one."""
        self._clause = (-1, -1, (0, 0))
        """The clause told last, with the place asked for."""
        signature = outline.signature
        self.skipped = [(note.start, note.end) for note in outline.notes]
        if outline.catalogue is not None:
            self.skipped.append((outline.catalogue.start, outline.catalogue.end))
        if signature is not None:
            self.skipped.append((signature.start, signature.end))

    def reviewed(self, position: int) -> bool:
        """Whether a place belongs to the provisions: titles, notes, catalogue and signature do not."""
        if position < self.first:
            return False
        for start, end in self.skipped:  # noqa: SIM110 (asked for every anchor: a generator costs more than the loop)
            if start <= position < end:
                return False
        return True

    @cached_property
    def articles(self) -> list[Node]:
        """The articles of the text itself; several checks ask for them."""
        return self.outline.articles()

    # --- stretches ------------------------------------------------------------------------------------------------

    def clause(self, start: int, end: int) -> tuple[int, int]:
        """From comma to comma."""
        if self._clause[0] == start and self._clause[1] == end:
            return self._clause[2]
        low, high = self.sentence(start, end)
        text = self.text
        find = text.rfind
        first = max(low, find("，", low, start) + 1, find("：", low, start) + 1, find(":", low, start) + 1)
        comma = find(",", first, start)
        if comma >= 0 and not text[comma + 1 : comma + 4].isdigit():
            first = comma + 1
        stop = _CLAUSE.search(text, end, high)
        found = first, stop.start() if stop else high
        self._clause = start, end, found
        return found

    @cached_property
    def _bounds(self) -> list[int]:
        """Where sentences end: behind each stop, and before each item of a list within a line."""
        return [0, *[stop.end() for stop in _BOUND.finditer(self.text)], len(self.text)]

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """From stop to stop; each item of a list within a line is a sentence of its own."""
        low, stop, high = self._last
        if low <= start < stop and end <= stop:
            return low, high
        bounds = self._bounds
        final = len(bounds) - 1
        place = bisect_right(bounds, start, 0, final)
        first, last = bounds[place - 1], bounds[place]
        behind = place if start < end <= last else bisect_left(bounds, max(end, start + 1), 0, final)
        if start - first > _LONGEST:
            first = start - _LONGEST
        last = min(bounds[behind], end + _LONGEST)
        high = last - 1 if last > first and self.text[last - 1] in _SENTENCE else last
        if behind == place and bounds[place] - bounds[place - 1] <= _LONGEST:
            self._last = first, last, high
        return first, high

    def line(self, start: int, end: int) -> tuple[int, int]:
        """The paragraph, which is a line."""
        stop = self.text.find("\n", end)
        return self.text.rfind("\n", 0, start) + 1, stop if stop >= 0 else len(self.text)

    def unit(self, name: str, start: int, end: int) -> tuple[int, int]:
        """The stretch that a rule names."""
        if name == "sentence":
            return self.sentence(start, end)
        if name == "clause":
            return self.clause(start, end)
        if name == "paragraph":
            return self.line(start, end)
        node = self.provision(start)
        return (node.start, node.end) if node else self.line(start, end)

    # --- structure ------------------------------------------------------------------------------------------------

    def path(self, position: int) -> list[Node]:
        """The nodes that hold a place, the smallest first."""
        found: list[Node] = []
        nodes = self.outline.nodes
        while nodes:
            place = bisect_right(nodes, position, key=_START) - 1
            if place < 0 or position >= nodes[place].end:
                break
            found.append(nodes[place])
            nodes = nodes[place].children
        return found[::-1]

    def provision(self, position: int) -> Node | None:
        """The article, or in a text without articles the largest numbered level below the divisions."""
        path = self.path(position)
        article = next((node for node in path if node.kind == "条"), None)
        if article is not None:
            return article
        return next((node for node in reversed(path) if node.kind not in (*DIVISIONS, "附件")), None)

    def lead(self, position: int) -> str:
        """The words that introduce the list a place stands in; empty outside any list."""
        low, _ = self.line(position, position)
        low = max(low, position - _LONGEST)
        inline = list(_LIST.finditer(self.text, low, position))
        if inline:
            return self.text[low : inline[-1].start()]
        path = self.path(position)
        for below, holder in pairwise(path):
            if below.kind in ("项", "目", "二级", "三级", "四级") and holder.children:
                return self.text[holder.body : holder.children[0].start]
        return ""

    def where(self, position: int) -> str:
        """第三条第二款第（一）项: how a jurist names the place."""
        names = []
        for node in reversed(self.path(position)):
            if node.kind == "款":
                continue
            if node.kind not in (*DIVISIONS, "段"):
                names.append(node.label)
        return "".join(names)

    # --- citations ------------------------------------------------------------------------------------------------

    @cached_property
    def citations(self) -> list[Citation]:
        """Every citation of the text."""
        return cite(self.text, self.outline)

    @cached_property
    def _ranked(self) -> list[tuple[int, int]]:
        """(offset, rank) of each citation of another work, in the order of the text."""
        found = []
        for citation in self.citations:
            ranks = [rank(work) for work in citation.works if work]
            if citation.kind == "order":
                ranks.append(_REGULATIONS if "国务院" in citation.text else _RULES)
            elif citation.kind == "number":
                ranks.append(_DOCUMENT)
            if ranks:
                found.append((citation.start, max(ranks)))
        return sorted(found)

    def referred(self, low: int, high: int) -> int:
        """The highest rank cited in a stretch; -1 if nothing is."""
        ranked = self._ranked
        place = bisect_left(ranked, (low,))
        best = -1
        while place < len(ranked) and ranked[place][0] < high:
            best = max(best, ranked[place][1])
            place += 1
        return best

    @cached_property
    def _basis_works(self) -> list[str]:
        """The works that the text gives as its basis: in its first article, or in the paragraphs before its first
        provision (根据《…》, 依据《…》)."""
        articles = self.articles
        limit = articles[0].end if articles else self._opening()
        found: list[str] = []
        for citation in self.citations:
            if citation.start > limit:
                break
            low, _ = self.sentence(citation.start, citation.end)
            if _BASIS.search(self.text, low, citation.start):
                found += [work for work in citation.works if work]
        return found

    @cached_property
    def basis(self) -> int:
        """The highest rank among the works that the text gives as its basis; -1 without any."""
        return max((rank(work) for work in self._basis_works), default=-1)

    @cached_property
    def local_basis(self) -> bool:
        """Whether a regulation of a province, city or county is among them: such may set a fixed fine."""
        return any(_LOCAL.match(work) and rank(work) == _REGULATIONS for work in self._basis_works)

    def _opening(self) -> int:
        """Where the opening of a text without articles ends: its first numbered level included."""
        first = next((node for node in self.outline.walk() if node.kind == "一级"), None)
        return first.end if first else min(len(self.text), 600)

    @cached_property
    def aliases(self) -> dict[str, str]:
        """The abbreviations of works that the text declares."""
        return declared(self.text)

"""From marked lines to the tree.

The rules are those of legislative drafting (立法法 第六十五条第三款；立法技术规范): an article begins a line, its natural
paragraphs are 款, （一） is an 项 of the 款 before it, 1. a 目 of the 项. A paragraph between （一） and （二） of one list
belongs to the item; a line that ends with a comma goes on in the next. What is quoted (an amendment that gives the
new wording of articles) is content of the amending provision, never an article of this text.
"""

from __future__ import annotations

from fadu.core.text.numerals import write
from fadu.core.text.outline.content import Content
from fadu.core.text.outline.heads import amends, is_article, is_division, is_heading_sentence, level_title
from fadu.core.text.outline.lines import Line
from fadu.core.text.outline.model import DIVISIONS, LEVELS, Issue, Node, Passage
from fadu.core.text.outline.tail import ends_of_text

_RANK = {"附件": 0, "编": 1, "分编": 2, "章": 3, "节": 4, "一级": 5, "二级": 6, "三级": 7, "四级": 8}
_LEVEL_OF = {"一、": LEVELS[0], "项": LEVELS[1], "1.": LEVELS[2], "(1)": LEVELS[3]}
_COMMA = "，,、"
_CLOSING = {"【": "】", "［": "］", "[": "]", "〔": "〕"}


class Builder:
    """Takes the lines one after the other; ``nodes``, ``issues``, ``notes``, ``heads`` and ``catalogue`` are the result."""

    def __init__(self, text: str, found: list[Line]) -> None:
        self.text, self.found = text, found
        self.nodes: list[Node] = []
        self.issues: list[Issue] = []
        self.notes: list[Passage] = []
        self.heads: list[int] = []
        self.catalogue: Passage | None = None
        self.subtitle = ""
        self._amends = amends(text)
        self._content = Content(text, self.issues)
        self._stack: list[tuple[int, Node]] = []
        self._last: tuple[int, ...] = ()
        self._seen: set[tuple[int, ...]] = set()
        self._leaf: Node | None = None  # the last paragraph outside articles
        self._end = 0
        self._in_quote = False

    def build(self, first: int) -> None:
        """Read the lines from index ``first`` on."""
        found, content = self.found, self._content
        roles = ends_of_text(self.text, found, first)
        for index in range(first, len(found)):
            line = found[index]
            kind = line[0]
            if roles and index in roles:
                self._outside(roles[index], line)
                continue
            if self._amends and self._quoted(line):
                self._add_quoted(line)
            elif kind == "文":
                if content.article is not None and not line[6]:
                    content.plain(line[3], line[5])
                else:
                    self._plain(line)
            elif kind == "条":
                self._article(line, index)
            elif (
                kind == "项"
                and content.article is not None
                and not line[6]
                and not self._heads_articles(index)
            ):
                content.item(line)
            elif kind in _LEVEL_OF:
                self._numbered(line)
            else:
                self._other(line)
            self._end = line[5]
        content.settle(self._end)
        self._close(-1)

    # --- the tree -----------------------------------------------------------------------------------------------

    def _close(self, rank: int) -> None:
        stack, end = self._stack, self._end
        while stack and stack[-1][0] >= rank:
            stack.pop()[1].end = end

    def _here(self) -> list[Node]:
        return self._stack[-1][1].children if self._stack else self.nodes

    def _open(self, node: Node) -> None:
        self._content.settle(self._end)
        self._leaf = None
        rank = _RANK[node.kind]
        self._close(rank)
        self._here().append(node)
        self._stack.append((rank, node))

    def _issue(self, code: str, sentence: str, line: Line) -> None:
        self.issues.append(Issue(code, sentence, line[3], line[5]))

    # --- plain lines outside articles ---------------------------------------------------------------------------

    def _plain(self, line: Line) -> None:
        _, _, _, start, body, end, level, _ = line
        leaf = self._leaf
        if self._stack and leaf is None:
            self._annex_title(self._stack[-1][1], body, end)
        if level:
            self._heading(line)
        elif self._content.article is not None:
            self._content.plain(start, end)
        elif leaf is not None and self.text[leaf.end - 1] in _COMMA:
            leaf.end = end
        else:
            self._leaf = Node("段", "", (), "", start, end, body)
            self._here().append(self._leaf)

    def _annex_title(self, node: Node, body: int, end: int) -> None:
        """附件1 stands on a line of its own: its title is the next, if that is no sentence (GB/T 9704-2012, 7.3.7)."""
        bare = node.kind == "附件" and not node.title and not node.children
        if bare and end - body <= 60 and self.text[end - 1] not in "。；：:;，,":
            node.title = "".join(self.text[body:end].split())

    def _heading(self, line: Line) -> None:
        """A Markdown heading without a number: a title of the text that follows, or of the part above the articles."""
        _, _, _, start, body, end, _, _ = line
        words = self.text[body:end]
        if self._seen:
            self._open(Node("一级", "", (), words, start, end, body))
        else:
            self.subtitle = self.subtitle or words
            self.notes.append(Passage("题", start, end))

    # --- articles -----------------------------------------------------------------------------------------------

    def _article(self, line: Line, index: int) -> None:
        _, label, number, start, body, end, _, _ = line
        last = self._last
        expected = number == (last[0] + 1 if last else 1,)
        if not (
            expected and start + len(label) < body < end
        ):  # else: the next number and a blank, the plain case
            near = not last or last[0] <= number[0] <= last[0] + 2
            followed = self._followed(index)
            if not is_article(self.text, line, expected=expected, near=near, followed=followed):
                self._plain(line)
                return
        if not expected:
            self._check_order(line)
        if number == (1,) and self._seen:
            self._restart(line)
        node = Node("条", label, number, "", start, end, body)
        (self._stack[-1][1].children if self._stack else self.nodes).append(node)
        self._seen.add(number)
        self.heads.append(start)
        self._last, self._leaf = number, None
        if body < end and self.text[body] in _CLOSING:
            body = self._article_title(node, end)
        self._content.begin(node, body, end, self._end)

    def _article_title(self, node: Node, end: int) -> int:
        """第一条 【立法目的】: the heading of an article in brackets."""
        text, body = self.text, node.body
        close = text.find(_CLOSING[text[body]], body, min(end, body + 40))
        if close < 0:
            return body
        node.title = text[body + 1 : close]
        after = close + 1
        while after < end and text[after].isspace():
            after += 1
        return after

    def _followed(self, index: int) -> bool:
        return index + 1 < len(self.found) and self.found[index + 1][0] not in ("条", *DIVISIONS)

    def _check_order(self, line: Line) -> None:
        _, label, number, *_ = line
        last = self._last
        if number in self._seen:
            if number != (1,):
                self._issue("duplicate", f"{label}重复出现", line)
        elif not last:
            self._issue("starts_late", f"条文从{label}开始", line)
        elif number < last:
            self._issue("disorder", f"{label}排在{_article_label(last)}之后", line)
        elif number != (last[0], last[1] + 1 if len(last) > 1 else 1):
            self._issue("gap", f"{_article_label(last)}之后为{label}，其间缺号", line)

    def _restart(self, line: Line) -> None:
        """第一条 again: another text begins (the rules that a decision publishes). Its title is the line before."""
        leaf = self._content.leaf or self._leaf
        title = ""
        if leaf is not None and leaf.kind in ("款", "段") and self.text[leaf.end - 1] not in "。；：:;":
            title = self.text[leaf.start : leaf.end]
        self._issue("restart", "条文序号重新从第一条开始，其后按另一文本处理", line)
        self._begin_annex("", title, line)

    def _begin_annex(self, label: str, title: str, line: Line) -> None:
        self._open(Node("附件", label, (), title, line[3], line[5], line[4]))
        self._last = ()
        self._seen.clear()

    # --- lists and levels ---------------------------------------------------------------------------------------

    def _numbered(self, line: Line) -> None:
        kind, content = line[0], self._content
        if content.article is None or line[6] or kind == "项":
            self._level_line(line)
        elif kind != "一、":
            content.point(line)
        elif not is_heading_sentence(self.text, line[4], line[5]):
            self._level_line(line)
        elif content.goes_on(line):
            content.item(line)
        else:
            content.plain(line[3], line[5])

    def _heads_articles(self, index: int) -> bool:
        """Whether （二） is a heading between articles: below 一、, no sentence, and an article follows."""
        if not self._stack or self._stack[-1][1].kind not in LEVELS[:2]:
            return False
        _, _, _, _, body, end, _, _ = self.found[index]
        last = index + 1 == len(self.found)
        return not last and self.found[index + 1][0] == "条" and not is_heading_sentence(self.text, body, end)

    def _level_line(self, line: Line) -> None:
        kind, label, number, start, body, end, _, _ = line
        node = Node(_LEVEL_OF[kind], label, number, level_title(self.text, body, end), start, end, body)
        self._open(node)
        self._leaf = node

    # --- divisions, annexes, the rest ---------------------------------------------------------------------------

    def _other(self, line: Line) -> None:
        kind, label, _, start, body, end, _, _ = line
        if kind == "行":
            leaf = self._content.leaf or self._leaf
            if leaf is not None:
                leaf.end = end
            else:
                self._plain(line)
        elif kind == "附件":
            self._begin_annex(label, self.text[body:end], line)
        elif kind == "目录":
            self.catalogue = Passage("目录", start, end)
        elif kind == "则":
            self._open(Node("章", "", (), "".join(label.split()), start, end, start))
        elif is_division(self.text, line):
            self._division(line)
        else:
            self._plain(line)

    def _division(self, line: Line) -> None:
        kind, label, number, start, body, end, _, _ = line
        if not self._seen:
            first = next((node for node in self.nodes if node.kind in _RANK), None)
            if first is not None and first.kind == kind and first.number == number:
                self._was_catalogue(first)
        self.heads.append(start)
        title = self.text[body:end]
        self._open(
            Node(kind, label, number, "".join(title.split()) if len(title) < 12 else title, start, end, body)
        )
        above = self._stack[-2][1].children if len(self._stack) > 1 else self.nodes
        elder = next((node for node in reversed(above[:-1]) if node.kind == kind), None)
        if elder is not None and elder.number and number != (elder.number[0] + 1,):
            before = elder.number[0]
            code = "duplicate" if number[0] == before else "gap" if number[0] > before else "disorder"
            self._issue(code, f"{elder.label}之后为{label}", line)

    def _was_catalogue(self, first: Node) -> None:
        """The divisions so far were a catalogue: the first of them comes again, now with its articles."""
        self._content.settle(self._end)
        self._close(-1)
        start = self.catalogue.start if self.catalogue else first.start
        self.catalogue = Passage("目录", start, self._end)
        del self.nodes[self.nodes.index(first) :]

    # --- what is not a provision --------------------------------------------------------------------------------

    def _quoted(self, line: Line) -> bool:
        """Whether this line is quoted: it goes on with a quotation that an earlier line opened, or opens the wording that
        修改为： announces. Keeps the count."""
        start, end, text = line[3], line[5], self.text
        inside = self._in_quote or (line[7] and self._end > 0 and text[self._end - 1] in "：:")
        opened, closed = text.rfind("“", start, end), text.rfind("”", start, end)
        if opened != closed:
            self._in_quote = opened > closed
        if inside and line[0] == "条" and self._last and line[2] == (self._last[0] + 1,):
            self._issue("open_quote", "此前的引号没有收尾", line)
            self._in_quote = opened > closed
            return False
        return inside

    def _add_quoted(self, line: Line) -> None:
        node = Node("引", "", (), "", line[3], line[5], line[3])
        if self._content.article is not None:
            self._content.quoted(node)
        else:
            self._here().append(node)
        self._leaf = None

    def _outside(self, role: str, line: Line) -> None:
        _, _, _, start, _, end, _, _ = line
        if role == "题":
            self.subtitle = self.subtitle or "".join(self.text[start:end].split())
        self.notes.append(Passage(role, start, end))
        self._leaf = None


def _article_label(number: tuple[int, ...]) -> str:
    return f"第{write(number[0])}条" + "".join(f"之{write(sub)}" for sub in number[1:])

"""From marked lines to the tree.

The rules are those of legislative drafting (立法法 第六十五条第三款；立法技术规范): an article begins a line, its natural
paragraphs are 款, （一） is an 项 of the 款 before it, 1. a 目 of the 项. A paragraph between （一） and （二） of one list
belongs to the item; a line that ends with a comma goes on in the next. What is quoted (an amendment that gives the
new wording of articles) is content of the amending provision, never an article of this text.
"""

from __future__ import annotations

from fadu.core.text.outline.heads import amends, is_article, is_division, is_heading_sentence, level_title
from fadu.core.text.outline.lines import Line
from fadu.core.text.outline.model import LEVELS, Issue, Node, Passage
from fadu.core.text.outline.tail import ends_of_text

_RANK = {"附件": 0, "编": 1, "分编": 2, "章": 3, "节": 4, "一级": 5, "二级": 6, "三级": 7, "四级": 8, "条": 9}
_LEVEL_OF = {"一、": LEVELS[0], "项": LEVELS[1], "1.": LEVELS[2], "(1)": LEVELS[3]}
_COMMA = "，,、"


class Builder:
    """Takes the lines one after the other; ``nodes``, ``issues``, ``notes`` and ``catalogue`` are the result."""

    def __init__(self, text: str, found: list[Line]) -> None:
        self.text, self.found = text, found
        self.nodes: list[Node] = []
        self.issues: list[Issue] = []
        self.notes: list[Passage] = []
        self.catalogue: Passage | None = None
        self.subtitle = ""
        self.heads: list[int] = []
        self.signatures: list[tuple[int, int]] = []
        self.amends = amends(text)
        self._stack: list[tuple[int, Node]] = []
        self._last: tuple[int, ...] = ()
        self._seen: dict[tuple[int, ...], Node] = {}
        self._end = 0
        self._in_quote = False
        self._forget_article()

    def _forget_article(self) -> None:
        self._article: Node | None = None
        self._paragraph: Node | None = None
        self._item: Node | None = None
        self._point: Node | None = None
        self._leaf: Node | None = None
        self._loose = 0

    def build(self, first: int) -> None:
        """Read the lines from index ``first`` on."""
        text, found = self.text, self.found
        roles = ends_of_text(text, found, first)
        for index in range(first, len(found)):
            line = found[index]
            if index in roles:
                self._outside(roles[index], line)
                continue
            kind = line[0]
            if self.amends and self._quoted(line):
                self._add_quoted(line)
            elif kind == "文":
                self._plain(line)
            elif kind == "条":
                self._article_line(line, index)
            elif kind == "项" or kind == "1." or kind == "(1)" or kind == "一、":
                self._numbered(line)
            else:
                self._other(line, index)
            self._end = line[5]
        self._close(-1)

    # --- the tree -----------------------------------------------------------------------------------------------

    def _close(self, rank: int) -> None:
        stack, end = self._stack, self._end
        while stack and stack[-1][0] >= rank:
            stack.pop()[1].end = end

    def _open(self, node: Node) -> None:
        rank = _RANK[node.kind]
        self._close(rank)
        (self._stack[-1][1].children if self._stack else self.nodes).append(node)
        self._stack.append((rank, node))

    def _issue(self, code: str, sentence: str, line: Line) -> None:
        self.issues.append(Issue(code, sentence, line[3], line[5]))

    # --- plain lines --------------------------------------------------------------------------------------------

    def _plain(self, line: Line) -> None:
        _, _, _, start, body, end, level, _ = line
        leaf = self._leaf
        if level:
            self._heading(line)
        elif leaf is not None and self.text[leaf.end - 1] in _COMMA:
            leaf.end = end
        elif self._article is not None:
            self._add_paragraph(start, end)
            if self._item is not None:
                self._loose += 1
        else:
            leaf = self._leaf = Node("段", "", (), "", start, end, body)
            (self._stack[-1][1].children if self._stack else self.nodes).append(leaf)

    def _add_paragraph(self, start: int, end: int) -> None:
        article = self._article
        assert article is not None
        number = article.children[-1].number[0] + 1 if article.children else 1
        leaf = self._leaf = Node("款", "", (number,), "", start, end, start)
        article.children.append(leaf)
        if self._item is None:
            self._paragraph = leaf

    def _heading(self, line: Line) -> None:
        """A Markdown heading without a number: a title of the text that follows, or of the part above the articles."""
        _, _, _, start, body, end, _level, _ = line
        words = self.text[body:end]
        if not self._seen:
            self.subtitle = self.subtitle or words
            self.notes.append(Passage("题", start, end))
        else:
            self._forget_article()
            self._open(Node("一级", "", (), words, start, end, body))

    # --- articles -----------------------------------------------------------------------------------------------

    def _article_line(self, line: Line, index: int) -> None:
        _, label, number, start, body, end, _, _ = line
        last = self._last
        expected = number == (last[0] + 1,) if last else True
        if not is_article(self.text, line, expected, self._followed(index)):
            self._plain(line)
            return
        if not expected:
            self._check_order(line)
        if number == (1,) and self._seen:
            self._restart(line)
        self._close(9)
        node = Node("条", label, number, "", start, end, body)
        stack = self._stack
        (stack[-1][1].children if stack else self.nodes).append(node)
        stack.append((9, node))
        self._seen[number] = node
        self.heads.append(start)
        self._last = number
        self._article, self._item, self._point, self._loose = node, None, None, 0
        if body < end:
            if self.text[body] in "【［[〔":
                body = self._article_title(node, end)
            self._leaf = self._paragraph = Node("款", "", (1,), "", body, end, body)
            node.children.append(self._leaf)
        else:
            self._leaf = self._paragraph = None

    def _article_title(self, node: Node, end: int) -> int:
        """第一条 【立法目的】: the heading of an article in brackets."""
        text, body = self.text, node.body
        close = text.find(
            {"【": "】", "［": "］", "[": "]", "〔": "〕"}[text[body]], body, min(end, body + 40)
        )
        if close < 0:
            return body
        node.title = text[body + 1 : close]
        after = close + 1
        while after < end and text[after].isspace():
            after += 1
        return after

    def _followed(self, index: int) -> bool:
        return index + 1 < len(self.found) and self.found[index + 1][0] not in (
            "条",
            "编",
            "分编",
            "章",
            "节",
        )

    def _check_order(self, line: Line) -> None:
        _, label, number, *_ = line
        last = self._last
        if number in self._seen:
            if number != (1,):
                self._issue("duplicate", f"{label}重复出现", line)
        elif not last:
            if number != (1,):
                self._issue("starts_late", f"条文从{label}开始", line)
        elif number < last:
            self._issue("disorder", f"{label}排在{_article_label(last)}之后", line)
        elif (
            number[0] > last[0] + 1
            or (number[0] == last[0] and number[1] != (last[1] + 1 if len(last) > 1 else 1))
            or (len(number) > 1 and number[0] == last[0] + 1)
        ):
            self._issue("gap", f"{_article_label(last)}之后为{label}，其间缺号", line)

    def _restart(self, line: Line) -> None:
        """第一条 again: another text begins (the rules that a decision publishes). Its title is the line before."""
        title = ""
        if (
            self._leaf is not None
            and self._leaf.kind in ("款", "段")
            and self.text[self._leaf.end - 1] not in "。；：:;"
        ):
            title = self.text[self._leaf.start : self._leaf.end]
        self._issue("restart", "条文序号重新从第一条开始，其后按另一文本处理", line)
        self._begin_annex("", title, line)

    def _begin_annex(self, label: str, title: str, line: Line) -> None:
        self._forget_article()
        self._last, self._seen = (), {}
        self._open(Node("附件", label, (), title, line[3], line[5], line[4]))

    # --- lists --------------------------------------------------------------------------------------------------

    def _numbered(self, line: Line) -> None:
        kind = line[0]
        if self._article is None:
            self._level_line(line)
        elif kind == "项":
            self._item_line(line)
        elif kind == "一、":
            self._top_line(line)
        else:
            self._point_line(line)

    def _item_line(self, line: Line) -> None:
        _, label, number, start, body, end, _, _ = line
        item = self._item
        if item is not None and number[0] > 1:
            if self._loose:
                self._give_back(item)
            expected = item.number[0] + 1
            if number[0] != expected:
                self._list_issue(line, expected)
        else:
            if number[0] != 1:
                self._list_issue(line, 1)
            self._paragraph = self._article.children[-1] if self._article.children else None  # type: ignore[union-attr]
        self._item = self._leaf = Node("项", label, number, "", start, end, body)
        self._point, self._loose = None, 0
        self._attach(self._item)

    def _attach(self, node: Node) -> None:
        parent = self._paragraph
        if parent is None:  # a list directly under the label of the article
            assert self._article is not None
            parent = self._paragraph = Node("款", "", (1,), "", node.start, node.end, node.start)
            self._article.children.append(parent)
        parent.children.append(node)
        parent.end = node.end

    def _give_back(self, item: Node) -> None:
        """Paragraphs between two items of one list belong to the item before them."""
        assert self._article is not None
        paragraphs = self._article.children[-self._loose :]
        del self._article.children[-self._loose :]
        item.end = paragraphs[-1].end
        for paragraph in paragraphs:
            for child in paragraph.children:
                item.children.append(child)

    def _list_issue(self, line: Line, expected: int) -> None:
        number = line[2][0]
        if self._item is not None and number == self._item.number[0]:
            self._issue("duplicate", f"项{line[1]}重复出现", line)
        else:
            self._issue(
                "gap" if number > expected else "disorder", f"项的序号应为第{expected}，实为{line[1]}", line
            )

    def _top_line(self, line: Line) -> None:
        """一、 while an article is open: a heading above articles, an old-style list of items, or plain words."""
        _, _label, number, _start, body, end, level, _ = line
        item, leaf = self._item, self._leaf
        if level or not is_heading_sentence(self.text, body, end):
            self._level_line(line)
        elif (number == (1,) and leaf is not None and self.text[leaf.end - 1] in "：:") or (
            item is not None and item.label[-1] == "、" and number[0] == item.number[0] + 1
        ):
            self._item_line(line)
        else:
            self._plain(line)

    def _point_line(self, line: Line) -> None:
        kind, label, number, start, body, end, _, _ = line
        node = Node("目", label, number, "", start, end, body)
        point = self._point
        if kind == "(1)" and point is not None and "(" not in point.label and "（" not in point.label:
            point.children.append(node)
            point.end = end
        else:
            self._point = node
            if self._item is not None and not self._loose:
                self._item.children.append(node)
            else:
                self._paragraph = (
                    self._article.children[-1] if self._article and self._article.children else None
                )
                self._attach(node)
        if self._item is not None and not self._loose:
            self._item.end = end
        if self._paragraph is not None:
            self._paragraph.end = end
        self._leaf = node

    def _level_line(self, line: Line) -> None:
        kind, label, number, start, body, end, _, _ = line
        self._forget_article()
        node = Node(_LEVEL_OF[kind], label, number, level_title(self.text, body, end), start, end, body)
        self._open(node)
        self._leaf = node

    # --- divisions, annexes, the rest ---------------------------------------------------------------------------

    def _other(self, line: Line, index: int) -> None:
        kind, label, _number, start, body, end, _level, _ = line
        if kind == "行":
            if self._leaf is not None:
                self._leaf.end = end
            else:
                self._plain(line)
        elif kind == "附件":
            self._begin_annex(label, self.text[body:end], line)
        elif kind == "目录":
            self.catalogue = Passage("目录", start, end)
        elif kind == "则":
            self._forget_article()
            self._open(Node("章", "", (), "".join(label.split()), start, end, start))
        elif is_division(self.text, line):
            self._division(line)
        else:
            self._plain(line)

    def _division(self, line: Line) -> None:
        kind, label, number, start, body, end, _, _ = line
        if self.nodes and not self._seen and self._repeats(kind, number):
            self._was_catalogue()
        self._forget_article()
        self.heads.append(start)
        title = self.text[body:end]
        self._open(
            Node(kind, label, number, "".join(title.split()) if len(title) < 12 else title, start, end, body)
        )
        siblings = [
            n for n in (self._stack[-2][1].children if len(self._stack) > 1 else self.nodes) if n.kind == kind
        ]
        if len(siblings) > 1 and siblings[-2].number and number != (siblings[-2].number[0] + 1,):
            before = siblings[-2].number[0]
            code = "duplicate" if number[0] == before else "gap" if number[0] > before else "disorder"
            self._issue(code, f"{siblings[-2].label}之后为{label}", line)

    def _repeats(self, kind: str, number: tuple[int, ...]) -> bool:
        first = next((node for node in self.nodes if node.kind in _RANK), None)
        return first is not None and first.kind == kind and first.number == number

    def _was_catalogue(self) -> None:
        """The divisions so far were a catalogue: the first of them comes again, now with its articles."""
        first = next(node for node in self.nodes if node.kind in _RANK)
        self._close(-1)
        start = self.catalogue.start if self.catalogue else first.start
        self.catalogue = Passage("目录", start, self._end)
        del self.nodes[self.nodes.index(first) :]

    # --- what is not a provision --------------------------------------------------------------------------------

    def _quoted(self, line: Line) -> bool:
        """Whether this line goes on with a quotation that an earlier line opened; keeps the count."""
        start, end = line[3], line[5]
        text = self.text
        inside = self._in_quote
        opened, closed = text.rfind("“", start, end), text.rfind("”", start, end)
        if opened < closed:
            self._in_quote = False
        elif opened > closed:
            self._in_quote = True
        if inside and not line[7] and line[0] == "条" and self._last and line[2] == (self._last[0] + 1,):
            self._issue("open_quote", "此前的引号没有收尾", line)
            self._in_quote = opened > closed
            return False
        return inside and (line[7] or self._in_quote or closed > opened)

    def _add_quoted(self, line: Line) -> None:
        _, _, _, start, _, end, _, _ = line
        parent = self._item or self._paragraph or (self._stack[-1][1] if self._stack else None)
        node = Node("引", "", (), "", start, end, start)
        (parent.children if parent else self.nodes).append(node)
        for above in (self._item, self._paragraph):
            if above is not None:
                above.end = end
        self._leaf = None

    def _outside(self, role: str, line: Line) -> None:
        _, _, _, start, _, end, _, _ = line
        if role == "题":
            self.subtitle = self.subtitle or "".join(self.text[start:end].split())
        self.notes.append(Passage(role, start, end))
        self._leaf = None


def _article_label(number: tuple[int, ...]) -> str:
    return f"第{number[0]}条" + "".join(f"之{sub}" for sub in number[1:])

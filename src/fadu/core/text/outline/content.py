"""What stands in one article: 款, 项, 目 and the paragraphs between them."""

from __future__ import annotations

from fadu.core.text.outline.lines import Line
from fadu.core.text.outline.model import Issue, Node

_COMMA = "，,、"
_ONE = (1,)


class Content:
    """Takes the lines of the articles one after the other; ``begin`` starts the next, ``settle`` ends the last."""

    def __init__(self, text: str, issues: list[Issue]) -> None:
        self.text, self.issues = text, issues
        self.article: Node | None = None
        self.leaf: Node | None = None
        self._paragraph: Node | None = None  # the 款 that the list of items belongs to
        self._item: Node | None = None
        self._point: Node | None = None
        self._loose = (
            0  # paragraphs since the last item: of the item if another item follows, else of the article
        )

    def begin(self, article: Node, body: int, end: int, before: int) -> None:
        """The head of an article; its first paragraph stands behind the label, if anything does. ``before`` is where the
        text before it ends."""
        if self.article is not None:
            self.settle(before)
        self.article, self._item, self._point, self._loose = article, None, None, 0
        if body < end:
            self.leaf = self._paragraph = Node("款", "", _ONE, "", body, end, body)
            article.children.append(self.leaf)
        else:
            self.leaf = self._paragraph = None

    def settle(self, end: int) -> None:
        """The article ends here: every node reaches as far as what it holds."""
        if self.article is not None:
            self.article.end = end
            for paragraph in self.article.children:
                if paragraph.children:
                    _reach(paragraph)
        self.article = self.leaf = self._paragraph = self._item = self._point = None
        self._loose = 0

    def plain(self, start: int, end: int) -> None:
        """A line without a mark: a new paragraph, or the rest of a line that ended with a comma."""
        leaf, article = self.leaf, self.article
        if leaf is not None and self.text[leaf.end - 1] in _COMMA:
            leaf.end = end
            return
        assert article is not None
        number = article.children[-1].number[0] + 1 if article.children else 1
        leaf = self.leaf = Node("款", "", (number,), "", start, end, start)
        article.children.append(leaf)
        self._point = None
        if self._item is None:
            self._paragraph = leaf
        else:
            self._loose += 1

    def item(self, line: Line) -> None:
        """（一）: the next of the list, or the first of a new one."""
        _, label, number, start, body, end, _, _ = line
        item, article = self._item, self.article
        assert article is not None
        value = number[0]
        if item is None or value == 1:
            if value != 1:
                self._list_issue(line, 1)
            self._paragraph = article.children[-1] if article.children else None
        else:
            if self._loose:
                self._give_back(article, item)
            if value != item.number[0] + 1:
                self._list_issue(line, item.number[0] + 1)
        self._item = self.leaf = Node("项", label, number, "", start, end, body)
        self._point, self._loose = None, 0
        if self._paragraph is None:  # a list directly under the label of the article
            self._paragraph = Node("款", "", _ONE, "", start, end, start)
            article.children.append(self._paragraph)
        self._paragraph.children.append(self._item)

    def _give_back(self, article: Node, item: Node) -> None:
        """Paragraphs between two items of one list belong to the item before them."""
        paragraphs = article.children[-self._loose :]
        del article.children[-self._loose :]
        item.end = paragraphs[-1].end
        for paragraph in paragraphs:
            item.children.extend(paragraph.children)

    def _list_issue(self, line: Line, expected: int) -> None:
        value = line[2][0]
        if self._item is not None and value == self._item.number[0]:
            self.issues.append(Issue("duplicate", f"项{line[1]}重复出现", line[3], line[5]))
            return
        code = "gap" if value > expected else "disorder"
        self.issues.append(Issue(code, f"项的序号应为第{expected}，实为{line[1]}", line[3], line[5]))

    def goes_on(self, line: Line) -> bool:
        """Whether 一、 continues or begins an old-style list of items of this article."""
        value = line[2][0]
        if value == 1:
            return self.leaf is not None and self.text[self.leaf.end - 1] in "：:"
        return self._item is not None and self._item.label[-1] == "、" and value == self._item.number[0] + 1

    def point(self, line: Line) -> None:
        """1. below the item or the paragraph, （1） below 1. if there is one."""
        kind, label, number, start, body, end, _, _ = line
        article, above = self.article, self._point
        assert article is not None
        node = self.leaf = Node("目", label, number, "", start, end, body)
        if kind == "(1)" and above is not None and above.label[0] not in "(（⑴①":
            above.children.append(node)
            return
        self._point = node
        if self._item is not None and not self._loose:
            self._item.children.append(node)
        else:
            if not article.children:
                self._paragraph = Node("款", "", _ONE, "", start, end, start)
                article.children.append(self._paragraph)
            article.children[-1].children.append(node)

    def quoted(self, node: Node) -> None:
        """A line of a quotation: content of the item or paragraph that quotes."""
        article = self.article
        last = article.children[-1] if article is not None and article.children else article
        parent = self._item if self._item is not None and not self._loose else last
        assert parent is not None
        parent.children.append(node)
        self.leaf = None


def _reach(node: Node) -> None:
    for child in node.children:
        if child.children:
            _reach(child)
    last = node.children[-1].end
    if last > node.end:
        node.end = last

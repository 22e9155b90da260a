"""From the tree of a plan to its tasks: what is one task, whose it is, and what only a person can settle."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from fadu.core.text.plan import deadlines, names, prose, responsibility
from fadu.core.text.plan.chunks import chunks_of
from fadu.core.text.plan.head import Head
from fadu.core.text.plan.model import Due, Note, Section, Task, Units
from fadu.core.text.plan.subject import subject
from fadu.core.text.plan.table import Row
from fadu.core.text.plan.tree import Item


@dataclass(slots=True)
class Harvest:
    """What the body yields."""

    sections: list[Section] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Given:
    """Units stated once for several tasks: by the heading above, or after the last of them."""

    raw: str = ""


class Harvester:
    """Walks the tree once. ``convention`` (排在第一位的部门为牵头部门，下同) holds from where it is stated."""

    def __init__(self, head: Head, *, convention: bool) -> None:
        self.head = head
        self.first_leads = convention
        self.out = Harvest()
        self.any_units = False
        self.section_wide = False
        self.by_organ = False

    def harvest(self, root: Item) -> Harvest:
        """All sections and tasks of the tree, in the order of the document."""
        self.any_units = root.any_states()
        self.section_wide = _section_wide(root)
        self.by_organ = not self.any_units and _by_organ(root)
        if root.states() and not root.children:
            self._prose(root, with_head=True)
        elif not root.children and not root.rows:
            self._sentences(root.paragraphs, "", (), given=False)
        else:
            self.out.rest += root.paragraphs
        self._rows(root)
        for child in root.children:
            self._item(child, _Given(), siblings=root.children)
        return self.out

    def _item(self, item: Item, given: _Given, *, siblings: list[Item]) -> None:
        if not item.inline:
            self.out.sections.append(Section(item.level, item.no, item.title))
        if not item.children and not item.rows:
            self._leaf(item, given, siblings)
            return
        below = any(child.any_states() for child in item.children)
        own = _own_raw(item) or (item.title if self.by_organ and item.rank <= 2 else "")
        if own and not below:
            given = _Given(own)
            self.out.rest += [text for text in item.paragraphs if not item.places(text)]
        elif own:
            self._chunks(item, with_head=True)
        else:
            self.out.rest += [text for text in [item.body, *item.paragraphs] if text.strip()]
        self._rows(item)
        if self.section_wide and not given.raw and item.children and not item.children[0].children:
            given = _Given(_own_raw(item.children[-1]))
        for child in item.children:
            self._item(child, given, siblings=item.children)

    def _leaf(self, item: Item, given: _Given, siblings: list[Item]) -> None:
        prose_like = (
            item.level == 1
            and item.rank <= 1
            and not item.body
            and not item.is_sentence
            and bool(item.paragraphs)
        )
        if item.states():
            if prose_like:
                self._prose(item, with_head=False)
            else:
                self._chunks(item, with_head=not (item.rank <= 1 and bool(item.body)))
            return
        text = "\n".join(part for part in item.texts() if part.strip())
        expected = not self.any_units or any(brother.states() for brother in siblings if not brother.children)
        if given.raw:
            if prose_like:
                self._sentences(item.paragraphs, given.raw, (*item.path, item.no), given=True)
            else:
                self._add(item.path, item.no, text, given.raw, inherited=True)
        elif prose.is_principle(item.title) or not expected or not prose.is_duty(text):
            self.out.rest += [
                part for part in ([item.body] if item.body else []) + item.paragraphs if part.strip()
            ]
        elif prose_like:
            self._sentences(item.paragraphs, "", (*item.path, item.no), given=False)
        else:
            self._add(item.path, item.no or None, text, "", proposed=True)

    def _chunks(self, item: Item, *, with_head: bool) -> None:
        found, left = chunks_of(item, with_head=with_head)
        path = (*item.path, item.no) if item.no else item.path
        for position, chunk in enumerate(found):
            if not chunk.text:
                continue
            if position or not with_head:
                self._add(path, None, chunk.text, chunk.raw)
            else:
                self._add(
                    path if item.level == 1 and item.rank <= 1 else item.path,
                    item.no or None,
                    chunk.text,
                    chunk.raw,
                )
        self.out.rest += left

    def _prose(self, item: Item, *, with_head: bool) -> None:
        """Paragraphs without numbers, closed by a statement: one proposed task per duty sentence."""
        found, left = chunks_of(item, with_head=with_head)
        path = (*item.path, item.no) if item.no else item.path
        for chunk in found:
            self._sentences([chunk.text], chunk.raw, path, given=True)
        self.out.rest += left

    def _sentences(self, paragraphs: list[str], raw: str, path: tuple[str, ...], *, given: bool) -> None:
        cut = [
            sentence
            for text in paragraphs
            for part in re.sub(r"(?<=[；;])\n", "", text).split("\n")
            for sentence in prose.sentences(part)
        ]
        duties = [sentence for sentence in cut if prose.is_duty(sentence)] or (cut if given else [])
        self.out.rest += [sentence for sentence in cut if sentence not in duties]
        for sentence in duties:
            self._add(path, None, sentence, raw, proposed=True, inherited=len(duties) > 1 and bool(raw))

    def _rows(self, item: Item) -> None:
        path = (*item.path, item.no) if item.no else item.path
        for row in item.rows:
            text = row.cells.get("content") or row.cells.get("group") or ""
            if not text.strip():
                continue
            who = self._row_units(row)
            cell = row.cells.get("deadline", "")
            due = self._due(text, cell or who.deadline_text or "")
            group = row.cells.get("group") if row.cells.get("content") else None
            self._warn(text, who)
            self.out.tasks.append(
                Task(path, row.cells.get("no") or None, text, who, due, group=group or None)
            )

    def _row_units(self, row: Row) -> Units:
        cells = row.unit_cells()
        if not cells:
            return Units()
        labels = {"lead": "牵头单位", "resp": "责任单位", "support": "配合单位", "guide": "指导单位"}
        inner = "；".join(
            text if responsibility.LABEL.match(text) else f"{labels[role]}：{text}" for role, text in cells
        )
        who = responsibility.parse(inner, first_leads=self.first_leads).who
        people = tuple(part for part in [row.cells.get("people", "")] if part)
        raw = " | ".join(text for _role, text in cells)
        return Units(
            raw,
            who.units,
            who.lead,
            who.support,
            who.guide,
            who.etc,
            who.sets,
            who.deadline_text,
            people or who.people,
        )

    def _add(
        self,
        path: tuple[str, ...],
        no: str | None,
        text: str,
        raw: str,
        *,
        proposed: bool = False,
        inherited: bool = False,
    ) -> None:
        who = subject(text) or Units()
        if raw:
            statement = responsibility.parse(raw, first_leads=self.first_leads)
            self.first_leads = self.first_leads or statement.convention
            who = statement.who
        self._warn(text, who)
        due = self._due(text, who.deadline_text or "")
        self.out.tasks.append(Task(path, no, text, who, due, proposed=proposed, inherited=inherited))

    def _due(self, text: str, clause: str) -> Due:
        found = (
            deadlines.find(clause, year=self.head.year, clause=True)
            if clause
            else deadlines.find(text, year=self.head.year)
        )
        if found is None:
            return Due()
        on, where = found.on, text[:24]
        if on is not None and not re.search(r"\d{4}", found.text) and self.head.year_from != "title":
            if self.head.issued and on < self.head.issued:
                on = None
                self._note(
                    "deadline_year", f"“{found.text}”未写年份，按成文日期推算已在过去，未给出日期", where
                )
            else:
                source = {"number": "发文字号", "date": "成文日期"}[self.head.year_from]
                self._note("deadline_year", f"“{found.text}”未写年份，暂取{source}的年份，请核对", where)
        if on is None:
            reason = {
                "blank": "是占位符，不是日期",
                "vague": "没有写明是月初还是月底",
                "no_year": "没有年份可依",
                "impossible": "不是历法中的日期",
            }
            if found.why in reason:
                self._note("deadline_" + found.why, f"“{found.text}”{reason[found.why]}，未给出日期", where)
        return Due(on, found.text, deadlines.milestones(clause, year=self.head.year) if clause else ())

    def _warn(self, text: str, who: Units) -> None:
        doubtful = [name for name in who.units if len(name) > 30 or re.search(r"[。：:]", name)]
        if doubtful:
            self._note("unit_doubtful", f"“{doubtful[0]}”不像单位名称，请核对", text[:24])

    def _note(self, code: str, sentence: str, where: str) -> None:
        note = Note(code, sentence, where)
        if note not in self.out.notes:
            self.out.notes.append(note)


def _own_raw(item: Item) -> str:
    """The first statement among an item's own paragraphs."""
    return next((place.raw for text in item.texts() for place in item.places(text)), "")


def _by_organ(root: Item) -> bool:
    """Whether the plan is laid out by organ: every heading with tasks below it is nothing but names of organs."""
    headings = [item for item in root.children if item.children]
    return bool(headings) and all(
        names.is_organ(name) and names.is_unit(name, strict=True)
        for item in headings
        for name in names.split(item.title)[0] or [""]
    )


def _section_wide(root: Item) -> bool:
    """Whether units are stated once a section, after its last task: in every section with several, only the last has any."""
    several = [
        item
        for item in root.walk()
        if len(item.children) > 1 and not any(child.children for child in item.children)
    ]
    stating = [item for item in several if any(child.states() for child in item.children)]
    if not stating or (len(stating) == 1 and not stating[0].children[-1].stated_below()):
        return False
    return all(
        item.children[-1].states() and not any(child.states() for child in item.children[:-1])
        for item in stating
    )

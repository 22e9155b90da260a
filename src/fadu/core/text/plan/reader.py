"""Read a work plan: from a file, its bytes or its text to sections, tasks, units and dates."""

from __future__ import annotations

from pathlib import Path

from fadu.core.errors import InputError
from fadu.core.text.document import Document
from fadu.core.text.plan import head as heads
from fadu.core.text.plan import prose, statements
from fadu.core.text.plan.model import Note, Plan
from fadu.core.text.plan.numbering import mark_of
from fadu.core.text.plan.responsibility import states_convention
from fadu.core.text.plan.source import DATE_LINE, Line, compact, lines_of
from fadu.core.text.plan.stacked import restack
from fadu.core.text.plan.table import header_of
from fadu.core.text.plan.tasks import Harvest, Harvester
from fadu.core.text.plan.tree import build
from fadu.core.text.readers import read

_ENDINGS = ("方案", "计划", "要点", "安排", "意见", "分工", "规划", "目录", "分解表", "清单", "任务", "通知")
_TAIL = ("（此件", "(此件", "抄送", "附件", "此件公开", "（联系人", "(联系人")


def read_plan(source: str | bytes | Path | Document, *, name: str = "") -> Plan:
    """Read a plan: its text, the bytes or path of a file (text in UTF-8 or GB18030, docx, html, pdf), or a ``Document``.

    Raises ``InputError`` for a file that cannot be read and for a text with neither section, table nor duty.
    """
    if isinstance(source, Path | bytes):
        source = read(source, name=name)
    if isinstance(source, str):
        return _read(source, name=name, encoding="", notes=[])
    notes = [Note(caveat.code, caveat.sentence, caveat.where) for caveat in source.warnings]
    return _read(
        _flat_cells(source), name=name or source.source, encoding=source.meta.get("encoding", ""), notes=notes
    )


def _read(text: str, *, name: str, encoding: str, notes: list[Note]) -> Plan:
    lines, chrome = lines_of(restack(text.replace("\r\n", "\n").replace("\r", "\n")))
    if chrome:
        shown = "、".join(line.text.strip()[:20] for line in chrome[:6])
        notes.append(
            Note("page_chrome", f"已略去网页附带的{len(chrome)}行文字：{shown}", f"第{chrome[0].no}行起")
        )
    before, part, after = _choose(lines, notes)
    start = next((i for i, line in enumerate(part) if mark_of(line.text) or header_of(line.text)), None)
    if start is None:
        preamble, body = _prose_body(part, name)
        notes.append(Note("no_section", "没有找到编号的部分，按句提出任务，须由人逐条确认", name))
    else:
        preamble, body = part[:start], part[start:]
    body, closing = _without_tail(body)
    head = heads.read(preamble, before, closing + after)
    convention = any(_states_convention(line.text) for line in before + part)
    out = Harvester(head, convention=convention).harvest(build(body))
    if not out.tasks:
        raise InputError(
            "没有找到工作任务",
            where=name,
            why="既没有带责任单位的条目，也没有提出职责的句子",
            cure="请确认文件是年度计划、方案、要点或任务分解表",
        )
    notes += _remarks(out, head.title, name)
    return Plan(
        title=head.title,
        sections=tuple(out.sections),
        tasks=tuple(out.tasks),
        warnings=tuple(notes + out.notes),
        rest=tuple(part for part in out.rest if part.strip()),
        year=head.year,
        doc_number=head.doc_number,
        issuer=head.issuer,
        issued=head.issued,
        source=name,
        encoding=encoding,
    )


def _remarks(out: Harvest, title: str, name: str) -> list[Note]:
    """What a person should know of the plan as a whole before he accepts it."""
    found = []
    if not title:
        found.append(Note("no_title", "没有找到标题", name))
    proposed = sum(task.proposed for task in out.tasks)
    if proposed:
        found.append(Note("proposed", f"{proposed}项任务由程序从正文提出，须由人确认", name))
    if not any(task.who.units for task in out.tasks):
        found.append(Note("no_units", "没有找到责任单位", name))
    return found


def _states_convention(text: str) -> bool:
    """Whether running text, not the bracket of one task, says that the first unit leads."""
    for place in reversed(statements.find(text)):
        text = text[: place.start] + text[place.end :]
    return states_convention(text)


def _choose(lines: list[Line], notes: list[Note]) -> tuple[list[Line], list[Line], list[Line]]:
    """A letter, dated, carries the plan: of the parts between date lines the plan is the one that states most units."""
    parts: list[list[Line]] = [[]]
    for line in lines:
        parts[-1].append(line)
        if DATE_LINE.match(line.text.strip()):
            parts.append([])
    weights = [_weight(part) for part in parts]
    best = max(range(len(parts)), key=lambda index: (weights[index], -index))
    others = [index for index, (_units, marks) in enumerate(weights) if index != best and marks]
    if others:
        notes.append(
            Note(
                "other_part",
                f"文件另有{len(others)}个部分也有编号，未作为计划正文",
                f"第{parts[others[0]][0].no}行起",
            )
        )
    flat = [line for part in parts[:best] for line in part]
    return flat, parts[best], [line for part in parts[best + 1 :] for line in part]


def _weight(part: list[Line]) -> tuple[int, int]:
    units = sum(len(statements.find(line.text)) for line in part) + sum(
        20 for line in part if header_of(line.text)
    )
    return units, sum(1 for line in part if mark_of(line.text))


def _prose_body(part: list[Line], name: str) -> tuple[list[Line], list[Line]]:
    """A plan without any number: its title line, then sentences."""
    first = next((i for i, line in enumerate(part) if "。" in line.text), None)
    titled = any(line.text.strip().endswith(_ENDINGS) and len(line.text) < 80 for line in part[: first or 0])
    stated = any(statements.find(line.text) for line in part)
    duties = sum(prose.is_duty(sentence) for line in part for sentence in prose.sentences(line.text))
    if first is None or not duties or not (titled or stated):
        raise InputError(
            "没有找到任何部分（一、二、三…）、任务表或责任单位",
            where=name,
            why="计划要按部分导入，才能分到单位",
            cure="请确认文件是年度计划、方案、要点或任务分解表，并检查编号是否丢失",
        )
    return part[:first], part[first:]


def _without_tail(body: list[Line]) -> tuple[list[Line], list[Line]]:
    """The signature, date and distribution note at the end are no part of the last task."""
    end = len(body)
    while end > 1:
        text = body[end - 1].text.strip()
        signature = (
            end < len(body)
            and len(text) < 24
            and text[-1] not in "。；;）)〕】"
            and not mark_of(text)
            and "|" not in text
        )
        if (
            DATE_LINE.match(text)
            or text.startswith(_TAIL)
            or (signature and DATE_LINE.match(body[end].text.strip()))
        ):
            end -= 1
        else:
            break
    return body[:end], body[end:]


def _flat_cells(document: Document) -> str:
    """The text with each table row on one line: a break inside a cell is a blank."""
    text = document.text
    for cell in document.of_kind("cell"):
        text = text[: cell.start] + text[cell.start : cell.end].replace("\n", " ") + text[cell.end :]
    return compact(text) if document.meta.get("format") == "pdf" else text

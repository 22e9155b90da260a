"""Plans laid out as tables: columns known by their headings, rows that continue the row above, section rows that span all."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fadu.core.text.plan import names

_ROLES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (role, re.compile(f"^(?:{words})(?:[（(].*[)）])?$"))
    for role, words in (
        ("no", r"序号|编号|项次|序"),
        (
            "deadline",
            r".*(?:完成时限|完成时间|时限|完成期限|时间节点|时间要求|时间安排|进度安排|办结时限|推进时间|计划时间).*|完成日期",
        ),
        (
            "people",
            r"(?!.*(?:单位|部门|科室)).*(?:责任领导|分管领导|牵头领导|责任人|负责人|联系人|责任人员).*",
        ),
        ("lead", r".*(?:牵头|主办|主责).*(?:单位|部门|科室|处室|机关)?"),
        ("support", r".*(?:配合|协办|协助|协同|参与|参加).*(?:单位|部门|科室|处室|机关)?"),
        ("guide", r".*(?:指导|督导|督办)(?:单位|部门)"),
        ("resp", r".*(?:责任|承办|负责|落实|实施|承担|执行|完成)(?:单位|部门|科室|处室|机关|主体).*"),
        ("name", r"(?:决策|目录|立项)?(?:事项|项目)(?:名称)?|决策事项|文件名称|任务名称|名称"),
        (
            "group",
            r"(?:工作|重点|主要|目标|总体|年度)*(?:任务|项目|类别|目标|分类|领域)|指标|重点工作|工作事项|工作项目|一级指标|任务类别|事项类别",
        ),
        (
            "content",
            r"(?:具体|工作|主要|重点|落实|推进|任务)*(?:要求|措施|举措|内容|任务|事项|目标|安排)(?:及.*|和.*)?|主要内容|任务分解|具体工作|改革举措",
        ),
    )
)
_CHINESE_NO = re.compile(r"^(?:[一二三四五六七八九十]+、?|[（(][一二三四五六七八九十]+[)）])$")
_UNIT_ROLES = ("lead", "resp", "support", "guide")
_SAME = re.compile(r"^(?:同上|〃|″|\"|同前)$")


@dataclass(frozen=True, slots=True)
class Row:
    """One task row by role of its columns; ``section`` holds the text of a row that spans the table."""

    cells: dict[str, str]
    section: str = ""
    line: int = 0

    def unit_cells(self) -> list[tuple[str, str]]:
        """The cells that name units, in the order of the columns."""
        return [(role, text) for role, text in self.cells.items() if role in _UNIT_ROLES and text]


@dataclass(frozen=True, slots=True)
class Header:
    """Which column holds what. ``lead_bar`` tells that every row opens with a bar of its own."""

    roles: tuple[str, ...]
    mark: str
    lead_bar: bool


def header_of(text: str) -> Header | None:
    """Read a line as the heading of a plan table: at least a task column and a unit or time column."""
    for mark in ("|", "\t", "  "):
        if mark not in text:
            continue
        cells = _cells(text, mark, lead_bar=False)
        lead_bar = mark == "|" and not cells[0] and len(cells) > 2
        cells = cells[1:] if lead_bar else cells
        while cells and not cells[-1]:
            cells.pop()
        roles = tuple(role_of(cell) for cell in cells)
        if (
            len(cells) >= 2
            and {"name", "group", "content"} & set(roles)
            and {*_UNIT_ROLES, "deadline"} & set(roles)
        ):
            return Header(_settle(roles), mark, lead_bar)
    return None


def is_row(text: str, header: Header) -> bool:
    """Whether a line belongs to the table; blanks divide a row only where they make as many cells as the heading has."""
    if header.mark not in text or header_of(text):
        return False
    return header.mark != "  " or len(_cells(text, header.mark, lead_bar=False)) >= len(header.roles) - 1


def row_of(text: str, header: Header, above: Row | None, line: int) -> Row | None:
    """One row; an empty first cell, empty unit cells and 同上 take what stands above. ``None`` for a ruling line."""
    cells = _cells(text, header.mark, lead_bar=header.lead_bar)
    if header.mark == "|" and cells and not cells[-1]:
        cells.pop()
    filled = [cell for cell in cells if cell]
    if not filled or all(re.fullmatch(r"[-:—=]+", cell) for cell in filled):
        return None
    if len(filled) == 1 and len(header.roles) > 1 and (cells[0] or not above):
        return Row({}, section=filled[0], line=line)
    if above is not None and len(cells) < len(header.roles) and not _aligned(header, cells):
        cells = [""] * (len(header.roles) - len(cells)) + cells  # cells merged with those above
    if _is_numbered_heading(header, cells):
        return Row(
            {},
            section="".join(
                (filled[0].rstrip("、") + "、" if filled[0][0] not in "（(" else filled[0], filled[1])
            ),
            line=line,
        )
    values: dict[str, str] = {}
    for role, cell in zip(header.roles, cells, strict=False):
        if role == "other":
            continue
        values[role] = (
            f"{values[role]}；{cell}" if values.get(role) and cell else cell or values.get(role, "")
        )
    if above is not None:
        _carry(values, above.cells)
    return Row(values, line=line)


def _aligned(header: Header, cells: list[str]) -> bool:
    """Whether what stands under the unit columns can be units."""
    return all(
        not cell or role not in _UNIT_ROLES or all(names.is_unit(name) for name in names.split(cell)[0])
        for role, cell in zip(header.roles, cells, strict=False)
    )


def _is_numbered_heading(header: Header, cells: list[str]) -> bool:
    """一 | 加强组织领导 | | | : a heading whose number has a cell of its own."""
    filled = [cell for cell in cells if cell]
    return (
        len(filled) == 2
        and len(header.roles) > 2
        and cells[0] == filled[0]
        and bool(_CHINESE_NO.match(cells[0]))
    )


def _carry(values: dict[str, str], above: dict[str, str]) -> None:
    for role, value in values.items():
        if _SAME.match(value) or (role == "group" and not value):
            values[role] = above.get(role, "")
    if not any(values.get(role) for role in _UNIT_ROLES):
        for role in _UNIT_ROLES:
            if role in values:
                values[role] = above.get(role, "")


def _cells(text: str, mark: str, *, lead_bar: bool) -> list[str]:
    parts = re.split(r"\s{2,}|\u3000+", text.strip()) if mark == "  " else text.split(mark)
    cells = [re.sub(r"\s+", " ", part).strip() for part in parts]
    return cells[1:] if lead_bar and cells and not cells[0] else cells


def role_of(cell: str) -> str:
    """What a column with this heading holds; ``other`` for what a plan does not need."""
    compact = re.sub(r"\s", "", cell)
    return next((role for role, pattern in _ROLES if pattern.match(compact)), "other")


def _settle(roles: tuple[str, ...]) -> tuple[str, ...]:
    """A name column is the task; without it the first content column is, and a task column beside it names the group."""
    settled = list(roles)
    if "name" in settled:
        settled = [
            "content" if role == "name" else "other" if role in ("content", "group") else role
            for role in settled
        ]
    elif "content" not in settled:
        first = settled.index("group")
        last = len(settled) - 1 - settled[::-1].index("group")
        settled[last] = "content"
        if first == last:
            return tuple(settled)
    seen = False
    for position, role in enumerate(settled):
        if role == "content":
            settled[position] = "other" if seen else role
            seen = True
    return tuple(settled)

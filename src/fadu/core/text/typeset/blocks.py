"""The pieces a document's body is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from fadu.core.errors import InputError

BlockKind = Literal["para", "h1", "h2", "h3", "h4", "chapter", "article", "center", "right", "table"]
"""``h1``–``h4`` are 一、（一）1.（1） (7.3.3); ``article`` is 第X条 with its label in ``head``; ``chapter`` 章 or 节."""


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph or table of the body.

    ``head`` is the part set in the face of its level (a heading, or the first sentence of one that runs on; 第X条 of
    an article); ``text`` what follows it, or the caption of a table. ``rows`` only for a table, the first row being
    its head.
    """

    kind: BlockKind
    text: str = ""
    head: str = ""
    rows: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in get_args(BlockKind):
            raise InputError(
                f"没有名为“{self.kind}”的段落种类", cure=f"可用：{'、'.join(get_args(BlockKind))}"
            )
        if self.kind == "table" and (not self.rows or len({len(row) for row in self.rows}) != 1):
            raise InputError(
                "表格没有行，或各行的列数不一致",
                where=f"表格“{self.text or '无题'}”",
                cure="补齐每行的单元格",
            )


@dataclass(frozen=True, slots=True)
class Annex:
    """附件 (7.3.7). Without ``body`` it is only named in 附件说明 and bound apart."""

    title: str
    body: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Attendance:
    """One line of 出席、请假、列席 of minutes (10.3)."""

    label: str
    people: str

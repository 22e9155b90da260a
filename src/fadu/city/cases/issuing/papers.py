"""文书格式: the papers of ``law/papers`` as plain data: what a document says, with names for what the record fills in.

The vocabulary is closed. ``{case.title}`` and the other dotted names stand in ``NAMES``; ``{row.x}`` is a column where
a paragraph is written once for each row; any other name is a field of the step that produces the document. A name that
is none of these stops the start with the file and the place.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from fadu.core.errors import DefinitionError
from fadu.core.procedure.definition import Definition, Field, Step
from fadu.core.procedure.loader import Book
from fadu.core.text.typeset import Form

NAMES = (
    "case.title", "case.matter", "case.number", "case.opened", "organ", "handling", "government", "person", "post", "step", "outcome",
    "procedure", "basis", "date",
)  # fmt: skip
_FILES = ("file", "files")
_KINDS = ("para", "h1", "h2", "h3", "center")
_ISSUERS = ("organ", "handling", "government")
_WORDS = {
    "title",
    "mark",
    "form",
    "issuer",
    "addressee",
    "number",
    "date",
    "copies",
    "note",
    "attendance",
    "seal",
    "paragraph",
}
_PARAGRAPH = {"text", "kind", "each", "given", "outcomes"}


@dataclass(frozen=True)
class Paragraph:
    """One paragraph: written once, or once for each row of a table; only if a field is given, only for outcomes."""

    text: str
    kind: str = "para"
    each: str = ""
    given: str = ""
    outcomes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Paper:
    """One kind of document. ``number`` is the form of its 文号, ``mark`` its 发文机关标志; ``date`` a date field, else the day of the act."""

    name: str
    title: str
    form: str
    paragraphs: tuple[Paragraph, ...]
    issuer: str = "organ"
    addressee: str = ""
    mark: str = ""
    number: str = ""
    date: str = ""
    copies: str = ""
    note: str = ""
    attendance: str = ""
    seal: str = "stamp"

    def patterns(self) -> Iterator[tuple[str, str, Paragraph | None]]:
        """Every text with names in it: the place, the text, its paragraph."""
        for place in ("title", "mark", "addressee", "copies", "note"):
            yield place, getattr(self, place), None
        for number, one in enumerate(self.paragraphs, 1):
            yield f"第{number}段", one.text, one


def load(folder: Path) -> dict[str, Paper]:
    """Every paper of the folder by name; the first mistake raises ``DefinitionError``."""
    return {path.stem: read(path) for path in sorted(folder.glob("*.toml"))}


def read(path: Path) -> Paper:
    """One file, strictly."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(f"不是合格的 TOML：{error}", where=path.name, cure="改正后重新启动") from None
    _known(data, _WORDS, path.name)
    for word in ("title", "form", "paragraph"):
        if not data.get(word):
            raise DefinitionError(f"缺少 {word}", where=path.name, cure=f"写明 {word}")
    _one_of(data["form"], get_args(Form), "form", path.name)
    _one_of(data.get("issuer", "organ"), _ISSUERS, "issuer", path.name)
    _one_of(data.get("seal", "stamp"), ("stamp", "none"), "seal", path.name)
    if data["form"] == "minutes" and not data.get("mark"):
        raise DefinitionError(
            "纪要没有 mark（××纪要）", where=path.name, cure="写明纪要标志，GB/T 9704-2012 第10.3条"
        )
    paragraphs = []
    for number, one in enumerate(data.pop("paragraph"), 1):
        place = f"{path.name}，第{number}段"
        _known(one, _PARAGRAPH, place)
        if not one.get("text"):
            raise DefinitionError("段落没有 text", where=place, cure="写明 text")
        _one_of(one.get("kind", "para"), _KINDS, "kind", place)
        paragraphs.append(Paragraph(**{**one, "outcomes": tuple(one.get("outcomes", ()))}))
    paper = Paper(name=path.stem, paragraphs=tuple(paragraphs), **data)
    for place, text, _ in paper.patterns():
        names_in(text, f"{path.name}，{place}")
    return paper


def _known(data: Mapping[str, Any], words: set[str], where: str) -> None:
    for word in data:
        if word not in words:
            raise DefinitionError(
                f"不认识的词“{word}”", where=where, cure=f"可用：{'、'.join(sorted(words))}"
            )


def _one_of(value: Any, allowed: tuple[str, ...], word: str, where: str) -> None:
    if value not in allowed:
        raise DefinitionError(f"{word} 不能是“{value}”", where=where, cure=f"可用：{'、'.join(allowed)}")


def names_in(text: str, where: str = "") -> list[str]:
    """The names in braces, in order. Conversions, formats and unbalanced braces are mistakes."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError as error:
        raise DefinitionError(f"花括号不配对：{error}", where=where, cure="名称写在一对花括号里") from None
    if any(conversion or (name is not None and form) for _, name, form, conversion in parts):
        raise DefinitionError("花括号里只能写名称", where=where, cure="删去冒号和感叹号之后的部分")
    return [name for _, name, _, _ in parts if name is not None]


def fill(text: str, known: Mapping[str, str]) -> str:
    """The text with every name replaced; a name that the record does not give is left empty."""
    parts = string.Formatter().parse(text)
    return "".join(
        literal + (known.get(name, "") if name is not None else "") for literal, name, _, _ in parts
    )


def check(papers: Mapping[str, Paper], book: Book) -> None:
    """Hold every paper against every step of the statute book that produces it; ``DefinitionError`` names the place."""
    for definition in book.procedures.values():
        for step in definition.steps.values():
            if step.produces is not None:
                _check(papers[step.produces.template], definition, step)


def _check(paper: Paper, definition: Definition, step: Step) -> None:
    where = f"papers/{paper.name}.toml（{definition.name}.{step.name}）"
    fields = entries(step)
    if step.produces is not None and bool(paper.number) != bool(step.produces.number_series):
        raise DefinitionError(
            "文号的格式和编号序列须同时写明", where=where, cure="补上 number 或者 number_series"
        )
    for place, text, paragraph in paper.patterns():
        columns = set(fields[paragraph.each].columns) if paragraph and paragraph.each in fields else set()
        allowed = {
            *NAMES,
            *(name for name, one in fields.items() if one.type not in _FILES and one.cls != "sealed"),
        }
        allowed |= {f"row.{column}" for column in columns}
        for name in names_in(text):
            if name not in allowed:
                raise DefinitionError(
                    f"“{name}”不是该步骤的栏目",
                    where=f"{where}，{place}",
                    cure=f"可用：{'、'.join(sorted(allowed))}",
                )
        for name in (paragraph.each, paragraph.given) if paragraph else (paper.date, paper.attendance):
            if name and name not in fields:
                raise DefinitionError(
                    f"“{name}”不是该步骤的栏目", where=f"{where}，{place}", cure="核对栏目名称"
                )
        for outcome in paragraph.outcomes if paragraph else ():
            if outcome not in step.outcomes:
                raise DefinitionError(
                    f"该步骤没有结果“{outcome}”",
                    where=f"{where}，{place}",
                    cure=f"可用：{'、'.join(step.outcomes)}",
                )


VIEWS = Field(
    "views", "参会人员的意见", "table", cls="internal",
    columns={
        "person": Field("person", "姓名", "person"),
        "post": Field("post", "职务", "text"),
        "view": Field(
            "view", "意见", "choice",
            choices=(("agree", "同意"), ("disagree", "不同意"), ("abstain", "弃权"), ("absent", "缺席")),
        ),
        "text": Field("text", "发言要点", "text"),
    },
)  # fmt: skip


def entries(step: Step) -> dict[str, Field]:
    """The entries a paper may name: those of the step, and the views of a body that decides."""
    return {**step.entries(), **({"views": VIEWS} if step.decided_by else {})}

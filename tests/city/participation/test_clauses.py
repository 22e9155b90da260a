"""A draft is cut into parts that can be commented on, and nothing of it is lost."""

from __future__ import annotations

from io import BytesIO

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from fadu.city.participation.clauses import read_text, split
from tests.city.participation.conftest import DRAFT

PLAN = """关于公交票价的方案
根据价格法，制定本方案。
一、总体要求
坚持公益。
（一）换乘优惠。一小时内换乘免费。
（二）老人免费。
二、实施步骤
自2026年起实施。
附件1 票价表
起步价二元
"""


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_articles_are_clauses_and_chapters_head_them() -> None:
    parts = split(DRAFT)
    assert [part.label for part in parts if not part.heading] == ["第一条", "第二条", "第三条", "第四条"]
    assert [part.text for part in parts if part.heading][1:] == ["第一章 总则", "第二章 票价"]
    assert parts[-1].text.endswith("（二）现役军人、残疾人。"), "the items stay with their article"


def test_a_text_without_articles_is_cut_by_its_sections() -> None:
    parts = split(PLAN)
    assert [part.label for part in parts if not part.heading] == [
        "",
        "一、",
        "（一）",
        "（二）",
        "二、",
        "附件1",
    ]


@pytest.mark.parametrize("text", [DRAFT, PLAN, "", "只有一段话。", "第一条 只有一条。"])
def test_nothing_is_lost(text: str) -> None:
    assert squeezed("".join(part.text for part in split(text))) == squeezed(text)


@given(
    st.lists(
        st.sampled_from([*DRAFT.splitlines(), *PLAN.splitlines(), "", "第 条", "（三）", "附件"]), max_size=25
    )
)
def test_no_mixture_of_lines_loses_a_character(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert squeezed("".join(part.text for part in split(text))) == squeezed(text)


def test_word_is_read_and_a_picture_says_why_not() -> None:
    document, made = Document(), BytesIO()
    for line in DRAFT.splitlines():
        document.add_paragraph(line)
    document.save(made)
    text, caveat = read_text(made.getvalue(), "草案.docx")
    assert not caveat
    assert [part.label for part in split(text) if not part.heading] == [
        "第一条",
        "第二条",
        "第三条",
        "第四条",
    ]
    text, caveat = read_text(b"\x89PNG\r\n\x1a\n" + bytes(64), "扫描件.png")
    assert not text
    assert caveat

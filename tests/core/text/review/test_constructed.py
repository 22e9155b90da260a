"""Clauses written after published cases: most are found with their kind, and no lawful one is."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest

from fadu.core.text.outline import outline
from fadu.core.text.review import load, review

BOOK = load(Path(str(files("fadu") / "law")))
ROWS = json.loads((Path(__file__).parent / "constructed.json").read_text("utf-8"))["rows"]
BASIS = {"": "，根据《烟花爆竹安全管理条例》"}


def kinds(row: dict[str, str]) -> set[str]:
    """The kinds found in one article; the lawful clauses stand in a text that names a regulation as its basis."""
    text = (
        f"X县若干事项管理办法\n第一条 为了加强管理{BASIS.get(row['kind'], '')}，制定本办法。\n第二条 {row['text']}\n"
        "第三条 本办法自2024年1月1日起施行，有效期5年。\n"
    )
    found = review(outline(text), BOOK, level="规范性文件")
    return {one.kind for one in found if one.where.startswith("第二条")}


def test_nine_in_ten_are_found():
    wanted = [row for row in ROWS if row["kind"]]
    missed = [row["text"] for row in wanted if row["kind"] not in kinds(row)]
    assert len(missed) <= 0.1 * len(wanted), missed


@pytest.mark.parametrize("row", [row for row in ROWS if not row["kind"]], ids=lambda row: row["text"][:12])
def test_lawful_clauses_are_left_alone(row):
    assert kinds(row) == set()

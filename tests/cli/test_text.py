"""``fadu text outline`` and ``fadu text cite``: fields, standard input, folders, unreadable files."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from fadu.cli import main

DRAFT = """某市养犬办法
第一章 总则
第一条 根据《某省养犬条例》第九条，制定本办法。
第二条 依照前款办理。
"""


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "草案.txt"
    path.write_text(DRAFT, encoding="utf-8")
    return path


def test_outline_json(draft: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["text", "outline", "--json", str(draft)]) == 0
    (shown,) = lines(capsys)
    assert shown["counts"] == {"编": 0, "分编": 0, "章": 1, "节": 0, "条": 2, "款": 2, "项": 0, "目": 0}
    assert shown["per_article"] == [["第一条", 1, 0, 0], ["第二条", 1, 0, 0]]
    assert shown["tree"][0]["children"][0]["label"] == "第一条"
    start, end = shown["tree"][0]["start"], shown["tree"][0]["end"]
    assert DRAFT[start:end].startswith("第一章")


def test_outline_from_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(DRAFT.encode())))
    assert main(["text", "outline", "-", "--tree"]) == 0
    out = capsys.readouterr().out
    assert "某市养犬办法" in out
    assert "条 第二条 依照前款办理。" in out


def test_one_unreadable_file_does_not_hide_the_others(
    draft: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (draft.parent / "坏.docx").write_bytes(b"PK\x03\x04nothing")
    assert main(["text", "outline", "--json", str(draft.parent), str(draft.parent / "没有.txt")]) == 2
    shown = lines(capsys)
    assert [("error" in row) for row in shown] == [True, False, True]
    assert shown[0]["error"]["code"] == "unreadable"


def test_cite_with_library(draft: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    laws = tmp_path / "laws"
    laws.mkdir()
    (laws / "某省养犬条例.txt").write_text("某省养犬条例\n第一条 甲。\n第二条 乙。\n", encoding="utf-8")
    store = tmp_path / "index.sqlite"
    arguments = ["text", "cite", str(draft), "--library", str(laws), "--store", str(store)]
    assert main([*arguments, "--json"]) == 0
    (shown,) = lines(capsys)
    first, second = shown["citations"]
    assert (first["start"], first["end"], first["text"]) == (20, 31, DRAFT[20:31])
    assert first["refs"] == [{"title": "某省养犬条例", "article": 9}]
    assert first["resolutions"][0]["status"] == "no_article"
    assert second["resolutions"][0]["status"] == "no_paragraph"
    assert main([*arguments, "--problems"]) == 0
    assert "《某省养犬条例》没有第九条" in capsys.readouterr().out


def test_a_library_that_is_no_folder(draft: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["text", "cite", str(draft), "--library", str(tmp_path / "x"), "--store", ":memory:"]) == 2
    assert "法规库目录不存在" in capsys.readouterr().err

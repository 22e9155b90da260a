"""``fadu text typeset`` and ``measure`` as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fadu.cli import main

DRAFT = """临江市人民政府文件
临政发〔2026〕8号
临江市人民政府关于加强供水管理的通知

各县（区）人民政府：

请认真贯彻执行。

临江市人民政府
2026年8月5日
"""


def test_draft_is_set_and_measures_as_the_standard_asks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft, pdf = tmp_path / "通知.md", tmp_path / "通知.pdf"
    draft.write_text(DRAFT, encoding="utf-8")
    assert main(["text", "typeset", str(draft), "-o", str(pdf)]) == 0
    assert "已排成" in capsys.readouterr().out
    assert main(["text", "measure", str(pdf), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["departures"] == [] and report["form"] == "document"
    assert main(["text", "measure", str(pdf), "--form", "letter"]) == 1
    assert "偏差" in capsys.readouterr().out


def test_word_file_and_options_win_over_the_draft(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draft, word = tmp_path / "a.txt", tmp_path / "a.docx"
    draft.write_text(DRAFT, encoding="utf-8")
    command = ["text", "typeset", str(draft), "-o", str(word), "--number", "临司发〔2026〕3号", "--json"]
    assert main(command) == 0
    assert json.loads(capsys.readouterr().out)["form"] == "document"
    assert word.read_bytes()[:2] == b"PK"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["-o", "x.odt"], ".pdf 或者 .docx"),
        (["-o", "x.pdf", "--number", "临政发[2026]8号"], "7.2.5"),
    ],
)
def test_what_is_wrong_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], said: str
) -> None:
    draft = tmp_path / "a.txt"
    draft.write_text(DRAFT, encoding="utf-8")
    status = main(["text", "typeset", str(draft), *[item.replace("x.", f"{tmp_path}/x.") for item in more]])
    errors = capsys.readouterr().err
    assert said in errors
    assert status == 2


def test_unreadable_pdf_does_not_hide_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken, absent = tmp_path / "b.pdf", tmp_path / "none.pdf"
    broken.write_bytes(b"%PDF-1.7 nothing")
    assert main(["text", "measure", str(broken), str(absent)]) == 2
    errors = capsys.readouterr().err
    assert "不是可读的 PDF" in errors and "找不到文件" in errors


def test_several_drafts_go_into_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("甲.md", "乙.md"):
        (tmp_path / name).write_text(DRAFT, encoding="utf-8")
    (tmp_path / "丙.md").write_text("没有机关的文稿。", encoding="utf-8")
    names = [str(tmp_path / name) for name in ("甲.md", "乙.md", "丙.md")]
    assert main(["text", "typeset", *names, "-o", str(tmp_path / "无")]) == 2
    assert "文件夹" in capsys.readouterr().err
    (tmp_path / "成文").mkdir()
    assert main(["text", "typeset", *names, "-o", str(tmp_path / "成文"), "--to-format", "docx"]) == 2
    assert "丙.md：文稿中看不出发文机关" in capsys.readouterr().err
    assert sorted(found.name for found in (tmp_path / "成文").iterdir()) == ["乙.docx", "甲.docx"]


def test_a_folder_of_pdfs_is_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draft = tmp_path / "甲.md"
    draft.write_text(DRAFT, encoding="utf-8")
    assert main(["text", "typeset", str(draft), "-o", str(tmp_path / "甲.pdf")]) == 0
    capsys.readouterr()
    assert main(["text", "measure", str(tmp_path)]) == 0
    assert "甲.pdf：版式符合" in capsys.readouterr().out

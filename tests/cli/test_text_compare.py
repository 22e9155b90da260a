"""``fadu text compare`` and ``akn`` as a user runs them."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from fadu.cli import main

OLD = "某办法\n第一条　为了加强管理，制定本办法。\n第二条　处三十元罚款。\n"
NEW = "某办法\n第一条　为了加强管理，制定本办法。\n第二条　处二十元罚款。\n第三条　本办法自公布之日起施行。\n"


@pytest.fixture
def pair(tmp_path: Path) -> list[str]:
    """Two versions on disk."""
    for name, text in (("old.txt", OLD), ("new.txt", NEW)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return [str(tmp_path / "old.txt"), str(tmp_path / "new.txt")]


def test_changes_in_words_json_and_html(
    pair: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["text", "compare", *pair]) == 0
    said = capsys.readouterr().out
    assert "[-三十-]{+二十+}" in said and "[新增] 第三条" in said
    assert main(["text", "compare", *pair, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["counts"]["changed"] == 1 and found["counts"]["new"] == 1
    assert ["-", "三十"] in next(change for change in found["changes"] if change["kind"] == "changed")[
        "pieces"
    ]
    page = tmp_path / "对照表.html"
    assert main(["text", "compare", *pair, "--html", "-o", str(page)]) == 0
    assert "<del>三十</del>" in page.read_text("utf-8")


def test_draft_against_superior_law(pair: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["text", "compare", *pair, "--superior", "--json"]) == 0
    kinds = [
        one["kind"]
        for one in json.loads(capsys.readouterr().out)["paragraphs"]
        if one["draft"]["kind"] != "标题"
    ]
    assert kinds == ["same", "changed", "new"]


def test_missing_file_is_told(pair: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["text", "compare", pair[0], "/nowhere/x.txt", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["what"]


def test_akoma_ntoso_there_and_back(
    pair: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    xml, back = tmp_path / "x.xml", tmp_path / "x.txt"
    assert main(["text", "akn", "export", pair[1], "-o", str(xml)]) == 2
    assert "--date" in capsys.readouterr().err
    assert main(["text", "akn", "export", pair[1], "-o", str(xml), "--date", "2026-08-05"]) == 0
    assert main(["text", "akn", "import", str(xml), "-o", str(back)]) == 0
    assert back.read_text("utf-8") == NEW
    capsys.readouterr()
    assert main(["text", "akn", "import", str(xml), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["counts"]["条"] == 3


def test_standard_input_is_one_of_the_two_never_both(
    pair: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(Path(pair[1]).read_bytes())))
    assert main(["text", "compare", pair[0], "-", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["new_title"]
    assert main(["text", "compare", "-", "-"]) == 2
    assert "只能读一次" in capsys.readouterr().err


def test_several_texts_are_exported_into_a_folder(
    pair: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "出"
    command = ["text", "akn", "export", *pair, "--date", "2026-08-05"]
    assert main(command) == 2
    assert "-o" in capsys.readouterr().err
    folder.mkdir()
    assert main([*command, "-o", str(folder)]) == 0
    assert main(["text", "akn", "import", str(folder), "-o", str(folder)]) == 0
    assert (folder / f"{Path(pair[1]).stem}.txt").read_text("utf-8") == NEW

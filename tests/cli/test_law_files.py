"""``fadu law scenario`` and ``verify`` on files from anywhere: each error told, none hides the others."""

from __future__ import annotations

import io
import json
from importlib.resources import files
from pathlib import Path

import pytest

from fadu.cli import main

LAW = Path(str(files("fadu") / "law"))
STORY = LAW / "scenarios" / "major_decision" / "no_study.toml"


def _story(folder: Path, name: str, old: str = "", new: str = "") -> Path:
    path = folder / name
    path.write_text(STORY.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    return path


BAD = {
    "procedure": ('"major_decision"', '"major_descision"', "major_decision"),
    "step": ('step = "propose"', 'step = "propos"', "propose"),
    "day": ('at = "2026-06-01"', 'at = "tomorrow"', "不是日期或时刻"),
    "word": ("title ", "titel ", "title"),
    "syntax": ('step = "propose"', 'step = "propose', "不是合法的 TOML"),
    "deep": ("title", "x = " + "[" * 100_000 + "\ntitle", "嵌套过深"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_wrong_story_is_told_and_the_right_one_played(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new, sentence = BAD[name]
    bad, good = _story(tmp_path, "bad.toml", old, new), _story(tmp_path, "good.toml")
    assert main(["law", "scenario", str(bad), str(good), "--json"]) == 2
    printed = capsys.readouterr()
    told, failed = json.loads(printed.out)
    assert told["ok"] is True and told["name"] == "good.toml"
    assert sentence in " ".join(failed["error"].values()) and failed["error"]["cure"]
    assert sentence in printed.err


def test_missing_files_other_encodings_and_empty_folders(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "gb.toml").write_bytes(STORY.read_text(encoding="utf-8").encode("gb18030"))
    marked = tmp_path / "marked.toml"
    marked.write_bytes(b"\xef\xbb\xbf" + STORY.read_bytes())
    assert main(["law", "scenario", str(marked)]) == 0
    capsys.readouterr()
    assert main(["law", "scenario", str(tmp_path / "gb.toml"), str(tmp_path / "none.toml")]) == 2
    said = capsys.readouterr().err
    assert "不是 UTF-8" in said and "找不到文件" in said
    (tmp_path / "empty").mkdir()
    assert main(["law", "scenario", str(tmp_path / "empty")]) == 2
    assert "没有故事文件" in capsys.readouterr().err


def test_an_expectation_that_fails_is_one(tmp_path: Path) -> None:
    wrong = _story(tmp_path, "wrong.toml", '"missing_step"', '"too_early"')
    assert main(["law", "scenario", str(wrong)]) == 1


def test_a_definition_from_anywhere_is_proved(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "work_task.toml"
    path.write_text((LAW / "procedures" / "work_task.toml").read_text(encoding="utf-8"), encoding="utf-8")
    broken = tmp_path / "broken.toml"
    broken.write_text('name = "broken"\n', encoding="utf-8")
    assert main(["law", "verify", str(broken), str(path), str(tmp_path / "none.toml"), "--json"]) == 2
    printed = capsys.readouterr()
    bad, good, missing = json.loads(printed.out)
    assert good["name"] == "work_task" and good["ok"] is True
    assert bad["error"]["cure"] and missing["error"]["what"] == "找不到文件"
    assert "broken.toml" in printed.err
    assert main(["law", "verify", "work_tusk"]) == 2
    assert "work_task" in capsys.readouterr().err


def test_a_story_from_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(STORY.read_bytes())))
    assert main(["law", "scenario", "-"]) == 0
    assert "1 个相符" in capsys.readouterr().out
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("标题".encode("gb18030"))))
    assert main(["law", "scenario", "-"]) == 2
    assert "不是 UTF-8 编码" in capsys.readouterr().err

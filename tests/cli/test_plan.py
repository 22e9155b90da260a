"""``fadu plan`` from the command line."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest

from fadu.cli import main

DEMO = str(files("fadu") / "law" / "demo" / "plan.txt")


def test_read_prints_a_chinese_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "read", DEMO]) == 0
    out = capsys.readouterr().out
    assert "《云川市2026年度法治政府建设工作方案》" in out
    assert "十、健全保障机制" in out and "须展开为具体单位：各乡（镇）人民政府" in out
    assert "时限：6月底前（2026年6月30日）" in out


def test_read_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "read", DEMO, "--json"]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert len(plan["sections"]) == 10
    fields = {
        "section_path",
        "no",
        "start",
        "units_raw",
        "lead",
        "support",
        "guide",
        "units",
        "etc",
        "deadline",
        "deadline_text",
    }
    assert all(fields <= set(task) for task in plan["tasks"])
    assert main(["plan", "read", DEMO, DEMO, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 2


def test_bad_files_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    poem = tmp_path / "诗.txt"
    poem.write_text("床前明月光，疑是地上霜。", encoding="utf-8")
    assert main(["plan", "read", str(poem)]) == 2
    assert "诗.txt：没有找到任何部分" in capsys.readouterr().err
    assert main(["plan", "read", str(tmp_path / "无.txt"), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["what"] == "找不到文件"


def test_score_tells_right_from_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = Path(DEMO).read_text(encoding="utf-8")
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    assert main(["plan", "read", DEMO, "--json"]) == 0
    truth = json.loads(capsys.readouterr().out)
    (tmp_path / "a.json").write_text(json.dumps(truth), encoding="utf-8")
    assert main(["plan", "score", str(tmp_path)]) == 0
    truth["tasks"][0]["units"] = ["市档案馆"]
    (tmp_path / "a.json").write_text(json.dumps(truth), encoding="utf-8")
    capsys.readouterr()
    assert main(["plan", "score", str(tmp_path), "--differences"]) == 1
    assert "市档案馆" in capsys.readouterr().out

"""``fadu law``: every verb on the real statute book."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from fadu.cli import main
from fadu.core.procedure import load_book
from tests.core.procedure.conftest import DATA, LAW


def test_list_and_show(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["law", "list", "--json"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["major_decision"]["title"] == "重大行政决策" and rows["major_decision"]["steps"] > 40
    assert main(["law", "show", "legal_opinion"]) == 0
    assert "出具法律意见" in capsys.readouterr().out


def test_explain_one_step(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["law", "explain", "major_decision", "legality_review"]) == 0
    out = capsys.readouterr().out
    assert "第二十五条" in out and "应当保证的时间" in out


def test_unknown_names_are_met_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["law", "show", "major_decison"]) == 2
    assert "是否应为“major_decision”" in capsys.readouterr().err
    assert main(["law", "explain", "major_decision", "legality_revew"]) == 2


def test_scenario_from_any_path(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = LAW / "scenarios" / "legal_opinion" / "happy_path.toml"
    assert main(["law", "scenario", str(good)]) == 0
    assert "1 个相符，0 个有出入" in capsys.readouterr().out
    bad = tmp_path / "bad.toml"
    bad.write_text(
        good.read_text(encoding="utf-8").replace("ended = true", "ended = false"), encoding="utf-8"
    )
    assert main(["law", "scenario", str(bad), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)[0]["ok"] is False
    assert main(["law", "scenario", str(tmp_path / "none.toml")]) == 2


def test_verify_with_cache(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["law", "verify", "legal_opinion", "--cache", str(tmp_path)]) == 0
    assert "全部成立" in capsys.readouterr().out
    assert len(list(tmp_path.iterdir())) == 1


def test_draw_export_and_compare(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture, graph, pinned = tmp_path / "a.svg", tmp_path / "a.xml", tmp_path / "a.json"
    assert main(["law", "draw", "legal_opinion", "-o", str(picture)]) == 0
    assert main(["law", "export", "dcr", "legal_opinion", "-o", str(graph)]) == 0
    assert main(["law", "export", "definition", "legal_opinion", "-o", str(pinned)]) == 0
    assert ElementTree.parse(picture).getroot().tag.endswith("svg")
    assert ElementTree.parse(graph).getroot().tag == "dcrgraph"
    assert (
        json.loads(pinned.read_text(encoding="utf-8")) == load_book(LAW).procedures["legal_opinion"].as_data()
    )
    assert main(["law", "compare", "legal_opinion", "legal_opinion"]) == 0
    assert "两个版本相同" in capsys.readouterr().out
    assert main(["law", "compare", "major_decision", str(DATA / "major_decision.toml"), "--json"]) == 0
    assert any("删去" in row["sentence"] for row in json.loads(capsys.readouterr().out))


def test_a_broken_book_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for part in ("sources", "procedures"):
        (tmp_path / part).mkdir()
    (tmp_path / "general.toml").write_bytes((LAW / "general.toml").read_bytes())
    for source in (LAW / "sources").glob("*.toml"):
        (tmp_path / "sources" / source.name).write_bytes(source.read_bytes())
    broken = DATA.parent / "broken" / "owes_unknown.toml"
    (tmp_path / "procedures" / "owes_unknown.toml").write_bytes(broken.read_bytes())
    assert main(["law", "--law", str(tmp_path), "list"]) == 2
    assert "owes_unknown.toml，步骤 apply，owes：没有名为“decision”的步骤" in capsys.readouterr().err

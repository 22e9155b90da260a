"""``fadu text review`` as a user runs it."""

from __future__ import annotations

import io
import json
import sys

import pytest

from fadu.cli import main

DRAFT = (
    "X市犬只管理办法\n第一条 为了加强管理，制定本办法。\n第二条 养犬人应当向居委会交纳押金500元。\n"
    "第三条 擅自遛犬的，由城管部门处200元罚款。\n第四条 本办法自2024年3月1日起施行，有效期5年。\n"
)


@pytest.fixture
def draft(tmp_path):
    path = tmp_path / "草案.txt"
    path.write_text(DRAFT, encoding="utf-8")
    return path


def run(*argv: str) -> int:
    return main(["text", "review", *argv])


def test_json_has_the_fields(draft, capsys):
    assert run("--json", "--as", "规范性文件", str(draft)) == 0
    shape = json.loads(capsys.readouterr().out)
    assert shape["level"] == "规范性文件"
    kinds = {one["kind"] for one in shape["findings"]}
    assert {"penalty", "fee"} <= kinds
    for one in shape["findings"]:
        assert {"start", "end", "quote", "kind", "rule", "reason", "severity"} <= set(one)
        assert DRAFT[one["start"] : one["end"]] == one["quote"]


def test_rules_of_government_may_set_fines(draft, capsys):
    run("--json", "--as", "规章", str(draft))
    assert "penalty" not in {one["kind"] for one in json.loads(capsys.readouterr().out)["findings"]}


def test_standard_input_and_words(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", type("In", (), {"buffer": io.BytesIO(DRAFT.encode())})())
    assert run("-", "--no-hints") == 0
    out = capsys.readouterr().out
    assert "按规范性文件审查" in out and "[不合法] 第三条" in out and "行政处罚法" in out and "改法" in out


def test_several_files_and_one_that_cannot_be_read(draft, tmp_path, capsys):
    assert run("--json", str(draft), str(tmp_path / "没有.txt"), str(draft)) == 2
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [("findings" in line) for line in lines] == [True, False, True]


def test_library_is_used(draft, tmp_path, capsys):
    laws = tmp_path / "laws"
    laws.mkdir()
    (laws / "养犬条例.md").write_text("# 养犬条例\n\n第一条 为了管理，制定本条例。\n", encoding="utf-8")
    draft.write_text(DRAFT.replace("加强管理", "落实《养犬条例》第九条"), encoding="utf-8")
    run("--json", "--library", str(laws), "--store", str(tmp_path / "x.sqlite"), str(draft))
    found = json.loads(capsys.readouterr().out)["findings"]
    assert any(one["rule"] == "wrong_reference" and "没有第九条" in one["reason"] for one in found)


def test_the_rules_are_listed(draft, capsys):
    assert run("--rules", str(draft)) == 0
    out = capsys.readouterr().out
    assert "fine_fixed" in out and "标注命中" in out and "没有标注命中" not in out

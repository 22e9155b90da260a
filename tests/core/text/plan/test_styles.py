"""Thirteen plans in our own words, each in another style, truth written by hand before the reader saw them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import typst

from fadu.cli import main
from fadu.core.text.plan import compare, read_plan

FOLDER = Path(__file__).parent / "styles"
TRUTHS = sorted(FOLDER.glob("*.json"))


def _source(truth: Path) -> Path:
    return next(path for path in FOLDER.glob(f"{truth.stem}.*") if path.suffix != ".json")


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda path: path.stem)
def test_every_field_is_exact(truth: Path) -> None:
    score = compare(read_plan(_source(truth)).as_json(), json.loads(truth.read_text(encoding="utf-8")))
    assert score.differences == []
    assert score.right["units"] == score.total["units"] > 2


def test_printed_to_pdf_with_page_numbers_and_wrapped_lines(tmp_path: Path) -> None:
    truth = FOLDER / "printed_and_wrapped.json"
    title, *lines = _source(truth).read_text(encoding="utf-8").strip().split("\n")
    body = "\n\n".join(re.sub(r"^(\d)\.", r"\1\\.", line) for line in lines)
    page = tmp_path / "plan.typ"
    page.write_text(
        "#set page(margin: 3cm, footer: context [#align(center)[— #counter(page).display() —]])\n"
        '#set text(lang: "zh", font: ("Noto Serif CJK SC", "Noto Sans CJK SC"), size: 16pt)\n'
        "#set par(first-line-indent: 2em, justify: true)\n"
        f"#align(center)[#text(size: 22pt)[{title}]]\n\n{body}\n",
        encoding="utf-8",
    )
    typst.compile(str(page), output=str(tmp_path / "plan.pdf"))
    score = compare(read_plan(tmp_path / "plan.pdf").as_json(), json.loads(truth.read_text(encoding="utf-8")))
    assert score.differences == []


def test_score_takes_every_kind_of_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "score", str(FOLDER)]) == 0
    assert f"title {len(TRUTHS)}/{len(TRUTHS)}" in capsys.readouterr().out


MORE = """{title}
{body}
"""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "一、市发展改革委\n1.编制项目清单，3月底前印发。\n二、市财政局\n1.保障法治建设经费。",
            [["市发展改革委"], ["市财政局"]],
        ),
        (
            "第一条 强化统筹。（市委依法治市办）\n第二条 加强保障。（市财政局）",
            [["市委依法治市办"], ["市财政局"]],
        ),
        ("## 一、改革\n**（一）推进清单公开。**（市司法局）", [["市司法局"]]),
        ("1. 抓好落实：由市司法局会同市财政局负责，2026年9月30日前完成。", [["市司法局", "市财政局"]]),
        ("1. 加强领导：成立专班，责任单位为市政府办公室，完成时限为2026年3月底。", [["市政府办公室"]]),
    ],
)
def test_who_is_charged(body: str, expected: list[list[str]]) -> None:
    plan = read_plan(MORE.format(title="云川市2026年工作要点", body=body))
    assert [list(task.who.units) for task in plan.tasks] == expected


@pytest.mark.parametrize(
    ("words", "day", "text"),
    [
        ("2026年5月起", None, "2026年5月起"),
        ("2026年每季度", None, "2026年每季度"),
        ("2026—2027年", "2027-12-31", "2026—2027年"),
        ("2026年二季度末前", "2026-06-30", "2026年二季度末前"),
        ("立行立改", None, "立行立改"),
        ("2026年11月下旬", "2026-11-30", "2026年11月下旬"),
        ("2026.9.30", "2026-09-30", "2026.9.30"),
        ("2028年2月底前", "2028-02-29", "2028年2月底前"),
    ],
)
def test_words_for_time(words: str, day: str | None, text: str) -> None:
    (task,) = read_plan(
        f"云川市2026年工作要点\n一、改革\n1.推进改革。（市司法局、市财政局，{words}）\n"
    ).tasks
    assert (task.due.on.isoformat() if task.due.on else None, task.due.text) == (day, text)
    assert task.who.units == ("市司法局", "市财政局")


def test_one_bad_file_never_hides_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = FOLDER / "tabs.txt"
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7 broken")
    assert (
        main(["plan", "read", str(tmp_path / "bad.pdf"), str(good), str(tmp_path / "none.txt"), "--json"])
        == 2
    )
    printed = capsys.readouterr()
    bad, read, missing = json.loads(printed.out)
    assert bad["error"]["what"] and missing["error"]["what"] == "找不到文件"
    assert len(read["tasks"]) == 4
    assert "bad.pdf" in printed.err and "none.txt" in printed.err

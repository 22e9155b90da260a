"""Local rules add and tighten; they never loosen, and delete only on the strength of a rule of the same rank."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fadu.core.errors import DefinitionError
from fadu.core.procedure import Book, Definition, load_book, overlay
from fadu.core.procedure.loader import load_file, load_sources
from fadu.core.procedure.verify import verify
from tests.core.procedure.conftest import DATA, LAW

LOCAL = DATA / "local"


def merged(book: Book, local: Path) -> Definition:
    sources = {**book.sources, **load_sources(LOCAL / "sources")}
    fuller = Book({}, sources, book.general)
    return load_file(DATA / "major_decision.toml", book=fuller, overlays=overlay.load(local))


def test_local_rule_adds_a_step_a_condition_a_guarantee_and_shortens(
    book: Book, decision: Definition
) -> None:
    local = merged(book, LOCAL)
    assert [str(ref) for ref in local.steps["deliberate"].after] == [
        "legality_review.lawful",
        "budget_review",
    ]
    assert str(local.steps["archive"].limit.time) == "10个工作日"
    assert (
        local.steps["budget_review"].basis.printed == "《本省重大行政决策程序规定》（省政府令第1号）第十二条"
    )
    assert local.steps["deliberate"].basis.printed == decision.steps["deliberate"].basis.printed
    assert local.digest != decision.digest and verify(local).ok


def test_the_whole_book_loads_with_local_rules(tmp_path: Path) -> None:
    law = tmp_path / "law"
    for part in ("sources", "procedures"):
        shutil.copytree(LAW / part, law / part)
    shutil.copy(LAW / "general.toml", law)
    shutil.rmtree(law / "procedures" / "past", ignore_errors=True)
    for path in (law / "procedures").glob("*.toml"):
        path.unlink()
    shutil.copy(DATA / "major_decision.toml", law / "procedures")
    book = load_book(law, local=LOCAL, edition="2026-1")
    made = book.procedures["major_decision"]
    assert "budget_review" in made.steps and made.as_data()["calendar"] == "2026-1"
    assert book.pinned(made.digest) is made


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ('[step.archive]\nlimit={time="30 workdays"}', "地方规定只能缩短办理期限"),
        ('[step.archive]\nlimit={time="10 days"}', "无法比较"),
        ('[step.legality_review]\nwait={kind="grant",time="3 workdays"}', "地方规定只能延长最低期限"),
        ('[step.expert_review]\nunless="technical"', "不能改变基础步骤的“unless”"),
        ('[step.expert_review]\nby="decision_organ"', "不能改变基础步骤的“by”"),
        ('[fact.technical]\ntitle="别的"\nasked=["initiate"]\nbasis="19"', "在基础程序中已有"),
        ('[step.new]\ntitle="新步骤"', "缺少“by”"),
        ('delete = ["archive"]', "没有引用与基础程序同级或者上级的规定"),
        ('deletes_on = "33"\ndelete = ["archive"]', "没有引用与基础程序同级或者上级的规定"),
        ('[setting.period]\ntitle="期"\nvalue="1 day"', "没有名为“period”的参数"),
    ],
)  # fmt: skip
def test_loosening_does_not_load(book: Book, tmp_path: Path, rule: str, message: str) -> None:
    (tmp_path / "procedures").mkdir()
    head = 'extends = "major_decision"\nsource = "本省办法"\nin_force = 2025-01-01\n'
    (tmp_path / "procedures" / "x.toml").write_text(head + rule, encoding="utf-8")
    with pytest.raises(DefinitionError, match=message):
        merged(book, tmp_path)


def test_a_rule_for_an_unknown_procedure_is_a_mistake() -> None:
    with pytest.raises(DefinitionError, match="没有名为“major_decision”的程序"):
        overlay.load(LOCAL).check_used(["other"])

"""``fadu law replay``: what another version would have made of the cases; nothing is written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fadu.city.authority import clock
from fadu.city.cases import acts as cases
from fadu.city.cases.entry import Elsewhere, Entry
from fadu.city.cases.models import Act, Case
from fadu.city.cases.models import Definition as Pinned
from fadu.city.ledger.models import Leaf
from fadu.city.registries.models import LawFile
from fadu.cli import main
from tests import factories
from tests.city.cases.test_law_loading import OVERLAY, SOURCE
from tests.factories import City

pytestmark = pytest.mark.django_db

MATTER = Path(__file__).with_name("matter.toml")


@pytest.fixture
def decided(city: City, case: Case) -> Case:
    """Reviewed and decided; another case waits for its review."""
    factories.do(city, case, "review", by="li", outcome="fit", reasons="可以")
    factories.do(city, case, "decide", by="sun", outcome="agreed", reason="同意")
    factories.open_case(city, "matter", by="zhao", organ="finance", step="register", content="绿化")
    return case


def version(folder: Path, *replacements: tuple[str, str]) -> str:
    text = MATTER.read_text(encoding="utf-8")
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    path = folder / "matter.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["law", "replay", *arguments, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_the_same_version_changes_nothing(
    decided: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(capsys, version(tmp_path))
    assert (found["cases"], found["otherwise"], found["digest"]) == (2, [], decided.definition_id)


def test_a_local_rule_tells_the_act_that_would_have_been_refused(
    decided: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rule, source = tmp_path / "budget_first.toml", tmp_path / "source.toml"
    rule.write_text(OVERLAY, encoding="utf-8")
    source.write_text(SOURCE, encoding="utf-8")
    before = (Leaf.objects.count(), Act.objects.count(), Pinned.objects.count(), LawFile.objects.count())
    found = told(capsys, str(rule), "--source", str(source))
    (row,) = found["otherwise"]
    assert row["case"] == decided.key and found["cases"] == 2
    (act,) = row["acts"]
    assert (act["seq"], act["step"], act["unjudged"]) == (3, "decide", [])
    (refusal,) = act["refusals"]
    assert "财政承受能力评估" in refusal["sentence"] and refusal["basis"]
    assert main(["law", "replay", str(rule), "--source", str(source)]) == 0
    printed = capsys.readouterr().out
    assert "重演 2 件案件：1 件会不同" in printed and refusal["basis"] in printed
    assert f"第 3 步“决定”会被拒绝：{refusal['sentence']}" in printed
    now = (Leaf.objects.count(), Act.objects.count(), Pinned.objects.count(), LawFile.objects.count())
    assert now == before, "only read"


def test_what_is_owed_under_one_version_only(
    decided: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = version(tmp_path, ('owes = ["review"]', 'owes = ["review", "meet"]'))
    found = told(capsys, changed)
    assert [[one["step_title"] for one in row["owed_more"]] for row in found["otherwise"]] == [
        ["集体讨论"]
    ] * 2


def test_a_step_that_the_version_does_not_have(
    city: City, case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    factories.do(city, case, "review", by="li", outcome="unfit", reasons="不宜")
    gone = version(tmp_path, ('outcome.unfit = { title = "不宜办理" }\n', ""))
    (row,) = told(capsys, gone)["otherwise"]
    assert [one["code"] for one in row["acts"][0]["refusals"]] == ["unknown_outcome"]
    assert {one["step"] for one in row["owed_more"]} == {"review"}, (
        "what it does not know did not happen there"
    )


def test_what_an_act_done_elsewhere_broke_already_is_not_told_again(
    city: City, case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    by = {"person": "sun", "organ": "finance", "post": "市财政局局长", "role": "approver"}
    cases.attest(
        city.actor("sun"), case=case.key, entry=Entry(step="decide", outcome="agreed"),
        elsewhere=Elsewhere(clock.now(), "会议纪要", "1", [by]),
    )  # fmt: skip
    assert Act.objects.get(case=case, step="decide").data["findings"]
    assert told(capsys, version(tmp_path))["otherwise"] == []


@pytest.mark.parametrize(
    "name, text, options, sentence",
    [
        ("matter.toml", "name = ", (), "TOML"),
        ("gone.toml", None, (), "找不到文件"),
        ("local.toml", OVERLAY.replace('"matter"', '"mater"'), (), "没有名为“mater”的程序"),
        (
            "matter.toml",
            MATTER.read_text(encoding="utf-8"),
            ("--procedure", "mater"),
            "没有名为“mater”的程序",
        ),
        ("matter.toml", MATTER.read_text(encoding="utf-8"), ("--source", str(MATTER)), "只用于地方规定"),
    ],
)
def test_a_wrong_file_is_told(
    city: City, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, text: str | None,
    options: tuple[str, ...], sentence: str,
) -> None:  # fmt: skip
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert main(["law", "replay", str(tmp_path / name), *options]) == 2
    assert sentence in capsys.readouterr().err

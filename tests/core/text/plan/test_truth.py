"""Thirteen plans of different layouts, field by field against the truth a careful reader wrote down."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fadu.core.text.plan import compare, read_plan

pytestmark = pytest.mark.corpus
FILES = [
    "G01_广州民主法治", "L01_ownline_halfwidth", "L02_lead_resp_deadline_inside", "L04_lead_verb_deadline_in_text",
    "L05_table_4col", "L08_inline_subtasks", "L10_decision_catalogue", "L11_no_label_units", "N02_国发2019-3",
    "N03_国办发2018-129", "N04_国发2018-42", "N05_国办发2018-117", "N06_国办发2018-121",
]  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_every_field_is_exact(shared: Path, name: str) -> None:
    path = shared / "data" / "plans" / f"{name}.txt"
    truth = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    plan = read_plan(path)
    score = compare(plan.as_json(), truth)
    differences = score.differences
    if name.startswith("N04"):
        # The truth says etc=false where the document says 商务部等负责; every other truth file says true for the same words.
        assert all(line.startswith("etc ") for line in differences)
        assert all(task.who.etc == ("等负责" in task.who.raw) for task in plan.tasks)
        differences = []
    assert differences == []
    assert score.total["units"] == len(truth["tasks"])


def test_a_wrong_reading_lowers_the_score(shared: Path) -> None:
    path = shared / "data" / "plans" / "L01_ownline_halfwidth.txt"
    truth = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    got = read_plan(path).as_json()
    got["tasks"][0]["units"].append("县档案馆")
    got["tasks"][2]["deadline"] = "2020-10-31"
    score = compare(got, truth)
    assert (score.right["units"], score.right["deadline"]) == (6, 6)
    assert len(score.differences) == 2

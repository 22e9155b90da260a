"""The labelled sentences of real texts: the proof that decides whether a rule is shown as more than a hint."""

from __future__ import annotations

import json
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from benchmarks.review_scores import LABELLED, measure
from fadu.core.text.review import load

BOOK = load(Path(str(files("fadu") / "law")))
ROWS = [row for path in LABELLED.glob("*.json") for row in json.loads(path.read_text("utf-8"))["rows"]]
PROVEN = [rule for rule in BOOK.rules if rule.proven]


def test_main_rules_have_ten_of_each():
    counted = Counter((rule, judged) for row in ROWS for rule, judged in row["rules"].items())
    main = ("fine_fixed", "detention", "licence_demanded", "approval_first", "fee_levied")
    more = ("certificate_demanded", "forced_execution", "late_charge", "qualification_demanded")
    for rule in (*main, *more, "operator_designated"):
        assert counted[rule, True] >= 10 and counted[rule, False] >= 10, rule


def test_every_row_names_its_source():
    names = {rule.name for rule in BOOK.rules}
    for row in ROWS:
        assert row["source"] and row["text"] and set(row["rules"]) <= names


@pytest.mark.corpus
def test_proof_is_what_is_measured(shared):
    score = measure(shared / "data", BOOK)
    for rule in BOOK.rules:
        assert (rule.hits, rule.right) == (score.hits[rule.name], score.right[rule.name]), rule.name


def test_what_is_not_proven_is_a_hint():
    assert len(PROVEN) >= 12
    for rule in BOOK.rules:
        good = rule.hits >= 10 and rule.right >= 0.8 * rule.hits
        assert rule.shown == (rule.severity if good else "hint")

"""The labelled sentences, clauses and drafts: the proof that decides whether a rule is shown as more than a hint."""

from __future__ import annotations

import json
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from benchmarks.review_scores import LABELLED, findings_in, is_real, measure
from fadu.core.text.review import KINDS, load

BOOK = load(Path(str(files("fadu") / "law")))
FILES = [json.loads(path.read_text("utf-8")) for path in sorted(LABELLED.glob("*.json"))]
ROWS = [row for file in FILES for row in (*file.get("rows", ()), *file.get("drafts", ()))]
TEXTS = [row for file in FILES for row in file.get("texts", ())]
CLAUSES = [(file["kind"], row) for file in FILES for row in file.get("clauses", ())]
WITH_LIBRARY = {
    "differs_from_superior",
    "fine_beyond_superior",
    "confiscation_beyond_superior",
    "near_duplicate",
}
"""Their cases need a library beside them: test_library_cases.py."""
PROVEN = [rule for rule in BOOK.rules if rule.proven]


def test_every_rule_has_ten_of_each():
    counted = Counter((rule, judged) for row in ROWS for rule, judged in row["rules"].items())
    counted.update((row["rule"], row["unlawful"]) for _, row in CLAUSES)
    short = {
        rule.name: counted[rule.name, judged]
        for rule in BOOK.rules
        for judged in (True, False)
        if counted[rule.name, judged] < 10 and rule.name not in WITH_LIBRARY
    }
    assert short == {}


def test_every_row_names_its_source():
    names = {rule.name for rule in BOOK.rules}
    for row in ROWS:
        assert row["source"] and set(row["rules"]) <= names
    for kind, row in CLAUSES:
        assert row["source"] and row["text"] and BOOK.rule(row["rule"]).kind == kind


@pytest.mark.corpus
def test_proof_is_what_is_measured(shared):
    score = measure(shared / "data", BOOK)
    for rule in BOOK.rules:
        real = score.real[rule.name]
        assert (rule.hits, rule.right) == (score.hits[rule.name], score.right[rule.name]), rule.name
        assert (rule.real_hits, rule.real_right) == (real["real_hits"], real["real_right"]), rule.name


def test_real_examples_are_counted():
    """Of real texts, not of wording of our own: this many must be found and this many must not."""
    found, left = Counter[str](), Counter[str]()
    for row in ROWS:
        if is_real(row["source"]):
            found.update(rule for rule, judged in row["rules"].items() if judged)
            left.update(rule for rule, judged in row["rules"].items() if not judged)
    for row in TEXTS:
        found.update(rule for rule, judged in row["rules"].items() if judged)
        left.update(rule for rule, judged in row["rules"].items() if not judged)
    for _, row in CLAUSES:
        if is_real(row["source"]):
            (found if row["unlawful"] else left)[row["rule"]] += 1
    for rule in BOOK.rules:
        assert (rule.real_found, rule.real_not) == (found[rule.name], left[rule.name]), rule.name


def test_what_is_not_proven_is_a_hint():
    """Ten hits and eight in ten of them right, on real texts too, with ten real examples of either side."""
    for rule in BOOK.rules:
        good = (
            min(rule.hits, rule.real_hits, rule.real_found, rule.real_not) >= 10
            and rule.right >= 0.8 * rule.hits
            and rule.real_right >= 0.8 * rule.real_hits
        )
        assert rule.shown == (rule.severity if good else "hint")
        assert bool(rule.doubt) != good


def test_at_least_half_of_the_rules_are_proven():
    assert len(PROVEN) >= 30


def test_every_kind_has_a_proven_rule():
    assert {rule.kind for rule in PROVEN if rule.shown != "hint"} == set(KINDS)


@pytest.mark.parametrize("kind", sorted({kind for kind, _ in CLAUSES}))
def test_clauses_by_kind(kind):
    """Of the unlawful clauses at least nine in ten are told, of what is told nine in ten is right."""
    wanted = found = wrong = 0
    for of_kind, row in CLAUSES:
        if of_kind != kind:
            continue
        told = {one.kind for one in findings_in(row["text"], BOOK)}
        wanted += row["unlawful"]
        found += row["unlawful"] and kind in told
        wrong += not row["unlawful"] and bool(told)
    assert found >= 0.9 * wanted
    assert found >= 0.9 * (found + wrong)

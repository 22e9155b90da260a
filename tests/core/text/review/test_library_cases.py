"""The checks that compare with a library, beside real laws: changed figures, fines beyond, missing provisions, repealed
works, copies."""

from __future__ import annotations

from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from benchmarks.review_scores import CASES, case_text, laws_of, small_library
from fadu.core.text.outline import outline
from fadu.core.text.review import every, load

BOOK = load(Path(str(files("fadu") / "law")))
RULES = [name for name, cases in CASES.items() if name not in ("note", "laws")]

pytestmark = pytest.mark.corpus


@pytest.fixture(scope="module")
def laws(shared):
    return laws_of(shared / "data")


@pytest.fixture(scope="module")
def library(laws, tmp_path_factory):
    return small_library(laws, tmp_path_factory.mktemp("library"))


@pytest.mark.parametrize("rule", RULES)
def test_cases(rule, laws, library):
    wrong = []
    for case in CASES[rule]:
        found = every(outline(case_text(case, laws)), BOOK, level="规范性文件", library=library)
        if any(one.rule == rule for one in found) == case.get("good", False):
            wrong.append(case)
    assert wrong == []


@pytest.mark.parametrize(
    "rule",
    [
        "differs_from_superior",
        "fine_beyond_superior",
        "confiscation_beyond_superior",
        "near_duplicate",
        "wrong_reference",
    ],
)
def test_ten_of_each(rule):
    counted = Counter(case.get("good", False) for case in CASES[rule])
    assert min(counted[True], counted[False]) >= 10

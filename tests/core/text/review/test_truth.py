"""The shared normative documents: what a careful reader found there, and what must not be flagged."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from benchmarks.review_scores import documents
from fadu.core.text.review import KINDS, load

pytestmark = pytest.mark.corpus


def test_recall_and_nothing_that_must_not_be_flagged(shared):
    score = documents(shared / "data", load(Path(str(files("fadu") / "law"))))
    found, wanted = (sum(counted[kind] for kind in KINDS) for counted in (score.found, score.wanted))
    assert score.forbidden == []
    assert found >= 0.8 * wanted, score.rows

"""The rule files: every example of a rule is found, or not found, as the file says."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from fadu.core.text.outline import outline
from fadu.core.text.review import Book, load
from fadu.core.text.review.match import matches
from fadu.core.text.review.scene import Scene

BOOK: Book = load(Path(str(files("fadu") / "law")))


def met(example: str) -> set[str]:
    """The rules met by one article (``标题｜条文`` gives the draft a title)."""
    title, _, words = example.rpartition("｜")
    text = f"{title or '某地办法'}\n第一条 为了管理，制定本办法。\n第二条 {words}\n第三条 本办法自2026年1月1日起施行。\n"
    return {rule.name for rule, _, _ in matches(Scene(outline(text), "规范性文件"), BOOK)}


@pytest.mark.parametrize("rule", [rule for rule in BOOK.rules if rule.patterns], ids=lambda rule: rule.name)
def test_examples(rule):
    wrong = [example.text for example in rule.examples if (rule.name in met(example.text)) != example.found]
    assert wrong == []
    assert any(example.found for example in rule.examples)


def test_every_rule_has_basis_cure_and_explanation():
    for rule in BOOK.rules:
        assert rule.basis and rule.cure and rule.explanation and rule.levels

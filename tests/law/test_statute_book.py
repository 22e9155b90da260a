"""What the loader cannot see in the law files: that they cite what the texts say, leave no operative article of a
statute out, tell a story for every outcome, and are proved."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from fadu.core.citation import Citation, number
from fadu.core.procedure import loader, verify
from fadu.core.procedure.definition import Basis, Definition

LAW = Path(__file__).resolve().parents[2] / "src/fadu/law"
BOOK = loader.load_book(LAW)
# The spine: the procedures of 重大行政决策 and what belongs to them.
SPINE = ("decision_accountability", "decision_catalogue", "decision_evaluation", "legal_opinion", "major_decision", "work_task")  # fmt: skip

# Where the text of a verified instrument lies in the corpus of laws.
TEXTS = {
    "决策条例": "行政法规/重大行政决策程序暂行条例(2019-04-20).md",
    "信公条例": "行政法规/政府信息公开条例(2019-04-03).md",
    "公竞条例": "行政法规/公平竞争审查条例(2024-06-06).md",
    "档案法": "行政法/档案法(2020-06-20).md",
    "档案法实施条例": "行政法规/档案法实施条例(2024-01-12).md",
    "保密法": "行政法/保守国家秘密法(2024-02-27).md",
    "监察法": "宪法相关法/监察法(2024-12-25).md",
    "政务处分法": "宪法相关法/公职人员政务处分法(2020-06-20).md",
    "律师法": "行政法/律师法(2017-09-01).md",
}
# Articles of the 决策条例 that set purpose, principles, scope or delegation and order no step of a decision.
NO_STEP = {1, 4, 5, 7, 42, 43, 44}


def bases(thing: object) -> Iterator[Basis]:
    """Every basis anywhere inside a definition."""
    if isinstance(thing, Basis):
        yield thing
    elif isinstance(thing, Mapping):
        for value in thing.values():
            yield from bases(value)
    elif isinstance(thing, tuple):
        for value in thing:
            yield from bases(value)
    elif is_dataclass(thing) and not isinstance(thing, Citation):
        for one in fields(thing):
            if one.name not in ("data", "sources"):
                yield from bases(getattr(thing, one.name))


def citations(source: str) -> set[Citation]:
    """Every place in an instrument that the statute book cites."""
    return {
        citation
        for definition in BOOK.procedures.values()
        for basis in bases(definition)
        for citation in basis.citations
        if citation.source == source
    }


def articles(text: str) -> dict[int, list[str]]:
    """Article number → its paragraphs (款); the items of a paragraph stay with it."""
    found: dict[int, list[str]] = {}
    current: list[str] = []
    for line in text.splitlines():
        line = line.strip()
        match = re.match(r"第([一二三四五六七八九十百零]+)条[ 　]", line)
        if match:
            current = found[number(match[1])] = [line]
        elif line.startswith(("#", "<")):
            current = []
        elif line and current and re.match(r"[(（][一二三四五六七八九十]+[)）]", line):
            current[-1] += "\n" + line
        elif line and current:
            current.append(line)
    return found


@pytest.mark.corpus
@pytest.mark.parametrize("source", sorted(TEXTS))
def test_every_place_cited_exists_in_the_text(shared: Path, source: str) -> None:
    text = articles((shared / "data/laws" / TEXTS[source]).read_text(encoding="utf-8"))
    assert max(text) == BOOK.sources[source].articles
    cited = citations(source)
    assert cited, f"{source} 不再被引用，法源和本表都应删去"
    for citation in cited:
        paragraphs = text[citation.article]
        assert citation.paragraph <= len(paragraphs), (
            f"{source}{citation.place()}：该条只有{len(paragraphs)}款"
        )
        place = paragraphs[citation.paragraph - 1] if citation.paragraph else "\n".join(paragraphs)
        for item in citation.items:
            assert re.search(rf"[(（]{item}[)）]", place), f"{source}{citation.place()}：没有该项"


def test_every_operative_article_of_the_decision_regulation_is_in_a_procedure() -> None:
    cited: set[int] = set()
    for citation in citations("决策条例"):
        cited |= set(range(citation.article, max(citation.last, citation.article) + 1))
    missing = set(range(1, BOOK.sources["决策条例"].articles + 1)) - cited - NO_STEP
    assert not missing, f"决策条例第{sorted(missing)}条没有落实到任何步骤"


@pytest.mark.parametrize("name", SPINE)
def test_every_outcome_is_told_by_a_story(name: str) -> None:
    told: set[tuple[str, str]] = set()
    for path in (LAW / "scenarios" / name).glob("*.toml"):
        for act in tomllib.loads(path.read_text(encoding="utf-8"))["act"]:
            if "refused" not in act.get("expect", {}):
                outcomes = BOOK.procedures[name].steps[act["step"]].outcomes
                told.add((act["step"], act.get("outcome", next(iter(outcomes)))))
    untold = {f"{step}.{outcome}" for step, outcome in _own_outcomes(BOOK.procedures[name])} - {
        f"{step}.{outcome}" for step, outcome in told
    }
    assert not untold


def _own_outcomes(definition: Definition) -> Iterator[tuple[str, str]]:
    for step in definition.steps.values():
        if not step.general:
            for outcome in step.outcomes:
                yield step.name, outcome


@pytest.mark.parametrize("name", SPINE)
def test_what_is_not_national_law_says_so(name: str) -> None:
    """A setting resting on a local or unverified text never passes for verified law, and gives its source."""
    for setting in BOOK.procedures[name].settings.values():
        assert setting.basis.citations, f"{name} 参数 {setting.name} 没有来源"
        if setting.basis.status != "verified":
            assert setting.status != "verified", f"{name} 参数 {setting.name} 的来源是{setting.basis.status}"


@pytest.mark.slow
@pytest.mark.parametrize("name", SPINE)
def test_every_guarantee_is_proved(name: str) -> None:
    report = verify.verify(BOOK.procedures[name])
    assert report.ok, list(report.faults)

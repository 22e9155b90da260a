"""What leaves: event log, DCR graph, editor schemas, drawings; versions compared and cases replayed."""

from __future__ import annotations

import json
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema_rs
import pytest

from fadu.core.procedure import (
    Act,
    Book,
    Definition,
    Performer,
    compare,
    dcr,
    draw,
    load_file,
    ocel,
    replay,
    schema,
)
from tests.core.procedure.conftest import CALENDAR, DATA, LAW, Case


def changed(book: Book, folder: Path, *replacements: tuple[str, str]) -> Definition:
    text = (DATA / "major_decision.toml").read_text(encoding="utf-8")
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    path = folder / "major_decision.toml"
    path.write_text(text, encoding="utf-8")
    return load_file(path, book=book)


@pytest.fixture
def finished(case: Case) -> Case:
    case.do("2026-09-01", "initiate", facts={"technical": False})
    case.do("2026-09-02", "draft", digests={"text": "aa"})
    case.do("2026-09-03", "legality_review.lawful", by="wang")
    case.do("2026-09-10", "deliberate.passed", by="mayor")
    case.do("2026-09-11", "archive")
    return case


def log_of(case: Case) -> dict[str, Any]:
    acts = [
        Act.from_data({**act.to_data(), "performers": [vars(Performer("p1", "科长", "司法局"))]})
        for act in case.acts
    ]
    return ocel.export({"3201-1": (case.definition, acts)})


def test_event_log_keeps_the_rules_of_the_standard(finished: Case) -> None:
    log = log_of(finished)
    rules = json.loads((DATA / "ocel20.schema.json").read_text(encoding="utf-8"))
    assert [error.message for error in jsonschema_rs.validator_for(rules).iter_errors(log)] == []
    objects = {one["id"]: one["type"] for one in log["objects"]}
    declared = {
        one["name"]: {each["name"] for each in one["attributes"]}
        for one in (*log["objectTypes"], *log["eventTypes"])
    }
    assert len(objects) == len(log["objects"]) and len({one["id"] for one in log["events"]}) == 5
    for one in (*log["events"], *log["objects"]):
        assert {each["name"] for each in one["attributes"]} <= declared[one["type"]]
        assert all(each["objectId"] in objects for each in one["relationships"])
    assert "p1" not in json.dumps(log), "natural persons stay inside"


READER = """
import json, sys, pm4py
log = pm4py.read_ocel2_json(sys.argv[1])
print(json.dumps({"events": len(log.events), "objects": len(log.objects), "relations": len(log.relations),
                  "types": sorted(log.objects["ocel:type"].unique())}))
"""


@pytest.mark.system
def test_an_independent_library_reads_the_event_log(
    finished: Case, tmp_path: Path, program: Callable[[str], Path]
) -> None:
    """pm4py is AGPL: never a dependency, so it lives in an environment of its own (tools/need.py)."""
    python = program("pm4py")
    path = tmp_path / "log.json"
    path.write_text(json.dumps(log_of(finished), ensure_ascii=False), encoding="utf-8")
    told = subprocess.run([python, "-c", READER, str(path)], capture_output=True, text=True, check=True)
    read = json.loads(told.stdout.strip().splitlines()[-1])
    assert read == {"events": 5, "objects": 3, "relations": 15, "types": ["major_decision", "organ", "post"]}


def test_dcr_graph_holds_the_relations_and_says_what_it_loses(decision: Definition) -> None:
    text = dcr.export(decision)
    assert "not a round trip" in text
    root = ElementTree.fromstring(text)
    events = {event.get("id") for event in root.iterfind("./specification/resources/events/event")}
    assert events == {"initiate", "draft", "expert_review", "legality_review", "deliberate", "archive"}
    pairs = {
        kind: {
            (one.get("sourceId"), one.get("targetId"))
            for one in root.iterfind(f"./specification/constraints/{kind}s/{kind}")
        }
        for kind in ("condition", "response", "milestone")
    }
    assert ("legality_review", "deliberate") in pairs["condition"]
    assert ("draft", "legality_review") in pairs["response"]
    assert ("draft", "deliberate") in pairs["milestone"]
    assert all(source in events and target in events for every in pairs.values() for source, target in every)
    (deadline,) = [
        one.get("time") for one in root.iterfind(".//response") if one.get("targetId") == "archive"
    ]
    assert deadline == "P20D"
    assert [one.get("id") for one in root.iterfind("./runtime/marking/pendingResponses/event")] == [
        "initiate"
    ]


def test_editor_schemas_are_current() -> None:
    """After a change of the vocabulary: ``fadu law export schema``."""
    for name, made in schema.schemas().items():
        assert (LAW / "schema" / name).read_text(encoding="utf-8") == schema.text(made), name


@pytest.mark.parametrize(
    "folder, name", [("procedures", "procedure"), ("scenarios", "story"), ("sources", "source")]
)
def test_law_files_keep_the_editor_schemas(folder: str, name: str) -> None:
    validator = jsonschema_rs.validator_for(schema.schemas()[f"{name}.schema.json"])
    for path in sorted((LAW / folder).rglob("*.toml")):
        data = json.loads(json.dumps(tomllib.loads(path.read_text(encoding="utf-8")), default=str))
        assert [f"{path.name}: {error.message}" for error in validator.iter_errors(data)] == []


def test_editor_schema_finds_a_misspelt_word() -> None:
    validator = jsonschema_rs.validator_for(schema.schemas()["procedure.schema.json"])
    path = Path(__file__).parent / "broken" / "unknown_step_word.toml"
    data = json.loads(json.dumps(tomllib.loads(path.read_text(encoding="utf-8")), default=str))
    assert not validator.is_valid(data)


def test_versions_are_compared_in_words(decision: Definition, book: Book, tmp_path: Path) -> None:
    later = changed(
        book,
        tmp_path,
        ('time = "7 workdays"', 'time = "5 workdays"'),
        ("[step.archive.limit]", '[step.appraise]\ntitle = "后评估"\nby = "undertaker"\nbasis = "36"\n\n[step.archive.limit]'),
        ('[step.draft.field.text]\ntitle = "草案"', '[step.draft.field.text]\ntitle = "决策草案"'),
    )  # fmt: skip
    told = [one.sentence() for one in compare.compare(decision, later)]
    assert "增加步骤“后评估”" in told
    assert any("记载的字段“决策草案”的人看到的名称：由“草案”改为“决策草案”" in one for one in told)
    assert any("7 workdays" in one and "5 workdays" in one for one in told)
    assert len(told) == 3 and compare.compare(decision, decision) == ()


def test_replay_tells_which_cases_would_have_gone_otherwise(
    finished: Case, book: Book, tmp_path: Path
) -> None:
    stricter = changed(
        book,
        tmp_path,
        ('after = ["legality_review.lawful"]', 'after = ["legality_review.lawful"]\nwait = { kind = "elapse", time = "10 days" }'),
    )  # fmt: skip
    cases = {"1": (finished.definition, finished.acts)}
    (same,) = replay.replay(cases, finished.definition, calendar=CALENDAR)
    assert same.same
    (other,) = replay.replay(cases, stricter, calendar=CALENDAR)
    assert [(one.step, [refusal.code for refusal in one.refusals]) for one in other.otherwise] == [
        ("deliberate", ["too_early"])
    ]
    asks_more = changed(book, tmp_path, ('asked = ["initiate"]', 'asked = ["draft"]'))
    (unjudged,) = replay.replay(cases, asks_more, calendar=CALENDAR)
    assert {refusal.code for one in unjudged.otherwise for refusal in one.unjudged} == {
        "fact_missing",
        "fact_not_asked",
    }


def test_drawing_shows_every_step_with_its_article_and_state(finished: Case) -> None:
    for marking in (None, finished.marking):
        root = ElementTree.fromstring(draw.draw(finished.definition, marking))
        titles = [one.text or "" for one in root.iter("{http://www.w3.org/2000/svg}title")]
        for step in finished.definition.steps.values():
            if not step.general:
                assert any(step.title in title and step.basis.printed in title for title in titles)
    assert any("（已办）" in title for title in titles) and any("（不适用）" in title for title in titles)

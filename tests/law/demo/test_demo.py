"""The bundled city is whole: every key resolves, nobody real is in it, and it can carry out the bundled plan."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib.resources import files
from typing import Any

import pytest

from fadu.core.text.plan import read_plan

DEMO = files("fadu") / "law" / "demo"


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads((DEMO / name).read_text(encoding="utf-8"))


ORGANS = _load("organs.toml")
PEOPLE = _load("people.toml")
CATALOGUE = _load("catalogue.toml")
CASES = _load("cases.toml")["case"]
WITHOUT_POWERS = {"party", "congress", "court", "procuratorate", "arbitration"}
FUNCTIONS = {"handle", "review", "approve", "decide", "head", "secretary"}


def test_organs_form_a_tree_of_three_levels() -> None:
    organs, places = ORGANS["organ"], {ORGANS["city"]["division"], *ORGANS["division"]}
    order = ["市", "县", "乡"]
    for key, organ in organs.items():
        assert organ["level"] in order and organ["division"] in places, key
        if organ["parent"]:
            parent = organs[organ["parent"]]
            assert order.index(parent["level"]) <= order.index(organ["level"]), key
    assert {organ["level"] for organ in organs.values()} == set(order)
    assert len({organ["name"] for organ in organs.values()}) == len(organs)
    assert len({organ["short"] for organ in organs.values()}) == len(organs)


def test_no_place_is_real() -> None:
    """No province has the code 99 (GB/T 2260)."""
    for code in ORGANS["division"]:
        assert code.startswith("99") and len(code) in (6, 9)
    assert ORGANS["city"]["fictitious"] is True


def test_party_procuratorate_and_court_organs_have_no_administrative_powers() -> None:
    for key, organ in ORGANS["organ"].items():
        assert organ["powers"] is (organ["kind"] not in WITHOUT_POWERS), key
    kinds = {organ["kind"] for organ in ORGANS["organ"].values()}
    assert kinds >= WITHOUT_POWERS


@pytest.mark.parametrize(
    "duty",
    [
        "government",
        "government_office",
        "legality_review",
        "rule_of_law_office",
        "market_regulation",
        "supervision",
        "archives",
        "party_committee",
        "congress",
        "procuratorate",
        "court",
        "petition",
        "big_data",
        "staffing",
        "inspection",
    ],
)
def test_the_city_has_exactly_one_organ_for_each_duty(duty: str) -> None:
    holders = [
        key for key, organ in ORGANS["organ"].items() if organ["level"] == "市" and duty in organ["duties"]
    ]
    assert len(holders) == 1


def test_every_unit_of_the_plan_is_an_organ_or_a_set() -> None:
    known = {organ["short"] for organ in ORGANS["organ"].values()}
    known |= {alias for organ in ORGANS["organ"].values() for alias in organ.get("aliases", [])}
    for task in read_plan((DEMO / "plan.txt").read_text(encoding="utf-8")).tasks:
        assert set(task.who.units) - set(task.who.sets) <= known


def test_appointments_name_people_organs_and_functions_that_exist() -> None:
    people, organs = PEOPLE["person"], ORGANS["organ"]
    appointed = set()
    for post in PEOPLE["appointment"]:
        assert post["person"] in people and post["organ"] in organs
        assert people[post["person"]]["kind"] == "official"
        assert post["functions"] and set(post["functions"]) <= FUNCTIONS
        assert post["from"] >= date(2025, 1, 1)
        assert post.get("until", date.max) > post["from"]
        appointed.add(post["person"])
    assert appointed == {key for key, person in people.items() if person["kind"] == "official"}
    assert len({person["name"] for person in people.values()}) == len(people)


def test_every_government_has_a_head_and_every_legality_reviewer_a_person() -> None:
    staffed = {(post["organ"], function) for post in PEOPLE["appointment"] for function in post["functions"]}
    for key in ("city_government", "qingyuan_government", "lanxi_government", "liuqiao_government"):
        assert (key, "head") in staffed and (key, "decide") in staffed
    for key in ("city_legal", "qingyuan_justice", "lanxi_justice"):
        assert {(key, "review"), (key, "approve")} <= staffed


def test_cases_and_catalogue_fit_the_city() -> None:
    organs, people = ORGANS["organ"], PEOPLE["person"]
    posts = {(post["person"], post["organ"]) for post in PEOPLE["appointment"]}
    assert len(CASES) == 8
    assert {case["kind"] for case in CASES.values()} == {"policy", "plan", "resources", "project", "other"}
    for key, case in CASES.items():
        assert (case["undertaker"], case["drafted_by"]) in posts, key
        assert organs[case["decided_by"]]["kind"] == "government"
        assert set(case["facts"]["consult"]) <= set(organs)
        assert case["text"].count("第") >= 3 and case["problem"]
        assert all(opinion["by"] in people for opinion in case.get("opinions", []))
    listed = {item["case"]: item for item in CATALOGUE["item"]}
    assert set(listed) == set(CASES)
    for key, item in listed.items():
        case = CASES[key]
        assert (item["title"], item["decided_by"], item["drafted_by"]) == (
            case["title"],
            case["decided_by"],
            case["drafted_by"],
        )
        assert item["level"] == organs[item["decided_by"]]["level"]

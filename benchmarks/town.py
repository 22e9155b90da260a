"""A small town for benches: its organs and people by the acts of the product, cases of the twelve-step procedure."""

from __future__ import annotations

from typing import Any

from fadu.city.authority.actor import Actor
from fadu.city.cases import acts
from fadu.city.cases.entry import Entry
from tests.factories import City, make_city

ROLES = ("zhao", "li", "sun")
STEPS = [f"s{number}" for number in range(1, 13)]
DOERS = {step: ROLES[place % 3] if place < 10 else "zhao" for place, step in enumerate(STEPS)} | {
    "progress": "zhao"
}


def values(number: int) -> dict[str, Any]:
    """Five fields of the size that clerks type."""
    return {
        "summary": f"第{number}次办理情况",
        "content": f"经核实，第{number}项材料齐全，符合规定形式，拟同意按程序办理，请领导审示。" * 3,
        "amount": 10_000 + number,
        "day": "2026-09-24",
        "public": "可以公开的一句话",
    }


def make() -> City:
    """The town."""
    return make_city()


def actors(city: City) -> dict[str, Actor]:
    """Everybody at the door, by key."""
    return {key: city.actor(key) for key in city.people}


def twelve_acts(people: dict[str, Actor], number: int) -> str:
    """A case with twelve acts: eleven steps in order and one report; its key."""
    opened = acts.open_case(
        people["zhao"],
        procedure="twelve",
        organ="finance",
        title=f"第{number}件测速事项",
        entry=Entry(step="s1", values={"secrecy_class": "open", **values(number)}),
    )
    for step in (*STEPS[1:11], "progress"):
        acts.perform(people[DOERS[step]], case=opened["case"], entry=entry(step, number))
    return str(opened["case"])


def entry(step: str, number: int) -> Entry:
    """What is typed for a step."""
    return Entry(step=step, values=values(number))

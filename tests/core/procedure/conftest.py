"""The five-step decision and short ways to write acts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from fadu.core.procedure import Act, Book, Definition, Marking, Performer, Recorded, engine, load_file
from fadu.core.procedure.loader import load_general, load_sources
from fadu.core.terms import BEIJING, standard

LAW = Path(str(files("fadu") / "law"))
DATA = Path(__file__).parent / "data"
CALENDAR = standard()[0]

VIEWS = [
    {"person": "li", "view": "agree", "order": 1},
    {"person": "wu", "view": "agree", "order": 2},
    {"person": "mayor", "view": "agree", "order": 3, "head": True},
]


@pytest.fixture(scope="session")
def book() -> Book:
    """Sources and general acts, no procedures."""
    return Book({}, load_sources(LAW / "sources"), load_general(LAW / "general.toml"))


@pytest.fixture(scope="session")
def decision(book: Book) -> Definition:
    """The five-step decision."""
    return load_file(DATA / "major_decision.toml", book=book)


def day(text: str, hour: int = 9) -> dt.datetime:
    """A moment on a Beijing day."""
    return dt.datetime.combine(dt.date.fromisoformat(text), dt.time(hour), BEIJING)


@dataclass
class Case:
    """A case under way: acts are numbered, recorded and kept."""

    definition: Definition
    marking: Marking = field(init=False)
    acts: list[Act] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.marking = engine.start(self.definition)

    def act(self, on: str, name: str, by: str = "zhang", **given: Any) -> Act:
        """An act of today, ``name`` being step or step.outcome; reviews are bound to the current text."""
        step, _, outcome = name.partition(".")
        known = self.definition.steps.get(step)
        if known and not outcome:
            outcome = next(iter(known.outcomes))
        if known and known.reviews:
            given.setdefault("reviewed", engine.text_under_review(self.definition, self.marking, step))
        if known and known.decided_by:
            given.setdefault("values", {"views": VIEWS})
        moment = day(on) + dt.timedelta(minutes=len(self.acts))
        given.setdefault("recorded_at", moment)
        persons = tuple(Performer(person) for person in by.split("+"))
        return Act(
            len(self.acts) + 1, step, outcome, moment, performers=persons, recorder=persons[0].person, **given
        )

    def do(self, on: str, name: str, by: str = "zhang", **given: Any) -> Recorded:
        """Record an act; Refused when it may not be done."""
        act = self.act(on, name, by, **given)
        made = engine.record(
            self.definition, self.marking, act, at=act.recorded_at, calendar=CALENDAR, history=self.acts
        )
        self.marking = made.marking
        self.acts.append(made.act)
        return made

    def codes(self, on: str, name: str, by: str = "zhang", **given: Any) -> list[str]:
        """The codes of every reason against an act."""
        act = self.act(on, name, by, **given)
        found = engine.refusals(
            self.definition, self.marking, act, at=act.recorded_at, calendar=CALENDAR, history=self.acts
        )
        return [refusal.code for refusal in found]

    def states(self, on: str) -> dict[str, str]:
        """Step → state, general acts left out."""
        every = engine.steps(self.definition, self.marking, at=day(on), calendar=CALENDAR)
        return {state.step.name: state.state for state in every if not state.step.general}


@pytest.fixture
def case(decision: Definition) -> Case:
    """A fresh case of the five-step decision."""
    return Case(decision)

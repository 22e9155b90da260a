"""Laws of the engine, for any acts: deterministic, the same incrementally and folded, through JSON, in any order of arrival."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fadu.core.procedure import Act, Book, Definition, Marking, Performer, engine, load_file
from fadu.core.procedure.accrual import accrued
from fadu.core.procedure.fold import stamp
from tests.core.procedure.conftest import CALENDAR, DATA, day

FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
CHOICES = st.lists(
    st.tuples(st.integers(0, 10_000), st.booleans(), st.integers(0, 400)), min_size=1, max_size=25
)


def acts_of(definition: Definition, choices: list[tuple[int, bool, int]]) -> list[Act]:
    """Acts of the procedure's own steps, whether they may be done or not, at times as drawn."""
    names = [
        (step.name, outcome)
        for step in definition.steps.values()
        if not step.general
        for outcome in step.outcomes
    ]
    made = []
    for seq, (pick, yes, hours) in enumerate(choices, 1):
        step, outcome = names[pick % len(names)]
        facts = dict.fromkeys(definition.steps[step].asks, yes)
        at = day("2026-01-05") + dt.timedelta(hours=hours)
        made.append(
            Act(
                seq,
                step,
                outcome,
                at,
                day("2026-06-01"),
                "attested",
                (Performer(f"p{pick % 3}"),),
                facts=facts,
                source="x",
            )
        )
    return made


@FEW
@given(CHOICES)
def test_folding_in_order_equals_advancing(
    decision: Definition, choices: list[tuple[int, bool, int]]
) -> None:
    acts = sorted(acts_of(decision, choices), key=lambda act: act.order)
    marking = engine.start(decision)
    for act in acts:
        before = marking.to_data()
        after = engine.advance(decision, marking, act)
        assert marking.to_data() == before, "a marking is a value"
        marking = Marking.from_data(json.loads(json.dumps(after.to_data())))
    assert marking == engine.fold(decision, acts)


@FEW
@given(CHOICES)
def test_arrival_does_not_matter_to_the_fold_and_every_record_agrees(
    decision: Definition, choices: list[tuple[int, bool, int]]
) -> None:
    marking, history = engine.start(decision), []
    for act in acts_of(decision, choices):
        made = engine.record(decision, marking, act, at=act.recorded_at, calendar=CALENDAR, history=history)
        marking, history = made.marking, [*history, made.act]
        assert marking == engine.fold(decision, history)
    again = [Act.from_data(json.loads(json.dumps(act.to_data()))) for act in reversed(history)]
    assert engine.fold(decision, again) == marking


@FEW
@given(CHOICES)
def test_what_is_possible_is_recorded_and_what_is_not_is_refused(
    decision: Definition, choices: list[tuple[int, bool, int]]
) -> None:
    marking = engine.fold(decision, acts_of(decision, choices))
    for state in engine.steps(decision, marking, at=day("2026-06-02"), calendar=CALENDAR):
        assert state.possible == bool(not state.refusals)
        assert all(refusal.sentence and refusal.code for refusal in state.refusals)
        if state.state == "available":
            assert state.possible and state.outcomes


def test_an_amount_grows_by_the_day_up_to_its_cap_and_stands_still(book: Book) -> None:
    step = load_file(DATA / "growing.toml", book=book).steps["pay"]
    marking = Marking()
    base, due = Decimal("1000.00"), dt.date(2026, 3, 10)
    grown = accrued(marking, step, base, start=due, on=dt.date(2026, 3, 15))
    assert (grown.amount, grown.units, grown.capped) == (Decimal("150.00"), 5, False)
    assert accrued(marking, step, base, start=due, on=due).amount == 0
    full = accrued(marking, step, base, start=due, on=dt.date(2026, 6, 1))
    assert (full.amount, full.capped) == (Decimal("1000.00"), True)
    marking.pauses["suspended"] = [["2026-03-11T09:00", "2026-03-13T09:00"]]
    assert accrued(marking, step, base, start=due, on=dt.date(2026, 3, 15)).units == 3


def test_data_files_of_these_tests_load(book: Book) -> None:
    for path in sorted(DATA.glob("*.toml")):
        if not path.stem.startswith("story"):
            assert load_file(path, book=book).steps


def test_an_hour_that_the_clocks_repeat_has_two_stamps() -> None:
    """In 1991 the clocks of China repeated an hour; both readings are equal but for ``fold``, and are two moments."""
    first = dt.datetime(1991, 9, 15, 1, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    again = first.replace(fold=1)
    assert first == again
    assert stamp(first) != stamp(again)

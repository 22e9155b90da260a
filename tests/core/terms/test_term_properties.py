"""What must hold for every start, length, pause and extension; and a naive count with another calendar as reference."""

import calendar as months
from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fadu.core.errors import InputError
from fadu.core.terms import (
    BEIJING,
    Extension,
    Limit,
    MissingYear,
    Pause,
    Regime,
    Unit,
    after_expiry,
    before,
    earliest,
    standard,
    term,
    workdays_between,
)

CALENDAR, REGIMES = standard()
DAY = timedelta(days=1)

starts = st.dates(date(2023, 1, 5), date(2026, 3, 31))
units = st.sampled_from([Unit.WORKDAY, Unit.DAY, Unit.MONTH])
regimes = st.sampled_from(sorted(REGIMES)).map(REGIMES.__getitem__)


@st.composite
def limits(draw: st.DrawFn) -> Limit:
    unit = draw(units)
    return Limit(draw(st.integers(1, 4 if unit is Unit.MONTH else 60)), unit)


@st.composite
def pauses(draw: st.DrawFn) -> list[tuple[date, date]]:
    """Up to two suspensions of at most three weeks, anywhere near the limit."""
    firsts = draw(st.lists(starts, max_size=2))
    return [(first, first + timedelta(days=draw(st.integers(0, 21)))) for first in firsts]


def _naive(
    start: date, parts: list[Limit], regime: Regime, suspended: list[tuple[date, date]]
) -> tuple[date, date, date]:
    """Walk a finger over a wall calendar: no shared code but the regime's data."""
    from_suspension = regime.pause_side == "from_suspension"
    closed = {
        first + timedelta(days=n)
        for first, last in suspended
        for n in (range((last - first).days) if from_suspension else range(1, (last - first).days + 1))
    }
    finger = start - DAY if regime.first_day_counts else start
    for part in parts:
        number = part.number
        if part.unit is Unit.MONTH:
            year, month = (
                finger.year + (finger.month - 1 + number) // 12,
                (finger.month - 1 + number) % 12 + 1,
            )
            length = months.monthrange(year, month)[1]
            is_last = (finger + DAY).month != finger.month
            day = length if regime.last_to_last and is_last else min(finger.day, length)
            number = (date(year, month, day) - finger).days
        while number > 0:
            finger += DAY
            works = part.unit is not Unit.WORKDAY or chinese_calendar.is_workday(finger)
            if works and finger not in closed:
                number -= 1
    nominal, legal, internal = finger, finger, finger
    while regime.rolls_forward and not chinese_calendar.is_workday(legal):
        legal += DAY
    while not chinese_calendar.is_workday(internal):
        internal -= DAY
    return nominal, legal, internal


@given(start=starts, limit=limits(), regime=regimes, suspended=pauses())
@settings(max_examples=400)
def test_agrees_with_a_finger_on_a_wall_calendar(
    start: date, limit: Limit, regime: Regime, suspended: list[tuple[date, date]]
) -> None:
    answer = term(start, limit, calendar=CALENDAR, regime=regime, pauses=suspended)
    expected = _naive(start, [regime.read(limit)], regime, suspended)
    assert (answer.nominal, answer.due_legal, answer.due_internal) == expected


@given(start=starts, limit=limits(), suspended=pauses())
def test_order_of_dates_and_rest_days(start: date, limit: Limit, suspended: list[tuple[date, date]]) -> None:
    answer = term(start, limit, calendar=CALENDAR, pauses=suspended)
    assert answer.due_internal <= answer.nominal <= answer.due_legal
    assert start < answer.nominal
    assert CALENDAR.is_workday(answer.due_legal) and CALENDAR.is_workday(answer.due_internal)
    assert not answer.provisional
    fixed = term(start, limit, calendar=CALENDAR, pauses=suspended, roll=False)
    assert fixed.nominal == fixed.due_legal == answer.nominal
    assert fixed.due_internal == answer.due_internal


@given(start=starts, limit=limits(), suspended=pauses())
def test_every_day_is_either_counted_or_skipped_with_a_reason(
    start: date, limit: Limit, suspended: list[tuple[date, date]]
) -> None:
    answer = term(start, limit, calendar=CALENDAR, pauses=suspended)
    span = [start + timedelta(days=n) for n in range(1, (answer.nominal - start).days + 1)]
    passed = [skipped.day for skipped in answer.skipped if skipped.kind != "roll"]
    assert sorted([*answer.counted, *passed]) == span
    assert all(skipped.reason for skipped in answer.skipped)
    if limit.unit is not Unit.MONTH:
        assert len(answer.counted) == limit.number
    rolled = [skipped.day for skipped in answer.skipped if skipped.kind == "roll"]
    assert rolled == [
        answer.nominal + timedelta(days=n) for n in range((answer.due_legal - answer.nominal).days)
    ]


@given(start=starts, limit=limits(), regime=regimes)
def test_later_start_and_longer_limit_never_end_earlier(start: date, limit: Limit, regime: Regime) -> None:
    facts = {"calendar": CALENDAR, "regime": regime}
    one = term(start, limit, **facts)
    later = term(start + DAY, limit, **facts)
    assert one.nominal <= later.nominal and one.due_legal <= later.due_legal
    written = regime.read(limit)
    longer = term(start, Limit(written.number + 1, written.unit), calendar=CALENDAR, regime=REGIMES.default)
    same = term(start, written, calendar=CALENDAR, regime=REGIMES.default)
    assert same.nominal < longer.nominal and same.due_legal <= longer.due_legal


@given(start=starts, limit=limits(), regime=regimes, when=starts)
def test_a_pause_of_no_length_changes_nothing(start: date, limit: Limit, regime: Regime, when: date) -> None:
    facts = {"calendar": CALENDAR, "regime": regime}
    paused, plain = term(start, limit, pauses=[(when, when)], **facts), term(start, limit, **facts)
    assert (paused.nominal, paused.due_legal, paused.skipped) == (
        plain.nominal,
        plain.due_legal,
        plain.skipped,
    )


@given(start=starts, days=st.integers(5, 60), offset=st.integers(1, 5), length=st.integers(1, 30))
def test_a_pause_within_a_limit_in_days_adds_its_length(
    start: date, days: int, offset: int, length: int
) -> None:
    """Law-B 0.3 rule 7: nominal limit plus the number of suspended days."""
    suspended = (start + timedelta(days=offset), start + timedelta(days=offset + length))
    for regime in (REGIMES["law-B"], REGIMES["law-A"]):
        facts = {"calendar": CALENDAR, "regime": regime}
        if suspended[0] < start + timedelta(days=days):
            plain = term(start, Limit(days, Unit.DAY), **facts)
            paused = term(start, Limit(days, Unit.DAY), pauses=[suspended], **facts)
            assert paused.nominal == plain.nominal + timedelta(days=length)


@given(start=starts, limit=limits(), more=limits(), suspended=pauses())
def test_extensions_compose_on_the_nominal_end(
    start: date, limit: Limit, more: Limit, suspended: list[tuple[date, date]]
) -> None:
    extended = term(start, limit, calendar=CALENDAR, pauses=suspended, extensions=[more])
    if more.unit is limit.unit:
        whole = term(
            start, Limit(limit.number + more.number, limit.unit), calendar=CALENDAR, pauses=suspended
        )
        assert (extended.nominal, extended.due_legal) == (whole.nominal, whole.due_legal)
    else:
        nominal, _, _ = _naive(start, [limit, more], REGIMES.default, suspended)
        assert extended.nominal == nominal


@given(start=starts, limit=limits(), more=limits(), late=st.integers(-5, 5))
def test_an_extension_decided_after_the_nominal_end_is_void(
    start: date, limit: Limit, more: Limit, late: int
) -> None:
    plain = term(start, limit, calendar=CALENDAR)
    asked = Extension(more, plain.nominal + timedelta(days=late))
    answer = term(start, limit, calendar=CALENDAR, extensions=[asked])
    assert (answer.void == (asked,)) is (late > 0)
    assert (answer.nominal == plain.nominal) is (late > 0)


@given(start=starts, limit=limits())
def test_minimum_periods_are_never_moved(start: date, limit: Limit) -> None:
    nominal = term(start, limit, calendar=CALENDAR).nominal
    assert earliest(start, limit, calendar=CALENDAR) == nominal
    assert earliest(start, limit, calendar=CALENDAR, strict=True) == nominal + DAY
    assert (
        after_expiry(start, limit, calendar=CALENDAR) == term(start, limit, calendar=CALENDAR).due_legal + DAY
    )


@given(event=starts, limit=limits())
def test_before_is_the_last_day_from_which_the_limit_fits(event: date, limit: Limit) -> None:
    answer = before(event + timedelta(days=150), limit, calendar=CALENDAR)

    def fits(notice: date) -> bool:
        return earliest(notice, limit, calendar=CALENDAR) <= answer.event

    assert fits(answer.lenient)
    short_month = (
        4 if limit.unit is Unit.MONTH else 1
    )  # one month before 30 June is 30 May, though 31 May fits too
    assert not fits(answer.lenient + short_month * DAY)
    assert answer.internal <= answer.strict <= answer.lenient < answer.event
    between = [answer.strict + timedelta(days=n) for n in range(1, (answer.event - answer.strict).days)]
    if limit.unit is Unit.DAY:
        assert len(between) == limit.number
    if limit.unit is Unit.WORKDAY:
        assert sum(map(CALENDAR.is_workday, between)) == limit.number


@given(a=starts, gap=st.integers(0, 120))
def test_remaining_working_days(a: date, gap: int) -> None:
    b = a + timedelta(days=gap)
    left = workdays_between(a, b, CALENDAR)
    assert left == sum(chinese_calendar.is_workday(a + timedelta(days=n)) for n in range(1, gap + 1))
    late = workdays_between(b, a, CALENDAR)
    assert late == (0 if gap == 0 else -max(1, left))


def test_a_moment_belongs_to_its_day_in_beijing() -> None:
    evening = datetime(2026, 9, 24, 16, 30, tzinfo=UTC)
    assert term(evening, Limit.parse("1日"), calendar=CALENDAR).nominal == date(2026, 9, 26)
    with pytest.raises(InputError, match="没有写明时区"):
        term(datetime(2026, 9, 24, 16, 30), Limit.parse("1日"), calendar=CALENDAR)  # noqa: DTZ001 - the naive value is the case


def test_hours_run_from_the_minute_over_rest_days() -> None:
    start = datetime(2026, 9, 30, 17, 0, 59, tzinfo=BEIJING)
    answer = term(start, Limit.parse("24小时"), calendar=CALENDAR, extensions=[Limit.parse("12 hours")])
    assert (
        answer.nominal
        == answer.due_legal
        == answer.due_internal
        == datetime(2026, 10, 2, 5, 0, tzinfo=BEIJING)
    )
    with pytest.raises(InputError, match="须从具体时刻起算"):
        term(date(2026, 9, 30), Limit.parse("24小时"), calendar=CALENDAR)
    with pytest.raises(InputError, match="不能中止"):
        term(start, Limit.parse("24小时"), calendar=CALENDAR, pauses=[(date(2026, 9, 30), date(2026, 10, 1))])


def test_a_year_without_a_table_refuses_or_is_marked() -> None:
    start, limit = date(2026, 12, 20), Limit.parse("20个工作日")
    with pytest.raises(MissingYear, match="2027"):
        term(start, limit, calendar=CALENDAR)
    answer = term(start, limit, calendar=CALENDAR, provisional_ok=True)
    assert answer.provisional and answer.missing_years == (2027,)
    assert date(2027, 1, 1) not in answer.counted
    assert any("暂定" in sentence for sentence in answer.explain())


def test_impossible_facts_are_refused() -> None:
    with pytest.raises(InputError, match="恢复之日不能早于中止之日"):
        Pause(date(2026, 9, 2), date(2026, 9, 1))
    with pytest.raises(InputError, match="不合理"):
        term(date(9999, 12, 1), Limit.parse("60日"), calendar=CALENDAR)
    with pytest.raises(InputError, match="小时"):
        term(date(2026, 9, 1), Limit.parse("60日"), calendar=CALENDAR, extensions=[Limit.parse("24小时")])

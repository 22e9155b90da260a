"""A limit is read as the law writes it, in Chinese or English, and nothing is guessed."""

import pytest

from fadu.core.errors import InputError
from fadu.core.terms import Limit, Unit


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("20 workdays", 20, Unit.WORKDAY),
        ("1 workday", 1, Unit.WORKDAY),
        ("20个工作日", 20, Unit.WORKDAY),
        ("二十个工作日内", 20, Unit.WORKDAY),
        ("２０个工作日", 20, Unit.WORKDAY),
        ("60 days", 60, Unit.DAY),
        ("60日", 60, Unit.DAY),
        ("六十日", 60, Unit.DAY),
        ("十日", 10, Unit.DAY),
        ("一百二十日", 120, Unit.DAY),
        ("15 天", 15, Unit.DAY),
        ("3 months", 3, Unit.MONTH),
        ("3个月", 3, Unit.MONTH),
        ("两个月以内", 2, Unit.MONTH),
        ("1 year", 1, Unit.YEAR),
        ("五年", 5, Unit.YEAR),
        ("24 hours", 24, Unit.HOUR),
        ("二十四小时", 24, Unit.HOUR),
    ],
)
def test_reads_what_statutes_write(text: str, number: int, unit: Unit) -> None:
    assert Limit.parse(text) == Limit(number, unit)


@pytest.mark.parametrize(
    "limit", [Limit(1, Unit.WORKDAY), Limit(60, Unit.DAY), Limit(3, Unit.MONTH), Limit(2, Unit.YEAR)]
)
def test_both_written_forms_read_back(limit: Limit) -> None:
    assert Limit.parse(str(limit)) == limit
    assert Limit.parse(limit.words()) == limit


@pytest.mark.parametrize(
    "text", ["", "20", "days", "20 weeks", "-3 days", "3.5 days", "twenty days", "20 workdays late"]
)
def test_what_cannot_be_read_is_refused_with_examples(text: str) -> None:
    with pytest.raises(InputError, match="看不懂期限") as refused:
        Limit.parse(text)
    assert "20个工作日" in refused.value.cure


@pytest.mark.parametrize("text", ["0 days", "0个工作日", "101 years", "99999999 days"])
def test_impossible_lengths_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="超出可计算的范围"):
        Limit.parse(text)

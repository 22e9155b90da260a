"""Deadline words and the days they mean; a wrong date is worse than no date."""

from __future__ import annotations

import pytest

from fadu.core.text.plan.deadlines import find, is_deadline_clause, milestones

BODY = [
    ("9月底前公布目录。", "2020-09-30", "9月底前"),
    ("2024年2月底前完成。", "2024-02-29", "2024年2月底前"),
    ("2022年年底前做到拿地即开工。", "2020-12-31", None),
    ("三季度末完成企业信用分级。", "2020-09-30", "三季度末"),
    ("确保上半年出台。", "2020-06-30", "上半年"),
    ("8月1日至10月31日集中整治,11月15日前通报结果。", "2020-11-15", "11月15日前"),
    ("8月1日至10月31日集中整治。", "2020-10-31", "8月1日至10月31日"),
    ("明年3月底前报送。", "2021-03-31", "明年3月底前"),
    ("10月中旬前报送。", "2020-10-20", "10月中旬前"),
    ("年底前对现行文件作一次梳理。", "2020-12-31", "年底前"),
    ("第一季度开展自查，第四季度开展评估。", "2020-12-31", "第四季度"),
    ("2021年3月底前实现，6月底前推广。", "2021-06-30", "6月底前"),
]
NO_DAY = [
    ("每季度召开一次座谈会，意见当月反馈。", "每季度"),
    ("X年X月底前公布。", "X年X月底前"),
    ("6月前完成。", "6月前"),
    ("2月30日前完成。", "2月30日前"),
    ("抽查结果20个工作日内公示。", None),
    ("每年年底提出建议议题。", None),
    ("每年评选一批。", None),
    ("清理2016年12月31日前印发的文件。", None),
    ("总结上半年工作情况。", None),
]


@pytest.mark.parametrize(("text", "day", "words"), BODY)
def test_body(text: str, day: str, words: str | None) -> None:
    found = find(text, year=2022 if "2022" in text else 2020)
    assert found is not None and found.on is not None
    if words is None:
        assert (found.on.isoformat(), found.text) == ("2022-12-31", "2022年年底前")
    else:
        assert (found.on.isoformat(), found.text) == (day, words)


@pytest.mark.parametrize(("text", "words"), NO_DAY)
def test_no_day(text: str, words: str | None) -> None:
    found = find(text, year=2020)
    assert (found.text if found else None) == words
    assert found is None or found.on is None


def test_without_a_year_there_is_no_date() -> None:
    found = find("9月底前公布。", year=None)
    assert found is not None and (found.text, found.on, found.why) == ("9月底前", None, "no_year")


@pytest.mark.parametrize(
    ("text", "day", "words"),
    [
        ("2025年11月", "2025-11-30", "2025年11月"),
        ("2025年5月完成立项; 2025年9月正式实施", "2025-09-30", "2025年9月正式实施"),
        ("6月底完成", "2025-06-30", "6月底完成"),
        ("2025/6/30", "2025-06-30", "2025/6/30"),
        ("四季度", "2025-12-31", "四季度"),
        ("长期坚持", None, "长期坚持"),
        ("按省定时限", None, "按省定时限"),
    ],
)
def test_cells_and_clauses(text: str, day: str | None, words: str) -> None:
    found = find(text, year=2025, clause=True)
    assert found is not None
    assert (found.on.isoformat() if found.on else None, found.text) == (day, words)


def test_milestones() -> None:
    assert milestones("2025年5月立项；2025年7月草案；2025年9月实施", year=2025) == (
        "2025-05",
        "2025-07",
        "2025-09",
    )
    assert milestones("2025年11月", year=2025) == ()


def test_clauses_are_told_from_units() -> None:
    assert (
        is_deadline_clause("6月底完成")
        and is_deadline_clause("长期坚持")
        and is_deadline_clause("力争年底前完成")
    )
    assert not is_deadline_clause("市司法局") and not is_deadline_clause("各县市人民政府")

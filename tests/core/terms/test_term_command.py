"""``fadu term`` as a person and as a program use it."""

import json
from typing import Any

import pytest

from fadu.cli import main


def _json(capsys: pytest.CaptureFixture[str], *args: str) -> dict[str, Any]:
    assert main(["term", *args, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_dates_and_skipped_days_with_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    answer = _json(capsys, "--from", "2026-09-24", "--limit", "20 workdays")
    assert (answer["nominal"], answer["due_legal"], answer["due_internal"]) == ("2026-10-29",) * 3
    assert answer["provisional"] is False and answer["regime"] == "通则"
    assert {"date": "2026-10-01", "kind": "rest", "reason": "国庆节放假"} in answer["skipped"]
    assert "2026-10-10" in answer["counted"], "a make-up Saturday counts"
    assert len(answer["counted"]) == 20 and answer["alternatives"] == []


def test_pause_and_extension(capsys: pytest.CaptureFixture[str]) -> None:
    args = [
        "--from",
        "2026-09-10",
        "--limit",
        "20个工作日",
        "--pause",
        "2026-09-15..2026-09-30",
        "--pause",
        "2026-10-12..2026-10-16",
    ]
    assert _json(capsys, *args)["due_legal"] == "2026-11-04"
    extended = _json(capsys, *args, "--extend", "10 workdays@2026-11-04", "--extend", "5 workdays@2026-12-04")
    assert extended["due_legal"] == "2026-11-18"
    assert extended["extensions"] == ["10 workdays"] and extended["void_extensions"] == ["5 workdays"]


def test_days_roll_and_caps_do_not(capsys: pytest.CaptureFixture[str]) -> None:
    rolled = _json(capsys, "--from", "2026-03-02", "--limit", "60 days")
    assert (rolled["nominal"], rolled["due_legal"], rolled["due_internal"]) == (
        "2026-05-01",
        "2026-05-06",
        "2026-04-30",
    )
    capped = _json(capsys, "--from", "2026-03-02", "--limit", "60 days", "--no-roll")
    assert (capped["nominal"], capped["due_legal"], capped["due_internal"]) == (
        "2026-05-01",
        "2026-05-01",
        "2026-04-30",
    )


def test_both_dates_where_laws_differ_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    answer = _json(capsys, "--from", "2026-09-28", "--limit", "7 days")
    assert answer["due_legal"] == "2026-10-08"
    [other] = answer["alternatives"]
    assert other["due_legal"] == "2026-10-13" and "处罚法" in other["regimes"]
    assert "7个工作日" in other["why"]
    assert (
        _json(capsys, "--from", "2026-09-28", "--limit", "7 days", "--regime", "复议法")["due_legal"]
        == "2026-10-13"
    )
    by_law = _json(capsys, "--from", "2026-09-28", "--limit", "7 days", "--regime", "决策条例")
    assert by_law["regime"] == "通则二"


def test_hours_and_before(capsys: pytest.CaptureFixture[str]) -> None:
    hours = _json(capsys, "--from", "2026-06-18T16:20", "--limit", "24小时")
    assert hours["due_legal"] == "2026-06-19T16:20:00+08:00"
    notice = _json(capsys, "--from", "2026-10-12", "--limit", "5日", "--before", "--regime", "复议法")
    assert (notice["lenient"], notice["strict"], notice["due_internal"]) == (
        "2026-09-29",
        "2026-09-28",
        "2026-09-28",
    )


def test_a_missing_year_is_refused_or_provisional(capsys: pytest.CaptureFixture[str]) -> None:
    args = ["term", "--from", "2026-12-20", "--limit", "20 workdays", "--json"]
    assert main(args) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "missing_year"
    assert main([*args, "--provisional"]) == 0
    assert json.loads(capsys.readouterr().out)["provisional"] is True


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["--from", "24.9.2026", "--limit", "20 workdays"], "“24.9.2026”不是日期"),
        (["--from", "2026-02-30", "--limit", "20 workdays"], "“2026-02-30”不是日期"),
        (["--from", "2026-09-24", "--limit", "20"], "看不懂期限“20”"),
        (["--from", "2026-09-24", "--limit", "20 days", "--pause", "2026-09-30"], "不是中止期间"),
        (
            ["--from", "2026-09-24", "--limit", "20 days", "--pause", "2026-09-30..2026-09-01"],
            "恢复之日不能早于中止之日",
        ),
        (["--from", "2026-09-24", "--limit", "20 days", "--regime", "某法"], "没有写明《某法》如何计算期限"),
        (["--from", "2026-09-24", "--limit", "24 hours"], "须从具体时刻起算"),
        (["--from", "2026-09-24", "--limit", "7 days", "--before", "--no-roll"], "--before 不能与"),
        (["--from", "9999-12-24", "--limit", "20 days"], "不合理"),
    ],
)
def test_bad_input_says_what_is_wrong(
    capsys: pytest.CaptureFixture[str], args: list[str], sentence: str
) -> None:
    assert main(["term", *args]) == 2
    assert sentence in capsys.readouterr().err


def test_the_page_for_a_person(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["term", "--from", "2026-03-02", "--limit", "60日"]) == 0
    page = capsys.readouterr().out
    assert "法定最迟  2026年5月6日（星期三）" in page
    assert "顺延至2026年5月6日（星期三）（《民法典》第二百零三条第一款）" in page
    assert "2026-05-01           届满  第60日（劳动节放假）" in page
    assert "宜在2026年4月30日（星期四）前" in page

"""``fadu term``: when a limit of the law ends, counted day by day."""

from __future__ import annotations

import argparse
import json
import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import pairwise

from fadu.core.errors import InputError
from fadu.core.terms import (
    BEIJING,
    Alternative,
    Before,
    Deadline,
    Extension,
    Limit,
    Pause,
    Regime,
    Regimes,
    Unit,
    alternatives,
    before,
    legal_day,
    standard,
    term,
)
from fadu.core.terms.explain import spell

EXAMPLES = """示例：
  fadu term --from 2026-09-24 --limit "20个工作日"
  fadu term --from 2026-09-10 --limit "20 workdays" --pause 2026-09-15..2026-09-30 --regime 许可法
  fadu term --from 2026-03-10 --limit "30 days" --extend "30 days" --no-roll      查封、扣押的最长期限不顺延
  fadu term --from 2026-06-18T16:20 --limit "24 hours"
  fadu term --from 2026-10-12 --limit "5 workdays" --before                        听证5个工作日前通知
中止写作 A..B：A 是中止之日，B 是恢复之日。退出码：0 已算出，2 输入有误。"""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the ``fadu`` tree."""
    parser = subparsers.add_parser(
        "term",
        help="计算法定期限何时届满，并逐日说明",
        description="计算法定期限何时届满：工作日、日、月、年、小时，含调休、中止、延长和顺延，并逐日说明。",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--from",
        dest="start",
        required=True,
        metavar="日期",
        help="开始之日（当日不计入）；以小时计的写到分钟，按北京时间",
    )
    parser.add_argument(
        "--limit",
        required=True,
        metavar="期限",
        help="如 20个工作日、60日、3个月、1年、24小时，或 20 workdays、60 days",
    )
    parser.add_argument(
        "--pause", action="append", default=[], metavar="A..B", help="A 日中止，B 日恢复；可写多次"
    )
    parser.add_argument(
        "--extend",
        action="append",
        default=[],
        metavar="期限",
        help="延长的期限，可写明决定之日：10个工作日@2026-10-29；可写多次",
    )
    parser.add_argument("--no-roll", action="store_true", help="届满日遇休息日不顺延（限制权利的最长期限）")
    parser.add_argument(
        "--regime",
        default="通则",
        metavar="法律",
        help="按哪部法律计算，如 处罚法、许可法、复议法（默认：通则）",
    )
    parser.add_argument(
        "--provisional", action="store_true", help="放假安排尚未公布的年份，给出暂定日期而不拒绝"
    )
    parser.add_argument(
        "--before", action="store_true", help="把 --from 当作事件之日，计算最迟应在哪一日之前多久办理"
    )
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Compute and print. Raises InputError, which the command root prints."""
    calendar, regimes = standard()
    limit, regime, start = (
        Limit.parse(args.limit),
        _regime(regimes, args.regime),
        _moment(args.start, "--from"),
    )
    if args.before:
        if args.pause or args.extend or args.no_roll:
            raise InputError(
                "--before 不能与 --pause、--extend、--no-roll 同用", why="事前期间不中止、不延长、不顺延"
            )
        answer = before(start, limit, calendar=calendar, regime=regime, provisional_ok=args.provisional)
        print(
            _json({**_before_json(answer), "calendar": calendar.edition})
            if args.json
            else "\n".join(_show_before(answer))
        )
        return 0
    pauses = _pauses(args.pause)
    extensions = [_extension(text) for text in args.extend]
    roll = False if args.no_roll else None
    deadline = term(
        start,
        limit,
        calendar=calendar,
        regime=regime,
        pauses=pauses,
        extensions=extensions,
        roll=roll,
        provisional_ok=args.provisional,
    )
    others = alternatives(
        deadline,
        start,
        limit,
        calendar=calendar,
        regimes=regimes,
        pauses=pauses,
        extensions=extensions,
        roll=roll,
        provisional_ok=True,
    )
    if args.json:
        shape = {
            **deadline.to_json(),
            "calendar": calendar.edition,
            "alternatives": [other.to_json() for other in others],
        }
        print(_json(shape))
    else:
        print("\n".join(_show(deadline, others)))
    return 0


def _json(shape: object) -> str:
    return json.dumps(shape, ensure_ascii=False, indent=2)


def _regime(regimes: Regimes, name: str) -> Regime:
    """By name, alias, or title of a law with or without 《》 and 中华人民共和国."""
    plain = name.strip().removeprefix("《").removesuffix("》").removeprefix("中华人民共和国")
    return regimes[plain] if plain in regimes else regimes.for_law(plain)


_DATE = re.compile(
    r"(?P<year>\d{4})\s*(?:(?P<mark>[-/.])|年)\s*(?P<month>\d{1,2})\s*(?(mark)(?P=mark)|月)\s*(?P<day>\d{1,2})\s*(?(mark)|日)"
    r"(?P<rest>.*)"
)


def _moment(text: str, where: str) -> date | datetime:
    """A date, or a moment that is Beijing time unless it says otherwise. 2026-9-1 and 2026年9月1日 are read as well."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if found := _DATE.fullmatch(plain):
        plain = f"{found['year']}-{found['month']:0>2}-{found['day']:0>2}{found['rest']}"
    try:
        if len(plain) <= len("2026-09-24"):
            return date.fromisoformat(plain)
        moment = datetime.fromisoformat(plain)
    except ValueError as error:
        raise InputError(
            f"“{text}”不是日期",
            where=where,
            why="没有这一天，或者写法不能识别",
            cure="例如：2026-09-24，或 2026-09-24T16:20",
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)


def _pauses(texts: list[str]) -> list[Pause]:
    """In order of time. Two that overlap are contradictory facts: what is suspended cannot be suspended again."""
    pauses = sorted(map(_pause, texts), key=lambda pause: (pause.start, pause.end))
    for earlier, later in pairwise(pauses):
        if later.start < earlier.end:
            raise InputError(
                f"中止 {earlier.start}..{earlier.end} 与 {later.start}..{later.end} 重叠",
                where="--pause",
                why="已经中止、尚未恢复的期限不能再次中止",
                cure=f"请核对各次中止和恢复之日；确系接连中止的，合并写作 {earlier.start}..{max(earlier.end, later.end)}",
            )
    return pauses


def _pause(text: str) -> Pause:
    first, separator, second = (part.strip() for part in text.replace("…", "..").partition(".."))
    if separator and first and not second:
        raise InputError(
            f"自{first}起的中止没有恢复之日",
            where="--pause",
            why="中止尚未恢复的，期限停止计算，届满日无从确定",
            cure=f"恢复后写明恢复之日，例如：{first}..2026-09-30",
        )
    dates = [_moment(part, "--pause") for part in (first, second)] if separator else []
    if len(dates) != 2 or any(isinstance(day, datetime) for day in dates):
        raise InputError(
            f"“{text}”不是中止期间",
            where="--pause",
            why="中止以日计，须有中止之日和恢复之日",
            cure="写作 A..B，例如：2026-09-15..2026-09-30",
        )
    return Pause(dates[0], dates[1])


def _extension(text: str) -> Extension:
    """``10 workdays``, or ``10 workdays@2026-10-29`` with the day on which it was decided."""
    limit, separator, decided = text.partition("@")
    day = _moment(decided.strip(), "--extend") if separator else None
    return Extension(Limit.parse(limit), legal_day(day) if day else None)


def _show(deadline: Deadline, others: list[Alternative]) -> list[str]:
    """The answer for a person: dates first, then the counting, then the laws that count otherwise."""
    mark = "（暂定）" if deadline.provisional else ""
    lines = [
        *_table(
            [
                ("期限", f"{deadline.limit}{_as(deadline)}"),
                ("规则", deadline.regime.title),
                ("开始之日", spell(deadline.start)),
                ("届满日", f"{spell(deadline.nominal)}{mark}"),
                ("法定最迟", f"{spell(deadline.due_legal)}{mark}"),
                ("内部提醒", f"{spell(deadline.due_internal)}{mark}"),
            ]
        ),
        "",
        "说明",
        *(f"  {sentence}" for sentence in deadline.explain()),
    ]
    if deadline.reading.unit is not Unit.HOUR:
        lines += ["", "逐日", *_table(_day_rows(deadline), indent="  ")]
    if others:
        lines += ["", "其他法律的算法不同"]
        for other in others:
            names = "、".join(regime.name for regime in other.regimes)
            lines += [f"  {spell(other.deadline.due_legal)}  {names}", f"    {other.why}。"]
    return lines


def _as(deadline: Deadline) -> str:
    return f"，即{deadline.reading}" if deadline.reading != deadline.limit else ""


def _day_rows(deadline: Deadline) -> list[tuple[str, str, str]]:
    """Runs of days with one fate: (days, counted or not, which number or why), to the last day in time."""
    marks = {"rest": "不计", "paused": "不计", "roll": "顺延"}
    numbers = {day: number for number, day in enumerate(deadline.counted, 1)}
    fate = dict.fromkeys(numbers, ("计入", ""))
    fate |= {each.day: ("计入", each.reason) for each in deadline.worked_rest_days}
    fate |= {
        each.day: (marks[each.kind], each.reason) for each in deadline.skipped if each.day not in numbers
    }
    if deadline.rolled:
        last = max(numbers)
        fate[last] = ("届满", next(each.reason for each in deadline.skipped if each.day == last))
        fate[legal_day(deadline.due_legal)] = ("最迟", "")
    rows: list[tuple[date, date, str, str]] = []
    for day, (mark, note) in sorted(fate.items()):
        if rows and rows[-1][2:] == (mark, note) and day - rows[-1][1] == timedelta(days=1):
            rows[-1] = (rows[-1][0], day, mark, note)
        else:
            rows.append((day, day, mark, note))
    return [(_run(first, last), mark, _note(numbers, first, last, note)) for first, last, mark, note in rows]


def _run(first: date, last: date) -> str:
    return f"{first:%Y-%m-%d}" if first == last else f"{first:%Y-%m-%d} 至 {last:%m-%d}"


def _note(numbers: dict[date, int], first: date, last: date, note: str) -> str:
    if first not in numbers:
        return note
    span = f"第{numbers[first]}日" if first == last else f"第{numbers[first]}至{numbers[last]}日"
    return f"{span}（{note}）" if note else span


def _show_before(answer: Before) -> list[str]:
    mark = "（暂定）" if answer.provisional else ""
    lines = _table(
        [
            ("事件之日", spell(answer.event)),
            ("须提前", f"{answer.limit}{f'，即{answer.reading}' if answer.reading != answer.limit else ''}"),
            ("规则", answer.regime.title),
            ("最迟", f"{spell(answer.lenient)}{mark}"),
            ("稳妥", f"{spell(answer.strict)}{mark}，与事件之日之间净满{answer.limit}"),
            ("内部提醒", f"{spell(answer.internal)}{mark}"),
        ]
    )
    return [
        *lines,
        "",
        f"法律没有写明“{answer.limit}前”如何计算，两种算法并列；按稳妥的一日办理，两种算法都不迟延。",
    ]


def _before_json(answer: Before) -> dict[str, object]:
    return {
        "event": answer.event.isoformat(),
        "limit": answer.limit.words(),
        "counted_as": answer.reading.words(),
        "regime": answer.regime.name,
        "nominal": answer.lenient.isoformat(),
        "due_legal": answer.latest().isoformat(),
        "lenient": answer.lenient.isoformat(),
        "strict": answer.strict.isoformat(),
        "due_internal": answer.internal.isoformat(),
        "provisional": answer.provisional,
        "skipped": [{"date": s.day.isoformat(), "kind": s.kind, "reason": s.reason} for s in answer.skipped],
    }


def _table(rows: Iterable[tuple[str, ...]], indent: str = "") -> list[str]:
    """Columns aligned by display width: a Chinese character takes two cells."""
    listed = [tuple(row) for row in rows]
    widths = [max(map(_width, column)) for column in zip(*listed, strict=True)] if listed else []
    return [
        indent
        + "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in listed
    ]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)

"""The count told in Chinese sentences that a party to the case can follow."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from fadu.core.terms.limits import Unit

if TYPE_CHECKING:
    from fadu.core.terms.deadline import Deadline, Skipped

WEEKDAYS = "一二三四五六日"


def chinese_day(day: date) -> str:
    """2026年10月29日, as official papers write a date."""
    return f"{day.year}年{day.month}月{day.day}日"


def spell(day: date | datetime) -> str:
    """2026年10月29日（星期四）, with hour and minute for a moment."""
    text = f"{chinese_day(day)}（星期{WEEKDAYS[day.weekday()]}）"
    return f"{text}{day:%H:%M}" if isinstance(day, datetime) else text


def sentences(deadline: Deadline) -> list[str]:
    """From the start day to the due date, in the order in which one counts by hand."""
    if deadline.reading.unit is Unit.HOUR:
        return [
            f"自{spell(deadline.start)}起算，{deadline.limit}连续计算，包括夜间和休息日。",
            f"期限至{spell(deadline.due_legal)}届满。",
            *_extension_sentences(deadline),
        ]
    said = [_start_sentence(deadline)]
    if deadline.reading != deadline.limit:
        basis = deadline.regime.workdays_basis.text
        said.append(f"“{deadline.limit}”按工作日计算，即{deadline.reading}（{basis}）。")
    said += _extension_sentences(deadline)
    rest = grouped(skipped for skipped in deadline.skipped if skipped.kind == "rest")
    paused = grouped(skipped for skipped in deadline.skipped if skipped.kind == "paused")
    if rest:
        said.append(f"其间不计休息日：{rest}。")
    if deadline.worked_rest_days:
        said.append(f"其间照常计算的调休上班日：{grouped(deadline.worked_rest_days)}。")
    if paused:
        said.append(f"其间不计中止的时间：{paused}。{deadline.regime.pause_basis.text}。")
    said += _idle_pauses(deadline)
    said += _end_sentences(deadline)
    return said


def _idle_pauses(deadline: Deadline) -> list[str]:
    """A suspension outside the limit changes nothing, which must be said and not passed over."""
    return [
        f"自{spell(pause.start)}至{spell(pause.end)}的中止没有落在应当计入的日子上，不影响届满日。"
        for pause in deadline.pauses
        if pause.start != pause.end
        and not any(s.kind == "paused" and pause.start <= s.day <= pause.end for s in deadline.skipped)
    ]


def grouped(days: Iterable[Skipped]) -> str:
    """Days with the same reason in a row as one span: 10月1日至7日（国庆节放假）."""
    runs: list[tuple[date, date, str]] = []
    for skipped in sorted(days, key=lambda each: each.day):
        if runs and runs[-1][2] == skipped.reason and skipped.day - runs[-1][1] == timedelta(days=1):
            runs[-1] = (runs[-1][0], skipped.day, skipped.reason)
        else:
            runs.append((skipped.day, skipped.day, skipped.reason))
    return "；".join(f"{_span(first, last)}（{reason}）" for first, last, reason in runs)


def _span(first: date, last: date) -> str:
    head = f"{first.month}月{first.day}日"
    if first == last:
        return head
    return f"{head}至{last.day}日" if first.month == last.month else f"{head}至{last.month}月{last.day}日"


def _start_sentence(deadline: Deadline) -> str:
    day = deadline.start
    if deadline.regime.first_day_counts:
        return f"自{spell(day)}当日起算。"
    return f"{spell(day)}为开始之日，不计入，自次日起算{deadline.limit}。"


def _extension_sentences(deadline: Deadline) -> list[str]:
    said = [f"经批准延长{extension.limit}，接在原期限之后连续计算。" for extension in deadline.extensions]
    said += [
        f"延长{extension.limit}的决定作出于{spell(extension.decided)}，已在期限届满之后，不生效力。"
        for extension in deadline.void
        if extension.decided is not None
    ]
    return said


def _end_sentences(deadline: Deadline) -> list[str]:
    nominal, legal, internal = (
        spell(deadline.nominal),
        spell(deadline.due_legal),
        spell(deadline.due_internal),
    )
    if deadline.rolled:
        moved = grouped(skipped for skipped in deadline.skipped if skipped.kind == "roll")
        said = [f"届满日为{nominal}，遇休息日，{moved}，顺延至{legal}（{deadline.regime.roll_basis.text}）。"]
    elif deadline.nominal != deadline.due_internal:
        said = [f"期限至{nominal}届满，届满日虽是休息日，不顺延。"]
    else:
        said = [f"期限至{nominal}届满。"]
    if deadline.due_internal != deadline.due_legal:
        said.append(f"宜在{internal}前（含当日）办结，这是届满日之前最后一个工作日。")
    if deadline.provisional:
        years = "、".join(f"{year}年" for year in deadline.missing_years)
        said.append(f"{years}的放假安排尚未公布，以上日期为暂定，公布后应当重新计算。")
    elif deadline.unsettled:
        said.append("届满日临近年末，次年元旦的放假安排可能调整本年最后几日，公布后应当复核。")
    return said

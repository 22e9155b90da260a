"""What every page must keep: paper, margins, grid, faces, page number (clauses 5 and 7.5)."""

from __future__ import annotations

import itertools
import re
import statistics

from fadu.core.text.typeset.measure.content import MM, PageContent
from fadu.core.text.typeset.measure.faces import face_of
from fadu.core.text.typeset.measure.report import Report, Substitution
from fadu.core.text.typeset.measure.rows import Row
from fadu.core.text.typeset.table import layout

_PAGE_NUMBER = re.compile(r"[—–-]\s*(\d+)\s*[—–-]")
_CLOSING = "，。、；：？！）》〉”’】〕"
_OPENING = "（《〈“‘【〔"
_HALF = 0.5
_STRETCH = 1.5
"""A line that lost a character to the next one, for a mark may not begin a line, is stretched by so many."""
_ENOUGH = 3
"""Full lines on a page from which its side margins can be read; a wrapped list item alone says nothing of them."""


def right_edge(row: Row) -> float:
    """The right edge of what is seen: a closing mark at the end of a line fills only the left half of its square."""
    last = row.glyphs[-1]
    return last.x1 - (
        _HALF * last.size * MM if last.text in _CLOSING and last.x1 - last.x > 0.8 * last.size * MM else 0
    )


def left_edge(row: Row) -> float:
    """The left edge of what is seen: an opening mark at the beginning of a line may be set by its right half."""
    first = row.glyphs[0]
    return first.x + (
        _HALF * first.size * MM if first.text in _OPENING and first.x < layout()["page"]["left_mm"] else 0
    )


def is_body(row: Row) -> bool:
    """Set in 三号: 16 pt, or 15.75 pt in the old scale."""
    size = layout()["sizes"]["三号"]
    return size - 0.6 <= row.size <= size + 0.3


def is_page_number(row: Row) -> bool:
    """Outside the type area and nothing but a number between dashes."""
    page = layout()["page"]
    return row.top > page["top_mm"] + page["type_area_mm"][1] and bool(
        _PAGE_NUMBER.fullmatch(row.text.replace(" ", ""))
    )


def check_paper(page: PageContent, report: Report) -> None:
    width, height = layout()["page"]["paper_mm"]
    tolerance = layout()["page"]["margin_tolerance_mm"]
    report.near("5.1", "纸宽", page.number, page.width, width, tolerance)
    report.near("5.1", "纸高", page.number, page.height, height, tolerance)


def check_margins(page: PageContent, rows: list[Row], report: Report, *, from_top: bool) -> None:
    """5.2.1: the upper and the left margin are the standard's, the others follow from the type area."""
    table = layout()["page"]
    tolerance = table["margin_tolerance_mm"]
    inside = [
        row for row in rows if not is_page_number(row) and row.size < 30 and row.top > table["top_mm"] - 15
    ]
    body = [row for row in inside if is_body(row)]
    if not body:
        return
    first = min(inside, key=lambda row: row.top)
    if from_top and first.size >= layout()["sizes"]["三号"] - 0.6:  # not where a table opens the page
        report.near("5.2.1", "天头", page.number, first.top, table["top_mm"], tolerance)
    if len(body) >= _ENOUGH:
        left = min(left_edge(row) for row in body)
        if (
            abs(left - table["left_mm"] - 2 * character_mm()) < tolerance
        ):  # nothing but paragraphs of one line
            left -= 2 * character_mm()
        report.near("5.2.1", "订口（左白边）", page.number, left, table["left_mm"], tolerance)
    full = full_rows(body)
    if len(full) >= _ENOUGH:
        right = page.width - statistics.quantiles((right_edge(row) for row in full), n=4)[2]
        report.near("5.2.1", "翻口（右白边）", page.number, right, table["right_mm"], tolerance + 0.5)
    bottom = max(row.bottom for row in inside if row.bottom < page.height - 20)
    limit = table["top_mm"] + table["type_area_mm"][1]
    report.look("5.2.1", "版心下边缘以内", page.number, bottom, 0, limit + tolerance)


def character_mm() -> float:
    """The width of one character of the grid."""
    width: float = layout()["page"]["type_area_mm"][0]
    return width / layout()["grid"]["characters"]


def full_rows(body: list[Row]) -> list[Row]:
    """Lines that the next one goes on from, and that therefore reach to the right edge."""
    page = layout()["page"]
    return [
        row
        for row, after in itertools.pairwise(body)
        if abs(left_edge(after) - page["left_mm"]) < 3
        and after.baseline - row.baseline < 1.5 * layout()["grid"]["line_pitch_pt"] * MM
        and right_edge(row) - row.x > 0.8 * page["type_area_mm"][0]
    ]


def check_grid(number: int, rows: list[Row], report: Report) -> None:
    """5.2.3: the distance of feet of neighbouring lines, and of neighbouring characters of full lines."""
    grid = layout()["grid"]
    body = [row for row in rows if is_body(row)]
    steps = [(low.baseline - high.baseline) / MM for high, low in itertools.pairwise(body)]
    steps = [step for step in steps if 15 < step < 45]
    if len(steps) >= _ENOUGH:
        pitch = statistics.median(steps)
        room, tolerance = grid["line_pitch_pt"], grid["line_pitch_tolerance_pt"]
        report.look(
            "5.2.3", "行距", number, pitch, round(room - tolerance, 2), round(room + tolerance, 2), "磅"
        )
        uneven = [
            step
            for step in steps
            if abs(step - pitch) > 0.5 and abs(step / pitch - round(step / pitch)) > 0.05
        ]
        report.say(
            "5.2.3", "行距均匀", number, "同一", f"{len(uneven)}处不一" if uneven else "同一", ok=not uneven
        )
    gaps = [
        right.x - left.x
        for row in full_rows(body)
        for left, right in itertools.pairwise(row.glyphs)
        if _is_ideograph(left.text) and _is_ideograph(right.text)
    ]
    if len(gaps) >= grid["characters"]:
        tightest = statistics.quantiles(gaps, n=4)[0]  # full lines are stretched, never drawn together
        count = round(layout()["page"]["type_area_mm"][0] / tightest, 1)
        low, high = grid["characters"] - _STRETCH, grid["characters"] + 1
        report.look("5.2.3", "每行字数", number, count, low, high, "字")


def _is_ideograph(text: str) -> bool:
    return len(text) == 1 and "\u4e00" <= text <= "\u9fff"


def check_faces(pages: list[list[Row]], contents: list[PageContent], report: Report) -> None:
    """5.2.2 and the fonts: a face set in another font is reported, a font that is not embedded is a departure."""
    seen: dict[tuple[str, str], int] = {}
    for rows in pages:
        for row in rows:
            face, own = face_of(row.font)
            if not own:
                seen.setdefault((face or "（不能辨认）", row.font), row.page)
    report.substituted = [Substitution(face, font, page) for (face, font), page in seen.items()]
    missing = sorted(
        {name for content in contents for name, embedded in content.fonts.items() if not embedded}
    )
    report.say(
        "5.2.2",
        "字体嵌入",
        1,
        "全部嵌入",
        f"未嵌入{'、'.join(missing)}" if missing else "全部嵌入",
        ok=not missing,
    )
    japanese = sorted(
        {
            name
            for content in contents
            for name in content.fonts
            if re.search(r"CJK\s?jp|JP\b|Mincho|明朝", name)
        }
    )
    report.say(
        "5.2.2", "简体字形", 1, "简体字形", "、".join(japanese) if japanese else "简体字形", ok=not japanese
    )


def check_page_number(number: int, rows: list[Row], report: Report, *, bare: bool) -> None:
    """7.5: size, place, and the side it stands on; ``bare`` pages carry none."""
    found = [row for row in rows if is_page_number(row)]
    if bare:
        report.say("10.1", "信函首页页码", number, "不显示", "显示" if found else "不显示", ok=not found)
        return
    report.say("7.5", "页码", number, f"— {number} —", found[0].text if found else "无", ok=bool(found))
    if not found:
        return
    row, table = found[0], layout()
    page, char = table["page"], table["page"]["type_area_mm"][0] / table["grid"]["characters"]
    report.look("7.5", "页码字号", number, row.size, table["sizes"]["四号"], table["sizes"]["四号"], "磅")
    below = row.top + 0.5 * row.size * MM - page["top_mm"] - page["type_area_mm"][1]
    report.near(
        "7.5", "一字线距版心下边缘", number, below, table["page_number"]["dash_below_type_area_mm"], 1
    )
    if number % 2:
        edge = page["left_mm"] + page["type_area_mm"][0] - row.x1
        report.near("7.5", "单页码右空一字", number, edge, round(char, 1), 1)
    else:
        report.near("7.5", "双页码左空一字", number, row.x - page["left_mm"], round(char, 1), 1)

"""Body, annexes, signature and imprint (clauses 7.3.3–7.4.3)."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from fadu.core.text.typeset.measure.content import Glyph, PageContent, Rule, is_red
from fadu.core.text.typeset.measure.faces import face_of
from fadu.core.text.typeset.measure.page_checks import is_body, is_page_number, right_edge
from fadu.core.text.typeset.measure.report import Report
from fadu.core.text.typeset.measure.rows import Row
from fadu.core.text.typeset.table import layout

_LEVELS = (
    ("一、", re.compile(r"[一二三四五六七八九十]+、"), "黑体"),
    ("（一）", re.compile(r"（[一二三四五六七八九十]+）"), "楷体"),
)
_DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_ANNEX = re.compile(r"附件\d{0,2}")
_HEADING_MAX = 24
"""A row beginning （一） that runs on to the edge may be a clause of an article, which keeps the face of the text."""


def check_levels(rows: list[Row], report: Report, *, articles: bool) -> None:
    """7.3.3: headings stand two characters in, 一、 in 黑体, （一） in 楷体."""
    page, char = layout()["page"], layout()["page"]["type_area_mm"][0] / layout()["grid"]["characters"]
    for row in rows:
        for name, begins, wanted in _LEVELS:
            if not is_body(row) or not begins.match(row.text) or not 3 < row.x - page["left_mm"] < 20:
                continue
            opening_bracket_gap = 0.4 if row.text.startswith("（") else 0.0
            report.near(
                "7.3.3",
                f"层次“{name}”左空二字",
                row.page,
                row.x - page["left_mm"],
                round(2 * char, 1),
                1 + opening_bracket_gap,
            )
            if not articles and len(row.text) <= _HEADING_MAX:
                face, _ = face_of(row.font)
                report.say(
                    "7.3.3", f"层次“{name}”字体", row.page, wanted, face or row.font, ok=face == wanted
                )


@dataclass(frozen=True, slots=True)
class SealArea:
    """Where the seal is pressed: page, and its centre from the upper left corner of the paper, in millimetres."""

    page: int
    x: float
    y: float
    diameter: float


def find_seal_area(rows: list[Row]) -> SealArea | None:
    """7.3.5.1: upright over signature and date, centred on both; ``None`` where no date stands under a signature."""
    found = _dated(rows)
    if not found:
        return None
    date = found[-1]
    above = [
        row for row in rows if row.page == date.page and row.baseline < date.baseline - 1 and is_body(row)
    ]
    if not above:
        return None
    organ = _over(above[-1], date)
    return SealArea(
        date.page, (date.x + date.x1) / 2, (organ.bottom + date.top) / 2, layout()["seal"]["diameter_mm"]
    )


def _dated(rows: list[Row]) -> list[Row]:
    left = layout()["page"]["left_mm"] + 60
    return [row for row in rows if _DATE.fullmatch(row.text) and is_body(row) and row.x > left]


def check_signature(rows: list[Row], report: Report) -> None:
    """7.3.5: the date in full without leading zeros, four characters in with a seal, by the signature otherwise."""
    page, char = layout()["page"], layout()["page"]["type_area_mm"][0] / layout()["grid"]["characters"]
    right = page["left_mm"] + page["type_area_mm"][0]
    dates = [
        row for row in rows if _DATE.fullmatch(row.text) and is_body(row) and row.x > page["left_mm"] + 60
    ]
    if not dates:
        loose = [
            row for row in rows if re.fullmatch(r"[〇○零一二三四五六七八九十]{4}年.{1,3}月.{1,3}日", row.text)
        ]
        if loose:
            report.say("7.3.5.4", "成文日期", loose[0].page, "阿拉伯数字", loose[0].text, ok=False)
        return
    date = dates[-1]
    found = _DATE.fullmatch(date.text)
    zero = bool(found and (found[2].startswith("0") or found[3].startswith("0")))
    report.say("7.3.5.4", "成文日期不编虚位", date.page, "月、日不编虚位", date.text, ok=not zero)
    above = [
        row for row in rows if row.page == date.page and row.baseline < date.baseline - 1 and is_body(row)
    ]
    organ = above[-1] if above else None
    joint = any(len(_names(row)) > 1 and len(row.text) < 40 for row in above[-4:])
    organ = organ and _over(organ, date)
    centred = organ is not None and abs((organ.x + organ.x1) - (date.x + date.x1)) / 2 < 1.5
    if organ is None or centred:
        pushed_left = organ is not None and organ.x1 - organ.x > date.x1 - date.x + 8 * char
        if not pushed_left and not joint:
            report.near("7.3.5.1", "成文日期右空四字", date.page, right - date.x1, round(4 * char, 1), 1.5)
        return
    shifted = date.x - organ.x
    if abs(shifted - 2 * char) < 1.5:
        report.near("7.3.5.2", "成文日期首字比署名首字右移二字", date.page, shifted, round(2 * char, 1), 1)
        report.look(
            "7.3.5.2",
            "署名右空二字",
            date.page,
            right - organ.x1,
            round(2 * char - 1, 1),
            round(2 * char + 30, 1),
        )
    else:
        report.near("7.3.5.1", "成文日期右空四字", date.page, right - date.x1, round(4 * char, 1), 1.5)


def _names(row: Row) -> list[Row]:
    """A row of several signatures, cut where the gap is wide."""
    parts: list[list[Glyph]] = [[row.glyphs[0]]]
    for left, right in itertools.pairwise(row.glyphs):
        if right.x - left.x1 > 4:
            parts.append([])
        parts[-1].append(right)
    return [Row(row.page, tuple(part)) for part in parts]


def _over(organ: Row, date: Row) -> Row:
    """Of several signatures side by side, the one above the date."""
    return min(_names(organ), key=lambda name: abs((name.x + name.x1) - (date.x + date.x1)))


def check_annexes(pages: list[list[Row]], report: Report) -> None:
    """7.3.7: 附件N in 黑体, flush left, on the first line of a new page; its title centred on the third."""
    table = layout()
    pitch = table["grid"]["line_pitch_pt"] * 25.4 / 72
    for rows in pages[1:]:
        inside = [row for row in rows if not is_page_number(row)]
        for index, row in enumerate(inside):
            if not _ANNEX.fullmatch(row.text) or not is_body(row):
                continue
            face, _ = face_of(row.font)
            report.say("7.3.7", "“附件”字体", row.page, "黑体", face or row.font, ok=face == "黑体")
            report.near("7.3.7", "“附件”顶格", row.page, row.x, table["page"]["left_mm"], 1)
            report.near("7.3.7", "“附件”在版心第一行", row.page, row.top, table["page"]["top_mm"], 1)
            if index + 1 < len(inside):
                line = (inside[index + 1].baseline - row.baseline) / pitch + 1
                report.look("7.3.7", "附件标题在第三行", row.page, line, 2.7, 3.4, "行")


def check_imprint(content: PageContent, rows: list[Row], report: Report) -> None:
    """7.4: the rules of the imprint, 抄送 and 印发. A letter has neither rules nor 印发 (10.1)."""
    table = layout()
    page, size = table["page"], table["sizes"]["四号"]
    copies = [row for row in rows if row.text.startswith(("抄送：", "主送："))]
    last = [row for row in rows if not is_page_number(row)][-2:]
    printed = [row for row in last if row.text.endswith("印发") and _DATE.search(row.text)]
    if not copies and not printed:
        return
    start = min(row.top for row in [*copies, *printed])
    rules = [
        rule
        for rule in content.rules
        if not is_red(rule.colour) and rule.x1 - rule.x > 140 and rule.y > start - 6
    ]
    for row in copies:
        report.look("7.4.2", "抄送字号", row.page, row.size, size, size, "磅")
        report.near("7.4.2", "抄送左空一字", row.page, row.x - page["left_mm"], round(size * 25.4 / 72, 1), 1)
    if report.form == "letter":
        report.say(
            "10.1",
            "信函版记",
            content.number,
            "不加印发机关、分隔线",
            f"{len(rules)}条线",
            ok=not rules and not printed,
        )
        return
    for row in printed:
        report.look("7.4.3", "印发字号", row.page, row.size, size, size, "磅")
        right = page["left_mm"] + page["type_area_mm"][0] - right_edge(row)
        report.near("7.4.3", "印发日期右空一字", row.page, right, round(size * 25.4 / 72, 1), 1)
    _check_rules(content.number, sorted(rules, key=lambda rule: rule.y), report)


def _check_rules(number: int, rules: list[Rule], report: Report) -> None:
    table = layout()
    if len(rules) < 2:
        report.say("7.4.1", "版记分隔线", number, "首条、末条及要素之间", f"{len(rules)}条", ok=False)
        return
    width = table["page"]["type_area_mm"][0]
    for name, rule in (("首条", rules[0]), ("末条", rules[-1])):
        report.near("7.4.1", f"版记{name}分隔线长", number, rule.x1 - rule.x, width, 1)
        report.near(
            "7.4.1", f"版记{name}分隔线粗", number, rule.thickness, table["imprint"]["thick_mm"], 0.06
        )
    for rule in rules[1:-1]:
        report.near("7.4.1", "版记中间分隔线粗", number, rule.thickness, table["imprint"]["thin_mm"], 0.06)
    bottom = table["page"]["top_mm"] + table["page"]["type_area_mm"][1]
    report.near("7.4.1", "末条分隔线与版心下边缘重合", number, rules[-1].y, bottom, 1)

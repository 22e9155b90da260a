"""版头 and the head of 主体 on the first page (clauses 7.2, 7.3.1, 7.3.2, 10)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from fadu.core.text.typeset.measure.content import MM, PageContent, Rule, is_red
from fadu.core.text.typeset.measure.faces import face_of
from fadu.core.text.typeset.measure.page_checks import is_body, right_edge
from fadu.core.text.typeset.measure.report import Report
from fadu.core.text.typeset.measure.rows import Row
from fadu.core.text.typeset.table import layout

_INK_TOP = 0.84
"""Upper edge of the ink of a Chinese character above the baseline: what the eye takes for the edge of the mark."""
_NUMBER_LIKE = re.compile(
    r"[\u4e00-\u9fff（）]{1,20}[〔\[［(（【]\d{2,4}[〕\]］)）】]第?\d+号(?:签发人.*|[\u4e00-\u9fff]{0,8})"
)
_NUMBER = re.compile(r"[\u4e00-\u9fff（）]{1,20}〔(?:19|20)\d{2}〕[1-9]\d*号")


@dataclass(slots=True)
class Head:
    """What was recognised at the head of the first page."""

    mark: list[Row] = field(default_factory=list)
    number: Row | None = None
    signers: list[Row] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    title: list[Row] = field(default_factory=list)
    to: Row | None = None


def find_head(page: PageContent, rows: list[Row]) -> Head:
    """The mark is what is red and large, the title what is of 二号 below it."""
    two = layout()["sizes"]["二号"]
    head = Head(mark=[row for row in rows if is_red(row.colour) and row.size > two + 3])
    head.rules = [rule for rule in page.rules if is_red(rule.colour) and rule.x1 - rule.x > 100]
    large = [row for row in rows if abs(row.size - two) < 1.5 and not is_red(row.colour)]
    for row in large:
        if not head.title or row.top - head.title[-1].bottom < 8:
            head.title.append(row)
    above = [row for row in rows[:14] if not head.title or row.top < head.title[0].top]
    head.number = next((row for row in above if _NUMBER_LIKE.fullmatch(row.text.replace(" ", ""))), None)
    head.signers = [row for row in above if row.text.startswith("签发人")]
    after = [row for row in rows if head.title and row.top > head.title[-1].top and is_body(row)]
    if after and after[0].text.endswith(("：", ":")):
        head.to = after[0]
    return head


def form_of(head: Head) -> str:
    """The form that the head shows."""
    text = "".join(row.text for row in head.mark)
    if any(rule.x1 - rule.x > 163 for rule in head.rules):
        return "letter"
    if text.endswith("令") and not head.rules:
        return "order"
    return "minutes" if text.endswith("纪要") else "document"


def check_head(head: Head, report: Report) -> None:
    """Everything of the head that the form asks for."""
    _check_mark(head, report)
    if head.number is not None:
        _check_number(head, report)
    _check_rules(head, report)
    if head.title:
        _check_title(head, report)
    if head.to is not None and head.title:
        lines = _blank_lines(head.title[-1], head.to)
        report.look("7.3.2", "标题与主送机关间空行", 1, lines, 0.6, 1.4, "行")
        report.near("7.3.2", "主送机关顶格", 1, head.to.x, layout()["page"]["left_mm"], 1)


def _check_mark(head: Head, report: Report) -> None:
    table = layout()
    if not head.mark:
        report.say("7.2.4", "发文机关标志", 1, "红色，居中", "未见", ok=False)
        return
    first = head.mark[0]
    top = first.baseline - _INK_TOP * first.size * MM
    if report.form == "letter":
        report.near(
            "10.1", "发文机关标志上边缘至上页边", 1, top, table["mark"]["letter_below_paper_edge_mm"], 2
        )
    else:
        clause = {"order": "10.2", "minutes": "10.3"}.get(report.form, "7.2.4")
        wanted = table["mark"][f"{report.form}_below_type_area_mm"]
        report.near(clause, "发文机关标志上边缘至版心上边缘", 1, top - table["page"]["top_mm"], wanted, 2)
    face, _ = face_of(first.font)
    report.say("7.2.4", "发文机关标志字体", 1, "小标宋", face or first.font, ok=face == "小标宋")
    _check_centred(
        "7.2.4", "发文机关标志居中", min(r.x for r in head.mark), max(r.x1 for r in head.mark), report
    )


def _check_centred(clause: str, item: str, left: float, right: float, report: Report) -> None:
    page = layout()["page"]
    middle = page["left_mm"] + page["type_area_mm"][0] / 2
    report.near(clause, item, 1, (left + right) / 2, middle, 2)


def _check_number(head: Head, report: Report) -> None:
    row = head.number
    if row is None:
        return
    signers_row = head.signers  # 签发人 fill several rows and the number stands on the last (7.2.6)
    text, _, signed = row.text.replace(" ", "").partition("签发人")
    if (number := _NUMBER.match(text)) and signers_row:
        text, signed = number[0], "签发人"
    ok = bool(_NUMBER.fullmatch(text))
    report.say("7.2.5", "发文字号", 1, "×〔年份〕序号号", text, ok=ok)
    if report.form == "letter":
        page = layout()["page"]
        report.near(
            "10.1", "发文字号居右顶格", 1, page["left_mm"] + page["type_area_mm"][0] - right_edge(row), 0, 1
        )
        return
    if head.mark:
        gap = (row.top - max(mark.baseline + 0.1 * mark.size * MM for mark in head.mark)) / _pitch()
        if head.signers:
            gap -= (row.baseline - head.signers[0].baseline) / _pitch()
        report.look("7.2.5", "发文机关标志与发文字号间空行", 1, gap, 1.7, 2.8, "行")
    if signed:
        page, char = layout()["page"], layout()["page"]["type_area_mm"][0] / layout()["grid"]["characters"]
        report.near("7.2.5", "发文字号左空一字", 1, row.x - page["left_mm"], round(char, 1), 1)
    else:
        _check_centred("7.2.5", "发文字号居中", row.x, row.x1, report)


def _check_rules(head: Head, report: Report) -> None:
    table, page = layout()["rule"], layout()["page"]
    if report.form == "order":
        return
    if not head.rules:
        report.say("10.1" if report.form == "letter" else "7.2.7", "红色分隔线", 1, "有", "无", ok=False)
        return
    rules = sorted(head.rules, key=lambda rule: rule.y)
    if report.form == "letter":
        for rule in rules:
            report.near("10.1", "红色双线长", 1, rule.x1 - rule.x, table["letter_width_mm"], 1)
        report.near("10.1", "红色双线居中", 1, (rules[0].x + rules[0].x1) / 2, page["paper_mm"][0] / 2, 1)
        below = rules[-1].y
        foot = page["paper_mm"][1] - below
        report.near("10.1", "下部红色双线至下页边", 1, foot, table["letter_foot_from_paper_edge_mm"], 1)
        order = [rule.thickness for rule in rules]
        right = len(rules) == 4 and order[0] > order[1] and order[2] < order[3]
        report.say(
            "10.1",
            "红色双线粗细",
            1,
            "上双线上粗下细，下双线上细下粗",
            "如此" if right else f"{len(rules)}条",
            ok=right,
        )
        return
    report.near("7.2.7", "红色分隔线长", 1, rules[0].x1 - rules[0].x, table["document_width_mm"], 1)
    if head.number is not None:
        report.near(
            "7.2.7", "分隔线距发文字号", 1, rules[0].y - head.number.bottom, table["below_number_mm"], 1
        )


def _check_title(head: Head, report: Report) -> None:
    first = head.title[0]
    face, _ = face_of(first.font)
    report.say(
        "7.3.1", "标题字体", 1, "2号小标宋", f"{first.size:g}磅{face or first.font}", ok=face == "小标宋"
    )
    for row in head.title:
        _check_centred("7.3.1", "标题居中", row.x, right_edge(row), report)
    above = [rule for rule in head.rules if rule.y < first.top]
    if above and report.form in {"document", "minutes"}:
        report.look(
            "7.3.1", "红色分隔线与标题间空行", 1, (first.top - above[-1].y) / _pitch(), 1.7, 2.6, "行"
        )
    text = "".join(row.text for row in head.title)
    report.say(
        "7.3.1",
        "标题末标点",
        1,
        "无",
        text[-1] if text[-1] in "。，；！" else "无",
        ok=text[-1] not in "。，；！",
    )


def _pitch() -> float:
    pitch: float = layout()["grid"]["line_pitch_pt"] * MM
    return pitch


def _blank_lines(upper: Row, lower: Row) -> float:
    return (lower.baseline - upper.baseline) / _pitch() - 1

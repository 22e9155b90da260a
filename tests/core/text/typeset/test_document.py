"""Reading a draft into its parts, and what is refused."""

from __future__ import annotations

import datetime

import pytest

from fadu.core.errors import InputError
from fadu.core.text.typeset import Block, OfficialDocument

DRAFT = """特急
临江市人民政府文件
临政发[2026]08号
临江市人民政府关于印发《临江市行政规范性文件管理办法》的通知

各县（区）人民政府，市政府各工作部门：

现将办法印发给你们，请认真贯彻执行。
一、提高认识
（一）加强领导。各部门要高度重视。
1.明确分工。

附件：1.临江市行政规范性文件管理办法
2.材料清单

临江市人民政府
二〇二六年八月五日
（此件公开发布）

附件1
临江市行政规范性文件管理办法
第一条　为了规范管理，制定本办法。
（一）内部文件；
附件2
材料清单
| 序号 | 名称 |
| --- | --- |
| 1 | 送审稿 |

抄送：市委办公室，
市人大常委会办公室。
临江市人民政府办公室　2026年8月6日印发
"""


def test_every_part_of_a_draft_is_found() -> None:
    doc = OfficialDocument.from_text(DRAFT)
    assert (doc.organ, doc.mark, doc.number, doc.urgency) == (
        "临江市人民政府",
        "临江市人民政府文件",
        "临政发〔2026〕8号",
        "特急",
    )
    assert doc.title == "临江市人民政府关于印发《临江市行政规范性文件管理办法》的通知"
    assert doc.to == "各县（区）人民政府，市政府各工作部门"
    assert doc.date == datetime.date(2026, 8, 5)
    assert doc.signature == ("临江市人民政府",)
    assert doc.note == "此件公开发布"
    assert doc.copies == "市委办公室，市人大常委会办公室。"
    assert (doc.printed_by, doc.printed_on) == ("临江市人民政府办公室", datetime.date(2026, 8, 6))
    assert [annex.title for annex in doc.annexes] == ["临江市行政规范性文件管理办法", "材料清单"]


def test_heading_levels_articles_and_tables_are_told_apart() -> None:
    doc = OfficialDocument.from_text(DRAFT)
    assert doc.body[1] == Block("h1", head="一、提高认识")
    assert doc.body[2] == Block("h2", "各部门要高度重视。", head="（一）加强领导。")
    assert doc.body[3].kind == "h3"
    first, second = doc.annexes
    assert first.body[0] == Block("article", "为了规范管理，制定本办法。", head="第一条")
    assert first.body[1] == Block("para", "（一）内部文件；")
    assert second.body == (Block("table", rows=(("序号", "名称"), ("1", "送审稿"))),)


def test_named_parts_win_over_the_text() -> None:
    doc = OfficialDocument.from_text(DRAFT, organ="临江市司法局", number="临司发〔2026〕1号")
    assert (doc.organ, doc.number) == ("临江市司法局", "临司发〔2026〕1号")


@pytest.mark.parametrize("gap", ["　", "\n", "   "])
def test_imprint_on_one_line_or_two(gap: str) -> None:
    doc = OfficialDocument.from_text(
        f"# 通知\n\n请执行。\n\n某局\n2026年8月5日\n\n某局办公室{gap}2026年8月6日印发\n"
    )
    assert (doc.organ, doc.printed_by, doc.printed_on) == ("某局", "某局办公室", datetime.date(2026, 8, 6))


@pytest.mark.parametrize(
    ("draft", "said"),
    [
        ("# 通知\n\n请执行。\n\n某市某局\n2026年2月30日", "不是历法上的日期"),
        ("# 通知\n\n请执行。", "看不出发文机关"),
        ("---\n发文字号: 临政发〔26〕8号\n发文机关: 某局\n---\n# 通知\n\n请执行。", "不合格式"),
        ("---\n印发单位: 某局\n---\n# 通知\n\n请执行。", "不认识的要素"),
        ("某市人民政府文件\n# 通知\n", "没有正文"),
    ],
)
def test_a_part_that_is_wrong_is_refused(draft: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        OfficialDocument.from_text(draft)


@pytest.mark.parametrize(
    "number", ["临政发[2026]8号", "临政发〔2026〕08号", "临政发〔2026〕第8号", "临政发〔26〕8号"]
)
def test_a_number_in_the_wrong_form_is_refused(number: str) -> None:
    with pytest.raises(InputError, match=r"7\.2\.5"):
        OfficialDocument(organ="临江市人民政府", number=number, body=(Block("para", "正文。"),))

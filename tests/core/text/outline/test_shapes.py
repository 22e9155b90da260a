"""Shapes in which texts arrive: orders, collections in Markdown, web pages, catalogues, decisions, broken lines."""

from __future__ import annotations

import pytest

from fadu.core.text.outline import Outline, outline

ORDER = """中华人民共和国国务院令
第 701 号
《某条例》已经2018年1月1日国务院第1次常务会议通过，现予公布，自2018年5月1日起施行。
总理　李某某
2018年2月1日
某条例
第一章　总　则
第一条　甲。
第二条　乙。
"""


def test_an_order_gives_the_text_that_it_promulgates() -> None:
    found = outline(ORDER)
    assert (found.title, found.number) == ("某条例", "中华人民共和国国务院令第701号")
    assert found.issuer == "中华人民共和国国务院"
    told = {event.kind: (event.date, event.by, event.number) for event in found.dates}
    assert told["公布"] == ("2018-02-01", "中华人民共和国国务院", "令第701号")
    assert told["通过"][0] == "2018-01-01"
    assert told["施行"][0] == "2018-05-01"
    (note,) = [note for note in found.notes if note.kind == "公布令"]
    assert found.text[note.start : note.end].startswith("《某条例》已经")
    assert found.per_article() == [("第一条", 1, 0, 0), ("第二条", 1, 0, 0)]


def test_an_order_without_a_text_keeps_its_own_title() -> None:
    found = outline(
        "某市人民政府令\n第3号\n现将某办法予以废止，自公布之日起施行。\n市长　张某\n2024年3月5日\n"
    )
    assert found.title == "某市人民政府令"


def _counts(found: Outline) -> dict[str, int]:
    return {kind: count for kind, count in found.counts().items() if count}


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        (  # a collection in Markdown: bold labels, items as lists
            "# 某办法\n\n> 2024年3月5日公布\n\n## 第一章 总则\n\n**第一条** 甲。\n\n**第二条** 乙：\n\n- （一）子；\n- （二）丑。\n",
            {"章": 1, "条": 2, "款": 2, "项": 2},
        ),
        (  # a catalogue with dots and page numbers
            "某条例\n目  录\n第一章 总则…………1\n第二章 附则.......5\n第一章 总则\n第一条 甲。\n第二章 附则\n第二条 乙。\n",
            {"章": 2, "条": 2, "款": 2},
        ),
        (  # a catalogue without its heading
            "某条例\n第一章　总　则\n第二章　附　则\n第一章　总　则\n第一条　甲。\n第二章　附　则\n第二条　乙。\n",
            {"章": 2, "条": 2, "款": 2},
        ),
        (  # no blank behind the number, and blanks inside it
            "某办法\n第一条为了甲，制定本办法。\n第 二 条　　下列：\n（一）子；\n（二）丑。\n",
            {"条": 2, "款": 2, "项": 2},
        ),
        (  # a line that was broken before 第三条 and one before 第十条的规定
            "某办法\n第一条 违反下列规定：\n（一）本法\n第三条规定的；\n（二）乙。\n第二条 依照\n第十条的规定处罚。\n第三条 丁。\n",
            {"条": 3, "款": 4, "项": 2},
        ),
        (  # titles of articles in brackets; a table inside an article
            "某办法\n第一条（目的）甲。\n第二条 【标准】 如下：\n| 类 | 额 |\n| 甲 | 10元 |\n第三条 丙。\n",
            {"条": 3, "款": 3},
        ),
        (
            "某法典\n第一编 总则\n第一分编 通则\n第一章 一般\n第一条 甲。\n第二编 分则\n第一分编 物权\n第一章 所有\n第一节 一般\n第二条 乙。\n第二条之一 丙：\n（一）子：\n1．甲；\n2．乙；\n（二）丑。\n附  则\n第三条 戊。\n",
            {"编": 2, "分编": 2, "章": 3, "节": 1, "条": 4, "款": 4, "项": 2, "目": 2},
        ),
        (  # what a web page puts below is no paragraph of the last article
            "某办法\n第一条 甲。\n第二条 自公布之日起施行。\n\n注：本办法根据2024年1月1日决定修正。\n（来源：某市人民政府网站）\n责任编辑：某某\n",
            {"条": 2, "款": 2},
        ),
        (  # an amending decision: quoted articles are none
            "关于修改《某条例》的决定\n某市人民代表大会常务委员会决定对《某条例》作如下修改：\n一、将第三条修改为：“第三条　甲。\n“第四条　乙。\n“（一）子。”\n二、删去第五条。\n本决定自公布之日起施行。\n",
            {},
        ),
    ],
)
def test_counts(text: str, counts: dict[str, int]) -> None:
    found = outline(text)
    assert _counts(found) == counts
    assert not found.issues
    for node in found.walk():
        assert text[node.start : node.end].startswith(node.label)


def test_a_decision_has_no_addressee() -> None:
    found = outline(
        "关于修改《某条例》的决定\n某市人民代表大会常务委员会决定对《某条例》作如下修改：\n一、删去第五条。\n"
    )
    assert not [note for note in found.notes if note.kind == "主送"]


def test_the_title_of_an_annex_may_stand_below_its_number() -> None:
    text = "某市人民政府关于某事的通知\n各部门：\n现将某办法印发给你们。\n某市人民政府\n2024年3月5日\n附件1\n某办法\n第一条 甲。\n附件2\n收费标准\n一、居民\n"
    assert [(node.label, node.title) for node in outline(text).annexes] == [
        ("附件1", "某办法"),
        ("附件2", "收费标准"),
    ]


def test_articles_that_begin_no_line_are_told() -> None:
    found = outline("某办法\n第一章 总则 第一条 为了甲，制定本办法。第二条 乙。\n第三条 丙。第四条 丁。\n")
    told = [issue.sentence for issue in found.issues if issue.code == "run_together"]
    assert [sentence[:5] for sentence in told] == ["“第一条”", "“第二条”", "“第四条”"]
    assert found.per_article() == [("第三条", 1, 0, 0)]


def test_broken_numbering_is_kept_and_told_in_the_numbers_of_the_text() -> None:
    found = outline("某办法\n第十一条 甲。\n第十三条 乙。\n第十二条 丙。\n")
    assert [issue.code for issue in found.issues] == ["starts_late", "gap", "disorder"]
    assert found.issues[1].sentence == "第十一条之后为第十三条，其间缺号"

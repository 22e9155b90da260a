"""Outline: the rules of 款, 项, 目, headings and quotations; what stands around the articles; odd numbering kept."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fadu.core.text.numerals import parse, write
from fadu.core.text.outline import Node, Outline, outline
from fadu.core.text.readers import read


def rows(text: str) -> list[tuple[str, int, int, int]]:
    return outline(text).per_article()


def codes(text: str) -> list[str]:
    return [issue.code for issue in outline(text).issues]


# --- articles, paragraphs, items ------------------------------------------------------------------------------------


def test_paragraphs_items_points() -> None:
    text = """某市办法
第一条 有下列情形之一的，不予登记：
（一）甲：
1.子；
2．丑；
（1）寅；
（二）乙。
前款规定不适用于单位。
第二条 本办法自2024年1月1日起施行。
"""
    assert rows(text) == [("第一条", 2, 2, 3), ("第二条", 1, 0, 0)]
    found = outline(text)
    item = found.find(1, item=1)
    assert item is not None
    assert [child.label for child in item.children] == ["1.", "2．"]
    assert text[item.start : item.end].endswith("（1）寅；")


def test_a_paragraph_between_two_items_belongs_to_the_item() -> None:
    text = "第一条 下列：\n（一）甲。\n甲的说明。\n（二）乙。\n末款。\n"
    assert rows(text) == [("第一条", 2, 2, 0)]
    first = outline(text).find(1, item=1)
    assert first is not None
    assert text[first.start : first.end] == "（一）甲。\n甲的说明。"


def test_two_lists_in_one_article() -> None:
    text = "第一条 应当：\n（一）甲；\n（二）乙。\n不得：\n（一）丙；\n（二）丁。\n"
    article = outline(text).articles()[0]
    assert [len(paragraph.children) for paragraph in article.children] == [2, 2]
    assert codes(text) == []


def test_a_line_that_ends_with_a_comma_goes_on() -> None:
    assert rows("第一条 甲乙丙，\n丁。\n另款。\n") == [("第一条", 2, 0, 0)]


@pytest.mark.parametrize(
    "line",
    [
        "第二条第（三）项安排的资金，用于土地治理。",
        "第二条、第三条规定的行为，由市人民政府处理。",
        "第二条所称企业，是指公司。",
        "第二条规定的期限为十日。",
        "（四）、（五）项所列人员，可以申请。",
        "一、二级道路客运站应当封闭发车。",
    ],
)
def test_a_mention_at_the_beginning_of_a_paragraph_is_no_head(line: str) -> None:
    assert rows(f"第一条 甲。\n{line}\n第二条 乙。\n") == [("第一条", 2, 0, 0), ("第二条", 1, 0, 0)]


def test_heads_without_blank_with_title_and_alone() -> None:
    text = "第一条【目的】为了规范，制定本办法。\n第二条适用于本市。\n第3条 [范围] 丙。\n第四条\n丁。\n"
    assert [row[0] for row in rows(text)] == ["第一条", "第二条", "第3条", "第四条"]
    assert [article.title for article in outline(text).articles()] == ["目的", "", "范围", ""]
    assert all(row[1] == 1 for row in rows(text))


def test_labels_glued_to_their_words() -> None:
    text = "第一条中国公民适用本法。\n第二条内河船舶。\n第三条要求赔偿的，应当申请。\n第五条与本法不一致的。\n第五条规定的期限为十日。\n"
    assert rows(text) == [("第一条", 1, 0, 0), ("第二条", 1, 0, 0), ("第三条", 1, 0, 0), ("第五条", 2, 0, 0)]
    assert codes(text) == ["gap"]


def test_sub_articles() -> None:
    text = "第一百二十条 甲。\n第一百二十条之一 乙。\n第一百二十条之二 丙。\n第一百二十一条 丁。\n"
    assert [article.number for article in outline(text).articles()] == [(120,), (120, 1), (120, 2), (121,)]
    assert codes(text) == ["starts_late"]
    assert codes("第一条 甲。\n第一条之二 乙。\n") == ["gap"]


def test_broken_numbering_is_kept_and_told() -> None:
    text = "第一条 甲。\n第二条 乙。\n第二条 丙。\n第五条 丁：\n（一）子；\n（三）丑。\n第四条 戊。\n"
    assert [row[0] for row in rows(text)] == ["第一条", "第二条", "第二条", "第五条", "第四条"]
    assert codes(text) == ["duplicate", "gap", "gap", "disorder"]


# --- divisions, catalogue, quotations -------------------------------------------------------------------------------


def test_divisions_and_catalogue() -> None:
    heads = "第一编 总则\n第一章 一般规定\n第二编 分则\n第一章 特别规定\n第一节 甲\n"
    text = f"某法\n目 录\n{heads}第一编 总则\n第一章 一般规定\n第一条 甲。\n第二编 分则\n第一章 特别规定\n第一节 甲\n第二条 乙。\n附 则\n第三条 丙。\n"
    found = outline(text)
    assert found.counts() == {"编": 2, "分编": 0, "章": 3, "节": 1, "条": 3, "款": 3, "项": 0, "目": 0}
    assert found.catalogue is not None
    assert text[found.catalogue.start : found.catalogue.end].endswith("第一节 甲")
    assert [node.title for node in found.nodes] == ["总则", "分则"]


def test_catalogue_without_its_word() -> None:
    text = "某法\n第一章 总则\n第二章 附则\n第一章 总则\n第一条 甲。\n第二章 附则\n第二条 乙。\n"
    assert outline(text).counts()["章"] == 2


def test_chapter_named_in_a_sentence_is_no_heading() -> None:
    text = "第一章 总则\n第一条 甲。\n第三章规定的程序，适用于单位。\n第二章 附则\n第二条 乙。\n"
    assert outline(text).counts()["章"] == 2
    assert codes(text) == []


def test_articles_in_quotation_marks_are_content_of_the_amendment() -> None:
    text = """某市人民代表大会常务委员会关于修改《某市条例》的决定
一、将第五条修改为：“第五条 市人民政府应当：
“（一）甲；
“第六条 不是本决定的条文。”
二、增加一条，作为第七条：
“第七条 乙。
第八条 引号没有每段都写。”
三、第九条改为第十条。
本决定自公布之日起施行。
"""
    found = outline(text)
    assert found.articles() == []
    assert [node.label for node in found.nodes if node.kind == "一级"] == ["一、", "二、", "三、"]
    assert [node.kind for node in found.nodes[0].children] == ["引", "引"]


def test_quotation_left_open_does_not_swallow_the_rest() -> None:
    text = "某办法\n第一条 将“甲修改为乙。\n第二条 丙。\n第三条 丁。\n"
    assert [row[0] for row in rows(text)] == ["第一条", "第二条", "第三条"]
    assert codes(text) == ["open_quote"]


# --- around the articles --------------------------------------------------------------------------------------------

NOTICE = """某市人民政府文件
某府发〔2018〕3号
某市人民政府关于印发某市养犬
管理办法的通知
各县（市、区）人民政府，市政府各部门：
现将《某市养犬管理办法》印发给你们，请遵照执行。
附件：1.养犬登记表
2.收费标准
某市人民政府
2018年3月5日
（此件公开发布）
某市养犬管理办法
第一条 为了规范养犬，制定本办法。
第二条 本办法自2018年5月1日起施行，有效期五年。
"""


def test_a_notice_that_carries_rules() -> None:
    found = outline(NOTICE)
    assert found.title == "某市人民政府关于印发某市养犬管理办法的通知"
    assert found.subtitle == "某市养犬管理办法"
    assert found.number == "某府发〔2018〕3号"
    assert found.issuer == "某市人民政府"
    assert found.signature is not None
    assert (found.signature.organs, found.signature.date) == (("某市人民政府",), "2018-03-05")
    assert found.per_article() == [("第一条", 1, 0, 0), ("第二条", 1, 0, 0)]
    assert [(event.kind, event.date) for event in found.dates if event.kind == "施行"] == [
        ("施行", "2018-05-01")
    ]
    assert {note.kind for note in found.notes} >= {
        "文号",
        "主送",
        "署名",
        "成文日期",
        "附件说明",
        "附注",
        "题",
    }
    assert found.annexes == []


def test_history_in_brackets_and_signature_at_the_end() -> None:
    text = """某省临时用地办法
（1994年10月13日某政发〔1994〕115号发布 根据2010年11月29日《某省人民政府关于废止和修改部分规章的决定》第一次修订）
第一条 甲。
第二条 本办法自公布之日起施行。
某省住房和城乡建设厅办公室
二○二一年十一月十四日
附件1
申请表
第一条 附件里的条。
附件2：清单
"""
    found = outline(text)
    told = [(event.kind, event.date, event.number) for event in found.dates]
    assert told == [
        ("公布", "1994-10-13", "某政发〔1994〕115号"),
        ("修订", "2010-11-29", ""),
        ("成文", "2021-11-14", ""),
        ("施行", "", ""),
    ]
    assert found.dates[-1].by == "自公布之日起"
    assert found.signature is not None
    assert found.signature.date == "2021-11-14"
    assert found.per_article() == [("第一条", 1, 0, 0), ("第二条", 1, 0, 0)]
    assert [annex.label for annex in found.annexes] == ["附件1", "附件2："]


def test_a_day_that_no_calendar_has_is_no_date() -> None:
    assert outline("某法\n（2019年2月30日公布）\n第一条 甲。\n").dates[0].date == ""


def test_levels_of_a_document_without_articles() -> None:
    text = "某市政府关于某事的意见\n各部门：\n为了做好某事，提出如下意见。\n一、总体要求\n（一）指导思想。以某为指导。\n1.甲。\n（1）子。\n（二）目标。\n二、任务\n本意见由某局解释。\n"
    found = outline(text)
    assert [(node.kind, node.title) for node in found.nodes] == [
        ("段", ""),
        ("一级", "总体要求"),
        ("一级", "任务"),
    ]
    second = found.nodes[1].children[0]
    assert (second.kind, second.title) == ("二级", "指导思想")
    assert [node.kind for node in second.walk()] == ["二级", "三级", "四级"]


def test_headings_between_articles() -> None:
    text = "最高人民法院规定\n一、管辖\n第一条 甲。\n二、证据\n第二条 乙：\n一、子；\n二、丑。\n"
    found = outline(text)
    assert [(node.kind, node.title) for node in found.nodes] == [("一级", "管辖"), ("一级", "证据")]
    assert sum(node.kind == "条" for node in found.walk()) == 2


def test_empty_and_foreign_texts() -> None:
    assert outline("").nodes == []
    assert outline("\n \n").title == ""
    assert outline("Hello\nworld").articles() == []


# --- properties and truth -------------------------------------------------------------------------------------------

LINE = st.sampled_from(
    [
        *(
            "第一条 甲。",
            "第二条",
            "第十条之一 乙：",
            "第三章 总则",
            "第一节 子",
            "（一）甲；",
            "（二）乙。",
            "(3) 丙",
            "1.丁",
            "一、总则",
            "二、有下列情形的：",
        ),
        *(
            "附件1",
            "附则",
            "目录",
            "“第五条 引用。",
            "引用完。”",
            "将其修改为：“",
            "某市人民政府",
            "2020年1月1日",
            "正文，",
            "正文。",
            "| 表 | 格 |",
            "# 标题",
            "<!-- x -->",
        ),
    ]
)


@given(st.lists(LINE, max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_mixture_of_lines_gives_a_sound_tree(found: list[str]) -> None:
    text = "\n".join(found)
    result = outline(text)
    check(text, result)


def check(text: str, result: Outline) -> None:
    """Every node lies inside its parent, behind its elder sister, and covers its label."""

    def below(node: Node) -> None:
        assert 0 <= node.start <= node.body <= node.end <= len(text)
        if node.label:
            assert text[node.start : node.end].startswith(node.label)
        before = node.start
        for child in node.children:
            assert before <= child.start <= child.end <= node.end
            before = child.end
            below(child)

    for node in result.nodes:
        below(node)


@given(st.integers(0, 9999))
def test_numerals_round_trip(value: int) -> None:
    assert parse(write(value)) == value


@pytest.mark.corpus
def test_truth(shared: Path) -> None:
    folder = shared / "data/structure"
    right = total = 0
    for law in json.loads((folder / "structure.json").read_text(encoding="utf-8"))["laws"]:
        found = outline(read(folder / law["file"]).text)
        got = found.per_article()
        total += len(law["per_article_款项目"])
        right += sum(tuple(row) in got for row in law["per_article_款项目"])
        assert found.counts() == law["true_counts"], law["title"]
        assert found.title == law["title"]
    assert right >= 0.98 * total


@pytest.mark.corpus
@pytest.mark.slow
def test_the_whole_collection_is_read(shared: Path) -> None:
    for file in sorted((shared / "data/laws").rglob("*.md")):
        text = read(file).text
        found = outline(text)
        check(text, found)
        assert found.title, file


@pytest.mark.usefixtures("own_time")
@pytest.mark.parametrize(
    "piece",
    [
        *(
            "第一条一",
            "第一条（一）、",
            "（一）\n",
            "第一条 \n",
            "“\n",
            "附件1\n",
            "2020年1月1日\n",
            "某市人民政府\n",
            "目录\n",
            "# 甲\n",
            "一、",
            "一、\n",
        ),
        *(
            "第一章\n",
            "甲\n",
            "（2020年1月1日公布）",
            "1.\n",
            "（1）\n",
            "| a |\n",
            "甲，\n",
            "\n",
            " ",
            "第五条 修改为：“甲。\n",
        ),
    ],
)
def test_hostile_repetition_takes_linear_time(piece: str) -> None:
    took = []
    for count in (20_000, 80_000):
        text = piece * (count // len(piece)) + "x"
        start = time.process_time()
        outline(text)
        took.append(time.process_time() - start)
    assert took[1] < 10 * took[0] + 0.3


def test_a_chapter_set_as_a_heading_right_after_the_title_is_a_chapter() -> None:
    """``# title`` and then ``## 第一章`` without any mark between: the second heading is a division, not a second title."""
    read = outline(
        "# 某市停车管理办法\n\n## 第一章　总则\n\n第一条　为了规范停车。\n\n## 第二章　管理\n\n第二条　停车应当有序。\n"
    )
    assert read.title == "某市停车管理办法"
    assert [(node.kind, node.label) for node in read.walk() if node.kind == "章"] == [
        ("章", "第一章"),
        ("章", "第二章"),
    ]

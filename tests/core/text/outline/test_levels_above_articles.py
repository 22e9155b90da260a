"""Articles below headings 一、 （一） (judicial interpretations), and items that are printed on one line."""

from fadu.core.text.citations import cite
from fadu.core.text.library import resolve
from fadu.core.text.outline import outline

TEXT = """# 某法院关于适用某法若干问题的解释

为了正确适用法律，制定本解释。

## 一、一般规定

第一条 甲。

第二条 下列情形：

（一）子；

（二）丑。

## 二、程序

第三条 依照本解释第二条第二项、第一条第三款和第九条办理。
"""


def test_articles_below_headings_are_articles_of_the_text() -> None:
    read = outline(TEXT)
    assert read.per_article() == [("第一条", 1, 0, 0), ("第二条", 1, 2, 0), ("第三条", 1, 0, 0)]
    assert read.counts()["条"] == 3
    assert read.find(2, item=2) is not None


def test_references_to_them_are_checked() -> None:
    read = outline(TEXT)
    statuses = [answer.status for answer in resolve(read, cite(TEXT, read))]
    assert statuses == ["found", "no_paragraph", "no_article"]


def test_items_on_one_line_are_one_paragraph_and_told() -> None:
    read = outline(
        "某办法\n第一条 下列情形予以奖励：（一）子；（二）丑；（三）寅。\n第二条 乙（一）；见（二）。\n"
    )
    assert read.per_article() == [("第一条", 1, 0, 0), ("第二条", 1, 0, 0)]
    assert [issue.code for issue in read.issues] == ["run_together"]
    assert read.text[read.issues[0].start : read.issues[0].end].startswith("第一条")


def test_invisible_characters_are_blanks() -> None:
    text = "某办法\n\u200b第一条 甲。\n\u200b\n\ufeff\u200b\n第二条 乙。\n"
    read = outline(text)
    assert read.per_article() == [("第一条", 1, 0, 0), ("第二条", 1, 0, 0)]
    assert read.text == text and text[read.articles()[0].start :].startswith("第一条")

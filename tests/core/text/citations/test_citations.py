"""Citations: the forms of legal drafting, what is none, whose work is meant, and the truth sets."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fadu.core.text.citations import cite
from fadu.core.text.outline import outline

LABELLED = Path(__file__).parent / "labelled.json"


def strings(text: str) -> list[str]:
    return [citation.text for citation in cite(text)]


def refs(text: str) -> list[dict[str, Any]]:
    (citation,) = cite(text)
    assert citation.text == text
    return citation.refs


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("本条例第十条之一第二款", [{"title": "本条例", "article": 10, "sub": 1, "paragraph": 2}]),
        ("《甲法》第三条第（二）项至第（四）项", [{"title": "甲法", "article": 3, "item": 2, "item_to": 4}]),
        ("本法第５条和第12条", [{"title": "本法", "article": 5}, {"title": "本法", "article": 12}]),
        ("第一百二十条之一至之六", [{"article": 120, "sub": 1, "sub_to": 6}]),
        ("《甲法》（2021年修正）第五条", [{"title": "甲法", "article": 5}]),
        ("本法第十四条、十五条", [{"title": "本法", "article": 14}, {"title": "本法", "article": 15}]),
        ("前款第二项第三目", [{"relative": "前款", "item": 2, "point": 3}]),
        ("前款和第三款", [{"relative": "前款"}, {"paragraph": 3}]),
        ("前条第一款", [{"relative": "前条", "paragraph": 1}]),
        ("本章第二节", [{"relative": "本章", "section": 2}]),
        ("本法第二编第三章", [{"title": "本法", "part": 2, "chapter": 3}]),
        ("本办法第三条至第五条第二款", [{"title": "本办法", "article": 3, "article_to": 5, "paragraph": 2}]),
        (
            "本条例第十一条第一款第四、五项和第二款",
            [
                {"title": "本条例", "article": 11, "paragraph": 1, "item": 4},
                {"title": "本条例", "article": 11, "paragraph": 1, "item": 5},
                {"title": "本条例", "article": 11, "paragraph": 2},
            ],
        ),
        ("刑法第八条以及本解释", [{"title": "刑法", "article": 8}, {"title": "本解释"}]),
        ("《〈甲法〉实施办法》第二条", [{"title": "〈甲法〉实施办法", "article": 2}]),
        ("国务院令第713号", [{"kind": "令", "issuer": "国务院", "number": 713}]),
        (
            "某市人民政府令〔2019〕第3号",
            [{"kind": "令", "issuer": "某市人民政府", "year": 2019, "number": 3}],
        ),
        ("交通部2003年第4号令", [{"kind": "令", "issuer": "交通部", "year": 2003, "number": 4}]),
        ("海关总署公告2001年第7号", [{"kind": "公告", "issuer": "海关总署", "year": 2001, "number": 7}]),
        (
            "署货字〔88〕725号",
            [
                {
                    "kind": "文号",
                    "prefix": "署货字",
                    "year": 1988,
                    "number": 725,
                    "normal_form": "署货字〔1988〕725号",
                }
            ],
        ),
        (
            "〔88〕署货字第725号",
            [
                {
                    "kind": "文号",
                    "prefix": "署货字",
                    "year": 1988,
                    "number": 725,
                    "normal_form": "署货字〔1988〕725号",
                }
            ],
        ),
        *(
            (
                form,
                [
                    {
                        "kind": "文号",
                        "prefix": "某府发",
                        "year": 2018,
                        "number": 3,
                        "normal_form": "某府发〔2018〕3号",
                    }
                ],
            )
            for form in (
                "某府发〔2018〕3号",
                "某府发[2018]3号",
                "某府发（2018）3号",
                "某府发(2018) 3号",
                "某府发【2018】第3号",
                "某府发［２０１８］３号",
            )
        ),
    ],
)
def test_forms(words: str, wanted: list[dict[str, Any]]) -> None:
    assert refs(words) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "第十条 本市实行登记制度。",
        "第三章 总则",
        "发给《养犬登记证》和犬牌。",
        "目前款项已经拨付，前条件不再适用。",
        "（四）一、二级客运站应当封闭。",
        "本项目的章程由第三方制定，共二十一号楼。",
        "执法人员依法采取措施，违法行为应当纠正。",
        "（2018）粤01民初123号判决",
        "电话：12345号",
    ],
)
def test_what_is_no_citation(text: str) -> None:
    assert strings(text) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("同时触犯刑法第二百八十条的，", ["刑法第二百八十条"]),
        ("适用海事诉讼特别程序法第五十三条的规定", ["海事诉讼特别程序法第五十三条"]),
        ("依照刑法和本条例的规定", ["刑法"]),
        ("根据宪法，制定本法。", ["宪法"]),
        ("违反治安管理处罚法规定的", ["治安管理处罚法"]),
        ("依据某省燃气管理条例第五条处罚", ["某省燃气管理条例第五条"]),
        ("违反本条例第五条，第七条第二款规定", ["本条例第五条", "第七条第二款"]),
        ("按国办发(1985)49号文件规定", ["国办发(1985)49号"]),
        ("1994年9月5日市人民政府第20号令修改", ["市人民政府第20号令"]),
        ("（法释〔2009〕19号，以下简称《解释》）", ["法释〔2009〕19号"]),
        (
            "《甲解释》（法释〔2009〕19号，以下简称《解释》）规定",
            ["《甲解释》（法释〔2009〕19号，以下简称《解释》）", "法释〔2009〕19号"],
        ),
        ("《甲法》（以下简称甲法）规定", ["《甲法》"]),
        ("《甲法》（以下简称甲法）第三条规定", ["《甲法》（以下简称甲法）第三条"]),
        (
            "《中华人民共和国甲法》、《乙条例》第二条和《丙办法》",
            ["《中华人民共和国甲法》", "《乙条例》第二条", "《丙办法》"],
        ),
    ],
)
def test_in_a_sentence(text: str, wanted: list[str]) -> None:
    assert strings(text) == wanted


def test_works_meant() -> None:
    text = """某市养犬管理办法
第一条 根据《中华人民共和国动物防疫法》（以下简称动物防疫法），制定本办法。
第二条 违反动物防疫法第三条，第五条规定的，依照该法第九条处罚；违反本办法第一条的，依照前款处理。
第三条 适用《某市养犬管理办法》第二条。
"""
    works = {citation.text: citation.works for citation in cite(text)}
    assert works == {
        "《中华人民共和国动物防疫法》": ["中华人民共和国动物防疫法"],
        "动物防疫法第三条": ["中华人民共和国动物防疫法"],
        "第五条": ["中华人民共和国动物防疫法"],
        "该法第九条": ["中华人民共和国动物防疫法"],
        "本办法第一条": [""],
        "前款": [""],
        "《某市养犬管理办法》第二条": [""],
    }


def test_an_amendment_does_not_tell_whose_article() -> None:
    text = "关于修改《甲条例》的决定\n一、第五条修改为：“违反本条例第六条的，处罚款。”\n"
    works = {citation.text: citation.works for citation in cite(text)}
    assert works["第五条"] == [None]
    assert works["本条例第六条"] == [None]


def test_spans_of_refs() -> None:
    text = "依照《甲法》第三条、第五条第二款和乙条例第六条处理"
    (citation,) = cite(text)
    assert [text[start:end] for start, end in citation.spans] == [
        "《甲法》第三条",
        "第五条第二款",
        "乙条例第六条",
    ]


PIECE = st.sampled_from(
    [
        *"第一二三条款项目章节、和至本法前《》〈〉（）〔2018〕号令，。",
        "以下简称",
        "条例",
        "第十条",
        "（三）",
        "国办发",
        "之一",
        "\n",
        "年",
        " ",
    ]
)


@given(st.lists(PIECE, max_size=40).map("".join))
@settings(max_examples=400, deadline=None)
def test_any_mixture_gives_spans_in_order(text: str) -> None:
    last = 0
    for citation in cite(text):
        assert text[citation.start : citation.end] == citation.text
        assert citation.refs
        assert len(citation.refs) == len(citation.spans) == len(citation.works)
        assert citation.start >= last or citation.kind in ("number", "order")
        last = max(last, citation.start)


def test_labelled_spans() -> None:
    good = extra = missed = 0
    for row in json.loads(LABELLED.read_text(encoding="utf-8"))["rows"]:
        wanted = {tuple(span) for span in row["spans"]}
        found = {(citation.start, citation.end) for citation in cite(row["context"])}
        good, extra, missed = (
            good + len(wanted & found),
            extra + len(found - wanted),
            missed + len(wanted - found),
        )
    assert good + missed >= 300
    assert good / (good + extra) >= 0.97
    assert good / (good + missed) >= 0.98


@pytest.mark.corpus
def test_truth(shared: Path) -> None:
    items = json.loads((shared / "data/citations.json").read_text(encoding="utf-8"))["items"]
    right = recalled = 0
    for item in items:
        wanted = [
            {key: value for key, value in ref.items() if key != "issuer_in_context"} for ref in item["refs"]
        ]
        right += any(
            citation.text == item["citation"] and citation.refs == wanted
            for citation in cite(item["citation"])
        )
        recalled += any(item["citation"] in citation.text for citation in cite(item["context"]))
    assert right >= 0.97 * len(items)
    assert recalled >= 0.98 * len(items)


def test_heads_of_articles_are_no_citations() -> None:
    text = "第一条为了规范，制定本办法。\n第二条依照第一条办理。\n"
    assert [citation.text for citation in cite(text, outline(text))] == ["第一条"]


@pytest.mark.usefixtures("own_time")
@pytest.mark.parametrize(
    "piece",
    [
        *(
            "《",
            "《》",
            "《《》",
            "（",
            "第",
            "第一、",
            "第一",
            "一",
            "一、",
            "本",
            "前款",
            "号",
            "〔2018〕",
            "依照刑法和",
            "法和",
            "依照法",
        ),
        *(
            "《甲》（以下简称",
            "第一条第",
            "和第一条",
            "第一条一",
            "（一",
            "《一》",
            "（（",
            "甲〔2018〕3号、",
            "第一条、",
            "本条例第",
            "〈",
            "废止《甲》",
        ),
    ],
)
def test_hostile_repetition_takes_linear_time(piece: str) -> None:
    """The time of four times the text is not sixteen times the time: no pattern goes back over what it has read."""
    took = []
    for count in (10_000, 40_000):
        text = piece * (count // len(piece)) + "x"
        start = time.process_time()
        cite(text)
        took.append(time.process_time() - start)
    assert took[1] < 10 * took[0] + 0.3

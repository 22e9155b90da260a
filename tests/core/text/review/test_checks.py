"""The checks of structure: dates, definitions, references, repealed works, marks."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from fadu.core.text.outline import outline
from fadu.core.text.review import LEVELS, Finding, level_of, load, review

BOOK = load(Path(str(files("fadu") / "law")))
HEAD = "X市犬只管理办法\nX府发〔2024〕3号\n第一条 为了加强管理，制定本办法。\n"
TAIL = "第九条 本办法自2024年3月1日起施行，有效期5年。\nX市人民政府\n2024年2月1日\n"


def rules(text: str, level: str = "规范性文件") -> dict[str, Finding]:
    return {one.rule: one for one in review(outline(text), BOOK, level=level)}


def test_offsets_are_those_of_the_text():
    text = HEAD + "第二条 擅自摆摊的，处500元罚款。\n" + TAIL
    for one in review(outline(text), BOOK, level="规范性文件"):
        assert text[one.start : one.end] == one.quote
        assert one.where or one.rule in ("no_issuer", "no_effect", "numbering")


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("basis_repealed", "第二条 依照《中华人民共和国物权法》办理。"),
        ("item_abolished", "第二条 外来人员凭暂住证办理登记。"),
        ("wrong_reference", "第二条 违反本办法第二十条规定的，由主管部门处理。"),
        ("defined_twice", "第二条 本办法所称犬只，是指犬。\n第三条 本办法所称犬只，是指猎犬。"),
        ("undefined", "第二条 依照《条例》第三条办理。"),
        ("marks", "第二条 养犬人应当登记，，不得弃养。"),
        ("typo", "第二条 登记信息做为免疫依据。"),
        ("numbering", "第二条 应当登记。\n第五条 应当免疫。"),
    ],
)
def test_found(rule, words):
    assert rule in rules(HEAD + words + "\n" + TAIL)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("basis_repealed", "第二条 《中华人民共和国物权法》同时废止。"),
        ("basis_repealed", "第二条 依照《中华人民共和国民法典》办理。"),
        ("item_abolished", "第二条 取消暂住证制度。"),
        ("wrong_reference", "第二条 违反本办法第九条规定的，由主管部门处理。"),
        ("defined_twice", "第二条 本办法所称犬只，是指犬。\n第三条 本办法所称主管部门，是指公安机关。"),
        ("undefined", "第二条 依照《动物防疫条例》（以下简称《条例》）第三条办理。"),
        ("marks", "第二条 养犬人应当登记（免费）。"),
        ("typo", "第二条 登记信息作为免疫依据。"),
    ],
)
def test_not_found(rule, words):
    assert rule not in rules(HEAD + words + "\n" + TAIL)


def test_dates_and_organ():
    bare = "犬只管理办法\n第一条 为了管理，制定本办法。\n第二条 应当登记。\n第三条 由公安机关负责。\n"
    assert {"no_effect", "no_issuer"} <= set(rules(bare))
    assert "no_period" in rules(bare + "第四条 本办法自2024年3月1日起施行。\n")
    late = HEAD + "第二条 本办法自2024年1月1日起施行，有效期5年。\nX市人民政府\n2024年2月1日\n"
    assert rules(late)["effect_before_issue"].kind == "rights"
    assert not {"no_effect", "no_issuer", "no_period", "effect_before_issue"} & set(rules(HEAD + TAIL))


def test_level_decides():
    text = HEAD + "第二条 擅自摆摊的，处五百元罚款。\n" + TAIL
    assert "fine_fixed" in rules(text) and "fine_fixed" not in rules(text, "规章")
    assert all(level in LEVELS for level in (level_of(outline(text)), "规章"))
    assert level_of(outline(text)) == "规范性文件"
    assert level_of(outline("X市养犬管理条例\n第一条 为了管理，制定本条例。\n")) == "法律法规"
    order = "X市养犬管理办法\n（2020年1月1日X市人民政府令第12号公布）\n第一条 为了管理，制定本办法。\n"
    assert level_of(outline(order)) == "规章"
    assert level_of(outline("国务院办公厅关于加强监管的通知\n国办发〔2020〕1号\n一、要求\n")) == "国务院文件"


def test_basis_of_the_text_decides_on_ranges():
    fine = "第二条 违反本办法的，处200元以上500元以下罚款。\n"
    lawful = HEAD.replace("为了加强管理", "根据《动物防疫法》") + fine + TAIL
    assert "fine_range" in rules(HEAD + fine + TAIL) and "fine_range" not in rules(lawful)


def test_any_text_is_reviewed():
    for text in ("", "\n", "第", "罚款500元", "第一条", "（" * 300, "证明，" * 2000, "处500元罚款。" * 500):
        for level in LEVELS:
            review(outline(text), BOOK, level=level)

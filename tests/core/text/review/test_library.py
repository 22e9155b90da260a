"""What the rules say with a library: laws that differ, fines beyond them, repealed and missing provisions, duplicates."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from fadu.core.text.library import Library
from fadu.core.text.outline import outline
from fadu.core.text.review import Finding, load, review

LAW = """# 犬只管理条例

2015年3月1日 国务院令第999号公布

第一条 为了加强犬只管理，制定本条例。

第二条 养犬人应当自取得犬只之日起三十日内，到所在地公安机关办理养犬登记，并为犬只植入电子标识。

第三条 违反本条例规定，未办理养犬登记的，由公安机关责令限期改正；逾期不改正的，处二百元以上五百元以下罚款。

第四条 本条例自2015年6月1日起施行。《养犬管理办法》同时废止。
"""
OTHER = """# 甲市犬只管理办法

""" + "\n\n".join(
    f"第{number}条 养犬人应当遵守第{number}项管理要求，不得妨碍他人的正常生活秩序和公共环境卫生。"
    for number in "一二三四五六七八"
)


@pytest.fixture
def library(tmp_path) -> Library:
    (tmp_path / "laws").mkdir()
    (tmp_path / "laws/犬只管理条例.md").write_text(LAW, encoding="utf-8")
    (tmp_path / "laws/甲市犬只管理办法.md").write_text(OTHER, encoding="utf-8")
    found = Library(":memory:")
    found.index(tmp_path / "laws")
    return found


def found(text: str, library: Library, rule: str) -> list[Finding]:
    book = load(Path(str(files("fadu") / "law")))
    return [
        one for one in review(outline(text), book, level="规范性文件", library=library) if one.rule == rule
    ]


def draft(*articles: str) -> str:
    numbered = "\n".join(f"第{number}条 {words}" for number, words in zip("二三四五", articles, strict=False))
    return f"X市犬只管理规定\n第一条 根据《犬只管理条例》，制定本规定。\n{numbered}\n"


def test_period_shorter_than_the_law_stands_beside_it(library):
    words = "养犬人应当自取得犬只之日起十五日内，到所在地公安机关办理养犬登记，并为犬只植入电子标识。"
    (one,) = found(draft(words), library, "differs_from_superior")
    assert "十五日" in one.quote and "三十日" in one.reason and "三十日内" in one.beside
    same = words.replace("十五日", "30日")
    assert found(draft(same), library, "differs_from_superior") == []


def test_fine_that_the_law_does_not_know(library):
    (one,) = found(draft("逾期不改正的，处一千元以上五千元以下罚款。"), library, "fine_beyond_superior")
    assert "1000元" in one.reason and "5000元" in one.reason
    assert found(draft("逾期不改正的，处200元以上500元以下罚款。"), library, "fine_beyond_superior") == []


def test_repealed_as_the_library_tells(library):
    (one,) = found(draft("养犬登记依照《养犬管理办法》办理。"), library, "basis_repealed")
    assert "犬只管理条例" in one.reason


def test_provision_that_the_work_does_not_have(library):
    (one,) = found(draft("依照《犬只管理条例》第十九条处理。"), library, "wrong_reference")
    assert one.kind == "drafting" and "没有第十九条" in one.reason
    assert found(draft("依照《犬只管理条例》第三条处理。"), library, "wrong_reference") == []


def test_near_duplicate(library):
    copy = OTHER.replace("甲市", "乙市").replace("正常生活秩序", "生活秩序")
    (one,) = found(copy, library, "near_duplicate")
    assert one.beside == "甲市犬只管理办法"
    assert found(OTHER, library, "near_duplicate") == []
    assert found(draft("养犬人应当文明养犬。"), library, "near_duplicate") == []


def test_fine_within_the_law_is_left_alone_and_unchecked_without_it(library):
    """The middle way: within the named law's range it restates it, outside it is a finding; without the law a hint."""
    fine = draft("未办理养犬登记，逾期不改正的，处200元以上{}元以下罚款。")
    assert found(fine.format(300), library, "fine_beyond_superior") == []
    assert found(fine.format(300), library, "sanction_unchecked") == []
    (beyond,) = found(fine.format(800), library, "fine_beyond_superior")
    assert "800元" in beyond.reason and "500元" in beyond.beside.replace("五百元", "500元")
    book = load(Path(str(files("fadu") / "law")))
    alone = [
        one for one in review(outline(fine.format(800)), book, level="规范性文件") if one.kind == "penalty"
    ]
    (hint,) = [one for one in alone if one.rule == "sanction_unchecked"]
    assert hint.severity == "hint" and "第二条" in hint.reason and "犬只管理条例" in hint.reason
    elsewhere = fine.format(800).replace("犬只管理条例", "动物防疫条例")
    (hint,) = found(elsewhere, library, "sanction_unchecked")
    assert "动物防疫条例" in hint.reason
    assert found(elsewhere, library, "fine_beyond_superior") == []


def test_confiscation_that_the_law_does_not_know(library):
    (one,) = found(draft("未办理登记的，没收犬只。"), library, "confiscation_beyond_superior")
    assert "没有规定没收" in one.reason and "犬只管理条例" in one.reason

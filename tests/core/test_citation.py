"""Citations: short forms are read, resolved and printed as a jurist expects."""

from __future__ import annotations

import pytest

from fadu.core import citation
from fadu.core.citation import CitationError, Source, numeral, parse, print_all, print_short

SOURCES = {
    "决策条例": Source("决策条例", "重大行政决策程序暂行条例", "国务院令第713号", articles=44),
    "115号": Source(
        "115号",
        "关于全面推行行政规范性文件合法性审核机制的指导意见",
        "国办发〔2018〕115号",
        status="unverified",
    ),
    "本市规则": Source("本市规则", "市人民政府工作规则", status="local"),
    "刑法": Source("刑法", "中华人民共和国刑法", articles=452),
}
DECISION = "《重大行政决策程序暂行条例》（国务院令第713号）"


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("25②", f"{DECISION}第二十五条第二款"),
        ("25①、26②、27", f"{DECISION}第二十五条第一款、第二十六条第二款、第二十七条"),
        ("25①②", f"{DECISION}第二十五条第一款、第二十五条第二款"),
        ("19–21", f"{DECISION}第十九条至第二十一条"),
        ("3①(一)", f"{DECISION}第三条第一款第（一）项"),
        ("27（三）", f"{DECISION}第二十七条第（三）项"),
        ("刑法 133之一", "《中华人民共和国刑法》第一百三十三条之一"),
        ("本市规则 七", "《市人民政府工作规则》第七部分"),
        ("本市规则", "《市人民政府工作规则》"),
        (
            "30；115号 二(六)",
            f"{DECISION}第三十条；《关于全面推行行政规范性文件合法性审核机制的指导意见》（国办发〔2018〕115号）第二部分第（六）项",
        ),
        ("30; 决策条例 31", f"{DECISION}第三十条、第三十一条"),
    ],
)  # fmt: skip
def test_printed(text: str, printed: str) -> None:
    citations = parse(text, "决策条例")
    citation.check(citations, SOURCES)
    assert print_all(citations, SOURCES) == printed


def test_short_print_and_standing() -> None:
    assert (
        print_short(parse("25②、30；本市规则 七", "决策条例"))
        == "决策条例第二十五条第二款、第三十条；本市规则第七部分"
    )
    assert citation.status(parse("25②", "决策条例"), SOURCES) == "verified"
    assert citation.status(parse("25②；本市规则 七", "决策条例"), SOURCES) == "local"
    assert citation.status(parse("25②；本市规则 七；115号 三", "决策条例"), SOURCES) == "unverified"


@pytest.mark.parametrize("text", ["第十条", "25条", "二十五", "25②；", "甲", "25②或30", ""])
def test_unreadable_or_unknown_is_refused(text: str) -> None:
    with pytest.raises(CitationError) as caught:
        citation.check(parse(text, "决策条例"), {key: SOURCES[key] for key in ("决策条例", "115号")})
    assert caught.value.cure


def test_no_source_named_and_no_default() -> None:
    with pytest.raises(CitationError, match="没有写明所引规范的简称"):
        parse("25②")


@pytest.mark.parametrize(
    ("text", "message"),
    [("45", "只有44条"), ("21–19", "前后颠倒"), ("本法 3", "不在法源目录中"), ("二", "按条引用")],
)
def test_checked_against_the_instrument(text: str, message: str) -> None:
    with pytest.raises(CitationError, match=message):
        citation.check(parse(text, "决策条例"), SOURCES, where="x.toml")


def test_numerals_both_ways() -> None:
    assert [numeral(number) for number in (1, 10, 11, 20, 25, 100, 101, 110, 111, 203, 1260)] == [
        "一", "十", "十一", "二十", "二十五", "一百", "一百零一", "一百一十", "一百一十一", "二百零三", "一千二百六十",
    ]  # fmt: skip
    assert all(citation.number(numeral(number)) == number for number in range(1, 2000))
    with pytest.raises(ValueError, match="from 1 to 9999"):
        numeral(0)

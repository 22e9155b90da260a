"""What became of each provision, on small texts written for the purpose and on real pairs of versions."""

from __future__ import annotations

import re
import time
from collections import Counter, defaultdict
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fadu.core.text.compare import Comparison, compare, redline, restated
from fadu.core.text.compare.html import comparison_html, restated_html
from fadu.core.text.compare.units import units
from fadu.core.text.outline import outline

OLD = """某市供水管理办法

第一章　总则
第一条　为了加强供水管理，制定本办法。
第二条　本市行政区域内供水、用水活动适用本办法。供水单位应当按照国家规定的水质标准供水，并接受水行政主管部门监督检查。用水单位应当安装合格的计量器具，按照规定的时间缴纳水费，不得拖欠。
第三条　违反本办法第二条规定的，处三十元以上五十元以下罚款。
第四条　本办法由市水利局负责解释。
第五条　鼓励节约用水，推广使用节水型器具和再生水利用设施。
第六条　供水单位应当设立服务电话，受理用户咨询和投诉。
第七条　供水单位应当在二十四小时内处理供水故障，并向用户说明情况。
第八条　本办法自2020年1月1日起施行。
"""
NEW = """某市供水管理办法

第一章　总则
第一条　为了加强供水管理，保障用水安全，制定本办法。
第二条　鼓励节约用水，推广使用节水型器具和再生水利用设施。
第三条　本市行政区域内供水、用水活动适用本办法。供水单位应当按照国家规定的水质标准供水，并接受水行政主管部门监督检查。
第四条　用水单位应当安装合格的计量器具，按照规定的时间缴纳水费，不得拖欠。
第五条　违反本办法第二条规定的，处二十元以上五十元以下罚款。
第六条　供水单位应当设立服务电话，受理用户咨询和投诉。供水单位应当在二十四小时内处理供水故障，并向用户说明情况。
第七条　任何单位和个人不得擅自改装、拆除公共供水设施。
第八条　本办法自2026年1月1日起施行。
"""


def _labels(found: Comparison, kind: str) -> list[tuple[list[str], list[str]]]:
    return [
        ([u.label for u in c.old], [u.label for u in c.new])
        for c in found.changes
        if c.kind == kind and "条" in str(c)
    ]


def test_each_of_the_eight_fates_is_recognised() -> None:
    found = compare(outline(OLD), outline(NEW))
    assert _labels(found, "moved") == [(["第五条"], ["第二条"])]
    assert _labels(found, "split") == [(["第二条"], ["第三条", "第四条"])]
    assert _labels(found, "merged") == [(["第六条", "第七条"], ["第六条"])]
    assert _labels(found, "dropped") == [(["第四条"], [])]
    assert _labels(found, "new") == [([], ["第七条"])]
    assert _labels(found, "changed") == [
        (["第一条"], ["第一条"]),
        (["第三条"], ["第五条"]),
        (["第八条"], ["第八条"]),
    ]


def test_renumbering_alone_and_the_references_that_follow_it_are_told_from_changes() -> None:
    old = "第一条　甲部门负责登记。\n第二条　乙部门负责检查。\n第三条　违反第二条的，责令改正，并处警告。\n"
    new = "第一条　甲部门负责登记。\n第二条　丙部门应当公开收费标准和服务承诺。\n第三条　乙部门负责检查。\n第四条　违反第三条的，责令改正，并处警告。\n"
    found = compare(outline(old), outline(new))
    fates = {change.new[0].label: (change.kind, change.also) for change in found.changes if change.new}
    assert fates == {
        "第一条": ("same", ()),
        "第二条": ("new", ()),
        "第三条": ("renumbered", ()),
        "第四条": ("renumbered", ("references",)),
    }


def test_texts_with_nothing_in_common_are_dropped_and_new() -> None:
    found = compare(outline(OLD), outline("第一条　天地玄黄宇宙洪荒。\n第二条　日月盈昃辰宿列张。\n"))
    assert set(found.counts()) >= {"new", "dropped"}
    assert {kind for kind, count in found.counts().items() if count} == {"new", "dropped"}


def test_empty_and_equal_texts() -> None:
    assert compare(outline(""), outline("")).changes == ()
    assert {change.kind for change in compare(outline(OLD), outline(OLD)).changes} == {"same"}


def _marked(old: str, new: str) -> str:
    signs = {"=": "{}", "-": "[-{}]", "+": "[+{}]"}
    return "".join(signs[piece.op].format(piece.text) for piece in redline(old, new))


@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        ("处三十元以上罚款", "处二十元以上罚款", "处[-三十][+二十]元以上罚款"),
        ("自2020年施行", "自2026年施行", "自[-2020][+2026]年施行"),
        ("应当公开，接受监督。", "应当公开，听取意见，接受监督。", "应当公开，[+听取意见，]接受监督。"),
        ("由市水利局负责", "由市司法局负责", "由市[-水利][+司法]局负责"),
        ("甲、乙、丙", "甲、丙", "甲、[-乙、]丙"),
        ("天地玄黄", "宇宙洪荒", "[-天地玄黄][+宇宙洪荒]"),
    ],
)
def test_redline_reads_as_a_lawyer_would_mark_it(old: str, new: str, marked: str) -> None:
    assert _marked(old, new) == marked


WORDS = st.text(alphabet="甲乙丙的、，。第一二三条12年元\n", max_size=60)


@given(WORDS, WORDS)
def test_redline_gives_back_both_texts(old: str, new: str) -> None:
    pieces = redline(old, new)
    assert "".join(piece.text for piece in pieces if piece.op != "+") == old
    assert "".join(piece.text for piece in pieces if piece.op != "-") == new
    assert all(piece.text for piece in pieces)


def test_a_very_long_provision_is_compared_within_bounds() -> None:
    sentences = [f"第{number}类设施由第{number * 7 % 991}号单位负责管理和维护。" for number in range(5000)]
    changed = [
        *sentences[:100],
        "新增一句。",
        *sentences[100:2500],
        *sentences[2600:4000],
        "甲" * 30,
        *sentences[4000:],
    ]
    old, new = "".join(sentences), "".join(changed)
    begun = time.monotonic()
    pieces = redline(old, new)
    assert time.monotonic() - begun < 20
    assert "".join(piece.text for piece in pieces if piece.op != "+") == old
    assert "".join(piece.text for piece in pieces if piece.op != "-") == new
    assert len(pieces) < 20


@given(st.permutations(OLD.splitlines()[3:]), st.permutations(NEW.splitlines()[3:]))
def test_every_provision_stands_in_exactly_one_change(old: list[str], new: list[str]) -> None:
    first, second = outline("\n".join(old)), outline("\n".join(new))
    found = compare(first, second)
    assert Counter(unit for change in found.changes for unit in change.old) == Counter(units(first))
    assert Counter(unit for change in found.changes for unit in change.new) == Counter(units(second))


def test_a_draft_beside_the_law_it_restates() -> None:
    law = outline(
        "某法\n\n第一条　国家保护水资源，单位和个人有节约用水的义务。\n第二条　排污单位应当在三十日内申报登记，如实提供资料。\n"
    )
    draft = outline(
        "某办法\n\n第一条　国家保护水资源，单位和个人有节约用水的义务。\n"
        "第二条　排污单位应当在十日内申报登记，如实提供资料。\n第三条　市水利局每季度公布节水名录。\n"
    )
    found = [one for one in restated(draft, law) if one.draft.kind != "标题"]
    assert [one.kind for one in found] == ["same", "changed", "new"]
    assert found[1].law is not None and found[1].law.where == "第二条"
    assert [piece.text for piece in found[1].pieces if piece.op != "="] == ["三十", "十"]


class _Checker(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value or "" for name, value in attrs if name in {"src", "href"}]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


def test_page_is_whole_self_contained_and_holds_both_texts() -> None:
    nasty = NEW.replace("服务电话", "<script>服务</script>&电话")
    page = comparison_html(compare(outline(OLD), outline(nasty)), old_name="旧", new_name="新")
    checker = _Checker()
    checker.feed(page)
    assert checker.open == [] and checker.links == []
    assert "<script>" not in page
    assert "url(" not in page and "@import" not in page
    for line in (*OLD.splitlines(), *nasty.splitlines()):
        words = re.sub(r"^第.{1,3}[条章]|\s", "", line)
        assert words in re.sub(r"\s", "", checker.words)
    page = restated_html(restated(outline(NEW), outline(OLD)), draft_title="草案", law_title="法")
    _Checker().feed(page)
    assert "<del>" in page and "<ins>" in page


def _versions(shared: Path) -> list[tuple[Path, Path]]:
    """Pairs of two versions of one law: the same name, two dates."""
    dated: defaultdict[str, list[tuple[str, Path]]] = defaultdict(list)
    for path in (shared / "data/laws").rglob("*.md"):
        if found := re.fullmatch(r"(.*)\((\d{4}-\d\d-\d\d)\)", path.stem):
            dated[found[1]].append((found[2], path))
    return [(row[0][1], row[1][1]) for row in map(sorted, dated.values()) if len(row) > 1]


@pytest.mark.corpus
def test_real_versions_lose_nothing(shared: Path) -> None:
    pairs = _versions(shared)
    assert len(pairs) >= 80
    for old_path, new_path in pairs:
        first, second = outline(old_path.read_text("utf-8")), outline(new_path.read_text("utf-8"))
        found = compare(first, second)
        assert Counter(unit for change in found.changes for unit in change.old) == Counter(units(first))
        assert Counter(unit for change in found.changes for unit in change.new) == Counter(units(second))
        for change in found.changes:
            if change.pieces:
                old = "".join(piece.text for piece in change.pieces if piece.op != "+")
                assert old == "\n".join(unit.words for unit in change.old)


@pytest.mark.corpus
def test_legislation_law_of_2023_against_2015(shared: Path) -> None:
    old, new = (
        next((shared / "data/laws").rglob(f"立法法({date}).md")) for date in ("2015-03-15", "2023-03-13")
    )
    found = compare(outline(old.read_text("utf-8")), outline(new.read_text("utf-8")))
    partner = {
        change.new[0].label: change.old[0].label for change in found.changes if change.old and change.new
    }
    assert partner["第八十一条"] == "第七十二条"  # cities with districts may legislate
    assert partner["第十一条"] == "第八条"  # what only a law may set
    assert found.counts()["dropped"] <= 3

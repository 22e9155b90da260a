"""The grammar of responsibility: names, sets, roles, open lists."""

from __future__ import annotations

import pytest

from fadu.core.text.plan import statements
from fadu.core.text.plan.names import is_set, split
from fadu.core.text.plan.responsibility import parse
from fadu.core.text.plan.subject import subject


@pytest.mark.parametrize(
    ("text", "names", "etc"),
    [
        ("市政府办公室、市司法局，各县(市、区)人民政府", ["市政府办公室", "市司法局", "各县(市、区)人民政府"], False),
        ("市文化和旅游局、市住房和城乡建设局及各县区", ["市文化和旅游局", "市住房和城乡建设局", "各县区"], False),
        ("中央和国家机关工委、粮食和储备局等和各省级人民政府", ["中央和国家机关工委", "粮食和储备局", "各省级人民政府"], True),
        ("市委和市政府", ["市委", "市政府"], False),
        ("各镇、街,各管委会", ["各镇、街", "各管委会"], False),
        ("各省、自治区、直辖市人民政府，国务院各部委", ["各省、自治区、直辖市人民政府", "国务院各部委"], False),
        ("市财政局、市监察局等部门", ["市财政局", "市监察局"], True),
        ("市公安局等5个部门", ["市公安局"], True),
        ("市高等法院、市第一中等职业学校", ["市高等法院", "市第一中等职业学校"], False),
        ("市推进“放管服”改革协调小组办公室（以下简称市协调办）、市司法局", ["市推进“放管服”改革协调小组办公室", "市司法局"], False),
        ("市公安局 市司法局　市民政局", ["市公安局", "市司法局", "市民政局"], False),
        ("市政务服务和大数据管理局", ["市政务服务和大数据管理局"], False),
        ("县司法局、县司法局", ["县司法局"], False),
        ("市财政局，各区、县级市", ["市财政局", "各区、县级市"], False),
        ("市司法局、各乡镇党委、政府", ["市司法局", "各乡镇党委、政府"], False),
        ("市税务局、市通信管理局等；各区政府", ["市税务局", "市通信管理局", "各区政府"], True),
    ],
)  # fmt: skip
def test_split(text: str, names: list[str], etc: bool) -> None:
    assert split(text) == (names, etc)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("其他市级相关部门", True), ("各乡（镇）人民政府", True), ("县(区)政府", True), ("市直各单位", True), ("有关部门", True),
        ("乡镇人民政府", True), ("各行政执法单位", True), ("州直相关单位", True), ("市司法局", False), ("X经开区管委会", False),
        ("市政府办公室", False), ("国务院办公厅", False), ("人民银行X州中心支行", False), ("市检察院", False),
    ],
)  # fmt: skip
def test_sets_are_marked_for_the_office_to_expand(name: str, expected: bool) -> None:
    assert is_set(name) is expected


ROLES = [
    ("（牵头单位：甲局；责任单位：乙局、丙局）", ["甲局"], ["乙局", "丙局"], []),
    ("（甲局牵头，乙局、丙局配合）", ["甲局"], ["乙局", "丙局"], []),
    ("（甲局牵头、乙局配合、丙局指导）", ["甲局"], ["乙局"], ["丙局"]),
    ("【甲局负责，丙办公室督导】", ["甲局"], [], ["丙办公室"]),
    ("（甲局、乙局按职责分工负责）", [], [], []),
    ("〔责任单位：甲局、乙局〕", [], [], []),
    ("（甲局会同乙局、有关部门负责）", ["甲局"], ["乙局", "有关部门"], []),
    ("（甲局、乙局牵头负责）", ["甲局", "乙局"], [], []),
    ("责任单位：甲局（牵头）、乙局", ["甲局"], ["乙局"], []),
    ("牵头单位：甲局\n配合单位：乙局\n完成时限：6月底", ["甲局"], ["乙局"], []),
    ("（牵头单位：甲局）（配合单位：乙局）", ["甲局"], ["乙局"], []),
    ("【牵头单位】甲局【配合单位】乙局", ["甲局"], ["乙局"], []),
    ("（由甲局统筹，乙局组织实施）", ["甲局"], ["乙局"], []),
    ("（甲局负责，2021年6月底前完成；乙局配合）", ["甲局"], ["乙局"], []),
    ("（责任领导：张三；牵头单位：甲局；配合单位：乙局）", ["甲局"], ["乙局"], []),
    ("（甲局、乙局负责。列第一位者为牵头单位，下同）", ["甲局"], [], []),
]


@pytest.mark.parametrize(("raw", "lead", "support", "guide"), ROLES)
def test_roles(raw: str, lead: list[str], support: list[str], guide: list[str]) -> None:
    who = parse(raw).who
    assert (list(who.lead), list(who.support), list(who.guide)) == (lead, support, guide)
    named = [*lead, *support, *guide] or ["甲局", "乙局"]
    assert list(who.units) == named or set(named) <= set(who.units) == {"甲局", "乙局"}
    assert who.raw == raw


def test_the_convention_names_the_first_unit_lead() -> None:
    assert parse("（甲局、乙局负责）", first_leads=True).who.lead == ("甲局",)
    assert parse("（甲局、乙局负责）").who.lead == ()
    assert parse("（乙局牵头，甲局配合）", first_leads=True).who.lead == ("乙局",)


def test_a_deadline_inside_the_bracket_is_no_unit() -> None:
    who = parse("(牵头单位:甲局;责任单位:各县市人民政府,6月底完成)").who
    assert (who.units, who.deadline_text) == (("甲局", "各县市人民政府"), "6月底完成")
    assert parse("（2023年6月底前完成，甲局负责）").who.units == ("甲局",)


@pytest.mark.parametrize(
    "text",
    [
        "坚持“三不决策”（没有经过调查研究的不决策）制度。",
        "评选一批示范单位(不超过10个)。",
        "开展示范创建(示范县、示范单位)。",
        "对成效明显的市（地、州、盟）、县（市、区、旗）给予倾斜。",
        "向基层（乡镇、街道）延伸。",
        "延伸到基层（乡镇、街道）。",
        "提交有关部门（市司法局、市财政局）审核后印发。",
        "实行“直通车”机制（企业直接向国家发展改革委申报，不需省级部门转报）。",
        "市协调小组办公室（以下简称市协调办）。",
    ],
)
def test_brackets_that_explain_state_no_units(text: str) -> None:
    assert statements.find(text) == []


def test_brackets_of_every_habit_are_found() -> None:
    for opening, closing in ("（）", "()", "〔〕", "[]", "【】", "［］", "(）", "（)"):
        text = f"完成清理。{opening}责任单位:市司法局、县(区)政府{closing}"
        assert [place.raw for place in statements.find(text)] == [text[5:]]


def test_several_brackets_close_several_tasks() -> None:
    text = "推进改革。（甲局负责）加强教育。（乙局、丙局负责）"
    assert [place.raw for place in statements.find(text)] == ["（甲局负责）", "（乙局、丙局负责）"]


def test_a_sentence_may_charge_an_organ_itself() -> None:
    charged = subject("各县区人民政府、市财政局要保障经费。")
    assert charged is not None and charged.units == ("各县区人民政府", "市财政局")
    led = subject("完善机制，由市司法局牵头制定清单。")
    assert led is not None and led.lead == ("市司法局",)
    assert subject("进一步要求严格规范程序。") is None
    assert subject("审批事项应当公开。") is None

"""The document Fadu starts from imports completely: ten sections, every responsible unit, every sentence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fadu.core.text.plan import Plan, read_plan

UNITS = {
    "一、": ["市政府办公室", "市政务服务中心", "市政府信息公开管理中心", "市管局"],
    "二、": ["市政府办公室", "市政府法制办", "市司法局", "其他市级相关部门", "各乡(镇)人民政府"],
    "三、": ["市政府办公室", "市政务服务中心", "其他市级相关部门", "各乡(镇)人民政府"],
    "四、": ["市政府办公室", "市政府法制办", "其他市级相关部门", "各乡(镇)人民政府"],
    "五、": ["市政府办公室", "市政府法制办", "市委编办", "其他市级相关部门", "各乡(镇)人民政府"],
    "六、": ["市政府法制办", "市司法局", "市政府信访局", "其他市级相关部门", "各乡(镇)人民政府"],
    "七、": ["市监察局", "市委编办", "市政府法制办", "市检察院", "其他市级相关部门", "各乡(镇)人民政府"],
    "八、": ["市政府办公室", "市政府法制办", "其他市级相关部门", "各乡(镇)人民政府"],
    "九、": ["市政府办公室", "市政府法制办", "各乡(镇)人民政府"],
    "十、": ["市政府法制办", "市政府督查室", "各乡(镇)人民政府"],
}
SETS = {"其他市级相关部门", "各乡(镇)人民政府", "各乡（镇）人民政府"}
DEMO = Path(__file__).parents[4] / "src/fadu/law/demo/plan.txt"


@pytest.fixture(scope="module")
def seed_file(shared: Path) -> Path:
    return next((shared / "seed").glob("*.txt"))


@pytest.fixture(scope="module")
def seed(seed_file: Path) -> Plan:
    return read_plan(seed_file)


def _check_units(plan: Plan, full_width: bool) -> None:
    assert [section.no for section in plan.sections] == list(UNITS)
    for no, units in UNITS.items():
        wanted = [unit.replace("(", "（").replace(")", "）") if full_width else unit for unit in units]
        tasks = [task for task in plan.tasks if task.section_path == (no,)]
        assert tasks, no
        for task in tasks:
            assert list(task.who.units) == wanted, task.text
            assert set(task.who.sets) == set(wanted) & SETS
            assert task.proposed and not task.who.lead


@pytest.mark.corpus
def test_ten_sections_and_every_unit(seed: Plan) -> None:
    assert seed.title == "全市人民政府全年度法治政府建设工作方案"
    _check_units(seed, full_width=False)


@pytest.mark.corpus
def test_no_sentence_of_the_body_is_lost(seed: Plan, seed_file: Path) -> None:
    text = re.sub(r"\s", "", seed_file.read_text(encoding="utf-8"))
    body = text[text.index("一、加快政府职能转变") : text.index("相关主题")]
    for section in seed.sections:
        body = body.replace(f"{section.no}{section.title}", "", 1)
    body = re.sub(r"〔责任单位:[^〕]*〕", "", body)
    assert "".join(task.text for task in seed.tasks) == body
    assert seed.rest == ()


@pytest.mark.corpus
def test_sentences_cut_by_page_breaks_are_whole_again(seed: Plan) -> None:
    texts = "".join(task.text for task in seed.tasks)
    for joined in (
        "重大行政决策责任追究暂行办法",
        "进一步完善规范性文件",
        "健全复议委员会相关配套机制",
        "国有资产监管",
    ):
        assert joined in texts


@pytest.mark.corpus
def test_page_chrome_and_placeholder_dates_are_reported(seed: Plan) -> None:
    codes = {note.code for note in seed.warnings}
    assert {"page_chrome", "deadline_blank", "proposed"} <= codes
    assert "当前位置" not in seed.title
    blank = [task for task in seed.tasks if task.due.text]
    assert [(task.due.text, task.due.on) for task in blank] == [("X年X月底前", None)]


def test_the_bundled_plan_has_the_same_ten_sections_and_units() -> None:
    plan = read_plan(DEMO)
    assert plan.year == 2026
    _check_units(plan, full_width=True)
    assert plan.rest == ()
    dated = {task.due.text: task.due.on.isoformat() for task in plan.tasks if task.due.on}
    assert dated == {
        "6月底前": "2026-06-30",
        "3月底前": "2026-03-31",
        "9月底前": "2026-09-30",
        "11月底前": "2026-11-30",
        "年底前": "2026-12-31",
        "3月31日前": "2026-03-31",
    }


@pytest.mark.corpus
def test_the_bundled_plan_is_reworded(seed: Plan) -> None:
    """No sentence of the source stands in the bundled plan word for word."""
    demo = re.sub(r"[\s，。；：、,;:]", "", DEMO.read_text(encoding="utf-8"))
    for task in seed.tasks:
        assert re.sub(r"[\s，。；：、,;:]", "", task.text) not in demo

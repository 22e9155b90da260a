"""Whatever is handed in, the reader answers with a plan or a reasoned refusal, and invents nothing."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from fadu.core.errors import InputError
from fadu.core.text.plan import read_plan

PIECES = [
    "一、", "二、", "（一）", "1.", "(1)", "①", "加强监督", "公布清单", "。", "；", "，", "、", "\n", "\n\n", " | ", "\t", "（", "）", "〔", "〕", "《", "》",
    "牵头单位：", "责任单位:", "配合单位：", "完成时限：", "市司法局", "各乡（镇）人民政府", "市文化和旅游局", "牵头", "配合", "按职责分工负责", "等部门", "及", "和",
    "6月底前", "2026年13月前", "X年X月底前", "长期坚持", "每季度", "X市2026年工作方案", "序号 | 工作任务 | 责任单位 |", "2026年3月1日", "以下简称", "同上", "“", "”",
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=60))
def test_a_plan_or_a_refusal(pieces: list[str]) -> None:
    text = "".join(pieces)
    try:
        plan = read_plan(text)
    except InputError as error:
        assert error.what and error.cure
        return
    assert plan.tasks
    flat = "".join(text.split())
    for task in plan.tasks:
        assert set(task.who.lead) | set(task.who.support) | set(task.who.guide) <= set(task.who.units)
        assert set(task.who.sets) <= set(task.who.units)
        for name in task.who.units:
            assert "".join(name.split()) in flat
        assert task.due.on is None or task.due.text
        assert len(set(task.who.units)) == len(task.who.units)
    assert plan.as_json()["tasks"]

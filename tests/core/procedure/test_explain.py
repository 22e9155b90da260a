"""States, duties and demands as sentences."""

from __future__ import annotations

import datetime as dt

from fadu.core.procedure import engine, explain
from tests.core.procedure.conftest import CALENDAR, Case, day


def test_demands_of_a_step(case: Case) -> None:
    said = explain.demands(case.definition, case.definition.steps["legality_review"])
    assert said[:3] == [
        "“合法性审查”由负责合法性审查的部门办理。",
        "须在“拟订草案”、“专家论证”之后。",
        "应当保证的时间一般不少于7个工作日，办理人可以提前完成。",
    ]
    assert "不得由办理过“拟订草案”的人办理。" in said and "结果为“应予修改”的，应当办理“拟订草案”。" in said
    assert "只有“专业性、技术性较强”，才适用。" in explain.demands(
        case.definition, case.definition.steps["expert_review"]
    )


def test_states_and_duties(case: Case) -> None:
    case.do("2026-09-01", "initiate", facts={"technical": False})
    case.do("2026-09-02", "draft")
    states = {
        one.step.name: one
        for one in engine.steps(case.definition, case.marking, at=day("2026-09-03"), calendar=CALENDAR)
    }
    assert explain.state_sentence(states["draft"]) == "“拟订草案”已于2026年9月2日完成。"
    assert explain.state_sentence(states["expert_review"]) == "“专家论证”本案不适用。"
    assert explain.state_sentence(states["legality_review"]) == "应当办理“合法性审查”。"
    assert states["legality_review"].duty.granted_until == dt.date(2026, 9, 11)
    blocked = explain.state_sentence(states["deliberate"])
    assert blocked.startswith("“集体讨论”尚不能办理：未经“合法性审查（合法）”，不得“集体讨论”")
    assert explain.refusal_sentence(states["deliberate"].refusals[0]).endswith("先完成“合法性审查（合法）”。")
    case.do("2026-09-03", "legality_review.lawful", by="wang")
    case.do("2026-09-10", "deliberate.passed")
    (duty,) = engine.duties(case.definition, case.marking, on=dt.date(2026, 9, 24), calendar=CALENDAR)
    assert explain.duty_sentence(duty) == "应当在2026年10月14日前办理“归档”，还有9个工作日。"
    (late,) = engine.duties(case.definition, case.marking, on=dt.date(2026, 10, 16), calendar=CALENDAR)
    assert explain.duty_sentence(late) == "“归档”已逾期：应当在2026年10月14日前完成，逾期2个工作日。"

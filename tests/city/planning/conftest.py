"""The small city with a plan of three tasks, imported by the government's office."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from fadu.city.cases.models import Case
from fadu.city.planning import acts
from fadu.city.planning.models import WorkPlan
from fadu.core.text.plan import read_plan
from tests import factories, installations
from tests.factories import City

MONDAY = datetime(2026, 3, 9, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
TEXT = """云州市2026年度法治政府建设工作方案

一、深化改革
1．完善审批制度，6月底前完成。（责任单位：市财政局、市交通局）
2．清理涉企收费。（牵头单位：市财政局；配合单位：市督查室，市火星局）
二、民主决策
3．落实公众参与。（责任单位：市司法局、各乡镇）
"""


@pytest.fixture(autouse=True)
def installation(settings: Any, tmp_path: Path) -> None:
    """Keys and files of this test alone; the clock of a demonstration."""
    installations.install(settings, tmp_path)


@pytest.fixture
def city(db: None) -> City:
    return factories.make_city(at=MONDAY)


@pytest.fixture
def plan(city: City) -> WorkPlan:
    content = TEXT.encode("gb18030")
    acts.import_plan(
        city.actor("feng"), government="gov", plan=read_plan(content, name="plan.txt"), content=content, source="plan.txt", year=2026,
    )  # fmt: skip
    return WorkPlan.objects.get()


def browse(key: str) -> Client:
    browser = Client()
    assert browser.post("/demo/persona/", {"username": key}).status_code == 302
    return browser


def issued(city: City, plan: WorkPlan, place: int) -> Case:
    answer = acts.issue(city.actor("feng"), task=plan.tasks.get(place=place).pk)
    return Case.objects.get(key=answer["case"])

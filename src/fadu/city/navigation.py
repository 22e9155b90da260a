"""The table of contents that stands on every page: for officials their work, for everyone the open rooms."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fadu.city.authority import clock
from fadu.city.cases import queries as cases

WORK = [
    (_("我的一天"), "my_day"),
    (_("案件"), "case_list"),
    (_("工作方案"), "plans"),
    (_("监督"), "supervision"),
    (_("档案"), "archives"),
    (_("法规"), "law"),
]
OPEN = [
    (_("重大决策"), "decisions"),
    (_("征求意见"), "consultations"),
    (_("查我的事"), "matter"),
    (_("痕迹核验"), "trace"),
]
# Whose posts keep organs, holders and accounts, or check papers at the window.
KEEPING = frozenset({"staffing", "register"})
FOOT = [
    (_("如何核验痕迹"), "trace"),
    (_("开放数据"), "open_data"),
    (_("接口"), "api_index"),
    (_("机构"), "organs"),
]


def pages(request: HttpRequest) -> dict[str, Any]:
    """Names and addresses for the masthead (work, then the open rooms) and the foot; for officials, whether acts are halted."""
    actor = getattr(request, "actor", None)
    work = WORK if actor is not None and actor.official else []
    if actor is not None and any(held.functions & KEEPING for held in actor.holdings):
        work = [*WORK, (_("机构编制"), "staffing")]
    return {
        "halted": actor is not None and actor.official and cases.halted(clock.now()),
        "navigation": [
            [(str(title), reverse(name)) for title, name in rooms] for rooms in (work, OPEN) if rooms
        ],
        "footer": [(str(title), reverse(name)) for title, name in FOOT],
    }

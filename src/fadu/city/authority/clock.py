"""The only clock. The door reads it once for each act and hands the moment on as an argument."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F

from fadu.city.authority.models import DemoClock
from fadu.core.errors import Refusal, Refused

ZONE = ZoneInfo("Asia/Shanghai")


def wall() -> datetime:
    """The time on the wall, for sessions, lock-out and one-time codes, which no demonstration moves."""
    return datetime.now(ZONE)


def now() -> datetime:
    """The legal time of this installation: the wall clock, and in a demonstration as far ahead as it was moved."""
    moment = wall()
    if settings.FADU_DEMO:
        ahead = DemoClock.objects.filter(pk=1).values_list("ahead", flat=True).first()
        return moment + timedelta(seconds=ahead or 0)
    return moment


def move_forward(to: datetime) -> datetime:
    """Move the demonstration's clock (演示时间) to ``to``; refused outside a demonstration and never backwards."""
    if not settings.FADU_DEMO:
        raise Refused(Refusal("not_demo", "只有演示系统的时钟可以拨快", cure="正式系统使用真实时间"))
    step = math.ceil((to - now()).total_seconds())
    if step <= 0:
        raise Refused(
            Refusal(
                "clock_back",
                "演示时间只能向前，不能倒拨",
                cure=f"请选择晚于 {now():%Y年%m月%d日 %H:%M} 的时间",
            )
        )
    DemoClock.objects.get_or_create(pk=1)
    DemoClock.objects.filter(pk=1).update(ahead=F("ahead") + step, landed=to)
    return now()


def begin_demo(at: datetime) -> None:
    """Set where a demonstration's time begins; once, on a fresh database, before anything was done in it."""
    if not settings.FADU_DEMO or DemoClock.objects.exists():
        raise Refused(Refusal("not_demo", "演示时间只能在全新的演示系统中设定一次"))
    DemoClock.objects.create(pk=1, ahead=int((at - wall()).total_seconds()), landed=at)

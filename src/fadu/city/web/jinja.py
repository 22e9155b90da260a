"""The template environment: dates and numbers as the office writes them, and nothing a template could compute wrongly."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from jinja2 import Environment, StrictUndefined

from fadu.core.terms import chinese_day

_WEEKDAYS = "一二三四五六日"


def day(value: date | datetime | str | None) -> str:
    """2026年11月23日; an absent date is a dash."""
    if value in (None, ""):
        return "—"
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return chinese_day(value)


def weekday(value: date) -> str:
    """星期三."""
    return f"星期{_WEEKDAYS[value.weekday()]}"


def moment(value: datetime | str | None) -> str:
    """2026年11月23日 09:05."""
    if value in (None, ""):
        return "—"
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    value = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{day(value.date())} {value:%H:%M}"


def iso(value: date | datetime | None) -> str:
    """For ``<time datetime>``."""
    return value.isoformat() if value else ""


def remaining(days: int | None) -> str:
    """剩 3 个工作日 / 今日到期 / 逾期 2 个工作日."""
    if days is None:
        return ""
    if days == 0:
        return "今日到期"
    return f"剩 {days} 个工作日" if days > 0 else f"逾期 {-days} 个工作日"


def size(count: int) -> str:
    """File sizes: 12 KB, 3.4 MB."""
    if count < 1024:
        return f"{count} 字节"
    if count < 1024 * 1024:
        return f"{count / 1024:.0f} KB"
    return f"{count / 1024 / 1024:.1f} MB"


def paragraphs(text: str) -> list[str]:
    """The non-empty lines of typed text, each a paragraph."""
    return [line.strip() for line in re.split(r"\r?\n", text or "") if line.strip()]


_FUNCTIONS = {
    "handle": "经办", "review": "审核", "approve": "批准", "decide": "决定", "head": "主要负责人",
    "secretary": "会议记录", "register": "登记归档", "staffing": "机构编制管理", "supervise": "监督",
}  # fmt: skip


def function_title(name: str) -> str:
    """经办, 审核, 批准 … for a post's function."""
    return _FUNCTIONS.get(name, name)


def link(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a page by its name."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def environment(**options: Any) -> Environment:
    """Strict: a name that a view forgot to give is an error, not an empty string."""
    options |= {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    env = Environment(**options, extensions=["jinja2.ext.i18n", "jinja2.ext.do"])  # autoescape is in options
    env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    env.globals.update(static=static, link=link, demo=settings.FADU_DEMO)
    env.filters.update(
        day=day, weekday=weekday, moment=moment, iso=iso, remaining=remaining, size=size, paragraphs=paragraphs,
        function_title=function_title,
    )  # fmt: skip
    return env


def page(request: HttpRequest) -> dict[str, Any]:
    """What every page knows: who is looking, the messages for him, the form token."""
    return {
        "user": getattr(request, "user", None),
        "actor": getattr(request, "actor", None),
        "messages": messages.get_messages(request) if hasattr(request, "_messages") else [],
        "csrf": get_token(request),
        "path": request.path,
    }

"""What a text is, as far as it tells itself: the level decides what it may contain."""

from __future__ import annotations

import re

from fadu.core.text.outline import Outline

_ORDER = re.compile(r"令[（(〔\[]?第?\s*[0-9０-９一二三四五六七八九十百]+\s*号")
_LAW = re.compile(r"(?:(?<![办方做执司])法|法典|条例|修正案)(?:[（(][^（）()]*[）)])?$")
_RULE = re.compile(r"(?:规定|办法|细则|规则)(?:[（(][^（）()]*[）)])?$")
_STATE = re.compile(r"^国务院(?:办公厅)?(?!.{0,12}(?:部|委员会|局|署))|^国[发办函]|^国办")


def level_of(outline: Outline) -> str:
    """The level of a text: by its number and title. Where nothing tells, a 规范性文件: the strictest reading."""
    if _STATE.search(outline.number) or _STATE.search(outline.title):
        return "国务院文件"
    if _LAW.search(outline.title):
        return "法律法规"
    numbers = [outline.number, *(event.number for event in outline.dates if event.kind in ("公布", "印发"))]
    if _RULE.search(outline.title) and any(_ORDER.search(number) for number in numbers):
        return "规章"
    return "规范性文件"

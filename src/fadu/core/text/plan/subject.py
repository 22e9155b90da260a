"""The organs that a sentence itself charges, where no statement of responsibility stands beside it."""

from __future__ import annotations

import re

from fadu.core.text.plan import names
from fadu.core.text.plan.model import Units

_CHARGED = re.compile(
    r"(?P<who>[^，。；：]{3,60}?)(?P<verb>要(?![求点素用件])|应当?(?![对急用])|须|必须|具体负责|负责|牵头(?:负责)?)"
)
_BY = re.compile(r"(?:^|[，。；])由(?P<who>[^，。；：]{3,60}?)(?P<verb>牵头(?:负责)?|负责|会同|组织|统一)")


def subject(text: str) -> Units | None:
    """市财政局要保障经费; 由市司法局牵头制定清单: the organs named, or ``None`` if the sentence charges none."""
    found = _CHARGED.match(text) or _BY.search(text)
    if found is None:
        return None
    listed, etc = names.split(found.group("who"))
    if not listed or not all(names.is_unit(name, strict=True) for name in listed):
        return None
    if not any(names.is_organ(name) for name in listed):
        return None
    lead = tuple(listed) if "牵头" in found.group("verb") else ()
    sets = tuple(name for name in listed if names.is_set(name))
    return Units(found.group("who"), tuple(listed), lead, etc=etc, sets=sets)

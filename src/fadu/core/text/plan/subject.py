"""The organs that a sentence itself charges, where no statement of responsibility stands beside it."""

from __future__ import annotations

import re

from fadu.core.text.plan import names
from fadu.core.text.plan.model import Units

_CHARGED = re.compile(
    r"(?P<who>[^，。；：]{3,60}?)(?P<verb>要(?![求点素用件])|应当?(?![对急用])|须|必须|具体负责|负责|牵头(?:负责)?)"
)
_BY = re.compile(
    r"(?:^|[，。；：])(?:由|(?=[^，。；：]{2,60}?(?:牵头|负责)))(?P<who>[^，。；：]{3,60}?)(?P<verb>牵头(?:负责)?|负责|会同|组织|统一)"
)


_JOINED = re.compile(r"(?P<who>[^，。；：]{3,60}?)(?:共同|具体)?(?:负责|牵头|组织|落实|实施|办理|推进)")
_HELP = re.compile(
    r"[，,；;](?P<who>[^，。；：]{3,60}?)(?:按职责分工)?(?:积极|协同)*(?:配合|参与|参加|协助|协办)(?=[，,。；;]|$)"
)


def subject(text: str) -> Units | None:
    """市财政局要保障经费; 由市司法局牵头制定清单: the organs named, or ``None`` if the sentence charges none."""
    found = _CHARGED.match(text) or _BY.search(text)
    if found is None:
        return None
    listed, etc = names.split(found.group("who"))
    helpers = (
        _beside(text[found.end() :])
        if "牵头" in found.group("verb") or found.group("verb").endswith("负责")
        else []
    )
    if not listed or not all(names.is_unit(name, strict=True) for name in listed):
        return None
    if not any(names.is_organ(name) for name in listed):
        return None
    lead = tuple(listed) if "牵头" in found.group("verb") else ()
    if found.group("verb") == "会同" and (joined := _JOINED.match(text, found.end())):
        helpers = [name for name in names.split(joined.group("who"))[0] if names.is_unit(name, strict=True)]
    lead = tuple(listed) if helpers else lead
    listed += [name for name in helpers if name not in listed]
    sets = tuple(name for name in listed if names.is_set(name))
    return Units(found.group("who"), tuple(listed), lead, tuple(helpers), etc=etc, sets=sets)


def _beside(rest: str) -> list[str]:
    """Who helps, named in the next clause: …牵头，市财政局、市审计局配合."""
    found = _HELP.match(rest)
    helpers = names.split(found.group("who"))[0] if found else []
    return helpers if all(names.is_unit(name, strict=True) for name in helpers) else []

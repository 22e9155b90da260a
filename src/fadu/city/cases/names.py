"""The names a law file may use for what only the city can do: checks, effects, panels, document templates.

Each app offers plain dicts; ``city/wiring.py`` merges them once at start. ``cases`` knows the names, never the apps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fadu.core.procedure.names import Names

Effect = Callable[..., None]
Check = Callable[..., bool]
Panel = Callable[..., Mapping[str, Any]]
Template = Callable[..., Any]

_EFFECTS: dict[str, Effect] = {}
_CHECKS: dict[str, Check] = {}
_PANELS: dict[str, Panel] = {}
_TEMPLATES: dict[str, Template] = {}


def install(
    *,
    effects: Mapping[str, Effect],
    checks: Mapping[str, Check],
    panels: Mapping[str, Panel],
    templates: Mapping[str, Template],
) -> None:
    """Take one app's names; a name that two apps claim stops the start."""
    for mine, theirs in ((_EFFECTS, effects), (_CHECKS, checks), (_PANELS, panels), (_TEMPLATES, templates)):
        if twice := sorted(set(mine) & set(theirs)):
            raise RuntimeError(f"names claimed twice: {twice}")
        mine.update(theirs)


def known() -> Names:
    """For the loader: what may be named in a law file."""
    return Names(
        checks=frozenset(_CHECKS),
        effects=frozenset(_EFFECTS),
        panels=frozenset(_PANELS),
        templates=frozenset(_TEMPLATES),
    )


def effect(name: str) -> Effect:
    """The consequence the law orders under this name."""
    return _EFFECTS[name]


def check(name: str) -> Check:
    """The look-up in a register under this name."""
    return _CHECKS[name]


def panel(name: str) -> Panel:
    """What a step shows beside its form."""
    return _PANELS[name]


def template(name: str) -> Template:
    """What turns an act into the content of a document."""
    return _TEMPLATES[name]

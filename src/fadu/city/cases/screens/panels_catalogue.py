"""年度目录: what was compiled last stands in the form of its publication already."""

from __future__ import annotations

from typing import Any


def catalogue_items(*, near: Any, **_: Any) -> dict[str, Any]:
    """The items of the newest compilation, offered for the text that is published."""
    leaf = next((act.leaf for act in reversed(near.acts) if act.step == "compile"), None)
    items = near.ledger.opened.get(leaf, {}).get("items", []) if leaf else []
    return {
        "template": "cases/panel_catalogue.html",
        "count": len(items),
        "initial": {"items_shown": items} if items else {},
    }


PANELS = {"catalogue_items": catalogue_items}

"""年度目录: what was compiled last stands in the form of its publication already."""

from __future__ import annotations

from typing import Any

from fadu.city.ledger import queries as ledger


def catalogue_items(*, case: Any, **_: Any) -> dict[str, Any]:
    """The items of the newest compilation, offered for the text that is published."""
    leaf = case.acts.filter(step="compile").order_by("-seq").values_list("leaf", flat=True).first()
    items = ledger.opened(bytes.fromhex(leaf)).get("items", []) if leaf else []
    return {
        "template": "cases/panel_catalogue.html",
        "count": len(items),
        "initial": {"items_shown": items} if items else {},
    }


PANELS = {"catalogue_items": catalogue_items}

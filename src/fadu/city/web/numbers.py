"""A number that came in as text: from an address, a hidden field, a query."""

from __future__ import annotations

# What every database keeps as a key.
MOST = 2**63 - 1


def whole(text: str, most: int = MOST) -> int | None:
    """The whole number written in plain digits, at most ``most``; None for anything else, superscripts and endless ones too."""
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(most)):
        return None
    number = int(text)
    return number if number <= most else None

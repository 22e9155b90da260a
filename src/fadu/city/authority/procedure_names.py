"""The titles of the procedures of the statute book. Cases know them and stand above; ``wiring`` hands down how to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from fadu.city.accounts.models import ALL_PROCEDURES

_asked: list[Callable[[], Iterable[tuple[str, str]]]] = []


def install(ask: Callable[[], Iterable[tuple[str, str]]]) -> None:
    """Called once by ``city/wiring.py``."""
    _asked[:] = [ask]


def known() -> list[tuple[str, str]]:
    """(name, title) of every procedure in force."""
    return [pair for ask in _asked for pair in ask()]


def title(name: str) -> str:
    """The title of a procedure, or its name where the statute book no longer has it."""
    if name == ALL_PROCEDURES:
        return "全部事项"
    return dict(known()).get(name, name)

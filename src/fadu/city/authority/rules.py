"""Settings of the whole city: the shipped value with its source from ``law/settings.toml``, then what the city has set."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings

from fadu.city.authority.models import CitySetting, in_force
from fadu.core.errors import InputError


@dataclass(frozen=True)
class Setting:
    """One setting as shipped: what may be set, what counts until the city sets it, on whose word."""

    name: str
    title: str
    values: Mapping[str, str]
    value: str
    source: str
    status: str


@dataclass(frozen=True)
class InForce:
    """What counts on a day and by which document; ``status`` as in law files (``local`` once the city has set it)."""

    value: str
    source: str
    status: str


@functools.cache
def _shipped(path: Path) -> Mapping[str, Setting]:
    """Every shipped setting by name."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        name: Setting(name, one["title"], dict(one["values"]), one["value"], one["source"], one["status"])
        for name, one in data["setting"].items()
    }


def every() -> tuple[Setting, ...]:
    """All settings a city may set."""
    return tuple(_shipped(settings.FADU_LAW / "settings.toml").values())


def shipped(name: str) -> Setting:
    """A setting as shipped; an unknown name stops with a sentence."""
    try:
        return _shipped(settings.FADU_LAW / "settings.toml")[name]
    except KeyError:
        raise InputError(f"没有名为“{name}”的设定", where="law/settings.toml", cure="核对名称") from None


def in_force_on(name: str, on: date) -> InForce:
    """What counts on a day: the city's own setting, else the shipped one."""
    row = CitySetting.objects.filter(in_force(on), name=name).order_by("-start").first()
    if row is not None:
        return InForce(row.value, row.source, "local")
    known = shipped(name)
    return InForce(known.value, known.source, known.status)

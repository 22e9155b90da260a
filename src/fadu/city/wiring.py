"""Stands above all apps and is imported by none: gathers the names that law files use and hands them to ``cases``."""

from __future__ import annotations

import functools

from fadu.city.authority import procedure_names
from fadu.city.cases import (
    delivery,
    documents,
    effects,
    lawcheck,
    names,
    outbox,
    panels_catalogue,
    procedures,
    rebuild,
)
from fadu.city.participation import effects as participation
from fadu.city.participation import panels as participation_panels
from fadu.city.participation import rebuilding
from fadu.city.portal import effects as portal
from fadu.city.portal import sending
from fadu.city.registries import lawbook


@functools.cache
def wire() -> None:
    """Called at start by whatever runs (``urls.py``, ``node.py``, tests); works once."""
    procedure_names.install(procedures.titles)
    lawbook.install(lawcheck.check)
    rebuild.install(rebuilding)
    names.install(
        effects=effects.EFFECTS | delivery.EFFECTS,
        checks={},
        panels=panels_catalogue.PANELS,
        templates=documents.TEMPLATES,
    )
    names.install(effects=participation.EFFECTS, checks={}, panels=participation_panels.PANELS, templates={})
    names.install(effects=portal.EFFECTS, checks={}, panels={}, templates={})
    outbox.install(sending.HANDLERS)

"""Stands above all apps and is imported by none: gathers the names that law files use and hands them to ``cases``."""

from __future__ import annotations

import functools

from fadu.city.authority import procedure_names
from fadu.city.cases import effects, names, procedures
from fadu.city.cases.checking import lawcheck, rebuild
from fadu.city.cases.issuing import delivery, documents
from fadu.city.cases.screens import panels_catalogue
from fadu.city.cases.telling import outbox
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

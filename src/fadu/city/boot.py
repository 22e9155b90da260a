"""Start Django for the command line; nothing else does so."""

from __future__ import annotations

import os

import django


def setup() -> None:
    """Configure Django once from the environment (see ``settings.py`` for every knob)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fadu.city.settings")
    django.setup()

"""The Django app of the ledger."""

from __future__ import annotations

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """痕迹：只增不改的账本。"""

    name = "fadu.city.ledger"
    label = "ledger"
    verbose_name = "痕迹账本"
    default_auto_field = "django.db.models.BigAutoField"

"""An entry of a register is never changed: a new version begins where the old one ends (``start`` ≤ day < ``end``)."""

from __future__ import annotations

from django.db import models

from fadu.city.accounts.models import Person
from fadu.city.authority.models import Organ


class Entry(models.Model):
    """One version of one entry: ``key`` names the entry through all its versions."""

    register = models.CharField("名册", max_length=40)
    key = models.CharField("条目", max_length=80)
    title = models.CharField("名称", max_length=200)
    organ = models.ForeignKey(Organ, models.PROTECT, null=True, blank=True, related_name="register_entries")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="register_entries")
    data = models.JSONField("内容", default=dict)
    basis = models.CharField("依据", max_length=300, blank=True)
    start = models.DateField("自")
    end = models.DateField("至", null=True, blank=True)
    leaf = models.CharField("痕迹", max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["register", "key", "start"], name="entry_version_once")
        ]
        indexes = [
            models.Index(fields=["register", "key", "-start"]),
            models.Index(fields=["person", "register"]),
        ]

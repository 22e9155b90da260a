"""An entry of a register is never changed: a new version begins where the old one ends (``start`` ≤ day < ``end``).

The city's own law stands here too: what one person proposed and another confirmed, by name and day of effect.
"""

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


class LawFile(models.Model):
    """法规载入: a local overlay or a year's calendar, as one person proposed it and another confirmed or returned it.

    The newest confirmed file of a name whose ``start`` has come is in force; its text is never changed.
    """

    class Kind(models.TextChoices):
        OVERLAY = "overlay", "地方规定"
        CALENDAR = "calendar", "工作日历"

    kind = models.CharField("种类", max_length=10, choices=Kind.choices)
    # Names the file through all its versions: a word for an overlay, the year for a calendar.
    name = models.CharField("名称", max_length=60)
    title = models.CharField("标题", max_length=200)
    text = models.TextField("文本（TOML）")
    # The instrument an overlay rests on, where the statute book does not hold it yet.
    source = models.TextField("所依据的规定（TOML）", blank=True)
    # From ``start`` the name is no longer in force.
    repeals = models.BooleanField("停止适用", default=False)
    sha256 = models.CharField("摘要", max_length=64)
    start = models.DateField("施行日期")
    # What the check found when it was proposed: differences, what was proved, digest of the merged definition.
    found = models.JSONField("核对结果", default=dict)
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField("提出时间")
    proposal_leaf = models.CharField("提出的痕迹", max_length=64)
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField("确认或者退回时间", null=True)
    closing_leaf = models.CharField("确认或者退回的痕迹", max_length=64, blank=True)
    confirmed = models.BooleanField("已确认", default=False)
    reason = models.CharField("退回理由", max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["confirmed", "kind", "name"])]

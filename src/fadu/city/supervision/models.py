"""A reading of the four checks on a day: what was looked at, what was wrong, and where."""

from __future__ import annotations

from django.db import models


class Reading(models.Model):
    """读数: one check at one moment. ``wrong`` names at most a hundred places; ``count`` counts them all."""

    check_name = models.CharField("核查", max_length=20)
    at = models.DateTimeField("时间")
    total = models.PositiveIntegerField("核查数")
    count = models.PositiveIntegerField("问题数")
    wrong = models.JSONField("问题", default=list)
    leaf = models.CharField("痕迹", max_length=64)

    class Meta:
        indexes = [models.Index(fields=["check_name", "-at"], name="supervision_check_n_idx")]

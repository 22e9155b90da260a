"""A package made of a case at the moment of its filing; a case filed again gets another one beside it."""

from __future__ import annotations

from django.db import models

from fadu.city.cases.models import Case


class Package(models.Model):
    """档案包: where it lies, what it weighs, its digest, and what the four archival checks found when it was made."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="packages")
    acts = models.PositiveIntegerField("步数")
    made_at = models.DateTimeField("形成时间")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField("字节数")
    report = models.JSONField("四性检测")
    leaf = models.CharField("痕迹", max_length=64)
    # The answer of the time-stamping authority over the package's bytes, and the moment in it; empty without one.
    stamp = models.BinaryField("时间戳", null=True)
    stamped_at = models.DateTimeField("时间戳的时间", null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "acts"], name="package_once_for_acts")]

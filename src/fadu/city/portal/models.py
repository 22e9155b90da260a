"""The portal owns no facts: these rows are an index that can be made anew from what is public."""

from __future__ import annotations

from django.db import models


class Gram(models.Model):
    """Two neighbouring characters of a published text, and which text has them (see ``searching``)."""

    class Kind(models.IntegerChoices):
        PUBLICATION = 1, "公开内容"
        CONSULTATION = 2, "征求意见"

    kind = models.PositiveSmallIntegerField(choices=Kind.choices)
    row = models.BigIntegerField()
    gram = models.CharField(max_length=2)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "gram", "row"], name="gram_once")]
        indexes = [models.Index(fields=["kind", "row"])]

"""The portal owns no facts: its rows are an index that can be made anew, and codes that live for minutes."""

from __future__ import annotations

from django.db import models

from fadu.city.cases.models import Case


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


class OneTimeCode(models.Model):
    """一次性验证码: sent to whoever opened a matter, so that he reads it without logging in. Of code, address and sender's
    network only keyed digests are kept; that it was sent is a leaf, that it was used stands in the access log.
    """

    class Channel(models.TextChoices):
        SMS = "sms", "短信"
        EMAIL = "email", "电子邮件"

    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    channel = models.CharField("方式", max_length=8, choices=Channel.choices)
    address = models.CharField("联系方式摘要", max_length=64)
    origin = models.CharField("请求来源摘要", max_length=64)
    # What the code is derived from, together with a secret of the installation.
    seed = models.CharField(max_length=32, unique=True)
    digest = models.CharField("验证码摘要", max_length=64)
    issued_at = models.DateTimeField("发送时间")
    until = models.DateTimeField("有效至")
    tries = models.PositiveSmallIntegerField("已试次数", default=0)
    used_at = models.DateTimeField("使用时间", null=True)

    class Meta:
        indexes = [
            models.Index(fields=["case", "-issued_at"]),
            models.Index(fields=["address", "-issued_at"]),
            models.Index(fields=["origin", "-issued_at"]),
        ]

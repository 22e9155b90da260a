"""Who may exercise public power: organs in a tree, posts with functions, appointments with dates, powers in force.

Dates are days of legal effect: ``start`` is the first day, ``end`` the first day no longer in force.
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from fadu.city.accounts.models import Person


def in_force(on: object, prefix: str = "") -> Q:
    """The filter for rows in force on a day, for every dated model here and above."""
    return Q(**{f"{prefix}start__lte": on}) & (
        Q(**{f"{prefix}end__isnull": True}) | Q(**{f"{prefix}end__gt": on})
    )


class Organ(models.Model):
    """机关、机构. ``duties`` are words by which a procedure finds the organ that has a task (``legality_review``)."""

    class Level(models.TextChoices):
        PROVINCE = "province", "省级"
        CITY = "city", "市级"
        COUNTY = "county", "县级"
        TOWNSHIP = "township", "乡级"

    code = models.CharField("机构代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=120)
    short = models.CharField("简称", max_length=60)
    aliases = models.JSONField("别名", default=list, blank=True)
    mark = models.CharField("机关代字", max_length=20, blank=True)
    level = models.CharField("层级", max_length=10, choices=Level.choices)
    division = models.CharField("行政区划代码", max_length=12)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    government = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="departments")
    duties = models.JSONField("职责", default=list)
    # 党委机关、检察院、法院 take part in the plan's work and hold no administrative power.
    administrative = models.BooleanField("行使行政权力", default=True)
    start = models.DateField("设立")
    end = models.DateField("撤销", null=True, blank=True)

    class Meta:
        ordering = ["code"]
        indexes = [models.Index(fields=["division", "level"])]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """岗位. ``functions`` say what its holder does in a procedure: handle, review, approve, decide, head, secretary."""

    organ = models.ForeignKey(Organ, models.PROTECT, related_name="posts")
    title = models.CharField("岗位名称", max_length=80)
    functions = models.JSONField("职能", default=list)
    # 定期轮岗: years after which the holder must move on.
    rotation_years = models.PositiveSmallIntegerField("轮岗年限", null=True, blank=True)
    # 权力集中岗位 (fiscal money, state assets, investment, procurement, public resources, works: 四中全会决定).
    key_post = models.BooleanField("权力集中岗位", default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organ", "title"], name="post_once_in_organ")]

    def __str__(self) -> str:
        return f"{self.organ.short}{self.title}"


class Appointment(models.Model):
    """任职: a person holds a post between two days."""

    class Kind(models.TextChoices):
        REGULAR = "regular", "任职"
        ACTING = "acting", "代理（主持工作）"
        SUBSTITUTE = "substitute", "替岗"

    person = models.ForeignKey(Person, models.PROTECT, related_name="appointments")
    post = models.ForeignKey(Post, models.PROTECT, related_name="appointments")
    kind = models.CharField("性质", max_length=12, choices=Kind.choices, default=Kind.REGULAR)
    start = models.DateField("自")
    end = models.DateField("至", null=True, blank=True)
    basis = models.CharField("任免文件", max_length=120, blank=True)
    # 替代控制: where rotation is not possible, a special audit lets the holder stay until this day.
    exempt_until = models.DateField("暂缓轮岗至", null=True, blank=True)
    exempt_basis = models.CharField("暂缓轮岗依据", max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["person", "start"]), models.Index(fields=["post", "start"])]

    @property
    def rotation_due(self) -> date | None:
        """The last day on which the holder may stay (轮岗到期日), None where the post does not rotate."""
        years = self.post.rotation_years
        if years is None:
            return None
        leap = (self.start.month, self.start.day) == (2, 29)
        due = self.start.replace(year=self.start.year + years, day=28 if leap else self.start.day)
        return max(due, self.exempt_until) if self.exempt_until else due


class Limit(models.Model):
    """审批限额（分级授权）: up to which amount (yuan) the holder of a post decides, from a day, by which document.

    No row, no power over amounts; ``amount`` empty means without limit, which a document must say.
    """

    post = models.ForeignKey(Post, models.PROTECT, related_name="limits")
    procedure = models.CharField("程序", max_length=60, blank=True)
    amount = models.DecimalField("限额（元）", max_digits=18, decimal_places=2, null=True, blank=True)
    basis = models.CharField("授权文件", max_length=200)
    start = models.DateField("自")
    end = models.DateField("至", null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["post", "procedure", "start"])]


class CitySetting(models.Model):
    """本市设定: what the city has set for itself, from a day, with its document; before that the shipped value counts."""

    name = models.CharField("设定", max_length=60)
    value = models.CharField("值", max_length=60)
    source = models.CharField("依据", max_length=200)
    start = models.DateField("自")
    end = models.DateField("至", null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "start"], name="setting_once_a_day")]


class Delegation(models.Model):
    """委派: the holder of a post lets another person use some of its functions for a time. It never widens power."""

    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="delegations")
    to = models.ForeignKey(Person, models.PROTECT, related_name="delegations")
    functions = models.JSONField("职能", default=list)
    start = models.DateField("自")
    end = models.DateField("至")
    reason = models.CharField("事由", max_length=200)
    revoked_reason = models.CharField("收回理由", max_length=200, blank=True)


class Power(models.Model):
    """职权: the organ may act under this procedure. Rows come from a published power list (``registries``)."""

    organ = models.ForeignKey(Organ, models.PROTECT, related_name="powers")
    procedure = models.CharField("程序", max_length=60)
    basis = models.CharField("依据", max_length=300)
    source = models.CharField("清单版本", max_length=80, blank=True)
    start = models.DateField("自")
    end = models.DateField("至", null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organ", "procedure", "start"])]


class Request(models.Model):
    """An act asked once is done once: the idempotency key of a person, and the leaf that answered it."""

    # No index of its own: the one that makes a key unique begins with the person.
    person = models.ForeignKey(Person, models.PROTECT, related_name="requests", db_index=False)
    key = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    answer = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="request_once")]


class Outbox(models.Model):
    """A message or job owed after commit. The worker delivers at least once; ``key`` makes it once for the receiver."""

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=100, unique=True)
    payload = models.JSONField()
    due = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    done = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["due"], condition=Q(done__isnull=True), name="outbox_open")]


class DemoClock(models.Model):
    """The one movable thing of a demonstration: seconds that its clock is ahead. Never moved back."""

    ahead = models.BigIntegerField(default=0)
    # Where the last jump landed: what has waited "since" an earlier moment has waited since then at the most.
    landed = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_demo_clock")]

"""A case and what happened in it: facts only, no verbs. History is the state; the rest is its projection.

``Act`` rows are the history. ``Case.marking``, ``Duty`` and the dates on ``Case`` are a fold over them that
``fadu rebuild --check`` reproduces. Typed values never stand here in clear: they lie encrypted in the ledger's
openings under the key of the case.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from fadu.city.accounts.models import Person
from fadu.city.authority.models import Organ


class Definition(models.Model):
    """The version of a procedure that cases pinned: merged with local overlays and settings, by its digest."""

    digest = models.CharField(max_length=64, primary_key=True)
    name = models.CharField("程序", max_length=60)
    title = models.CharField("名称", max_length=120)
    data = models.JSONField()
    calendar = models.CharField("日历版本", max_length=80)


class Case(models.Model):
    """一件: one matter under one procedure."""

    class Secrecy(models.TextChoices):
        PUBLIC = "public", "公开"
        INTERNAL = "internal", "内部"
        SEALED = "sealed", "保密"

    # What the public may know it by: random, so that nobody counts or guesses our cases.
    key = models.CharField("案件标识", max_length=26, unique=True)
    procedure = models.CharField("程序", max_length=60)
    # Each act enters every index anew: a key has none of its own where a longer index begins with it, or where nobody
    # asks by it (a definition and a person are never deleted).
    definition = models.ForeignKey(Definition, models.PROTECT, related_name="cases", db_index=False)
    title = models.CharField("事项名称", max_length=200)
    number = models.CharField("编号", max_length=60, blank=True)
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="cases", db_index=False)
    government = models.ForeignKey(Organ, models.PROTECT, related_name="government_cases", db_index=False)
    division = models.CharField("行政区划代码", max_length=12)
    year = models.PositiveSmallIntegerField("年度")
    secrecy = models.CharField("公开属性", max_length=10, choices=Secrecy.choices, default=Secrecy.PUBLIC)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", db_index=False
    )
    parent_step = models.CharField("上级案件步骤", max_length=60, blank=True)
    opened_at = models.DateTimeField("立案时间")
    opened_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    ended_at = models.DateTimeField("办结时间", null=True, blank=True)
    changed_at = models.DateTimeField("最近办理时间")
    version = models.PositiveIntegerField("办理次数", default=0)
    marking = models.JSONField("状态", default=dict)
    stage = models.CharField("阶段", max_length=80, blank=True)
    due = models.DateField("最近期限", null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["organ", "-changed_at"]),
            models.Index(fields=["government", "-changed_at"]),
            models.Index(fields=["procedure", "-changed_at"]),
            models.Index(fields=["procedure", "secrecy", "-changed_at"]),
            models.Index(fields=["due"], condition=Q(ended_at__isnull=True), name="case_open_due"),
            models.Index(fields=["parent", "parent_step"]),
        ]

    def __str__(self) -> str:
        return self.title


class Involvement(models.Model):
    """关联机关: an organ that has to do with a case and therefore sees it; carries what its list is ordered by."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="involvements")
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="involvements")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "organ"], name="involved_once")]
        indexes = [models.Index(fields=["organ", "-changed_at"])]


class CaseLink(models.Model):
    """关联案件: ``case`` named ``other`` in its act ``seq``, in that field. A projection of the acts."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="links_made")
    seq = models.PositiveIntegerField("办理序号")
    field = models.CharField("栏目", max_length=60)
    other = models.ForeignKey(Case, models.CASCADE, related_name="links_received")
    relation = models.CharField("关系", max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "seq", "field"], name="link_once")]


class Act(models.Model):
    """一步: what was done, by whom, when; ``data`` is the engine's act, ``leaf`` the hash of its trace."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="acts")
    seq = models.PositiveIntegerField("序号")
    step = models.CharField("步骤", max_length=60)
    outcome = models.CharField("结果", max_length=60, blank=True)
    occurred_at = models.DateTimeField("发生时间")
    recorded_at = models.DateTimeField("记录时间")
    person = models.ForeignKey(Person, models.PROTECT, related_name="acts")
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="acts")
    data = models.JSONField()
    leaf = models.CharField("痕迹", max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="act_once_in_case")]
        indexes = [models.Index(fields=["person", "-recorded_at"]), models.Index(fields=["leaf"])]


class Duty(models.Model):
    """应办: a step that somebody owes or may do now. A projection: replaced whenever its case changes."""

    class Kind(models.TextChoices):
        OWED = "owed", "应办"
        OPEN = "open", "可办"

    case = models.ForeignKey(Case, models.CASCADE, related_name="duties")
    step = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    # Which organ's holders of which function must or may act; empty organ: a party or the public.
    organ = models.ForeignKey(Organ, models.PROTECT, null=True, related_name="worklist")
    function = models.CharField(max_length=20, blank=True)
    # A person to whom it was handed (转办、委派); he then sees it as his own.
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="worklist")
    due_internal = models.DateField(null=True)
    due_legal = models.DateField(null=True)
    provisional = models.BooleanField(default=False)
    paused = models.BooleanField(default=False)
    # Owed, and not possible yet: something else, or time, comes first.
    waiting = models.BooleanField(default=False)

    class Meta:
        indexes = [
            # What a list takes first stands first, also among the many without a date.
            models.Index(
                fields=["organ", "function", "kind", "due_legal", "id"],
                condition=Q(person__isnull=True),
                name="duty_of_seat",
            ),
            models.Index(
                fields=["person", "kind", "due_legal", "id"],
                condition=Q(person__isnull=False),
                name="duty_of_person",
            ),
            models.Index(fields=["due_legal"], condition=Q(kind="owed"), name="duty_owed_due"),
            models.Index(fields=["due_legal"], condition=Q(provisional=True), name="duty_provisional"),
        ]


class Party(models.Model):
    """当事人: a person with a standing of his own in the case."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="parties")
    person = models.ForeignKey(Person, models.PROTECT, related_name="party_to")
    role = models.CharField("身份", max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "person", "role"], name="party_once")]


class MatterCode(models.Model):
    """回执码: the digest of the code by which whoever opened a matter follows it; the code itself is kept nowhere."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="matter_code")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()


class File(models.Model):
    """材料: an uploaded file, kept with a draft until an act takes it. Its bytes are encrypted under a key of its own
    (``key``, wrapped by the installation's); destroying that key erases the content, copies and backups too.
    """

    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="files")
    seq = models.PositiveIntegerField("办理序号", null=True)
    place = models.CharField("暂存处", max_length=120, blank=True)
    field = models.CharField("栏目", max_length=60)
    name = models.CharField("文件名", max_length=200)
    media_type = models.CharField("类型", max_length=100)
    size = models.PositiveBigIntegerField("字节数")
    sha256 = models.CharField(max_length=64)
    blob = models.CharField(max_length=32, unique=True)
    key = models.BinaryField()
    uploaded_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    # By a correction (更正): the act in whose record this file stands in another's place, and the correction by which
    # it was itself replaced (更正前). Neither changes what the trace committed to.
    stands_for = models.PositiveIntegerField("代替第几步的材料", null=True)
    replaced_by = models.PositiveIntegerField("由第几步更正", null=True)

    class Meta:
        indexes = [models.Index(fields=["case", "seq"]), models.Index(fields=["uploaded_by", "place"])]


class Document(models.Model):
    """文书: a document the platform produced for an act, numbered without gaps, in the official layout."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="documents")
    seq = models.PositiveIntegerField("办理序号")
    template = models.CharField("模板", max_length=60)
    title = models.CharField("标题", max_length=200)
    number = models.CharField("文号", max_length=60, blank=True)
    # What the official layout is set from; PDF and docx are made from it and are the same every time.
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="document_number_once"),
        ]


class Delivery(models.Model):
    """送达: that the document of a step reached somebody, how and when, with its proof (送达回证)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="deliveries")
    step = models.CharField("步骤", max_length=60)
    # The document produced by the step, where it was not an uploaded file.
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="deliveries")
    # The account's person, where he has one; ``recipient`` is the name as written in the act.
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="deliveries")
    recipient = models.CharField("受送达人", max_length=120)
    method = models.CharField("方式", max_length=20)
    # The day on which service takes legal effect; for 公告送达 after the notice has stood its time.
    served_on = models.DateField("送达日期")
    noticed_on = models.DateField("公告日期", null=True)
    proof = models.ForeignKey(File, models.PROTECT, null=True, related_name="+")
    seq = models.PositiveIntegerField("办理序号")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="delivery_once")]
        indexes = [models.Index(fields=["person", "-served_on"])]


class NumberSeries(models.Model):
    """编号: the last number given out in a series of an organ and year; taken under its row lock, so without gaps."""

    organ = models.ForeignKey(Organ, models.PROTECT, related_name="+")
    series = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organ", "series", "year"], name="series_once")]


class Assignment(models.Model):
    """经办分派: within a step, work moved to a person by an office act (转办、委派、会签、加签). Never satisfies the law."""

    class Kind(models.TextChoices):
        HANDED = "handed", "转办"
        DELEGATED = "delegated", "委派"
        RETURNED = "returned", "退回"
        SIGNER = "signer", "会签"

    # The kinds by which somebody has the step itself in hand; a signer has not.
    WORK = (Kind.HANDED, Kind.DELEGATED, Kind.RETURNED)

    case = models.ForeignKey(Case, models.PROTECT, related_name="assignments")
    step = models.CharField(max_length=60)
    person = models.ForeignKey(Person, models.PROTECT, related_name="assignments")
    kind = models.CharField(max_length=20)
    by_seq = models.PositiveIntegerField()
    done_seq = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["case", "step"]), models.Index(fields=["person"])]


class Draft(models.Model):
    """暂存: what somebody has typed and not yet done. Not an act: leaves no trace and binds nobody."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="drafts")
    # "case/<key>/<step>", or "new/<procedure>" before there is a case.
    place = models.CharField(max_length=120)
    values = models.JSONField(default=dict)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "place"], name="draft_once")]


class Publication(models.Model):
    """公开: what an act disclosed: exactly the fields its definition shows, from a day, for as long as it says."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="publications")
    seq = models.PositiveIntegerField()
    step = models.CharField(max_length=60)
    kind = models.CharField("栏目", max_length=60)
    title = models.CharField(max_length=200)
    shown = models.JSONField()
    published_at = models.DateTimeField()
    # When a correction last changed what is shown.
    corrected_at = models.DateTimeField("更正时间", null=True)
    until = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "-published_at"]),
            models.Index(fields=["case", "-published_at"]),
        ]


class SavedFilter(models.Model):
    """常用筛选: a list query somebody keeps under a name."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="saved_filters")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="filter_once")]


class Reminder(models.Model):
    """提醒: what somebody is told on his page. ``key`` is that of the outbox row, so it stands once however often it came."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="reminders")
    case = models.ForeignKey(Case, models.CASCADE, null=True, related_name="reminders")
    step = models.CharField(max_length=60, blank=True)
    why = models.CharField(max_length=20)
    text = models.CharField(max_length=200)
    key = models.CharField(max_length=100, unique=True)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "-at"], condition=Q(seen_at__isnull=True), name="reminder_unseen")
        ]


class Feed(models.Model):
    """日历订阅: the secret by which a calendar program fetches a person's due dates; only its digest is kept."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="feed")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

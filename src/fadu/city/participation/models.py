"""What people say to a draft, who comes to a hearing, who is drawn by lot. Each contribution is a record with its own leaf.

What somebody typed (text, name, contact) lies encrypted in the ledger's openings, never here; a row carries a text only
from the moment it is made public, as a publication does.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from fadu.city.accounts.models import Person
from fadu.city.cases.models import Case


class Consultation(models.Model):
    """公开征求意见: one round on one draft, from the act that opened it to the act that published the answers."""

    key = models.CharField("标识", max_length=26, unique=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="consultations")
    seq = models.PositiveIntegerField("开启序号")
    title = models.CharField("名称", max_length=200)
    # The article under which it was opened, as printed: refusals quote it.
    basis = models.CharField("依据", max_length=300)
    notice = models.TextField("公告")
    how = models.TextField("提出意见的方式", blank=True)
    shorten_reason = models.TextField("缩短期限的说明", blank=True)
    explanation = models.TextField("草案说明", blank=True)
    # Why the draft cannot be shown article by article (a scanned file); empty when it is.
    caveat = models.CharField(max_length=300, blank=True)
    opened_at = models.DateTimeField("开始时间")
    closes_on = models.DateField("截止日期")
    # How many contributions have been received online: the number of the last one, taken under the row's lock.
    received = models.PositiveIntegerField("收到件数", default=0)
    closed_at = models.DateTimeField("结束时间", null=True)
    # Merkle root (RFC 6962) over the leaves of the contributions in the order of their numbers.
    root = models.CharField(max_length=64, blank=True)
    closing_leaf = models.CharField(max_length=64, blank=True)
    answered_at = models.DateTimeField("答复公布时间", null=True)
    answer_note = models.TextField("采纳情况说明", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="consultation_once")]
        indexes = [
            models.Index(fields=["closes_on"], condition=Q(closed_at__isnull=True), name="consultation_open")
        ]

    def __str__(self) -> str:
        return self.title


class Clause(models.Model):
    """条: a part of the draft that can be commented on by itself, or a heading between such parts."""

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="clauses")
    number = models.PositiveIntegerField()
    heading = models.BooleanField(default=False)
    label = models.CharField(max_length=60, blank=True)
    text = models.TextField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["consultation", "number"], name="clause_once")]


class Answer(models.Model):
    """答复: what the undertaker made of one opinion or of several that say the same."""

    class Adopted(models.TextChoices):
        YES = "yes", "采纳"
        PARTLY = "partly", "部分采纳"
        NO = "no", "未采纳"

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="answers")
    number = models.PositiveIntegerField()
    opinion = models.TextField("意见")
    adopted = models.CharField("是否采纳", max_length=6, choices=Adopted.choices)
    why = models.TextField("理由", blank=True)
    changed_at = models.DateTimeField()
    leaf = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["consultation", "number"], name="answer_once")]


class Comment(models.Model):
    """意见: one person's opinion on a clause or on the whole."""

    class Kind(models.TextChoices):
        PERSON = "person", "个人"
        ENTERPRISE = "enterprise", "企业"
        ORGANISATION = "organisation", "社会组织、其他单位"

    class State(models.TextChoices):
        WAITING = "waiting", "待审看"
        SHOWN = "shown", "已公开"
        WITHHELD = "withheld", "不公开"

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="comments")
    number = models.PositiveIntegerField("序号")
    clause = models.ForeignKey(Clause, models.PROTECT, null=True, related_name="comments")
    kind = models.CharField("身份", max_length=12, choices=Kind.choices)
    # The account it was sent from; none for one sent without log-in.
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="comments")
    real_name = models.BooleanField("实名", default=False)
    received_at = models.DateTimeField("收到时间")
    # Keyed digest of the network address and the day: counts submissions, tells nobody who it was.
    origin = models.CharField(max_length=64)
    # SHA-256 of the receipt code, which itself is kept nowhere.
    code = models.CharField(max_length=64, unique=True)
    leaf = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    text = models.TextField("公开的内容", blank=True)
    reason = models.CharField("不公开的理由", max_length=300, blank=True)
    moderated_at = models.DateTimeField(null=True)
    answer = models.ForeignKey(Answer, models.PROTECT, null=True, related_name="comments")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["consultation", "number"], name="comment_once")]
        indexes = [
            models.Index(fields=["consultation", "state", "number"]),
            models.Index(fields=["origin", "received_at"]),
            models.Index(fields=["person", "-received_at"]),
        ]


class Attempt(models.Model):
    """A wrong receipt code: counted by where it came from, so that nobody can try codes."""

    origin = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["origin", "at"])]


class Lot(models.Model):
    """抽签: candidates and the seed's digest first, the seed and the result afterwards; anybody can draw it again."""

    class Subject(models.TextChoices):
        HEARING = "hearing", "听证参加人"
        EXPERTS = "experts", "论证专家"

    key = models.CharField("标识", max_length=26, unique=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="lots")
    subject = models.CharField("抽取对象", max_length=8, choices=Subject.choices)
    title = models.CharField("名称", max_length=200)
    algorithm = models.CharField("算法", max_length=40)
    # [{"id", "label", "group"}]: what enters the draw, in no order that matters.
    candidates = models.JSONField("候选名单")
    # [{"label", "reason"}]: who was left out before the draw and why.
    excluded = models.JSONField("回避名单", default=list)
    # How many places each group has: {"": 3}, or {"市民代表": 5, "经营者代表": 3}.
    places = models.JSONField("名额")
    commitment = models.CharField("种子摘要", max_length=64)
    # A public value fixed later than the candidates (say, a lottery's numbers), announced before and mixed in.
    announced = models.CharField("事先公布的公共随机数来源", max_length=200, blank=True)
    public_value = models.CharField("公共随机数", max_length=200, blank=True)
    prepared_at = models.DateTimeField("公布候选名单时间")
    prepared_leaf = models.CharField(max_length=64)
    seed = models.CharField("种子", max_length=64, blank=True)
    # Every candidate in drawn order, group by group: {group: [id, …]}.
    order = models.JSONField("抽取次序", default=dict)
    drawn_at = models.DateTimeField("抽取时间", null=True)
    drawn_leaf = models.CharField(max_length=64, blank=True)
    void_reason = models.CharField("作废理由", max_length=300, blank=True)

    class Meta:
        constraints = [
            # One draw at a time: preparing again until the candidates please is seen, because the first must be voided.
            models.UniqueConstraint(
                fields=["case", "subject"],
                condition=Q(drawn_at__isnull=True, void_reason=""),
                name="one_open_lot",
            ),
        ]


class Hearing(models.Model):
    """听证会: one hearing, from its notice to its record; a postponed one is followed by another notice."""

    key = models.CharField("标识", max_length=26, unique=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="hearings")
    seq = models.PositiveIntegerField("公告序号")
    title = models.CharField("名称", max_length=200)
    basis = models.CharField("依据", max_length=300)
    held_on = models.DateField("听证日期")
    place = models.CharField("时间和地点", max_length=300)
    selection_rule = models.TextField("遴选办法")
    # [{"group", "places"}]: whom the participants stand for, and how many of each.
    groups = models.JSONField("构成", default=list)
    register_until = models.DateField("报名截止", null=True)
    noticed_at = models.DateTimeField("公告时间")
    received = models.PositiveIntegerField("报名人数", default=0)
    listed_at = models.DateTimeField("名单公布时间", null=True)
    list_shown = models.TextField("公布的名单", blank=True)
    papers_at = models.DateTimeField("材料送达时间", null=True)
    held_at = models.DateTimeField("举行时间", null=True)
    record_sha256 = models.CharField("听证记录摘要", max_length=64, blank=True)
    postponed_at = models.DateTimeField("延期时间", null=True)
    postponed_why = models.TextField("延期原因", blank=True)
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, related_name="hearings")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="hearing_once")]

    def __str__(self) -> str:
        return self.title


class Registration(models.Model):
    """报名: somebody who wants to take part in a hearing; name and contact lie in the ledger's openings."""

    class State(models.TextChoices):
        WAITING = "waiting", "待遴选"
        CHOSEN = "chosen", "参加人"
        RESERVE = "reserve", "候补"
        NOT = "not", "未入选"

    hearing = models.ForeignKey(Hearing, models.PROTECT, related_name="registrations")
    number = models.PositiveIntegerField("报名序号")
    stands_for = models.CharField("代表的方面", max_length=40)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="hearing_registrations")
    real_name = models.BooleanField("实名", default=False)
    received_at = models.DateTimeField()
    origin = models.CharField(max_length=64)
    code = models.CharField(max_length=64, unique=True)
    leaf = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    reason = models.CharField("遴选理由", max_length=300, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["hearing", "number"], name="registration_once")]
        indexes = [models.Index(fields=["origin", "received_at"], name="registration_origin")]


class Expert(models.Model):
    """论证专家: one drawn for a case, from invitation to signed opinion or to a reasoned withdrawal."""

    class State(models.TextChoices):
        RESERVE = "reserve", "候补"
        INVITED = "invited", "已邀请"
        ACCEPTED = "accepted", "已声明无利害关系并接受"
        DECLINED = "declined", "回避或者不能参加"
        SIGNED = "signed", "已署名提交"

    class View(models.TextChoices):
        AGREE = "agree", "可行"
        CHANGES = "changes", "修改后可行"
        DISAGREE = "disagree", "不可行"

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="experts")
    person = models.ForeignKey(Person, models.PROTECT, related_name="expert_invitations")
    entry = models.CharField("名册条目", max_length=80)
    rank = models.PositiveIntegerField("抽取次序")
    field = models.CharField("专业", max_length=120)
    state = models.CharField(max_length=8, choices=State.choices)
    reason = models.CharField("回避、不能参加的理由", max_length=300, blank=True)
    view = models.CharField("结论", max_length=8, choices=View.choices, blank=True)
    changed_at = models.DateTimeField()
    leaf = models.CharField("署名意见的痕迹", max_length=64, blank=True)

    class Meta:
        ordering = ["rank"]
        constraints = [models.UniqueConstraint(fields=["lot", "person"], name="expert_once_in_lot")]
        indexes = [models.Index(fields=["person", "state"])]

"""A natural person, the accounts by which he acts, and the mandates by which he acts for another."""

from __future__ import annotations

from django.db import models

ALL_PROCEDURES = "*"


class Person(models.Model):
    """自然人, or an enterprise as a legal person. Separation of duties is tested on persons, never on accounts."""

    class Kind(models.TextChoices):
        NATURAL = "natural", "自然人"
        ENTERPRISE = "enterprise", "企业、其他组织"
        SYSTEM = "system", "系统"

    key = models.CharField("人员编号", max_length=32, unique=True)
    name = models.CharField("姓名（名称）", max_length=120)
    kind = models.CharField("类别", max_length=12, choices=Kind.choices, default=Kind.NATURAL)
    minor_until = models.DateField("未成年至", null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["name"])]

    def __str__(self) -> str:
        return self.name


class User(models.Model):
    """An account. Accounts of citizens and enterprises are of their own kind and never hold staff rights."""

    class Kind(models.TextChoices):
        OFFICIAL = "official", "工作人员"
        CITIZEN = "citizen", "公民"
        ENTERPRISE = "enterprise", "企业"

    class RealName(models.IntegerChoices):
        NONE = 0, "未实名"
        SELF = 1, "自行填报"
        CHECKED = 2, "证件核验"
        FACE = 3, "现场或人脸核验"

    person = models.ForeignKey(Person, models.PROTECT, related_name="users")
    username = models.CharField("账号", max_length=64, unique=True)
    kind = models.CharField("类别", max_length=12, choices=Kind.choices)
    password = models.CharField("口令摘要", max_length=200)
    second_factor = models.BinaryField("第二因素密钥（加密）", default=b"")
    second_factor_step = models.BigIntegerField("已用过的动态口令时段", default=0)
    real_name_level = models.PositiveSmallIntegerField(
        "实名等级", choices=RealName.choices, default=RealName.NONE
    )
    email = models.EmailField("电子邮箱", blank=True)
    mobile = models.CharField("手机", max_length=20, blank=True)
    active = models.BooleanField("启用", default=True)
    failures = models.PositiveSmallIntegerField("连续失败次数", default=0)
    locked_until = models.DateTimeField("锁定至", null=True, blank=True)
    # Set when somebody else gave the password (recovery, a new account): it serves once, to choose another.
    must_change_password = models.BooleanField("须更换口令", default=False)
    # Raised when the password, the second factor or the account changes: older sessions end at once.
    generation = models.PositiveIntegerField("会话代", default=1)

    def __str__(self) -> str:
        return self.username


class Mandate(models.Model):
    """委托代理 or statutory guardianship: ``agent`` acts for ``principal`` within the scope and the dates."""

    class Kind(models.TextChoices):
        AGENT = "agent", "委托代理"
        GUARDIAN = "guardian", "法定代理（监护）"
        REPRESENTATIVE = "representative", "法定代表人"

    principal = models.ForeignKey(Person, models.PROTECT, related_name="mandates_given")
    agent = models.ForeignKey(Person, models.PROTECT, related_name="mandates_held")
    kind = models.CharField("种类", max_length=16, choices=Kind.choices)
    # What the paper says, and the procedures it covers by name; ALL_PROCEDURES covers every one.
    scope = models.CharField("权限", max_length=200, blank=True)
    procedures = models.JSONField("适用的程序", default=list)
    start = models.DateField("自")
    end = models.DateField("至", null=True, blank=True)
    basis = models.CharField("依据", max_length=200, blank=True)
    revoked_reason = models.CharField("解除理由", max_length=200, blank=True)

    def covers(self, procedure: str) -> bool:
        """Whether the agent may act in a matter of this procedure."""
        return ALL_PROCEDURES in self.procedures or procedure in self.procedures


class Identity(models.Model):
    """An account at an identity provider (OpenID Connect), bound to one of ours by issuer and subject."""

    user = models.ForeignKey(User, models.CASCADE, related_name="identities")
    issuer = models.CharField("身份提供方", max_length=200)
    subject = models.CharField("主体标识", max_length=255)
    bound_at = models.DateTimeField("关联时间")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="identity_once")]


class Recovery(models.Model):
    """账号恢复: asked by one keeper, approved by another; two persons, neither of them the account's own."""

    user = models.ForeignKey(User, models.CASCADE, related_name="recoveries")
    reason = models.CharField("事由", max_length=200)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("申请时间")
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField("批准时间", null=True)


class LogIn(models.Model):
    """登录记录: every attempt to prove oneself, shown to its owner; what was typed is never kept."""

    class Result(models.TextChoices):
        IN = "in", "登录成功"
        PROVED = "proved", "重新核验成功"
        WRONG = "wrong", "口令或动态口令不正确"
        LOCKED = "locked", "账号锁定期间被拒绝"

    user = models.ForeignKey(User, models.CASCADE, related_name="log_ins")
    at = models.DateTimeField("时间")
    result = models.CharField("结果", max_length=8, choices=Result.choices)
    way = models.CharField("方式", max_length=20)

    class Meta:
        indexes = [models.Index(fields=["user", "-at"])]


class ContactClaim(models.Model):
    """待核验的联系方式: an address somebody says is his; it becomes the account's once the code sent there is given.

    Of the code only a seed and a keyed digest are kept. The newest claim of an account and a way counts.
    """

    class Channel(models.TextChoices):
        MOBILE = "mobile", "手机"
        EMAIL = "email", "电子邮箱"

    user = models.ForeignKey(User, models.CASCADE, related_name="contact_claims")
    channel = models.CharField("种类", max_length=8, choices=Channel.choices)
    address = models.CharField("地址", max_length=254)
    seed = models.CharField(max_length=32, unique=True)
    digest = models.CharField("验证码摘要", max_length=64)
    issued_at = models.DateTimeField("发送时间")
    until = models.DateTimeField("有效至")
    tries = models.PositiveSmallIntegerField("已试次数", default=0)

    class Meta:
        indexes = [
            models.Index(fields=["user", "channel", "-issued_at"]),
            models.Index(fields=["channel", "address", "-issued_at"]),
        ]


class Token(models.Model):
    """接口令牌: by it a program acts for the person who issued it, within its scopes; of the token only the digest is kept."""

    class Scope(models.TextChoices):
        READ = "read", "查询"
        ACT = "act", "办理"

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField("用途", max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField("范围", default=list)
    made_at = models.DateTimeField("签发时间")
    until = models.DateTimeField("有效至")
    used_at = models.DateTimeField("最近使用", null=True)
    revoked_at = models.DateTimeField("撤销时间", null=True)
    # The account's generation when it was issued: a changed password or second factor ends tokens as it ends sessions.
    generation = models.PositiveIntegerField("会话代")

    def __str__(self) -> str:
        return self.name

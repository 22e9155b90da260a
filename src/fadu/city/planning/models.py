"""A work plan as imported, and its tasks on their way to becoming cases. What became of a task is its case's to say."""

from __future__ import annotations

from django.db import models

from fadu.city.accounts.models import Person
from fadu.city.authority.models import Organ
from fadu.city.cases.models import Case


class WorkPlan(models.Model):
    """工作方案: one document, read once; ``sha256`` is the file's."""

    key = models.CharField(max_length=26, unique=True)
    title = models.CharField("标题", max_length=300)
    year = models.PositiveSmallIntegerField("年度")
    government = models.ForeignKey(Organ, models.PROTECT, related_name="work_plans")
    source = models.CharField("文件名", max_length=200)
    sha256 = models.CharField(max_length=64)
    sections = models.JSONField("章节", default=list)
    warnings = models.JSONField("读取提示", default=list)
    imported_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    imported_at = models.DateTimeField()
    leaf = models.CharField("痕迹", max_length=64)

    class Meta:
        ordering = ["-year", "-imported_at"]
        constraints = [models.UniqueConstraint(fields=["government", "sha256"], name="plan_imported_once")]

    def __str__(self) -> str:
        return self.title


class PlanTask(models.Model):
    """任务: as read from the plan. ``proposed`` ones were cut out of prose and wait for a person's word."""

    plan = models.ForeignKey(WorkPlan, models.PROTECT, related_name="tasks")
    place = models.PositiveIntegerField("次序")
    section = models.CharField("章节", max_length=300)
    no = models.CharField("序号", max_length=40, blank=True)
    text = models.TextField("任务")
    units_raw = models.TextField("责任单位原文", blank=True)
    lead = models.JSONField("牵头单位", default=list)
    support = models.JSONField("配合单位", default=list)
    units = models.JSONField("责任单位", default=list)
    # Units that are sets (其他部门、各乡镇) or that no organ of the city bears as a name.
    sets = models.JSONField("须展开的集合", default=list)
    unknown = models.JSONField("未对应的单位", default=list)
    deadline = models.DateField("完成时限", null=True)
    deadline_text = models.CharField("时限原文", max_length=200, blank=True)
    proposed = models.BooleanField("由文字拆分")
    dropped = models.CharField("不作为任务的理由", max_length=300, blank=True)
    case = models.OneToOneField(Case, models.PROTECT, null=True, related_name="plan_task")

    class Meta:
        ordering = ["plan", "place"]
        constraints = [models.UniqueConstraint(fields=["plan", "place"], name="task_place_once")]

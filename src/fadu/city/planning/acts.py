"""A plan is imported, its tasks are confirmed into cases or set aside with a reason."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from fadu.city.authority import queries as authority
from fadu.city.authority.door import Answer, Doing, act, within
from fadu.city.authority.models import Organ
from fadu.city.cases import acts as cases
from fadu.city.cases.entry import Entry
from fadu.city.cases.models import Case
from fadu.city.planning.matching import Names
from fadu.city.planning.models import PlanTask, WorkPlan
from fadu.core.errors import Refusal, Refused
from fadu.core.text.plan import Plan, Task

OFFICE = "government_office"


def _government(doing: Doing, *, government: str, **asked: Any) -> Organ:
    found = Organ.objects.filter(code=government).first()
    if found is None:
        raise Refused(Refusal("unknown_organ", f"没有代码为 {government} 的机构", cure="请重新选择"))
    return found


def _office(doing: Doing, government: Organ) -> Iterable[Refusal]:
    office = authority.organ_with_duty(OFFICE, government, doing.on)
    if office is None or doing.actor.holding(office, "handle") is None:
        name = office.name if office else "政府办公机构"
        yield Refusal("not_yours", f"工作方案由{name}经办岗位导入和下达", cure="请交由政府办公机构办理")


def _may_import(doing: Doing, government: Organ, /, **asked: Any) -> Iterable[Refusal]:
    return _office(doing, government)


@act("planning.import", title="导入工作方案", lock=_government, who=_may_import)
def import_plan(
    doing: Doing, government: Organ, /, *, plan: Plan, content: bytes, source: str, year: int, **_: Any
) -> Answer:
    """导入: the plan as read, whole; nothing is issued by it. The same file is imported once."""
    digest = hashlib.sha256(content).hexdigest()
    if (earlier := WorkPlan.objects.filter(government=government, sha256=digest).first()) is not None:
        raise Refused(
            Refusal("already_imported", f"这份文件已经导入：{earlier.title}", cure="请打开已导入的方案")
        )
    if not plan.tasks:
        raise Refused(Refusal("no_tasks", "没有读出任何任务", cure="请核对文件是否为工作方案"))
    key = secrets.token_hex(13)
    leaf = doing.leave(
        case_ref=f"plan/{key}",
        step="plan.import",
        performers=[doing.actor.who()],
        recorder=doing.actor.who(),
        organ=government.code,
        occurred_at=doing.at,
        fields={"title": plan.title, "year": year, "tasks": len(plan.tasks)},
        files={"plan": digest},
    )
    row = WorkPlan.objects.create(
        key=key, title=plan.title, year=year, government=government, source=source, sha256=digest,
        sections=[section.title for section in plan.sections if section.level == 1],
        warnings=[note.sentence for note in plan.warnings], imported_by=doing.actor.person, imported_at=doing.at,
        leaf=leaf.hash.hex(),
    )  # fmt: skip
    names = Names(doing.on)
    titles = {section.no: f"{section.no}{section.title}" for section in plan.sections}
    PlanTask.objects.bulk_create(
        _task(row, place, task, names, titles) for place, task in enumerate(plan.tasks, 1)
    )
    return {"plan": key, "tasks": len(plan.tasks), "leaf": row.leaf}


def _task(plan: WorkPlan, place: int, task: Task, names: Names, titles: Mapping[str, str]) -> PlanTask:
    """One task as a row, its units matched to organs."""
    sets = set(task.who.sets)
    lead, support = (
        names.match(task.who.lead),
        names.match(one for one in task.who.support if one not in sets),
    )
    every = names.match(one for one in task.who.units if one not in sets)
    return PlanTask(
        plan=plan, place=place, section=" › ".join(titles.get(part, part) for part in task.section_path)[:300], no=task.no or "", text=task.text,
        units_raw=task.who.raw or "", lead=list(lead.organs), support=list(support.organs), units=list(every.organs),
        sets=list(task.who.sets), unknown=list(every.unknown), deadline=task.due.on,
        deadline_text=(task.due.text or "")[:200], proposed=task.proposed,
    )  # fmt: skip


def _lock_task(doing: Doing, *, task: int, **asked: Any) -> PlanTask:
    found = (
        PlanTask.objects.select_for_update(of=("self",))
        .select_related("plan__government")
        .filter(pk=task)
        .first()
    )
    if found is None:
        raise Refused(Refusal("unknown_task", "没有这项任务", cure="请刷新页面"))
    return found


def _may_issue(doing: Doing, task: PlanTask, /, **asked: Any) -> Iterable[Refusal]:
    yield from _office(doing, task.plan.government)
    if task.case_id is not None:
        yield Refusal("already_issued", "这项任务已经立项", cure="请到案件中办理")
    elif task.dropped:
        yield Refusal("dropped", "这项内容已确定不作为任务", cure="请重新导入或另行提出任务")


@act("planning.issue", title="任务立项", lock=_lock_task, who=_may_issue)
def issue(doing: Doing, task: PlanTask, /, **_: Any) -> Answer:
    """立项: the task becomes a case of ``work_task``, with the units and the date the plan names."""
    office = authority.organ_with_duty(OFFICE, task.plan.government, doing.on)
    assert office is not None  # _may_issue has found it
    answer = within(
        doing, cases.open_case, procedure="work_task", organ=office.code, title=task.text[:200],
        entry=Entry(step="propose", values=_values(task), facts={"from_prose": task.proposed, "set_units": bool(task.sets)}),
    )  # fmt: skip
    doing.leaves.append(answer["leaf"])
    task.case = Case.objects.get(key=answer["case"])
    task.save(update_fields=["case"])
    return answer


def _values(task: PlanTask) -> dict[str, Any]:
    values = {
        "plan": task.plan.title,
        "year": task.plan.year,
        "section_path": task.section or task.plan.title,
        "no": task.no,
        "task": task.text,
        "units_raw": task.units_raw,
        "lead": task.lead,
        "support": task.support,
        "units": task.units,
        "deadline": task.deadline.isoformat() if task.deadline else "",
        "deadline_text": task.deadline_text,
        "secrecy_class": "open",
    }
    return {name: value for name, value in values.items() if value not in ("", [])}


@act("planning.drop", title="不作为任务", lock=_lock_task, who=_may_issue)
def drop(doing: Doing, task: PlanTask, /, *, reason: str, **_: Any) -> Answer:
    """不作为任务: a sentence cut from prose that is no duty, set aside with a reason; it stays on the plan's page."""
    if not reason.strip():
        raise Refused(
            Refusal("missing_reason", "须写明不作为任务的理由", cure="请填写理由", subject="reason")
        )
    leaf = doing.leave(
        case_ref=f"plan/{task.plan.key}",
        step="plan.drop",
        performers=[doing.actor.who()],
        recorder=doing.actor.who(),
        organ=task.plan.government.code,
        occurred_at=doing.at,
        fields={"task": task.place, "reason": reason},
    )
    task.dropped = reason.strip()[:300]
    task.save(update_fields=["dropped"])
    return {"task": task.pk, "leaf": leaf.hash.hex()}

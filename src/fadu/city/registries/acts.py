"""How a register changes: an entry begins, its next version begins, it ends. The past stays as it was."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from fadu.city.accounts.models import Person
from fadu.city.authority.acts import INSTALL, trace
from fadu.city.authority.door import Answer, Doing, act
from fadu.city.authority.models import Organ, in_force
from fadu.city.registries.acts_law import CONFIRMS as CONFIRMS
from fadu.city.registries.acts_law import KEEPER as KEEPER
from fadu.city.registries.acts_law import PROPOSES as PROPOSES
from fadu.city.registries.acts_law import confirm_law as confirm_law
from fadu.city.registries.acts_law import propose_calendar as propose_calendar
from fadu.city.registries.acts_law import propose_overlay as propose_overlay
from fadu.city.registries.acts_law import propose_repeal as propose_repeal
from fadu.city.registries.acts_law import return_law as return_law
from fadu.city.registries.models import Entry
from fadu.core.errors import Refusal, Refused
from fadu.core.terms import chinese_day

# Which duty's organ keeps which register.
KEEPERS = {
    "experts": "government_office",
    "counsel": "rule_of_law_office",
    "documents": "rule_of_law_office",
    "powers": "staffing",
}


def _lock(doing: Doing, *, register: str, key: str, **asked: Any) -> Entry | None:
    """The version in force, locked, or nothing where the entry is new."""
    return (
        Entry.objects.select_for_update()
        .filter(in_force(doing.on), register=register, key=key)
        .order_by("-start")
        .first()
    )


def _keeper(doing: Doing, subject: Entry | None, /, *, register: str, **asked: Any) -> Iterable[Refusal]:
    if doing.actor.source == INSTALL:
        return
    duty = KEEPERS.get(register)
    if duty is None:
        yield Refusal("unknown_register", f"没有名为“{register}”的名册", cure="请核对名册")
    elif not any(duty in held.organ.duties and "handle" in held.functions for held in doing.actor.holdings):
        yield Refusal("no_power", "该名册由有关主管部门的经办岗位维护", cure="请交由主管部门办理")


@act("registries.enter", title="登记入册", lock=_lock, who=_keeper)
def enter(
    doing: Doing,
    current: Entry | None,
    /,
    *,
    register: str,
    key: str,
    title: str,
    start: date,
    data: dict[str, Any],
    person: str = "",
    organ: str = "",
    basis: str = "",
    end: date | None = None,
) -> Answer:
    """登记: a new entry, or the next version of one; the version before ends the day the new one begins."""
    if current is not None and start <= current.start:
        raise Refused(
            Refusal(
                "not_later",
                f"新版本须晚于现行版本（{chinese_day(current.start)}）",
                cure="请核对生效日期",
                subject="start",
            )
        )
    values = {"title": title, "start": start, "data": data}
    leaf = trace(doing, register=register, key=key, step="enter", values=values)
    if current is not None:
        Entry.objects.filter(pk=current.pk).update(end=start)
    row = Entry.objects.create(
        register=register, key=key, title=title, data=data, basis=basis, start=start, end=end, leaf=leaf.hash.hex(),
        person=Person.objects.get(key=person) if person else None,
        organ=Organ.objects.get(code=organ) if organ else None,
    )  # fmt: skip
    return {"entry": row.pk, "leaf": row.leaf}


@act("registries.strike", title="出册", lock=_lock, who=_keeper)
def strike(
    doing: Doing, current: Entry | None, /, *, register: str, key: str, end: date, reason: str
) -> Answer:
    """出册: the entry ends on a day, with a reason; it stays readable."""
    if current is None:
        raise Refused(Refusal("unknown_entry", f"名册中没有现行的“{key}”", cure="请核对条目"))
    if not reason.strip():
        raise Refused(Refusal("missing_reason", "出册须写明理由", cure="请填写理由", subject="reason"))
    values = {"end": end, "reason": reason}
    leaf = trace(doing, register=register, key=key, step="strike", values=values)
    Entry.objects.filter(pk=current.pk).update(end=end)
    return {"entry": current.pk, "leaf": leaf.hash.hex()}

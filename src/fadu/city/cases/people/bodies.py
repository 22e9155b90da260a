"""会议组成人员: who belongs to the body that decides by meeting, and whether the record of views is of that body.

政府的重大决策由常务会议或者全体会议讨论、行政首长决定 (地方组织法 78；决策条例 30): the members are those who hold a deciding
post in the organ; the secretary-general and the heads of the organs under it belong to it too, and need not all be there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from fadu.city.authority import queries as authority
from fadu.city.authority.models import Appointment, Organ
from fadu.city.cases.models import Case
from fadu.city.cases.people import standing
from fadu.core.errors import Refusal
from fadu.core.procedure.definition import Definition, Step
from fadu.core.terms import legal_day

DECIDE = frozenset({"decide", "head"})


def members(definition: Definition, step: Step, case: Case, at: datetime) -> list[Appointment]:
    """The deciding posts that day of the organ whose head decides after the meeting, its head last; empty for a step
    that is no such meeting."""
    if step.decided_by is None or not step.decided_by.head_last:
        return []
    held = [
        row
        for organ in _organs(definition, step, case, at)
        for row in authority.appointments_in_force(legal_day(at), organ=organ)
        if DECIDE & set(row.post.functions)
    ]
    return sorted(held, key=lambda row: ("head" in row.post.functions, row.pk))


def rows(definition: Definition, step: Step, case: Case, at: datetime) -> list[dict[str, Any]]:
    """What the record of views begins with: every member in the order of speaking, the head at the end."""
    people = {row.person.key: "head" in row.post.functions for row in members(definition, step, case, at)}
    return [
        {"person": key, "order": number, **({"head": True} if head else {})}
        for number, (key, head) in enumerate(people.items(), 1)
    ]


def refusals(
    definition: Definition, step: Step, values: Mapping[str, Any], *, case: Case, at: datetime
) -> Iterator[Refusal]:
    """Why the views are not those of the body: the head is another, a member is left out, a stranger is counted."""
    views = values.get("views")
    due = {row.person.key: row.person.name for row in members(definition, step, case, at)}
    if not due or not isinstance(views, list):
        return
    organs, on = _organs(definition, step, case, at), legal_day(at)
    named = {str(view.get("person", "")): view for view in views}
    if absent := [name for key, name in due.items() if key not in named]:
        yield _refusal(
            step, "member_missing", f"应到人员{'、'.join(absent)}没有记录", "到会的写明意见，未到会的记为缺席"
        )
    for key, view in named.items():
        held = authority.holdings_by_key(key, on)
        if view.get("head") and not any(one.organ in organs and "head" in one.functions for one in held):
            whose = "、".join(organ.name for organ in organs)
            yield _refusal(
                step, "not_the_head", f"记为行政首长的不是{whose}的行政首长", "由行政首长最后发表意见"
            )
        elif key not in due and not any(_belongs(one, organs) for one in held):
            yield _refusal(
                step, "not_a_member", "记录的意见中有会议组成人员以外的人", "列席人员的发言写入会议记录"
            )


def _belongs(held: Any, organs: list[Organ]) -> bool:
    """A post in the organ itself, or the head of an organ under it."""
    under = "head" in held.functions and held.organ.government_id in {organ.pk for organ in organs}
    return held.organ in organs or under


def _organs(definition: Definition, step: Step, case: Case, at: datetime) -> list[Organ]:
    roles = [definition.roles[name] for name in step.by if definition.roles[name].kind == "function"]
    found = (standing.organ_of(role, case.organ, case, at) for role in roles)
    return [organ for organ in found if organ is not None]


def _refusal(step: Step, code: str, sentence: str, cure: str) -> Refusal:
    assert step.decided_by is not None
    return Refusal(code, f"“{step.title}”：{sentence}", step.decided_by.basis.printed, cure, "views")

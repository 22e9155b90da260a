"""Consequences that law files may order of a case itself; each runs inside the act's transaction."""

from __future__ import annotations

from typing import Any

from fadu.city.authority.door import Doing
from fadu.city.authority.models import Organ
from fadu.city.cases import projection
from fadu.city.cases.models import Case
from fadu.core.errors import Refusal, Refused
from fadu.core.procedure.definition import Definition
from fadu.core.procedure.engine import Recorded


def hand_to_lead(*, doing: Doing, case: Case, definition: Definition, recorded: Recorded, **_: Any) -> None:
    """The organ named as lead (牵头单位) handles the case from now on; its government stays."""
    code = recorded.act.values.get("lead", "")
    organ = Organ.objects.select_related("government", "parent").filter(code=code).first()
    if organ is None:
        raise Refused(
            Refusal("unknown_organ", f"没有代码为 {code} 的机构", cure="请重新选择牵头单位", subject="lead")
        )
    case.organ = organ
    case.division = organ.division
    projection.refresh(case, definition, recorded.marking, at=doing.at)
    case.save()


EFFECTS = {"hand_to_lead": hand_to_lead}

"""专家库: who may be drawn for a case. The register holds field, employer, period and declared relations.

Left out before any draw: who works for the undertaker, for its government or for another organ that takes part; who has
declared a relation to one of them; who has acted in the case; and whoever is named with a reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fadu.city.registries import queries as registries
from fadu.core.errors import Refusal, Refused

REGISTER = "experts"


@dataclass(frozen=True)
class Candidates:
    """Who enters the draw, and who was left out with the reason that is published."""

    entries: tuple[Any, ...]
    excluded: tuple[tuple[str, str], ...]


def register(on: date) -> list[Any]:
    """The experts in force on a day."""
    return list(registries.entries(REGISTER, on))


def field_of(entry: Any) -> str:
    """An expert's field as registered."""
    return str(entry.data.get("field", ""))


def fields(on: date) -> list[str]:
    """The fields that have an expert on a day."""
    return sorted({field_of(entry) for entry in register(on) if field_of(entry)})


def candidates(case: Any, on: date, *, fields: Sequence[str], excluded: Mapping[str, str]) -> Candidates:
    """Divide the experts of these fields (none named: of all) into candidates and excluded."""
    wanted = [entry for entry in register(on) if not fields or field_of(entry) in fields]
    if unknown := sorted(set(excluded) - {entry.key for entry in wanted}):
        raise Refused(
            Refusal(
                "unknown_expert", f"名册中没有 {'、'.join(unknown)}", cure="请重新选择", subject="excluded"
            )
        )
    organs = _organs(case)
    acted = set(case.acts.values_list("person_id", flat=True))
    staying, out = [], []
    for entry in wanted:
        reasons = list(_against(entry, organs, acted, excluded))
        if reasons:
            out.append((entry.title, "；".join(reasons)))
        else:
            staying.append(entry)
    return Candidates(tuple(staying), tuple(out))


def _organs(case: Any) -> dict[str, str]:
    """Every name by which an organ of this case may stand as an employer or in a declared relation → its short name."""
    found: dict[str, str] = {}
    rows = [case.organ, case.government, *(one.organ for one in case.involvements.select_related("organ"))]
    for organ in rows:
        for name in (organ.code, organ.name, organ.short, *organ.aliases):
            found[name] = organ.short
    return found


def _against(
    entry: Any, organs: Mapping[str, str], acted: set[int], excluded: Mapping[str, str]
) -> Iterator[str]:
    if entry.person is None:
        yield "没有对应的人员账号"
    elif entry.person.pk in acted:
        yield "已经参与本件办理"
    employer = str(entry.data.get("employer", ""))
    own = entry.organ.code if entry.organ is not None else ""
    for name in (employer, own):
        if name in organs:
            yield f"任职于{organs[name]}"
            break
    for relation in entry.data.get("relations", ()):
        if relation in organs:
            yield f"声明与{organs[relation]}有利害关系"
    if reason := excluded.get(entry.key, "").strip():
        yield reason
    elif entry.key in excluded:
        raise Refused(
            Refusal(
                "missing_reason", f"{entry.title}的回避理由没有填写", cure="请填写理由", subject="excluded"
            )
        )

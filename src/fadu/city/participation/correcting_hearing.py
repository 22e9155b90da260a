"""更正 of an announced hearing: the page that everybody sees follows the corrected record.

Whoever registered came for what was announced, so what would take the ground from under him is refused: another make-up
after the list, a day so near that the papers come too late, any change of the announcement after the hearing.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from fadu.city.authority.door import Doing
from fadu.city.cases import procedures
from fadu.city.participation import hearings
from fadu.city.participation.models import Hearing
from fadu.core.errors import Refusal, Refused
from fadu.core.procedure import waits
from fadu.core.procedure.definition import Definition
from fadu.core.procedure.engine import Recorded
from fadu.core.terms import legal_day

_DAYS = ("held_on", "register_until")
_CHOSEN_BY = ("groups", "selection_rule")
_ANNOUNCED = (*_DAYS, *_CHOSEN_BY, "place")


def correct_hearing(
    *, doing: Doing, case: Any, definition: Definition, act: Any, recorded: Recorded, **_: Any
) -> None:
    """The hearing that the corrected act announced, listed or held says from now on what the record says."""
    changed = dict(recorded.act.values.get("corrected") or {})
    seq = int(recorded.act.targets[0])
    corrected = case.acts.get(seq=seq)
    rows = case.hearings.select_for_update(of=("self",))
    basis = definition.steps[corrected.step].basis.printed
    if (row := rows.filter(seq=seq).first()) is not None:
        told = {name: value for name, value in changed.items() if name in _ANNOUNCED}
        if told:
            _refuse(row, told, basis)
            _keep_lead(definition, corrected, recorded, told, doing)
            _announce(row, told)
    elif (row := rows.filter(listed_at=corrected.recorded_at).first()) is not None:
        told = {"list_shown": changed["list_shown"]} if "list_shown" in changed else {}
        row.list_shown = told.get("list_shown", row.list_shown)
    elif (row := _ended_by(rows, corrected)) is not None:
        told = {name: value for name, value in changed.items() if name in ("reason", "record")}
        if row.postponed_at is not None:
            row.postponed_why = changed.get("reason", row.postponed_why)
        else:
            row.record_sha256 = recorded.act.digests.get("record", row.record_sha256)
    if row is None or not told:
        return
    row.save()
    who = doing.actor.who()
    doing.leave(
        case_ref=hearings.chain(row), step="participation.correct_hearing", performers=[who], recorder=who,
        organ=case.organ.code, occurred_at=doing.at, fields={"case_leaf": act.leaf, "corrected": sorted(told)},
    )  # fmt: skip


def _ended_by(rows: Any, corrected: Any) -> Hearing | None:
    moment = corrected.occurred_at
    return rows.filter(held_at=moment).first() or rows.filter(postponed_at=moment).first()


def _refuse(row: Hearing, told: dict[str, Any], basis: str) -> None:
    if row.held_at is not None or row.postponed_at is not None:
        raise Refused(
            Refusal(
                "hearing_over",
                "这次听证会已经举行或者延期，公告不能再更正",
                basis,
                "重新公告",
                next(iter(told)),
            )
        )
    if row.listed_at is not None and set(told) & set(_CHOSEN_BY):
        raise Refused(
            Refusal(
                "participants_listed",
                "听证参加人名单已经公布，遴选办法和构成不能再更正",
                basis,
                "确有必要的，延期并重新公告",
                next(name for name in _CHOSEN_BY if name in told),
            )
        )


def _keep_lead(
    definition: Definition, corrected: Any, recorded: Recorded, told: dict[str, Any], doing: Doing
) -> None:
    """A corrected day still leaves the time that the law wants before it."""
    step = definition.steps[corrected.step]
    found = waits.planning(
        definition, recorded.marking, step, told, on=legal_day(doing.at), calendar=procedures.calendar()
    )
    if reasons := tuple(found):
        raise Refused(*reasons)


def _announce(row: Hearing, told: dict[str, Any]) -> None:
    for name in set(told) & set(_DAYS):
        setattr(row, name, date.fromisoformat(str(told[name])) if told[name] else None)
    row.place = str(told.get("place", row.place))[:300]
    row.selection_rule = told.get("selection_rule", row.selection_rule)
    if "groups" in told:
        row.groups = [{"group": one["group"][:40], "places": int(one["places"])} for one in told["groups"]]

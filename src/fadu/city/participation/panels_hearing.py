"""What the case steps of hearings and experts show beside their forms, and what the forms need not ask."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fadu.city.participation import queries, queries_hearing
from fadu.city.participation.models import Expert, Hearing, Lot, Registration


def _current(case: Any) -> Hearing | None:
    rows = case.hearings.select_related("case__organ", "lot").filter(
        held_at__isnull=True, postponed_at__isnull=True
    )
    return rows.order_by("-seq").first()


def hearing_participants(*, case: Any, actor: Any, at: datetime, near: Any, **_: Any) -> dict[str, Any]:
    """公布听证参加人名单: registrations and their results; those chosen stand in the form already."""
    row = _current(case)
    shown: dict[str, Any] = {"template": "participation/panel_hearing.html", "hearing": row}
    if row is None:
        return shown
    states = (Registration.State.CHOSEN, Registration.State.WAITING)
    rows = list(row.registrations.filter(state__in=states))
    chosen = [one for one in rows if one.state == Registration.State.CHOSEN]
    shown |= {
        "waiting": len(rows) - len(chosen),
        "chosen": len(chosen),
        "registering": queries_hearing.registering(row, at.date()),
        "works": queries.handles(actor, row),
    }
    # Names are opened for whoever may read what was typed, and for nobody else who looks at the step.
    if chosen and queries.readable(actor, row, near):
        people = [(one.name, one.registration.stands_for) for one in queries_hearing.opened(chosen)]
        shown["offered"] = {
            "participants": [{"name": name, "stands_for": group} for name, group in people],
            "list_shown": "\n".join(f"{name}（{group}）" for name, group in people),
        }
    return shown


def expert_lot(*, case: Any, actor: Any, **_: Any) -> dict[str, Any]:
    """选择论证专家: the draws of the case; those drawn who have accepted stand in the form already."""
    rows = list(case.lots.filter(subject=Lot.Subject.EXPERTS).order_by("-prepared_at"))
    drawn = next((row for row in rows if row.drawn_at), None)
    people = list(drawn.experts.exclude(state=Expert.State.RESERVE).select_related("person")) if drawn else []
    shown: dict[str, Any] = {
        "template": "participation/panel_experts.html",
        "lots": rows,
        "people": people,
        "case": case,
        "open": any(row.drawn_at is None and not row.void_reason for row in rows),
        "works": actor.holding(case.organ, "handle") is not None,
    }
    taking_part = [one for one in people if one.state in (Expert.State.ACCEPTED, Expert.State.SIGNED)]
    if drawn is not None:
        shown["known"] = {"seed": drawn.seed}
    if taking_part:
        rows_offered = [
            {"name": one.person.name, "field": one.field, "no_interest": True} for one in taking_part
        ]
        shown["offered"] = {"experts": rows_offered}
    return shown


def expert_opinions(*, case: Any, actor: Any, near: Any, **_: Any) -> dict[str, Any]:
    """专家论证: the opinions signed here, joined for the form where the reader may see them."""
    drawn = (
        case.lots.filter(subject=Lot.Subject.EXPERTS, drawn_at__isnull=False).order_by("-drawn_at").first()
    )
    shown: dict[str, Any] = {
        "template": "participation/panel_opinions.html",
        "lot": drawn,
        "signed": [],
        "waiting": [],
    }
    if drawn is None:
        return shown
    open_states = (Expert.State.INVITED, Expert.State.ACCEPTED)
    every = list(drawn.experts.select_related("person").order_by("rank"))
    shown["waiting"] = [one for one in every if one.state in open_states]
    if queries.readable(actor, drawn, near):
        signed = queries_hearing.opinions_of(every)
        shown["signed"] = signed
        if signed:
            shown["offered"] = {
                name: "\n".join(
                    f"{one.expert.person.name}：{getattr(one, name)}" for one in signed if getattr(one, name)
                )
                for name in ("necessity", "feasibility", "soundness", "dissent")
            }
    return shown


PANELS = {
    "hearing_participants": hearing_participants,
    "expert_lot": expert_lot,
    "expert_opinions": expert_opinions,
}

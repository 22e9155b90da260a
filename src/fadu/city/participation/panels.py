"""What a case step shows beside its form about participation, and what the form need not ask because it is known."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fadu.city.participation import panels_hearing, queries, root
from fadu.city.participation.models import Consultation


def _rounds(case: Any) -> list[Consultation]:
    return list(case.consultations.select_related("case__organ").order_by("-seq"))


def consultation_closing(*, case: Any, at: datetime, **_: Any) -> dict[str, Any]:
    """公开征求意见结束: how many spoke online, and the root over what they said, ready for the form."""
    row = next((one for one in _rounds(case) if one.closed_at is None), None)
    shown: dict[str, Any] = {"template": "participation/panel_closing.html", "consultation": row}
    if row is not None:
        found = root.over(queries.leaves(row)).hex()
        shown |= {"tally": queries.tally(row), "root": found, "open": queries.is_open(row, at.date())}
        shown["known"] = {"online": str(row.received), "root": found}
        shown["offered"] = {"comments": str(row.received)}
    return shown


def consultation_answers(*, case: Any, actor: Any, **_: Any) -> dict[str, Any]:
    """意见的研究采纳: what is answered, what waits; the answers given stand in the form's table already."""
    rows = [one for one in _rounds(case) if one.closed_at is not None and one.answered_at is None]
    given = [
        {"opinion": answer.opinion, "adopted": answer.adopted, "why": answer.why}
        for answer in queries.answers_among(rows)
    ]
    tallies = queries.tallies(rows)
    return {
        "template": "participation/panel_answers.html",
        "rounds": [(row, tallies[row.pk], tallies[row.pk]["unanswered"]) for row in rows],
        "works": bool(rows) and queries.handles(actor, rows[0]),
        "offered": {"answers": given} if given else {},
    }


PANELS = {
    "consultation_closing": consultation_closing,
    "consultation_answers": consultation_answers,
    **panels_hearing.PANELS,
}

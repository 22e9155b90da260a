"""Once a day: the heads of all cases and the root of the access log become leaves of the main log.

The first catches a tail cut off a case (nothing after it would notice), the second binds the log of reads and
refusals to the log that is witnessed.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from fadu.city.ledger import identity
from fadu.city.ledger.acts import Appended, System, append
from fadu.city.ledger.check_cases import HEADS_CASE
from fadu.city.ledger.models import CaseHead, HeadsFile, Log, LogState
from fadu.city.ledger.sequencer import sequence, single_writer
from fadu.city.ledger.store import NodeStore
from fadu.core.log import heads, tree
from fadu.core.log.record import Covers, Head

ACCESS_CASE = "ledger/access"
ACCESS_KIND = "access-log"
_SELF = System("账本")


def close_day(*, at: datetime) -> list[Appended]:
    """Write the two leaves of the day; nothing if that day is closed already. The day is that of ``at``'s own zone."""
    if HeadsFile.objects.filter(day=at.date()).exists():
        return []
    with single_writer():
        sequence(Log.ACCESS)
    with transaction.atomic():
        rows = CaseHead.objects.order_by("case_ref").values_list("case_ref", "seq", "hash").iterator()
        body = heads.format_heads(
            (identity.case_tag(case_ref), Head(seq, bytes(last))) for case_ref, seq, last in rows
        )
        day = _append(HEADS_CASE, "case_heads", heads.covers(identity.suite(), body), at)
        HeadsFile.objects.create(day=at.date(), leaf=day.hash, body=body)
        return [day, _append(ACCESS_CASE, "access_root", _access_root(), at)]


def _access_root() -> Covers:
    store = NodeStore(Log.ACCESS)
    size = LogState.objects.filter(pk=Log.ACCESS).values_list("size", flat=True).first() or 0
    return Covers(ACCESS_KIND, size, tree.tree_hash(identity.suite(), size, store))


def _append(case_ref: str, step: str, covers: Covers, at: datetime) -> Appended:
    return append(
        case_ref=case_ref,
        step=step,
        performers=[_SELF],
        recorder=_SELF,
        organ="",
        occurred_at=at,
        recorded_at=at,
        covers=[covers],
    )

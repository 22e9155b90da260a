"""One round of publication: close the day once, sequence and sign both logs, ask witness and time-stamping authority.

The worker calls this.
"""

from __future__ import annotations

import contextlib
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from fadu.city.ledger import daily, sequencer, timestamping, witnessing
from fadu.city.ledger.models import CaseHead, Checkpoint, Log
from fadu.city.ledger.timestamping import TsaUnreachable
from fadu.city.ledger.witnessing import WitnessUnreachable as WitnessUnreachable
from fadu.city.ledger.witnessing import demand_not_behind as demand_not_behind
from fadu.core.log import record
from fadu.core.log.errors import LogError


@dataclass(frozen=True)
class Published:
    """What a round reached: sizes of the newest checkpoints, who cosigned and stamped the main one, or why nobody did."""

    size: int
    access_size: int
    witnesses: tuple[str, ...]
    witness_problem: str
    stamped_at: str = ""
    stamp_problem: str = ""

    def as_json(self) -> dict[str, Any]:
        """The round as data."""
        return asdict(self)


def publish(*, at: datetime, close_day: bool = True) -> Published:
    """One round, the first of a day with the two leaves of the day (once there is a case).

    An unreachable witness does not stop publication; a witness that refuses, or has seen more than we hold, does, and
    that before anything is signed. A time-stamp that could not be had,
    or does not verify, stops nothing and is not kept.
    """
    if close_day and CaseHead.objects.exists():
        daily.close_day(at=at)
    if sequencer.anything_new():
        with contextlib.suppress(WitnessUnreachable):
            demand_not_behind()
    access = sequencer.publish(at=at, log=Log.ACCESS)
    main = sequencer.publish(at=at)
    if main is None:
        return Published(0, access.size if access else 0, (), "")
    problem = ""
    try:
        cosigned = witnessing.cosign(main, at=at)
    except WitnessUnreachable as unreachable:
        cosigned, problem = [], str(unreachable)
    names = tuple(one.witness for one in cosigned)
    stamped, stamp_problem = _stamp(main, at)
    return Published(main.size, access.size if access else 0, names, problem, stamped, stamp_problem)


def _stamp(main: Checkpoint, at: datetime) -> tuple[str, str]:
    try:
        stamped = timestamping.stamp_due(main, at=at)
    except (TsaUnreachable, LogError) as problem:
        return "", str(problem)
    return (record.moment(stamped.at) if stamped else ""), ""

"""Leaves that a recovery has put back and whose content this database does not have: which they are, and of what."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from fadu.city.ledger import identity
from fadu.city.ledger.models import CaseHead, Leaf
from fadu.core.log import record


@dataclass(frozen=True)
class Orphan:
    """A leaf by itself: its number in its case, its hash (hex), and what it says in clear."""

    seq: int
    leaf: str
    step: str
    organ: str
    occurred_at: datetime


def leaves_of(case_ref: str) -> list[str]:
    """The leaves of a case (hex), in order."""
    found = Leaf.objects.filter(case_ref=case_ref).order_by("seq").values_list("hash", flat=True)
    return [bytes(leaf).hex() for leaf in found]


def leaves_without(case_ref: str, known: Collection[str]) -> list[Orphan]:
    """The leaves of a case that are not among the known ones (hex), in order."""
    rows = Leaf.objects.filter(case_ref=case_ref).order_by("seq").values_list("hash", "seq", "body")
    return [
        _read(bytes(leaf).hex(), seq, bytes(body))
        for leaf, seq, body in rows
        if bytes(leaf).hex() not in known
    ]


def cases_without(known: Collection[str]) -> Iterator[tuple[str, list[Orphan]]]:
    """Cases that have leaves and are not among the known references; those of which only the keyed tag is left, too."""
    for prefix in ("case/", identity.LOST):
        refs = CaseHead.objects.filter(case_ref__startswith=prefix).order_by("case_ref")
        for case_ref in refs.values_list("case_ref", flat=True).iterator():
            if case_ref not in known:
                yield case_ref, leaves_without(case_ref, ())


def _read(leaf: str, seq: int, body: bytes) -> Orphan:
    said = record.read(body)
    return Orphan(seq, leaf, said["step"], said["organ"], record.from_moment(said["occurred_at"]))

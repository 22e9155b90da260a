"""What one leaf says, with everything about it checked: its bytes, its opening, every commitment in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fadu.city.ledger import identity, vault
from fadu.city.ledger.models import CaseKey, Leaf, Opening
from fadu.core.log import commitment, record
from fadu.core.log.errors import LogError, ProofError


@dataclass(frozen=True)
class Trace:
    """A leaf as it tells itself. ``files``: digests (hex) by name; None where the opening was lawfully erased."""

    case_ref: str
    seq: int
    step: str
    occurred_at: datetime
    recorded_at: datetime
    files: Mapping[str, str] | None


def trace_of(leaf: bytes) -> Trace:
    """The trace with this hash. `LogError` says what is wrong: not there, changed, its content gone or changed."""
    row = Leaf.objects.filter(pk=leaf).first()
    if row is None:
        raise LogError(
            f"账本中没有散列值为 {leaf.hex()[:16]}… 的痕迹", why="痕迹被删去，或者所指的散列值被改动"
        )
    body, suite = bytes(row.body), identity.suite()
    if suite.leaf(body) != leaf:
        raise ProofError("账本中这条痕迹的内容被改动，与当时的散列不符")
    opening = Opening.objects.filter(pk=leaf).first()
    case_ref = row.case_ref if opening is None else opening.sealed_case or row.case_ref
    box = None
    if opening is not None:
        key = CaseKey.objects.get(pk=case_ref)
        box = vault.unwrap(case_ref, key.kek, bytes(key.wrapped)).open(leaf, bytes(opening.box))
    said = record.read(box.blind[1] if box and box.blind else body)
    if box:
        for name, (salt, value) in box.fields.items():
            commitment.check(suite, bytes.fromhex(said["fields"][name]), name, salt, value)
        for name, (salt, value) in box.files.items():
            label = commitment.file_label(name)
            commitment.check(suite, bytes.fromhex(said["files"][name]), label, salt, value)
    return Trace(
        case_ref=case_ref,
        seq=said["seq"],
        step=said["step"],
        occurred_at=record.from_moment(said["occurred_at"]),
        recorded_at=record.from_moment(said["recorded_at"]),
        files=None if box is None else {name: value[1:].hex() for name, (_, value) in box.files.items()},
    )

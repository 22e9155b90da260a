"""抽签: a draw that nobody can steer and everybody can repeat. Pure: no clock, no chance of its own, no database.

The rule, ``fadu/lot/v1``, is short enough to be done by hand with any SHA-256 program:

1. Before the draw the candidates of each group are published, together with the SHA-256 of a 32-byte secret seed.
2. Where a public value was announced (numbers of a lottery that is drawn later), it is known by then.
3. The key of the draw is ``SHA-256(seed ‖ public value in UTF-8)``.
4. Each candidate's ticket is ``HMAC-SHA256(key, group ‖ 0x0A ‖ id)`` in UTF-8; the candidates of a group are ordered
   by their tickets, the smallest first. The first ones take the places, the next ones are the reserve.

Whoever fixed the seed could not know the public value; whoever typed the value could not know the seed; and the list
was fixed before both met. The order in which candidates were entered makes no difference.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

ALGORITHM = "fadu/lot/v1"
SEED_BYTES = 32


@dataclass(frozen=True)
class Ticket:
    """A candidate and the number by which he was ordered."""

    id: str
    number: str


def commitment(seed: bytes) -> str:
    """What is published before the draw: it binds the seed and tells nothing of it."""
    if len(seed) != SEED_BYTES:
        raise ValueError(f"a seed has {SEED_BYTES} bytes, this one {len(seed)}")
    return hashlib.sha256(seed).hexdigest()


def key(seed: bytes, public_value: str = "") -> bytes:
    """The key of the draw."""
    commitment(seed)
    return hashlib.sha256(seed + public_value.encode()).digest()


def draw(
    seed: bytes, candidates: Mapping[str, Sequence[str]], public_value: str = ""
) -> dict[str, tuple[Ticket, ...]]:
    """Every group's candidates in drawn order. Ids must be unique within their group and hold no line break."""
    by = key(seed, public_value)
    return {group: _order(by, group, ids) for group, ids in candidates.items()}


def _order(by: bytes, group: str, ids: Sequence[str]) -> tuple[Ticket, ...]:
    if len(set(ids)) != len(ids):
        raise ValueError(f"a candidate of group {group!r} stands twice in the list")
    if any("\n" in part for part in (group, *ids)):
        raise ValueError("a group or an id with a line break would make two tickets look alike")
    tickets = [
        Ticket(one, hmac.new(by, f"{group}\n{one}".encode(), hashlib.sha256).hexdigest()) for one in ids
    ]
    return tuple(sorted(tickets, key=lambda ticket: ticket.number))

"""What the page of a case asks of the ledger: its opened values by one statement, how far it is proved by another."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fadu.city.ledger import identity, vault
from fadu.city.statements import among, ask
from fadu.core.log import commitment

# An erased opening, or one without its key, tells nothing and is left out.
_OPENINGS = """
SELECT k.kek, k.wrapped, o.hash, o.box FROM ledger_casekey k
  JOIN ledger_leaf l ON l.case_ref = k.case_ref JOIN ledger_opening o ON o.hash = l.hash WHERE k.case_ref = %s
 UNION ALL
SELECT k.kek, k.wrapped, o.hash, o.box FROM ledger_casekey k
  JOIN ledger_opening o ON o.sealed_case = k.case_ref WHERE k.case_ref = %s
"""
_BOXES = """
SELECT o.hash, k.case_ref, k.kek, k.wrapped, o.box FROM ledger_opening o JOIN ledger_leaf l ON l.hash = o.hash
  JOIN ledger_casekey k ON k.case_ref = COALESCE(o.sealed_case, l.case_ref) WHERE """
# The newest sizes first: the columns that only they have are then known as numbers.
_PAGE = """
SELECT NULL, NULL, NULL, NULL, NULL, (SELECT max(size) FROM ledger_checkpoint WHERE log = 1),
       (SELECT max(size) FROM ledger_cosignature WHERE log = 1),
       (SELECT seq FROM ledger_casehead WHERE case_ref = %s)
 UNION ALL
SELECT k.kek, k.wrapped, l.hash, o.box, x.idx, NULL, NULL, NULL FROM ledger_leaf l
  LEFT JOIN ledger_casekey k ON k.case_ref = l.case_ref LEFT JOIN ledger_opening o ON o.hash = l.hash
  LEFT JOIN ledger_logindex x ON x.log = 1 AND x.hash = l.hash WHERE l.case_ref = %s
 UNION ALL
SELECT k.kek, k.wrapped, o.hash, o.box, NULL, NULL, NULL, NULL FROM ledger_casekey k
  JOIN ledger_opening o ON o.sealed_case = k.case_ref WHERE k.case_ref = %s
"""


def openings(case_ref: str) -> dict[str, dict[str, Any]]:
    """The values of every leaf of a case by leaf hash (hex); the caller decides who may see which."""
    return _opened(case_ref, ask(_OPENINGS, [case_ref, case_ref]))


def _opened(case_ref: str, rows: Sequence[Sequence[Any]]) -> dict[str, dict[str, Any]]:
    """From rows of (key it is wrapped by, wrapped key, leaf, box)."""
    if not rows or not rows[0][1]:
        return {}
    key = vault.unwrap(case_ref, rows[0][0], bytes(rows[0][1]))
    return {
        bytes(leaf).hex(): {
            name: commitment.decode(encoded)
            for name, (_, encoded) in key.open(bytes(leaf), bytes(box)).fields.items()
        }
        for _, _, leaf, box in rows
    }


def opened_among(leaves: Collection[bytes]) -> dict[bytes, dict[str, Any]]:
    """The values of these leaves, of whatever cases, by one statement; erased ones are left out."""
    if not leaves:
        return {}
    condition, wanted = among("o.hash", leaves)
    keys: dict[str, vault.DataKey] = {}
    found: dict[bytes, dict[str, Any]] = {}
    for leaf, case_ref, kek, wrapped, box in ask(_BOXES + condition, wanted):
        if not wrapped:
            continue
        key = keys.get(case_ref) or keys.setdefault(case_ref, vault.unwrap(case_ref, kek, bytes(wrapped)))
        fields = key.open(bytes(leaf), bytes(box)).fields
        found[bytes(leaf)] = {name: commitment.decode(encoded) for name, (_, encoded) in fields.items()}
    return found


@dataclass(frozen=True)
class Proved:
    """Where the leaves of a case stand, by hash (hex): ``waiting``, ``numbered``, ``signed``, ``witnessed``; ``state`` is that
    of the last one, ``newest`` the size of the newest checkpoint (None before the first). ``watched``: this installation has a
    witness, so that what is signed and not cosigned yet is worth telling; ``length`` the number of the case's last leaf.
    """

    states: Mapping[str, str]
    state: str
    newest: int | None
    watched: bool
    length: int


@dataclass(frozen=True)
class Page:
    """What the ledger knows of a case: the values of its leaves by hash (hex), their numbers, the newest sizes."""

    opened: Mapping[str, Mapping[str, Any]]
    places: Mapping[str, int]
    newest: int | None
    cosigned: int | None
    # How many acts the head of the case's chain counts.
    length: int

    def proved(self, leaves: Sequence[str]) -> Proved:
        """How far these leaves of the case are on their way to proof, in order; the details of each are its receipt's."""
        if not leaves:
            return Proved({}, "waiting", None, False, self.length)
        states = {leaf: _state(self.places.get(leaf), self.newest, self.cosigned) for leaf in leaves}
        return Proved(states, states[leaves[-1]], self.newest, bool(identity.witness_keys()), self.length)


def read(case_ref: str) -> Page:
    """Both for the page of a case, by one statement; the caller decides who may see which values."""
    (*_, newest, cosigned, length), *rows = ask(_PAGE, [case_ref] * 3)
    boxes = [row[:4] for row in rows if row[1] is not None and row[3] is not None]
    places = {bytes(row[2]).hex(): row[4] for row in rows if row[4] is not None}
    return Page(_opened(case_ref, boxes), places, newest, cosigned, length or 0)


def _state(index: int | None, newest: int | None, cosigned: int | None) -> str:
    """Of one leaf: without a number it waits; a checkpoint of more leaves than its number holds it."""
    if index is None:
        return "waiting"
    if cosigned is not None and cosigned > index:
        return "witnessed"
    return "signed" if newest is not None and newest > index else "numbered"

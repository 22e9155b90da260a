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
_PROVED = """
SELECT hash, idx, NULL, NULL FROM ledger_logindex WHERE log = 1 AND hash IN ({leaves})
 UNION ALL
SELECT NULL, NULL, (SELECT max(size) FROM ledger_checkpoint WHERE log = 1),
       (SELECT max(size) FROM ledger_cosignature WHERE log = 1)
 UNION ALL
SELECT NULL, -1, seq, NULL FROM ledger_casehead WHERE case_ref = %s
"""


def openings(case_ref: str) -> dict[str, dict[str, Any]]:
    """The values of every leaf of a case by leaf hash (hex); the caller decides who may see which."""
    rows = ask(_OPENINGS, [case_ref, case_ref])
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


def proved(case_ref: str, leaves: Sequence[str]) -> Proved:
    """How far the leaves of a case are on their way to proof, in order; the details of each are its receipt's."""
    if not leaves:
        return Proved({}, "waiting", None, False, 0)
    asked = _PROVED.format(leaves=", ".join(["%s"] * len(leaves)))
    rows = ask(asked, [*(bytes.fromhex(leaf) for leaf in leaves), case_ref])
    newest, cosigned = next((row[2], row[3]) for row in rows if row[0] is None and row[1] is None)
    length = next((row[2] for row in rows if row[0] is None and row[1] == -1), 0)
    places = {bytes(row[0]).hex(): row[1] for row in rows if row[0] is not None}
    states = {leaf: _state(places.get(leaf), newest, cosigned) for leaf in leaves}
    return Proved(states, states[leaves[-1]], newest, bool(identity.witness_keys()), length)


def _state(index: int | None, newest: int | None, cosigned: int | None) -> str:
    """Of one leaf: without a number it waits; a checkpoint of more leaves than its number holds it."""
    if index is None:
        return "waiting"
    if cosigned is not None and cosigned > index:
        return "witnessed"
    return "signed" if newest is not None and newest > index else "numbered"

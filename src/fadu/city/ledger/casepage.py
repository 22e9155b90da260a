"""What the page of a case asks of the ledger: its opened values by one statement, how far it is proved by another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fadu.city.ledger import vault
from fadu.city.statements import ask
from fadu.core.log import commitment

# An erased opening, or one without its key, tells nothing and is left out.
_OPENINGS = """
SELECT k.kek, k.wrapped, o.hash, o.box FROM ledger_casekey k
  JOIN ledger_leaf l ON l.case_ref = k.case_ref JOIN ledger_opening o ON o.hash = l.hash WHERE k.case_ref = %s
 UNION ALL
SELECT k.kek, k.wrapped, o.hash, o.box FROM ledger_casekey k
  JOIN ledger_opening o ON o.sealed_case = k.case_ref WHERE k.case_ref = %s
"""
_PROVED = """
SELECT (SELECT idx FROM ledger_logindex WHERE log = 1 AND hash = %s),
       (SELECT max(size) FROM ledger_checkpoint WHERE log = 1), (SELECT max(size) FROM ledger_cosignature WHERE log = 1)
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


@dataclass(frozen=True)
class Proved:
    """Where the last leaf of a case stands (``waiting``, ``numbered``, ``signed``, ``witnessed``), and the size of the
    newest checkpoint (None before the first)."""

    state: str
    newest: int | None


def proved(leaf: bytes) -> Proved:
    """How far a leaf of the main log is on its way to proof; its details are the receipt's."""
    index, newest, cosigned = ask(_PROVED, [leaf])[0]
    if index is None:
        return Proved("waiting", newest)
    if cosigned is not None and cosigned > index:
        return Proved("witnessed", newest)
    return Proved("signed" if newest is not None and newest > index else "numbered", newest)

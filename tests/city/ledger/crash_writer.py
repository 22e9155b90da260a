"""Run by test_crash.py in processes of its own: writes acts with their leaves until it is killed, or looks at what is left.

An act here is a row of a table of this test; each is written in one transaction with its leaf, and only after the
commit is it acknowledged on standard output.
"""

from __future__ import annotations

import importlib
import json
import sys
from datetime import UTC, datetime

from fadu.city import boot

AT = datetime(2026, 9, 24, 2, 0, tzinfo=UTC)


def prepare() -> None:
    """Tables of the ledger and of the test."""
    importlib.import_module("django.core.management").call_command(
        "migrate", "ledger", verbosity=0, skip_checks=True
    )
    with importlib.import_module("django.db").connection.cursor() as cursor:
        cursor.execute("CREATE TABLE crash_act (case_ref varchar(80), seq int, leaf varchar(64))")


def write(case_ref: str) -> None:
    """Acts of one case, as fast as they go."""
    acts = importlib.import_module("fadu.city.ledger.acts")
    db = importlib.import_module("django.db")
    clerk = acts.Official("经办人", "p")
    while True:
        with db.transaction.atomic():
            one = acts.append(
                case_ref=case_ref, step="act", performers=[clerk], recorder=clerk, organ="x", occurred_at=AT,
                recorded_at=AT, fields={"a": "b" * 200},
            )  # fmt: skip
            with db.connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO crash_act VALUES (%s, %s, %s)", [case_ref, one.seq, one.hash.hex()]
                )
        print(one.hash.hex(), flush=True)


def sign() -> None:
    """The sequencer, as fast as it goes."""
    sequencer = importlib.import_module("fadu.city.ledger.sequencer")
    while True:
        done = sequencer.publish(at=AT)
        print(done.size if done else 0, flush=True)


def look() -> None:
    """Act and leaf against each other, and the whole check, before and after one more round of the sequencer."""
    sequencer, check = (
        importlib.import_module(f"fadu.city.ledger.{name}") for name in ("sequencer", "check")
    )
    reports = [check.check().as_json()]
    sequencer.publish(at=AT)
    reports.append(check.check().as_json())
    with importlib.import_module("django.db").connection.cursor() as cursor:
        cursor.execute("SELECT leaf FROM crash_act")
        done = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT hash FROM ledger_leaf")
        leaves = [bytes(row[0]).hex() for row in cursor.fetchall()]
    print(json.dumps({"acts": done, "leaves": leaves, "reports": reports}))


if __name__ == "__main__":
    boot.setup()
    {"prepare": prepare, "sign": sign, "look": look}.get(sys.argv[1], lambda: write(sys.argv[1]))()

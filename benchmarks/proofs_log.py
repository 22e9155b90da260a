"""A log of a million leaves in an embedded database, made, proved and verified in processes of their own.

``python -m benchmarks.proofs_log make LEAVES FOLDER`` fills the database named by the environment, exports the mirror
and fills pymerkle's beside it; ``proofs``, ``rows``, ``mirror`` and ``bare`` measure. Every answer is one line of JSON.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import random
import resource
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction
from pymerkle import SqliteTree

from fadu.city import boot

BATCH = 20_000
PER_CASE = 10
AT = datetime(2026, 9, 24, 2, tzinfo=UTC)
_LEAF = "INSERT INTO ledger_leaf (hash, case_ref, seq, prev, body) VALUES (%s, %s, %s, %s, %s)"
_INDEX = "INSERT INTO ledger_logindex (log, idx, hash) VALUES (1, %s, %s)"
_NODE = "INSERT INTO ledger_node (log, pos, hash) VALUES (1, %s, %s)"


def bodies(count: int) -> Iterator[bytes]:
    """Leaves as long and as different as real ones: an act with five committed fields, its nonce drawn anew."""
    drawn = random.Random(7)
    fields = ",".join(f'"f{number}":"{drawn.randbytes(32).hex()}"' for number in range(5))
    for number in range(count):
        yield (
            f'{{"case":"{number // PER_CASE:064x}","definition":"{"ab" * 32}","epoch":1,"fields":{{{fields}}},'
            f'"log":"log.example/city","nonce":"{drawn.randbytes(32).hex()}","occurred_at":"2026-09-24T02:00:00Z",'
            f'"organ":"city_office","seq":{number % PER_CASE + 1},"step":"matter.draft","v":1}}'
        ).encode()


def make(count: int, folder: Path) -> None:
    """The log with its checkpoint, its mirror, and pymerkle's tree of the same entries."""
    from fadu.city.ledger import export, identity, sequencer
    from fadu.city.ledger.models import Log, LogState
    from fadu.core.log import tree

    call_command("migrate", verbosity=0, interactive=False)
    suite, made = identity.suite(), tree.MemoryStore()
    everything = bodies(count)
    for start in range(0, count, BATCH):
        batch = list(itertools.islice(everything, BATCH))
        leaves = [suite.leaf(body) for body in batch]
        rows = [
            (leaf, f"case/{number // PER_CASE}", number % PER_CASE + 1, b"", body)
            for number, (leaf, body) in enumerate(zip(leaves, batch, strict=True), start)
        ]
        first = len(made)
        made.extend(tree.append_hashes(suite, start, made, leaves))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(_LEAF, rows)
            cursor.executemany(_INDEX, list(enumerate(leaves, start)))
            cursor.executemany(_NODE, list(enumerate(made[first:], first)))
    state = {"origin": identity.origin(), "suite": suite.name, "epoch": identity.EPOCH, "size": count}
    LogState.objects.create(log=Log.MAIN, **state)
    sequencer.publish(at=AT)
    export.export_tiles(folder / "public", entries=folder / "entries")
    with SqliteTree(str(folder / "pymerkle.sqlite3")) as theirs:
        theirs.append_entries(bodies(count))
    _say({"bytes": sum(map(len, bodies(count)))})


def proofs(count: int, folder: Path) -> None:
    """Seconds for so many inclusion and consistency proofs, ours and theirs in turns; each has its own new places."""
    from fadu.city.ledger import identity
    from fadu.city.ledger.models import Log
    from fadu.city.ledger.store import NodeStore
    from fadu.core.log import tree

    suite, store, drawn = identity.suite(), NodeStore(Log.MAIN), random.Random(1)
    theirs = SqliteTree(str(folder / "pymerkle.sqlite3"))
    works: dict[str, Callable[[int], object]] = {
        "inclusion": lambda place: tree.prove_record(suite, count, place, store),
        "consistency": lambda place: tree.prove_tree(suite, count, place + 1, store),
        "inclusion_base": lambda place: theirs.prove_inclusion(place + 1, count),
        "consistency_base": lambda place: theirs.prove_consistency(place + 1, count),
    }
    if tree.tree_hash(suite, count, store) != theirs.get_state(count):
        raise RuntimeError("the two trees do not have the same root")
    taken = dict.fromkeys(works, 0.0)
    asked = dict.fromkeys(works, 0)
    for _ in range(3):
        for name, work in works.items():
            for _ in range(20 if name.endswith("_base") else 400):
                place = drawn.randrange(count - 1)
                begun = time.perf_counter()
                work(place)
                taken[name] += time.perf_counter() - begun
                asked[name] += 1
    _say({name: asked[name] / taken[name] for name in works})


def rows(count: int, folder: Path) -> None:
    """Everything re-derived from the rows of the database, as ``fadu ledger check --level 1`` does."""
    from fadu.city.ledger.check import TREE, check

    begun = time.perf_counter()
    report = check(level=TREE)
    taken = time.perf_counter() - begun
    if not report.sound or report.leaves != count:
        raise RuntimeError(f"the log is not sound: {report.first}")
    _say({"seconds": taken, "memory": _peak()})


def mirror(count: int, folder: Path) -> None:
    """Everything re-derived from the exported files, as ``fadu ledger verify-mirror`` does."""
    from fadu.city.ledger import identity
    from fadu.core.log.mirror import verify_mirror

    begun = time.perf_counter()
    signed = verify_mirror(folder / "public", folder / "entries", identity.log_signer().key, identity.suite())
    taken = time.perf_counter() - begun
    if signed.size != count:
        raise RuntimeError(f"the mirror covers {signed.size} leaves")
    _say({"seconds": taken, "memory": _peak()})


def bare(count: int, folder: Path) -> None:
    """SHA-256 of every entry and nothing else, the entries already in memory."""
    held, taken = [], 0.0
    for body in bodies(count):
        held.append(body)
        if len(held) == BATCH:
            begun = time.perf_counter()
            for one in held:
                hashlib.sha256(one).digest()
            taken += time.perf_counter() - begun
            held = []
    _say({"seconds": taken})


def _peak() -> float:
    """The most memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _say(answer: dict[str, Any]) -> None:
    print(json.dumps(answer), flush=True)


WORKS = {"make": make, "proofs": proofs, "rows": rows, "mirror": mirror, "bare": bare}

if __name__ == "__main__":
    boot.setup()
    WORKS[sys.argv[1]](int(sys.argv[2]), Path(sys.argv[3]))

"""Run by bench_many in a process of its own: a batch of attested acts through the door, or the same rows bare."""

from __future__ import annotations

import json
import secrets
import sys
import time
from collections.abc import Callable
from itertools import count

from django.core.management import call_command
from django.db import connection, transaction

from benchmarks import bare_tables, town
from fadu.city.accounts.models import Person
from fadu.city.authority import clock
from fadu.city.authority import queries as authority
from fadu.city.authority.door import act_many
from fadu.city.cases import acts
from fadu.city.cases.entry import Elsewhere, Entry
from fadu.city.cases.models import Case
from fadu.core.errors import Refused

# The rows that an attested act leaves, each beside about as many bytes: leaf, opening, waiting row, head, act, the
# case's row and its involvements.
TABLES = (
    "CREATE TABLE bare_leaf (hash {bytes} PRIMARY KEY, case_id int NOT NULL, seq int NOT NULL, body {bytes} NOT NULL, UNIQUE (case_id, seq))",
    "CREATE TABLE bare_opening (hash {bytes} PRIMARY KEY, box {bytes} NOT NULL)",
    "CREATE TABLE bare_waiting ({id}, hash {bytes} NOT NULL)",
    "CREATE TABLE bare_act ({id}, case_id int NOT NULL, seq int NOT NULL, data text NOT NULL, UNIQUE (case_id, seq))",
    "CREATE TABLE bare_head (case_id int PRIMARY KEY, seq int NOT NULL, hash {bytes} NOT NULL)",
    "CREATE TABLE bare_case (id int PRIMARY KEY, version int NOT NULL, marking text NOT NULL)",
    "CREATE TABLE bare_involved (case_id int NOT NULL, organ int NOT NULL, changed text NOT NULL, PRIMARY KEY (case_id, organ))",
)
BODY, BOX, DATA, MARKING = b"y" * 1100, b"z" * 900, "x" * 600, "m" * 500


def prepare(cases: int) -> None:
    """A town with cases in which the first step is done, and the bare tables."""
    call_command("migrate", verbosity=0, skip_checks=True)
    bare_tables.make(TABLES)
    with connection.cursor() as cursor:
        places = range(cases)
        cursor.executemany("INSERT INTO bare_head VALUES (%s, %s, %s)", [(n, 0, b"") for n in places])
        cursor.executemany("INSERT INTO bare_case VALUES (%s, %s, %s)", [(n, 0, "") for n in places])
        rows = [(n, organ, "") for n in places for organ in (1, 2)]
        cursor.executemany("INSERT INTO bare_involved VALUES (%s, %s, %s)", rows)
    people = town.actors(town.make())
    with transaction.atomic():
        for number in range(cases):
            town.twelve_acts(people, number)


def ours() -> Callable[[int], None]:
    """One batch: in each case a report of progress that was made elsewhere."""
    person = Person.objects.get(key="zhao")
    now = clock.now()
    actor = town.Actor(person, None, authority.holdings_of(person, now.date()), now, source="bench")
    keys = list(Case.objects.order_by("pk").values_list("key", flat=True))
    by = [{"person": "zhao", "post": "市财政局科员", "organ": "finance", "role": "clerk"}]

    def batch(number: int) -> None:
        moment = clock.now()
        rows = [
            {
                "case": key,
                "entry": Entry(step="progress", values=town.values(place)),
                "elsewhere": Elsewhere(moment, "原业务系统", f"{number}-{place}", by),
            }
            for place, key in enumerate(keys)
        ]
        if refused := [
            one for one in act_many(acts.attest, actor, rows, order="case") if isinstance(one, Refused)
        ]:
            raise refused[0]

    return batch


def bare() -> Callable[[int], None]:
    """The same number of rows by executemany, in one transaction."""
    cases = Case.objects.count()

    def batch(number: int) -> None:
        seq = number + 1
        leaves = [(secrets.token_bytes(32), case) for case in range(cases)]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO bare_leaf VALUES (%s, %s, %s, %s)",
                [(leaf, case, seq, BODY) for leaf, case in leaves],
            )
            cursor.executemany(
                "INSERT INTO bare_opening VALUES (%s, %s)", [(leaf, BOX) for leaf, _ in leaves]
            )
            cursor.executemany("INSERT INTO bare_waiting (hash) VALUES (%s)", [(leaf,) for leaf, _ in leaves])
            cursor.executemany(
                "INSERT INTO bare_act (case_id, seq, data) VALUES (%s, %s, %s)",
                [(case, seq, DATA) for _, case in leaves],
            )
            cursor.executemany(
                "UPDATE bare_head SET seq = %s, hash = %s WHERE case_id = %s",
                [(seq, leaf, case) for leaf, case in leaves],
            )
            cursor.executemany(
                "UPDATE bare_case SET version = %s, marking = %s WHERE id = %s",
                [(seq, MARKING, case) for _, case in leaves],
            )
            cursor.executemany(
                "UPDATE bare_involved SET changed = %s WHERE case_id = %s",
                [(f"{number}", case) for _, case in leaves],
            )

    return batch


def work() -> None:
    """Obey lines of one word; answer how many seconds the batch took."""
    ways = {"ours": ours(), "bare": bare()}
    numbers = count()
    for way in ways.values():
        way(next(numbers))
    print("ready", flush=True)
    for line in sys.stdin:
        begun = time.perf_counter()
        ways[line.strip()](next(numbers))
        print(json.dumps(time.perf_counter() - begun), flush=True)


def main(what: str, *asked: str) -> None:
    """``prepare CASES``, or ``work``."""
    {"prepare": prepare, "work": work}[what](*(int(one) for one in asked))

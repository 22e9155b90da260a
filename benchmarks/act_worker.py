"""Run by bench_act in processes of its own: prepares cases, or does acts (and the bare transactions beside them)."""

from __future__ import annotations

import json
import secrets
import sqlite3
import sys
import time
from collections.abc import Callable
from itertools import count

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from benchmarks import bare_tables, town
from fadu.city.accounts.models import Person
from fadu.city.authority import clock
from fadu.city.authority import queries as authority
from fadu.city.cases import acts
from fadu.city.cases.models import Case

# What a bare transaction writes: the history, the trace, the work to be sent; about as many bytes as an act leaves.
TABLES = (
    "CREATE TABLE bare_case (id int PRIMARY KEY, version int NOT NULL, changed_at text NOT NULL)",
    "CREATE TABLE bare_act ({id}, case_id int NOT NULL, seq int NOT NULL, data text NOT NULL)",
    "CREATE TABLE bare_leaf ({id}, case_id int NOT NULL, hash {bytes} NOT NULL, body {bytes} NOT NULL)",
    "CREATE TABLE bare_job ({id}, case_id int NOT NULL, payload text NOT NULL)",
)
WRITES = (
    "INSERT INTO bare_act (case_id, seq, data) VALUES (%s, %s, %s)",
    "INSERT INTO bare_leaf (case_id, hash, body) VALUES (%s, %s, %s)",
    "INSERT INTO bare_job (case_id, payload) VALUES (%s, %s)",
    "UPDATE bare_case SET version = version + 1, changed_at = %s WHERE id = %s",
)
DATA, BODY = "x" * 500, b"y" * 1500


def prepare(processes: int, cases: int) -> None:
    """A town with ``cases`` cases for each process, and the tables of the bare transactions."""
    call_command("migrate", verbosity=0, skip_checks=True)
    bare_tables.make(TABLES)
    with connection.cursor() as cursor:
        rows = [(number, 0, "") for number in range(processes * cases)]
        cursor.executemany("INSERT INTO bare_case VALUES (%s, %s, %s)", rows)
    people = town.actors(town.make())
    for number in range(processes * cases):
        town.twelve_acts(people, number)


def ours(mine: list[str]) -> Callable[[int], None]:
    """One act of five fields through the door, each time on the next case."""
    person = Person.objects.get(key="zhao")
    now = clock.now()
    actor = town.Actor(person, None, authority.holdings_of(person, now.date()), now, source="bench")

    def once(number: int) -> None:
        acts.perform(
            actor,
            request_id=secrets.token_hex(12),
            case=mine[number % len(mine)],
            entry=town.entry("progress", number),
        )

    return once


def bare(first: int, cases: int, *, queued: bool = False) -> Callable[[int], None]:
    """Three inserts and one update in a durable transaction, by the driver alone."""
    told = settings.DATABASES["default"]
    if connection.vendor == "postgresql":
        server = psycopg.connect(
            host=told["HOST"], port=told["PORT"], user=told["USER"], password=told["PASSWORD"], dbname=told["NAME"],
            autocommit=True,
        )  # fmt: skip

        def begin() -> psycopg.Cursor:
            cursor = server.cursor()
            cursor.execute("BEGIN")
            return cursor

        writes = WRITES
    else:
        file = sqlite3.connect(told["NAME"], timeout=60, isolation_level=None)
        file.execute("PRAGMA journal_mode=WAL")
        file.execute("PRAGMA synchronous=FULL")

        def begin() -> sqlite3.Cursor:
            return file.execute("BEGIN IMMEDIATE")

        writes = tuple(write.replace("%s", "?") for write in WRITES)

    def once(number: int) -> None:
        case = first + number % cases
        if queued:
            connection._enter_queue()
        cursor = begin()
        cursor.execute(writes[0], (case, number, DATA))
        cursor.execute(writes[1], (case, secrets.token_bytes(32), BODY))
        cursor.execute(writes[2], (case, DATA))
        cursor.execute(writes[3], ("2026-09-24", case))
        cursor.execute("COMMIT")
        if queued:
            connection._leave_queue()

    return once


def work(process: int, cases: int) -> None:
    """Obey lines of two words, what and how many seconds; answer how often it was done and the longest wait."""
    keys = list(Case.objects.order_by("pk").values_list("key", flat=True))
    mine = keys[process * cases : (process + 1) * cases]
    ways = {"ours": ours(mine), "bare": bare(process * cases, cases)}
    if connection.vendor == "sqlite":
        ways["queued"] = bare(process * cases, cases, queued=True)
    numbers = count()
    for way in ways.values():  # connections made, plans kept, statute book read
        for _ in range(6):
            way(next(numbers))
    print("ready", flush=True)
    for line in sys.stdin:
        what, seconds = line.split()
        until, done, longest = time.monotonic() + float(seconds), 0, 0.0
        while (begun := time.monotonic()) < until:
            ways[what](next(numbers))
            longest = max(longest, time.monotonic() - begun)
            done += 1
        print(json.dumps([done, longest]), flush=True)


def main(what: str, *asked: str) -> None:
    """``prepare PROCESSES CASES``, or ``work PROCESS CASES``."""
    {"prepare": prepare, "work": work}[what](*(int(one) for one in asked))

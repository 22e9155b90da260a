"""Run by test_crash.py in processes of its own: does acts through the door until it is killed, or looks at what is left."""

from __future__ import annotations

import importlib
import itertools
import json
import os
import random
import secrets
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fadu.city import boot

MONDAY = datetime(2026, 3, 9, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
CASES = 6
# Cases in which notes are made: acts without consequence, which SQLite computes before their turn.
NOTED = 2


def _module(name: str) -> Any:
    return importlib.import_module(name)


def prepare() -> None:
    """A small city and cases of the tests' procedure, each waiting for its review."""
    _module("django.core.management").call_command("migrate", verbosity=0, skip_checks=True)
    factories = _module("tests.factories")
    city = factories.make_city(at=MONDAY)
    for _ in range(CASES):
        factories.open_case(city, "matter", by="zhao", organ="finance", step="register", content="停车收费")
    for _ in range(NOTED):
        factories.open_case(city, "notes", by="zhao", organ="finance", step="begin", content="停车收费")


def prepare_many() -> None:
    """The same city with cases in which notes can be made, for batches of attested acts."""
    _module("django.core.management").call_command("migrate", verbosity=0, skip_checks=True)
    factories = _module("tests.factories")
    city = factories.make_city(at=MONDAY)
    for _ in range(CASES):
        factories.open_case(city, "notes", by="zhao", organ="finance", step="begin", content="停车收费")


def many(seed: str) -> None:
    """One batch after the other: a note in each case, every other one with a paper; told after the commit."""
    acts, models = _module("fadu.city.cases.acts"), _module("fadu.city.cases.models")
    entries, door = _module("fadu.city.cases.entry"), _module("fadu.city.authority.door")
    zhao = _actors()["zhao"]
    keys = sorted(models.Case.objects.values_list("key", flat=True))
    _module("fadu.city.cases.procedures").book()
    by = [{"person": "zhao", "post": "市财政局科员", "organ": "finance", "role": "clerk"}]
    note, paper = {"text": "原系统中的办理情况"}, {"reasons": "合法"}
    print("ready", flush=True)
    for number in itertools.count():
        said = entries.Elsewhere(zhao.proved_at or MONDAY, "原业务系统", f"{seed}-{number}", by)
        rows = [
            {"case": key, "elsewhere": said, "entry": entries.Entry(step="note", values=note)} for key in keys
        ]
        if number % 2:
            rows[CASES // 2]["entry"] = entries.Entry(step="paper", values=paper)
        answers = door.act_many(acts.attest, zhao, rows, order="case")
        print(json.dumps([said.source_number, [one["leaf"] for one in answers], ""]), flush=True)


def _actors() -> dict[str, Any]:
    clock, queries = _module("fadu.city.authority.clock"), _module("fadu.city.authority.queries")
    actor, models = _module("fadu.city.authority.actor"), _module("fadu.city.accounts.models")
    now = clock.now()
    people = {key: models.Person.objects.get(key=key) for key in ("li", "zhou", "zhao")}
    return {
        key: actor.Actor(person, None, queries.holdings_of(person, now.date()), now, source="test")
        for key, person in people.items()
    }


def work(seed: str) -> None:
    """Work handed to and fro, urged, countersigned, new cases opened; the client is told the promise after the commit."""
    acts, models = _module("fadu.city.cases.acts"), _module("fadu.city.cases.models")
    entry, refused = _module("fadu.city.cases.entry").Entry, _module("fadu.core.errors").Refused
    draw, actors = random.Random(seed), _actors()
    cases: dict[str, list[str]] = {}
    for procedure, key in models.Case.objects.order_by("pk").values_list("procedure", "key"):
        cases.setdefault(procedure, []).append(key)
    # The statute book is read before the clock of the killer runs.
    _module("fadu.city.cases.procedures").book()
    print("ready", flush=True)
    while True:
        by = draw.choice(("li", "zhou"))
        verb, values = draw.choice(
            (
                ("hand_over", {"person": "zhou" if by == "li" else "li", "reason": "出差"}),
                ("recall", {"reason": "误转"}),
                ("send_back", {"reason": "不归我办"}),
                ("urge", {"reason": "期限将至"}),
            )
        )
        request, procedure = secrets.token_hex(8), "matter"
        given = entry(step=verb, targets=["review"], values=values)
        if draw.random() < 0.5:
            by, procedure, given = "zhao", "notes", entry(step="note", values={"text": values["reason"]})
        try:
            answer = acts.perform(
                actors[by], request_id=request, case=draw.choice(cases[procedure]), entry=given
            )
        except refused:
            continue
        print(json.dumps([request, answer["leaf"], answer["promise"]]), flush=True)


def look() -> None:
    """Acts, leaves, requests, and every difference between a case, its history and its rebuilt rows."""
    models, ledger = _module("fadu.city.cases.models"), _module("fadu.city.ledger.models")
    rebuild, requests = (
        _module("fadu.city.cases.checking.rebuild"),
        _module("fadu.city.authority.models").Request,
    )
    transaction = _module("django.db").transaction
    leaves = [
        bytes(one).hex()
        for one in ledger.Leaf.objects.filter(case_ref__startswith="case/").values_list("hash", flat=True)
    ]
    differing = []
    for case in models.Case.objects.order_by("pk"):
        with transaction.atomic():
            before = _projected(models, case.pk)
            models.Duty.objects.filter(case=case).delete()
            rebuild.repair()
            if _projected(models, case.pk) != before:
                differing.append(case.key)
            transaction.set_rollback(True)
    batches = [data.get("source_number") for data in models.Act.objects.values_list("data", flat=True)]
    left = {
        "batches": Counter(number for number in batches if number),
        "acts": list(models.Act.objects.values_list("leaf", flat=True)),
        "leaves": leaves,
        "requests": dict(requests.objects.values_list("key", "answer")),
        "check": [one.sentence for one in rebuild.check()],
        "differing": differing,
        "ledger": _module("fadu.city.ledger.check").check().as_json()["counts"],
    }
    print(json.dumps(left))


def _projected(models: Any, case: int) -> Any:
    names = [one.attname for one in models.Duty._meta.concrete_fields if one.name != "id"]
    rows = [str(row) for row in models.Duty.objects.filter(case=case).values_list(*names)]
    return sorted(rows), models.Case.objects.filter(pk=case).values().get()


if __name__ == "__main__":
    boot.setup()
    # The statute book of the tests: the shipped one with their procedure in it.
    _module("django.conf").settings.FADU_LAW = Path(os.environ["CRASH_LAW"])
    _module("fadu.city.wiring").wire()
    told = {"prepare": prepare, "prepare-many": prepare_many, "look": look}
    does = many if sys.argv[1].startswith("many") else work
    told.get(sys.argv[1], lambda: does(sys.argv[1]))()

"""Run by test_law_loading.py: two processes on one database; what one confirms, the other follows without a restart.

The child reads the book first and is told by its standard input when the parent has confirmed.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fadu.city import boot

TITLE = "fadu.city.cases.procedures"


def start(law: str) -> Any:
    """Django, the names of the law files, the law of the test."""
    boot.setup()
    importlib.import_module("django.conf").settings.FADU_LAW = Path(law)
    importlib.import_module("fadu.city.wiring").wire()
    return importlib.import_module(TITLE)


def parent(law: str) -> None:
    """Build the city, start the reader, load an overlay and a calendar by two persons, let it look again."""
    start(law)
    importlib.import_module("django.core.management").call_command("migrate", verbosity=0)
    factories = importlib.import_module("tests.factories")
    texts = importlib.import_module("tests.city.cases.test_law_loading")
    city = factories.make_city(at=datetime(2026, 3, 9, 9, tzinfo=ZoneInfo("Asia/Shanghai")))
    factories.make_organ("fazhi", name="云州市法制办", short="市法制办", duties=["rule_of_law_office"])
    for key, name in (("he", "何提"), ("shi", "施定")):
        factories.make_person(key, name)
        factories.make_post("fazhi", f"{name}的岗位", ["handle", "approve"], held_by=key)
    reader = subprocess.Popen(
        [sys.executable, __file__, law, "reader"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert reader.stdout is not None
    print(reader.stdout.readline().strip())
    acts = importlib.import_module("fadu.city.registries.acts")
    for asked in (
        acts.propose_overlay(city.actor("he"), name="xize", text=texts.OVERLAY, source=texts.SOURCE),
        acts.propose_calendar(city.actor("he"), text=texts.CALENDAR),
    ):
        acts.confirm_law(city.actor("shi"), file=asked["file"])
    rest, _ = reader.communicate("confirmed\n", timeout=60)
    print(rest.strip())


def reader(law: str) -> None:
    """Show the book, wait for the word, show it again and open a case."""
    procedures = start(law)
    known = procedures.book().procedures["matter"]
    print(f"before:{'budget' in known.steps}", flush=True)
    sys.stdin.readline()
    factories = importlib.import_module("tests.factories")
    city = factories.City({}, {})
    case = factories.open_case(
        city, "matter", by="zhao", organ="finance", step="register", content="甲", title="另一件"
    )
    time.sleep(procedures.ASKED_EVERY + 0.2)
    print(f"after:{'budget' in procedures.book().procedures['matter'].steps}")
    print(f"opened:{'budget' in procedures.of(case).steps}")
    print(f"year:{2027 in procedures.calendar().years}")


if __name__ == "__main__":
    (reader if sys.argv[2:] else parent)(sys.argv[1])

"""Who may import what, who may open a transaction, who may read the clock. Contracts that import-linter can say stand in
pyproject.toml; what it cannot say stands here, each table entry with the sentence that justifies it."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conformance import source
from tests.conformance.source import Module

# What any app may use of another: what it can do, what it remembers, and the door through which everything is done.
OPEN_TO_ALL = ("acts", "queries")
OPEN_BY_NAME = {
    "authority.door": "every acts.py declares its acts by it",
    "authority.clock": "kept to its readers by test_only_these_read_the_clock",
}
# Pairs of apps where one may use all of the other.
OPEN_PAIRS = {
    ("authority", "accounts"): "accounts lies under the door, so the acts upon accounts stand in authority",
}
# Modules above all apps, or below all: not apps themselves.
ABOVE = frozenset({"urls", "wiring", "boot", "wsgi"})
BELOW = frozenset({"web", "settings", "sqlite"})

MAY_OPEN_TRANSACTIONS = {
    "city/authority/door.py": "the one door: rows, effects, outbox and leaf are written together or not at all",
    "city/ledger/sequencer.py": "the one sequencer numbers what is committed already; it touches no case",
    "city/ledger/acts.py": "the access log, which is written outside acts and for refused ones",
    "city/ledger/daily.py": "the sequencer's two leaves of the day",
    "city/ledger/witnessing.py": "keeps the cosignature of the witness",
    "city/ledger/erasing.py": "rotation of the wrapping key, which changes no case",
}
MAY_READ_CLOCK = {
    "city/authority/clock.py": "it is the clock",
    "city/authority/door.py": "reads it once for each act and hands the moment on",
    "city/authority/middleware.py": "reads it once for each request; views pass it on as at=",
    "city/authority/acts.py": "moving the demonstration's clock forward is an act too",
}
RAW_CLOCKS = (
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "datetime.datetime.now", "datetime.date.today",
    "timezone.now", "timezone.localdate()", "timezone.localtime()", "time.time", "time.time_ns", "time.localtime()",
    "time.gmtime()", "functions.Now", "auto_now=True", "auto_now_add=True",
)  # fmt: skip
# Programs that run on other people's machines and have no city's clock.
OWN_CLOCKS = {
    "city/authority/clock.py": "it is the clock",
    "core/log/verify.py": "a citizen's verifier judges a promise by his own clock",
    "city/ledger/witness_node.py": "a witness signs the time of its own machine",
}
TRANSACTIONS = ("atomic", "on_commit", "set_autocommit", "savepoint", "commit", "rollback", "ATOMIC_REQUESTS")


@pytest.mark.slow
def test_import_contracts() -> None:
    """The layers of pyproject.toml hold. Slow only because the graph is built anew; `make check` runs the same command."""
    lint = Path(sys.executable).parent / "lint-imports"
    run = subprocess.run([lint, "--no-logo"], cwd=source.ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


def test_from_another_app_only_acts_and_queries() -> None:
    """An app's forms and helpers are its own; its models are seen by other apps' models.py only, as targets of a key."""
    found = [
        f"{module.where(node)} imports {name}"
        for module in source.modules()
        if module.short.startswith("city/") and _app(module.dotted) not in ABOVE | BELOW
        for node, name in source.imports(module)
        if name.startswith("fadu.city.") and not _allowed(module, name)
    ]
    assert not found, "\n".join(found)


def _app(dotted: str) -> str:
    return [*dotted.split("."), "", ""][2]


def _allowed(importer: Module, name: str) -> bool:
    own = _app(importer.dotted)
    _, _, app, module, *_ = [*name.split("."), "", ""]
    if app in BELOW | {own} or (own, app) in OPEN_PAIRS or f"{app}.{module}" in OPEN_BY_NAME:
        return True
    return module in OPEN_TO_ALL or (module == "models" and importer.path.name == "models.py")


def test_only_the_door_opens_transactions() -> None:
    """One door (architecture.md, rule 2); every other writer is named with its reason, and none of them touches a case."""
    found = [
        f"{module.where(node)} uses {name}"
        for module in source.modules()
        if module.short not in MAY_OPEN_TRANSACTIONS
        for node, name in source.dotted_names(module)
        if name.startswith(("transaction.", "connection.")) and name.split(".")[-1] in TRANSACTIONS
    ]
    assert not found, "\n".join(found)


def test_only_these_read_the_clock() -> None:
    """Time is an argument (rule 5): no raw clock but where a machine has its own, and clock.py is imported by its named readers only."""
    raw = [
        f"{module.where(node)} reads {name}"
        for module in source.modules()
        if module.short not in OWN_CLOCKS
        for node, name in source.dotted_names(module)
        if name in RAW_CLOCKS
    ]
    readers = [
        f"{module.where(node)} imports the clock"
        for module in source.modules()
        if module.short not in MAY_READ_CLOCK
        for node, name in source.imports(module)
        if name.startswith("fadu.city.authority.clock")
    ]
    assert not raw + readers, "\n".join(raw + readers)


def test_no_signals() -> None:
    """What the law orders stands in the definition, what is technical is an outbox row (rule 10): nothing acts unseen."""
    found = [
        f"{module.where(node)} imports {name}"
        for module in source.modules()
        for node, name in source.imports(module)
        if name.startswith("django.dispatch") or ".signals" in name
    ]
    assert not found, "\n".join(found)


def test_migrations_import_only_django() -> None:
    """A migration is history: code that changes later must not change what it did."""
    found = [
        f"{module.where(node)} imports {name}"
        for module in source.migrations()
        for node, name in source.imports(module)
        if name.split(".")[0] not in {"django", "datetime", "uuid", "decimal", "__future__"}
    ]
    assert not found, "\n".join(found)


def test_no_import_inside_a_function() -> None:
    """A hidden import is a cycle that somebody papered over."""
    found = [
        module.where(node)
        for module in source.modules()
        for function in ast.walk(module.tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not found, "\n".join(found)


def test_nothing_is_called_utils() -> None:
    """A thing without a name of its own has no place of its own."""
    names = {"utils", "util", "helpers", "common", "misc"}
    assert not [module.short for module in source.modules() if names & set(module.dotted.split("."))]


@pytest.mark.parametrize(
    "table", [MAY_OPEN_TRANSACTIONS, MAY_READ_CLOCK, OWN_CLOCKS], ids=["transactions", "clock", "own clocks"]
)
def test_every_exception_still_exists(table: dict[str, str]) -> None:
    """An exception for a file that is gone is taken out of its table."""
    gone = [short for short in table if not (source.PACKAGE / short).is_file()]
    assert not gone, f"no such file: {gone}"


def test_the_checks_see_what_they_forbid() -> None:
    """Each search finds its own violation in a file made for it: a check that cannot fail protects nothing."""
    text = (
        "from django.db import transaction\nfrom django.db.models.signals import post_save\n"
        "from fadu.city.cases.models import Case\nimport datetime\n"
        "def act():\n    import json\n    with transaction.atomic():\n        return datetime.datetime.now()\n"
    )
    module = Module(source.PACKAGE / "city/portal/wrong.py", ast.parse(text))
    names = [name for _, name in source.dotted_names(module)]
    imported = [name for _, name in source.imports(module)]
    assert "transaction.atomic" in names
    assert "datetime.datetime.now" in names
    assert "django.db.models.signals.post_save" in imported
    assert not _allowed(module, "fadu.city.cases.models.Case")
    assert _allowed(module, "fadu.city.cases.queries.case")

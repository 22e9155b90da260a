"""Who may import what, who may open a transaction, who may read the clock. Contracts that import-linter can say stand in
pyproject.toml; what it cannot say stands here, each table entry with the sentence that justifies it."""

from __future__ import annotations

import ast
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.conformance import source
from tests.conformance.source import Module

# What any app may use of another: what it can do and what it remembers.
OPEN_TO_ALL = ("acts", "queries")
# The rest of an app's surface, each with its reason. Rows are read through it, written only by the app that owns them
# (test_rows_are_written_by_their_own_app).
OPEN_BY_NAME = {
    "accounts.models": "who a person is, is the same everywhere",
    "accounts.login": "a second person proves himself on the page of the act he shares in",
    "accounts.pins": "a short code is drawn and kept in one way, whatever it opens",
    "accounts.claims": "the worker sends the code of the address that an account claims",
    "authority.models": "organs, posts and appointments are what every matter speaks of",
    "authority.actor": "who acts, as the door and every page see him",
    "authority.tenure": "every act on a case asks under its lock whether its actor still holds what he came with",
    "authority.gates": "the classification that every URL must carry",
    "authority.door": "every acts.py declares its acts by it",
    "authority.clock": "kept to its readers by test_only_these_read_the_clock",
    "ledger.timestamping": "one way to ask the time-stamping authority, for checkpoints and for packages",
    "ledger.public": "what of the log everybody may see",
    "ledger.casepage": "what the page of a case asks of the ledger, by two statements",
    "accounts.codes": "a receipt code is made and read in one way, whatever it stands for",
    "participation.attempts": "wrong receipt codes are counted together, wherever they are typed",
    "participation.origin": "where a wrong code came from is known in one way",
    "cases.models": "records of the apps above hang on a case or an act",
    "cases.entry": "what is entered into a step, whoever enters it",
    "cases.procedures": "which definition a case runs under",
    "cases.deadlines.amounts": "what has grown in a case is counted once, for its page, the interface and its package",
    "cases.screens.exports": "what somebody typed must not become a formula in any table that leaves the house",
    "cases.files.uploads": "one way for a file to come in, whatever it is for",
    "cases.issuing.documents": "the documents of an act as PDF and Word, for whoever hands them on",
    "registries.models": "the city's own law files and register entries, as the pages above show them; none is written there",
    "registries.lawbook": "what a check of the city's own law answers, whoever asks for it",
    "participation.models": "the portal shows consultations and what was said to them; it writes none",
    "cases.deadlines.starting": "what the law has begun every year, as supervision shows it",
    "cases.issuing.delivery": "which documents a party may fetch is decided once, however he has proved himself",
    "cases.people.citizens": "full age and mandate are asked in one way, inside a case and around it",
    "cases.telling.sms": "one gateway, whatever is sent by it",
    "cases.checking.inspection": "the history as the four checks of supervision read it",
}
# Pairs of apps where one may use all of the other.
OPEN_PAIRS = {
    ("authority", "accounts"): "accounts lies under the door, so the acts upon accounts stand in authority",
}
# Foreign rows that may be written outside their own app.
SHARED_ROWS = {
    "Outbox": "whoever must send something adds a row in the act's own transaction; the worker in cases delivers",
}
# Modules above all apps, or below all: not apps themselves.
ABOVE = frozenset(
    {"urls", "api", "wiring", "boot", "wsgi", "node", "demo", "demo_catalogue", "plays", "navigation"}
)
BELOW = frozenset({"web", "settings", "sqlite", "postgresql", "statements"})

MAY_OPEN_TRANSACTIONS = {
    "city/authority/door.py": "the one door: rows, effects, outbox and leaf are written together or not at all",
    "city/authority/batch.py": "the door's second entrance: savepoints of single acts inside its transaction",
    "city/ledger/sequencer.py": "the one sequencer numbers what is committed already; it touches no case",
    "city/ledger/acts.py": "the access log, which is written outside acts and for refused ones",
    "city/ledger/daily.py": "the sequencer's two leaves of the day",
    "city/ledger/witnessing.py": "keeps the cosignature of the witness",
    "city/ledger/recovering.py": "puts back what a restored backup lacks, with the leaf that records it; adds no act",
    "city/ledger/erasing.py": "rotation of the wrapping key, which changes no case",
    "city/cases/telling/outbox.py": "the outbox worker: claims a message, and marks it sent together with its leaf",
    "city/cases/checking/rebuild.py": "writes projections anew out of history, which it never touches",
}
# Who may read the clock: the door for an act, and the edges where a person or a command comes in, which are these and every
# module that answers an HttpRequest (a page shows what is due now, and hands the moment down). All else gets at= or on=.
MAY_READ_CLOCK = {
    "city/authority/door.py": "reads it once for each act and hands the moment on",
    "city/authority/middleware.py": "whose powers count today is asked for each request",
    "city/authority/acts.py": "moving the demonstration's clock forward is an act too",
    "city/cases/drafts.py": "a draft has the time at which it was kept; it is no act",
    "city/cases/procedures.py": "which law is in force now, for whatever is only shown; an act hands its day in",
    "city/node.py": "starts the node and its worker, whose rounds begin now",
    "city/demo.py": "builds the demonstration city and moves its clock",
    "city/plays.py": "moves the demonstration's clock to the day of a story's act",
    "cli/*.py": "a command is given now",
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
    "cli/archive.py": "an archive's verifier judges proofs by its own clock, without a city",
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
    """An app's forms, views and helpers are its own; what else others may use of it stands in OPEN_BY_NAME."""
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
    _, _, app, module, inner, *_ = [*name.split("."), "", "", ""]
    if app in BELOW | {own} or (own, app) in OPEN_PAIRS:
        return True
    if OPEN_BY_NAME.keys() & {f"{app}.{module}", f"{app}.{module}.{inner}"}:
        return True
    return module in OPEN_TO_ALL


WRITES = {"create", "bulk_create", "get_or_create", "update_or_create", "update", "bulk_update", "delete"}


def test_rows_are_written_by_their_own_app() -> None:
    """To read another app's rows is to look; to write them is to act in its name, which only its own acts do."""
    found = [
        f"{module.where(node)} writes {model}"
        for module in source.modules()
        if module.short.startswith("city/") and _app(module.dotted) not in ABOVE | BELOW
        for node, model in _foreign_writes(module)
        if model not in SHARED_ROWS
    ]
    assert not found, "\n".join(found)


def _foreign_writes(module: Module) -> list[tuple[ast.AST, str]]:
    own = _app(module.dotted)
    foreign = {
        name.rsplit(".", 1)[1]
        for _, name in source.imports(module)
        if name.startswith("fadu.city.")
        and ".models." in name
        and _app(name) != own
        and (own, _app(name)) not in OPEN_PAIRS
    }
    chains = (
        (node, ast.unparse(node.func).split("."))
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES
    )
    return [
        (node, chain[0]) for node, chain in chains if chain[0] in foreign and chain[1].startswith("objects")
    ]


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
        if not any(fnmatch(module.short, reader) for reader in MAY_READ_CLOCK)
        and not _answers_requests(module)
        for node, name in source.imports(module)
        if name.startswith("fadu.city.authority.clock")
    ]
    assert not raw + readers, "\n".join(raw + readers)


def _answers_requests(module: Module) -> bool:
    return any(name == "django.http.HttpRequest" for _, name in source.imports(module))


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
    """A hidden import is a cycle that somebody papered over. Commands alone may wait with the city until it is booted."""
    found = [
        module.where(node)
        for module in source.modules()
        for function in ast.walk(module.tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom) and not _after_boot(module, node)
    ]
    assert not found, "\n".join(found)


def _after_boot(module: Module, node: ast.Import | ast.ImportFrom) -> bool:
    city = isinstance(node, ast.ImportFrom) and (node.module or "").startswith("fadu.city")
    return module.short.startswith("cli/") and city


def test_nothing_is_called_utils() -> None:
    """A thing without a name of its own has no place of its own."""
    names = {"utils", "util", "helpers", "common", "misc"}
    assert not [module.short for module in source.modules() if names & set(module.dotted.split("."))]


@pytest.mark.parametrize(
    "table", [MAY_OPEN_TRANSACTIONS, MAY_READ_CLOCK, OWN_CLOCKS], ids=["transactions", "clock", "own clocks"]
)
def test_every_exception_still_exists(table: dict[str, str]) -> None:
    """An exception for a file that is gone is taken out of its table."""
    gone = [
        pattern for pattern in table if not any(fnmatch(module.short, pattern) for module in source.modules())
    ]
    assert not gone, f"no such file: {gone}"


def test_the_checks_see_what_they_forbid() -> None:
    """Each search finds its own violation in a file made for it: a check that cannot fail protects nothing."""
    text = (
        "from django.db import transaction\nfrom django.db.models.signals import post_save\n"
        "from fadu.city.cases.models import Case\nimport datetime\n"
        "def act():\n    import json\n    Case.objects.filter(pk=1).update(title='')\n    with transaction.atomic():\n        return datetime.datetime.now()\n"
    )
    module = Module(source.PACKAGE / "city/portal/wrong.py", ast.parse(text))
    names = [name for _, name in source.dotted_names(module)]
    imported = [name for _, name in source.imports(module)]
    assert "transaction.atomic" in names
    assert "datetime.datetime.now" in names
    assert "django.db.models.signals.post_save" in imported
    assert not _allowed(module, "fadu.city.cases.forms.OpenForm")
    assert [model for _, model in _foreign_writes(module)] == ["Case"]
    assert _allowed(module, "fadu.city.cases.queries.case")

"""The documents are under test: every command is described, every command that a document shows exists, and every name in
the glossary is a name in the code."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest
from django.apps import apps

from fadu.cli import build_parser
from tests.conformance import source
from tools import docs

ROOT = source.ROOT
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "src").rglob("*.md")),
]


COMMANDS = list(docs.commands(build_parser()))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.prog)
def test_every_command_teaches(command: argparse.ArgumentParser) -> None:
    """A description of the command and of each argument, in the user's language."""
    assert command.description, f"{command.prog}: no description"
    silent = [action.dest for action in docs.arguments(command) if not action.help]
    assert not silent, f"{command.prog}: no help for {silent}"


@pytest.mark.parametrize("name", docs.PAGES)
def test_generated_pages_are_current(name: str) -> None:
    """The pages are written by `make docs`, from the program and its source."""
    assert (ROOT / "docs" / name).read_text() == docs.PAGES[name](), (
        f"docs/{name} is out of date: run `make docs`"
    )


def test_commands_shown_in_documents_exist() -> None:
    """A reader who copies a line gets an answer, not a usage error."""
    known = {tuple(command.prog.split()[1:]) for command in COMMANDS}
    unknown = []
    for page in PAGES:
        for line in re.findall(r"^(?:\$ |\.venv/bin/)?fadu ([^#\n`]+)", "\n".join(_code(page)), re.MULTILINE):
            words = [word for word in line.split() if re.fullmatch(r"[a-z][a-z-]*", word)]
            if words and not any(tuple(words[:length]) in known for length in (1, 2, 3)):
                unknown.append(f"{page.relative_to(ROOT)}: fadu {line.strip()}")
    assert not unknown, "\n".join(unknown)


def _code(page: Path) -> list[str]:
    text = page.read_text()
    return re.findall(r"^```\w*\n(.*?)^```", text, re.DOTALL | re.MULTILINE) + re.findall(
        r"`([^`\n]+)`", text
    )


def test_make_targets_shown_in_documents_exist() -> None:
    """The same for `make …`."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    shown = {
        (page.name, target)
        for page in PAGES
        for target in re.findall(r"^(?:\$ )?make ([a-z-]+)", "\n".join(_code(page)), re.MULTILINE)
    }
    assert not [entry for entry in sorted(shown) if entry[1] not in targets]


def _glossary() -> list[tuple[str, str]]:
    """Rows of GLOSSARY.md: the term and each name given for it in code."""
    rows = re.findall(
        r"^\| *([^|]+?) *\| *([^|]+?) *\| *[^|]+\|$", (ROOT / "GLOSSARY.md").read_text(), re.MULTILINE
    )
    return [(term, name) for term, names in rows for name in re.findall(r"`([^`]+)`", names)]


def test_glossary_names_exist() -> None:
    """Each name in the middle column is a definition in that module: ``core.terms.limit.Limit``, or a file under src/fadu."""
    defined = {
        f"{module.dotted}.{name}" for module in source.modules() for name in source.definitions(module)
    }
    defined |= {module.dotted for module in source.modules()} | {"fadu." + path for path in _law_names()}
    rows = _glossary()
    assert rows, "GLOSSARY.md has no rows"
    unknown = [f"{term}: {name}" for term, name in rows if f"fadu.{name}" not in defined]
    assert not unknown, "\n".join(unknown)


# Models that no law names: how things are stored, counted or sent.
STORAGE = {
    "authority.DemoClock", "authority.Outbox", "authority.Request", "cases.Involvement",
    "ledger.CaseHead", "ledger.LogIndex", "ledger.LogState", "ledger.Node", "ledger.Pending",
    "participation.Attempt", "portal.Gram",
}  # fmt: skip


def test_every_model_is_a_term_of_the_field() -> None:
    """What the city keeps has its legal term in the glossary, or is storage and said to be so."""
    kept = {
        f"{model._meta.app_label}.{model.__name__}": f"{model.__module__}.{model.__name__}".removeprefix(
            "fadu."
        )
        for model in apps.get_models()
        if model.__module__.startswith("fadu.city.")
    }
    named = {name for _, name in _glossary()}
    assert kept.keys() >= STORAGE
    assert not sorted(label for label, name in kept.items() if name not in named and label not in STORAGE)


def _law_names() -> set[str]:
    """``law/procedures`` and every file of the statute book, as glossary and documents write them."""
    law = source.PACKAGE / "law"
    return {path.relative_to(source.PACKAGE).as_posix() for path in law.rglob("*")}

"""What a test's own installation is made of: keys, files, law, a database; the fixtures of the packages are made from these."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, connections

from fadu.city import wiring
from fadu.city.cases import procedures

LAW = Path(__file__).parents[1] / "src" / "fadu" / "law"


def install(settings: Any, var: Path, *, law: Path | None = None, demo: bool = True) -> None:
    """Keys and files of one test alone, without a witness; ``demo`` gives the clock of a demonstration."""
    if law is not None:
        settings.FADU_LAW = law
    settings.FADU_VAR = var
    settings.FADU_KEK = b"k" * 32
    settings.FADU_DEMO = demo
    settings.FADU_LOG_ORIGIN = "log.example/city/demo" if demo else "log.example/city"
    settings.FADU_LOG_SUITE = "sha256-ed25519"
    settings.FADU_WITNESS_URL = ""
    settings.EMAIL_FILE_PATH = str(var / "mail")
    # What passwords cost is measured elsewhere.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    wiring.wire()


def law_with(folder: Path, *definitions: Path) -> Path:
    """A copy of the statute book in ``folder`` with the tests' own procedures added."""
    copied = folder / "law"
    shutil.copytree(LAW, copied, ignore=shutil.ignore_patterns("scenarios", "demo"))
    for definition in definitions:
        shutil.copy(definition, copied / "procedures" / definition.name)
    return copied


@contextmanager
def read_afresh() -> Iterator[None]:
    """The statute book is read once within, and again for whatever runs after."""
    caches = (procedures._book, procedures._by_digest)
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()


@contextmanager
def empty_database(folder: Path, name: str) -> Iterator[str]:
    """The address of an empty database for other processes, of the same kind as the suite's."""
    if connection.vendor == "sqlite":
        yield f"sqlite://{folder / name}.sqlite3"
        return
    told, own = connection.settings_dict, f"{name}_{os.getpid()}"
    with connections["default"].cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {own}")
    yield f"postgres://{told['USER']}:{told['PASSWORD']}@{told['HOST']}:{told['PORT']}/{own}"
    with connections["default"].cursor() as cursor:
        cursor.execute(f"DROP DATABASE {own} WITH (FORCE)")

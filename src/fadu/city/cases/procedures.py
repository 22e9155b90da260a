"""Which law a case runs under: the statute book in force, and for each case the very version it began with.

The book is the shipped one with the folder of local rules and whatever two persons loaded since. Every process sees
what was loaded without a restart: books are kept by the keys of the files in force, and those keys are asked anew
at least once a second, and always where a case begins.
"""

from __future__ import annotations

import functools
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings

from fadu.city.authority import clock
from fadu.city.cases import names
from fadu.city.cases.models import Case
from fadu.city.cases.models import Definition as Pinned
from fadu.city.registries import queries as registers
from fadu.core.errors import Refusal, Refused
from fadu.core.procedure.build import from_data
from fadu.core.procedure.definition import Definition
from fadu.core.procedure.loader import Book, load_book
from fadu.core.terms import Calendar

ASKED_EVERY = 1.0  # seconds


@dataclass(frozen=True)
class Loaded:
    """The law files in force on a day, by their keys."""

    overlays: tuple[registers.LawKey, ...] = ()
    calendars: tuple[registers.LawKey, ...] = ()


@dataclass
class _Memory:
    """What this process last saw in force, and when it looked."""

    asked: float = float("-inf")
    loaded: Loaded = Loaded()


_memory = _Memory()


def forget() -> None:
    """Ask anew at the next occasion: after a file was confirmed in this process."""
    _memory.asked = float("-inf")


def loaded_on(on: date) -> Loaded:
    """The law files in force on a day, asked now."""
    rows = registers.law_files(on)
    return Loaded(
        overlays=registers.keys_of(row for row in rows if row.kind == "overlay"),
        calendars=registers.keys_of(row for row in rows if row.kind == "calendar"),
    )


def _loaded_now() -> Loaded:
    if time.monotonic() - _memory.asked > ASKED_EVERY:
        _memory.loaded = loaded_on(clock.now().date())
        _memory.asked = time.monotonic()
    return _memory.loaded


def calendar() -> Calendar:
    """The calendar this installation counts by: the shipped one with every year's table loaded since."""
    return registers.calendar(_loaded_now().calendars)


@functools.lru_cache(maxsize=8)
def _book(law: Path, local: Path | None, loaded: Loaded) -> Book:
    """A statute book, read once; a mistake in any file stops the start with its sentence."""
    rules = registers.overlay_rules(loaded.overlays) if loaded.overlays else ()
    edition = registers.calendar(loaded.calendars).edition
    return load_book(law, local=local, rules=rules, names=names.known(), edition=edition)


def book() -> Book:
    """The statute book in force now."""
    return _book(settings.FADU_LAW, settings.FADU_LAW_LOCAL, _loaded_now())


def book_on(on: date) -> Book:
    """The statute book in force on a day, asked now: what a case that begins then is bound to."""
    return _book(settings.FADU_LAW, settings.FADU_LAW_LOCAL, loaded_on(on))


def titles() -> list[tuple[str, str]]:
    """(name, title) of every procedure in force."""
    return [(one.name, one.title) for one in book().procedures.values()]


def in_force(name: str, *, on: date | None = None) -> Definition:
    """The procedure under which a new case of this name begins: on the day of the act, or (for a page) now."""
    try:
        return (book() if on is None else book_on(on)).procedures[name]
    except KeyError:
        raise Refused(
            Refusal("unknown_procedure", f"没有名为“{name}”的程序", cure="请从程序目录中选择")
        ) from None


def pin(definition: Definition) -> Pinned:
    """Keep the version for as long as any case needs it."""
    row, _ = Pinned.objects.get_or_create(
        digest=definition.digest,
        defaults={
            "name": definition.name,
            "title": definition.title,
            "data": definition.as_data(),
            "calendar": definition.data.get("calendar", ""),
        },
    )
    return row


def of(case: Case) -> Definition:
    """The definition the case pinned, whatever the law says today."""
    return _by_digest(case.definition_id)


@functools.lru_cache(maxsize=256)
def _by_digest(digest: str) -> Definition:
    if (known := book().pinned(digest)) is not None:
        return known
    return from_data(Pinned.objects.get(digest=digest).data)

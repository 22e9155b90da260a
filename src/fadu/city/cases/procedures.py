"""Which law a case runs under: the statute book at start, and for each case the very version it began with."""

from __future__ import annotations

import functools

from django.conf import settings

from fadu.city.cases import names
from fadu.city.cases.models import Case
from fadu.city.cases.models import Definition as Pinned
from fadu.core.errors import Refusal, Refused
from fadu.core.procedure.build import from_data
from fadu.core.procedure.definition import Definition
from fadu.core.procedure.loader import Book, load_book
from fadu.core.terms import Calendar, standard


@functools.cache
def calendar() -> Calendar:
    """The calendar this installation counts by."""
    return standard()[0]


@functools.cache
def book() -> Book:
    """The statute book, read once; a mistake in any file stops the start with its sentence."""
    return load_book(
        settings.FADU_LAW, local=settings.FADU_LAW_LOCAL, names=names.known(), edition=calendar().edition
    )


def titles() -> list[tuple[str, str]]:
    """(name, title) of every procedure in force."""
    return [(one.name, one.title) for one in book().procedures.values()]


def in_force(name: str) -> Definition:
    """The procedure under which a new case of this name begins."""
    try:
        return book().procedures[name]
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
            "calendar": calendar().edition,
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

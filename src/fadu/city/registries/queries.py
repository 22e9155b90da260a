"""What the registers say, as of a day."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from fadu.city.accounts.models import Person
from fadu.city.authority.models import in_force
from fadu.city.registries.models import Entry


def entries(register: str, on: date) -> QuerySet[Entry]:
    """The entries of a register in force on a day."""
    return (
        Entry.objects.filter(in_force(on), register=register)
        .select_related("person", "organ")
        .order_by("key")
    )


def entry(register: str, key: str, on: date) -> Entry | None:
    """The version of one entry in force on a day."""
    return entries(register, on).filter(key=key).first()


def stands_in(register: str, person: Person, on: date) -> bool:
    """Whether the person is entered in a register on a day (expert, counsel …)."""
    return Entry.objects.filter(in_force(on), register=register, person=person).exists()


def history(register: str, key: str) -> QuerySet[Entry]:
    """Every version of an entry, newest first."""
    return (
        Entry.objects.filter(register=register, key=key).select_related("person", "organ").order_by("-start")
    )


def registers() -> list[str]:
    """The registers that have entries."""
    return sorted(Entry.objects.values_list("register", flat=True).distinct())

"""What the access log tells the person whom the data are about: which organ read them, when, in what way; nobody's name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from fadu.city.ledger import identity
from fadu.city.ledger.models import AccessEntry
from fadu.core.log import record

READS = frozenset({"page", "file", "document", "export", "print"})


@dataclass(frozen=True)
class Read:
    """One reading: of which case, by which organ (code), when, and how."""

    case_ref: str
    organ: str
    at: datetime
    kind: str


def reads_of(case_refs: Collection[str], *, except_by: Collection[str], limit: int = 100) -> list[Read]:
    """The newest readings of these cases by organs, those of the named persons left out."""
    own = {identity.person_tag(person).hex() for person in except_by}
    found = []
    for entry in AccessEntry.objects.filter(case_ref__in=case_refs).order_by("-at", "-pk").iterator():
        body = record.read(bytes(entry.body))
        if body["kind"] in READS and body["organ"] and body["who"].get("id") not in own:
            found.append(Read(entry.case_ref, body["organ"], entry.at, body["kind"]))
            if len(found) >= limit:
                break
    return found

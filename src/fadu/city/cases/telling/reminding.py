"""提醒: whom to tell, through which channels, in which words. Nothing told outside the platform names a person, a title
or a content; the reader logs in for those. Rows of the outbox carry no address: it is looked up when delivering.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime

from fadu.city.accounts.models import Person
from fadu.city.authority import queries as authority
from fadu.city.authority.door import Doing
from fadu.city.authority.models import Outbox
from fadu.city.cases.models import Case, Duty
from fadu.core.procedure.definition import Definition
from fadu.core.terms import legal_day

PAGE, EMAIL, SMS = "reminder.page", "reminder.email", "reminder.sms"
# What each occasion is worth: e-mail always goes with the page; a text message only where time presses.
_WORDS = {
    "handed": ("转给您办理", (PAGE, EMAIL)),
    "delegated": ("委派给您办理", (PAGE, EMAIL)),
    "returned": ("退回给您", (PAGE, EMAIL)),
    "signer": ("请您会签", (PAGE, EMAIL)),
    "urge": ("催办：请尽快办理", (PAGE, EMAIL, SMS)),
    "soon": ("期限将至", (PAGE, EMAIL)),
    "today": ("今日到期", (PAGE, EMAIL, SMS)),
    "late": ("已经逾期", (PAGE, EMAIL, SMS)),
    "ownerless": ("无人办理：任职已经结束，请安排交接", (PAGE, EMAIL)),
    "served": ("有文书送达您", (PAGE, EMAIL, SMS)),
}


def tell(
    doing: Doing, case: Case, definition: Definition, person: Person, *, step: str, why: str, seq: int
) -> None:
    """Owe a person the news of an act that concerns him, in the act's own transaction."""
    for row in messages(case, definition, [person], step=step, why=why, stamp=str(seq), at=doing.at):
        doing.send(row.kind, row.key, row.payload)


def messages(
    case: Case,
    definition: Definition,
    persons: Iterable[Person],
    *,
    step: str,
    why: str,
    stamp: str,
    at: datetime,
) -> Iterator[Outbox]:
    """The outbox rows of one occasion; ``stamp`` makes the occasion unique, so each person is told it once."""
    words, channels = _WORDS[why]
    text = f"{words}：“{definition.title}”的“{definition.steps[step].title}”"
    for person in persons:
        for channel in channels:
            payload = {"person": person.key, "case": case.key, "step": step, "why": why, "text": text}
            key = key_of(channel, case.key, step, why, stamp, person.key)
            yield Outbox(kind=channel, key=key, payload=payload, due=at)


def key_of(*parts: str) -> str:
    """The idempotency key of a message: the same occasion gives the same key, and it tells nothing."""
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()


def owing(case: Case, step: str, *, at: datetime) -> list[Person]:
    """Everybody who owes a step: those it was handed to, else the holders of the post, else the parties."""
    persons: dict[int, Person] = {}
    for duty in Duty.objects.filter(case=case, step=step, kind=Duty.Kind.OWED).select_related(
        "organ", "person"
    ):
        persons |= {person.pk: person for person in whose(duty, at=at)}
    return list(persons.values())


def whose(duty: Duty, *, at: datetime) -> list[Person]:
    """The persons behind one row of the worklist."""
    if duty.person is not None:
        return [duty.person]
    if duty.organ is not None:
        on = legal_day(at)
        return [held.person for held in authority.holders(duty.organ, duty.function, on)]
    return list(Person.objects.filter(party_to__case=duty.case_id).distinct())

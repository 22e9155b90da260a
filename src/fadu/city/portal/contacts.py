"""Where a one-time code goes: to the contact that was given with the matter, and to no other."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from fadu.city.accounts.models import Mandate, Person, User
from fadu.city.authority.actor import Actor
from fadu.city.authority.models import in_force
from fadu.city.cases.models import Case
from fadu.city.cases.telling import sms
from fadu.city.ledger import queries as ledger
from fadu.city.portal.models import OneTimeCode

_PURPOSE = b"fadu/portal/contact/v1"
# Fields of an opening step in which an applicant writes how he is reached.
FIELDS = ("mobile", "email", "contact")
_MOBILE = re.compile(r"(?<![0-9])(?:(?:\+|00)?86)?(1[3-9][0-9]{9})(?![0-9])")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")


@dataclass(frozen=True)
class Contact:
    """An address and the way to it; it never leaves the process that sends."""

    channel: str
    address: str

    @property
    def digest(self) -> str:
        """What is kept of the address, to count what is sent to it: nobody reads it back."""
        key = hmac.new(settings.SECRET_KEY.encode(), _PURPOSE, hashlib.sha256).digest()
        return hmac.new(key, self.address.lower().encode(), hashlib.sha256).hexdigest()


def reader(case: Case, on: date) -> Actor | None:
    """Who reads a matter by its codes: whoever opened it, as its party or by a mandate still in force for its party; else
    the party himself. Without an account's rights: no post, no act, nothing but reading. None where a matter has no party.
    """
    parties = [row.person for row in case.parties.select_related("person").order_by("pk")]
    if case.opened_by in parties:
        return Actor(case.opened_by, source="code")
    held = Mandate.objects.filter(in_force(on), agent=case.opened_by, principal__in=parties)
    mandate = next((one for one in held.select_related("principal") if one.covers(case.procedure)), None)
    if mandate is not None:
        return Actor(case.opened_by, mandate=mandate, source="code")
    return Actor(parties[0], source="code") if parties else None


def of(case: Case, on: date) -> Contact | None:
    """The contact typed into the opening of the matter by whoever opened it, else that of his account; a mobile before an
    e-mail address. None where there is neither, or no way to send.
    """
    who = reader(case, on)
    if who is None:
        return None
    return next((one for one in _given(case, who.person) if _can_send(one)), None)


def _given(case: Case, person: Person) -> Iterator[Contact]:
    opening = case.acts.order_by("seq").first()
    if opening is not None and opening.person_id == person.pk:
        typed = ledger.openings(f"case/{case.key}").get(opening.leaf, {})
        text = " ".join(str(typed[name]) for name in FIELDS if isinstance(typed.get(name), str))
        yield from _written(text)
    for user in User.objects.filter(person=person, active=True).exclude(kind=User.Kind.OFFICIAL):
        yield from _written(f"{user.mobile} {user.email}")


def _written(text: str) -> Iterator[Contact]:
    if found := _MOBILE.search(text.replace("-", "")):
        yield Contact(OneTimeCode.Channel.SMS, found[1])
    if found := _EMAIL.search(text):
        yield Contact(OneTimeCode.Channel.EMAIL, found[0])


def _can_send(contact: Contact) -> bool:
    return contact.channel != OneTimeCode.Channel.SMS or sms.gateway() is not None

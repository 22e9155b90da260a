"""The worker's side of the outbox: every owed message and job is delivered at least once, and leaves its own leaf.

A row is claimed for some minutes, delivered outside any transaction under its key (which makes it once for whoever
receives it), then marked done together with its leaf. A worker that dies in between leaves it to the next one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction

from fadu.city.accounts import claims
from fadu.city.accounts.models import Person, User
from fadu.city.authority.models import Outbox
from fadu.city.cases import procedures
from fadu.city.cases.deadlines import clockwork, due, expiry, recounting
from fadu.city.cases.deadlines.clockwork import NotNow
from fadu.city.cases.desk import ownerless
from fadu.city.cases.kin import entering, linking
from fadu.city.cases.models import Case, Reminder
from fadu.city.cases.telling import contacting, reminding, sms
from fadu.city.ledger import acts as ledger
from fadu.core.terms import legal_day

log = logging.getLogger("fadu.outbox")
LEASE = timedelta(minutes=5)
SEARCH_EVERY = timedelta(minutes=10)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)
# Delivers a payload under a key; what it returns (delivered, no_address, …) is written into the leaf.
Handler = Callable[[Mapping[str, Any], str, datetime], str]


def _page(payload: Mapping[str, Any], key: str, at: datetime) -> str:
    person = Person.objects.get(key=payload["person"])
    case = Case.objects.filter(key=payload["case"]).first()
    told = {
        "person": person,
        "case": case,
        "step": payload["step"],
        "why": payload["why"],
        "text": payload["text"],
    }
    Reminder.objects.get_or_create(key=key, defaults=told | {"at": at})
    return "delivered"


def _user(payload: Mapping[str, Any]) -> User | None:
    return User.objects.filter(person__key=payload["person"], active=True).order_by("pk").first()


def _email(payload: Mapping[str, Any], key: str, at: datetime) -> str:
    user = _user(payload)
    if user is None or not user.email:
        return "no_address"
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    EmailMessage(
        "法度提醒", f"{payload['text']}。\n\n请登录后查看和办理。本邮件不含事项内容。\n", to=[user.email],
        headers={"Message-ID": f"<{key}@{host}>"},
    ).send()  # fmt: skip
    return "delivered"


def _sms(payload: Mapping[str, Any], key: str, at: datetime) -> str:
    user, gateway = _user(payload), sms.gateway()
    if gateway is None:
        return "no_gateway"
    if user is None or not user.mobile:
        return "no_address"
    gateway.send(to=user.mobile, text=f"【法度】{payload['text']}。请登录后办理。", key=key)
    return "delivered"


HANDLERS: dict[str, Handler] = {
    reminding.PAGE: _page,
    reminding.EMAIL: _email,
    reminding.SMS: _sms,
    clockwork.KIND: expiry.deliver,
    linking.KIND: entering.deliver,
    claims.KIND: contacting.deliver,
}


def install(handlers: Mapping[str, Handler]) -> None:
    """Take another app's kinds of message; one that two apps claim stops the start."""
    if twice := sorted(set(HANDLERS) & set(handlers)):
        raise RuntimeError(f"outbox kinds claimed twice: {twice}")
    HANDLERS.update(handlers)


@dataclass
class Round:
    """What one round did."""

    delivered: int = 0
    postponed: list[str] = field(default_factory=list)


def run_once(at: datetime, *, limit: int = 200) -> Round:
    """Deliver what is due at ``at``, oldest first, up to ``limit``; failures come again later, longer each time."""
    done = Round()
    for _ in range(limit):
        if (row := _claim(at)) is None:
            break
        try:
            result = HANDLERS[row.kind](row.payload, row.key, at)
        except (OSError, NotNow) as error:
            _postpone(row, error, at)
            done.postponed.append(row.key)
        else:
            _finish(row, result, at)
            done.delivered += 1
    if unknown := set(_open(at).exclude(kind__in=HANDLERS).values_list("kind", flat=True)):
        log.error("nobody delivers these kinds of message: %s", sorted(unknown))
    return done


class Worker:
    """The rounds of one process: messages every time, the search for due dates every ten minutes and on a new day, that
    for provisional dates then too and as soon as another calendar is in force."""

    def __init__(self) -> None:
        self.searched: datetime | None = None
        self.edition = ""

    def round(self, at: datetime) -> Round:
        """One round at a moment."""
        last = self.searched
        if last is None or at - last >= SEARCH_EVERY or legal_day(at) != legal_day(last):
            due.tick(at)
            ownerless.tick(at)
            self.searched = at
            self.edition = ""
        if self.edition != (edition := procedures.calendar().edition):
            recounting.tick(at)
            self.edition = edition
        return run_once(at)


def _open(at: datetime) -> Any:
    return Outbox.objects.filter(done__isnull=True, due__lte=at)


def _claim(at: datetime) -> Outbox | None:
    """Take the oldest due row for the time of a lease, so that two workers never deliver it at once."""
    skip = connection.features.has_select_for_update_skip_locked
    with transaction.atomic():
        rows = _open(at).filter(kind__in=HANDLERS).order_by("due", "pk")
        row = rows.select_for_update(skip_locked=skip).first()
        if row is not None:
            row.tries += 1
            row.due = at + LEASE
            row.save(update_fields=["tries", "due"])
    return row


def _postpone(row: Outbox, error: Exception, at: datetime) -> None:
    pause = min(FIRST_PAUSE * 2 ** min(row.tries - 1, 16), LONGEST_PAUSE)
    log.warning("outbox %s %s, attempt %d: %s", row.kind, row.key, row.tries, error)
    Outbox.objects.filter(pk=row.pk).update(error=f"{type(error).__name__}: {error}"[:1000], due=at + pause)


def _finish(row: Outbox, result: str, at: datetime) -> None:
    """Done, and its leaf in the day's chain of the outbox, or neither."""
    system = ledger.System("消息投递")
    with transaction.atomic():
        Outbox.objects.filter(pk=row.pk).update(done=at, error="")
        ledger.append(
            case_ref=f"register/outbox/{legal_day(at)}",
            step=f"outbox.{row.kind}",
            performers=[system],
            recorder=system,
            organ="",
            occurred_at=at,
            recorded_at=at,
            request_id=row.key,
            fields={
                "key": row.key,
                "case": row.payload.get("case", ""),
                "result": result,
                "tries": row.tries,
            },
        )

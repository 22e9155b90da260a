"""One node from nothing to running: schema, statute book, demonstration city; and the rounds of its worker.

Stands above all apps, like ``wiring`` and ``demo``; the command line calls it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection

from fadu.city import demo as demonstration
from fadu.city import wiring
from fadu.city.archives import acts as archive_acts
from fadu.city.archives import queries as archives
from fadu.city.authority import clock
from fadu.city.authority import queries as authority
from fadu.city.authority.models import Organ
from fadu.city.cases import documents, outbox, papers, procedures
from fadu.city.ledger import publishing
from fadu.core.errors import InputError, Refused

Say = Callable[[str, int, int], None]
log = logging.getLogger("fadu.worker")
_MESSENGER = outbox.Worker()


def prepare(*, demo: bool, say: Say) -> list[demonstration.LogIn]:
    """Bring database, statute book and (in a demonstration) the city to where the server can start."""
    wiring.wire()
    say("数据库", 0, 1)
    call_command("migrate", verbosity=0, interactive=False)
    say("数据库", 1, 1)
    _demand_kind()
    book = procedures.book()
    papers.check(documents.TEMPLATES, book)
    say(f"法律文件：{len(book.procedures)} 个程序、{len(book.sources)} 件规范已核对", 1, 1)
    log_ins = _city(say) if demo else []
    call_command("collectstatic", verbosity=0, interactive=False)
    publishing.publish(at=clock.now())
    return log_ins


def _city(say: Say) -> list[demonstration.LogIn]:
    return demonstration.build(settings.FADU_LAW / "demo", say=say)


def _demand_kind() -> None:
    """A production start refuses a demonstration's database, and a demonstration refuses a real one."""
    mark = Path(settings.FADU_VAR) / "demonstration"
    fresh = not Organ.objects.exists()
    if settings.FADU_DEMO:
        if fresh:
            mark.write_text("演示系统\n", encoding="utf-8")
        elif not mark.exists():
            raise InputError(
                "这个数据库是正式系统的，不能以演示方式启动", where=str(connection.settings_dict["NAME"]),
                cure="演示请另设 FADU_VAR 或 FADU_DATABASE_URL",
            )  # fmt: skip
    elif mark.exists():
        raise InputError(
            "这个数据库是演示系统的，不能作为正式系统启动", where=str(connection.settings_dict["NAME"]),
            cure="正式系统请使用全新的数据库",
        )  # fmt: skip


def make_packages() -> int:
    """Pack every filed case whose last act is proved; returns how many were packed."""
    wiring.wire()
    made = 0
    for key in list(archives.waiting().values_list("key", flat=True)):
        try:
            archive_acts.seal(authority.clock_actor(), case=key)
        except Refused as refused:
            log.info("package of %s waits: %s", key, refused)
        else:
            made += 1
    return made


def work_once() -> None:
    """One round: give committed leaves their numbers, sign, ask the witness; then time and messages."""
    publishing.publish(at=clock.now())
    _MESSENGER.round(clock.now())
    make_packages()


def work(*, poll_seconds: float) -> None:
    """Rounds until stopped. A database that is away for a moment is waited for; anything else ends the worker."""
    wiring.wire()
    while True:
        try:
            work_once()
        except OperationalError:
            log.warning("database not reachable, trying again", exc_info=True)
            connection.close()
        time.sleep(poll_seconds)

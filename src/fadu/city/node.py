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
from fadu.city.archives import stamping
from fadu.city.authority import clock
from fadu.city.authority import queries as authority
from fadu.city.authority.models import Organ
from fadu.city.cases import procedures
from fadu.city.cases.files import sweeping
from fadu.city.cases.issuing import documents, papers
from fadu.city.cases.telling import outbox
from fadu.city.ledger import identity, publishing
from fadu.city.ledger import models as ledger
from fadu.city.ledger.publishing import WitnessUnreachable as WitnessUnreachable
from fadu.city.ledger.timestamping import TsaUnreachable
from fadu.city.portal import searching
from fadu.core.errors import InputError, Refused
from fadu.core.log.errors import LogError

Say = Callable[[str, int, int], None]
WITNESS_PATIENCE = 10  # half seconds
log = logging.getLogger("fadu.worker")
_MESSENGER = outbox.Worker()
_SWEEPER = sweeping.Sweeper()


def prepare(*, demo: bool, say: Say) -> list[demonstration.LogIn]:
    """Bring database, statute book and (in a demonstration) the city to where the server can start."""
    wiring.wire()
    say("数据库", 0, 1)
    call_command("migrate", verbosity=0, interactive=False)
    say("数据库", 1, 1)
    _demand_kind()
    book = procedures.book()
    papers.check(documents.TEMPLATES, book)
    _demand_not_behind(say, demo=demo)
    say(f"法律文件：{len(book.procedures)} 个程序、{len(book.sources)} 件规范已核对", 1, 1)
    log_ins = _city(say) if demo else []
    call_command("collectstatic", verbosity=0, interactive=False)
    publishing.publish(at=clock.now())
    while searching.index_new():
        pass
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


def _demand_not_behind(say: Say, *, demo: bool) -> None:
    """The witness must not know more of our logs than we do. Unreachable, a real system stops; a demonstration waits
    some seconds for its own witness and then goes on, its checkpoints without cosignature.
    """
    patience = WITNESS_PATIENCE if demo else 0
    for log_of in ledger.Log:
        for left in range(patience, -1, -1):
            try:
                publishing.demand_not_behind(log_of)
                break
            except WitnessUnreachable as unreachable:
                if not demo:
                    raise
                if not left:
                    say(f"见证方联系不上，检查点暂无见证：{unreachable}", 1, 1)
                    return
                time.sleep(0.5)


def witnessed_keys() -> list[str]:
    """The printed keys of both logs of this installation, made at first use: what a witness is told to watch."""
    return [identity.log_signer(log_of).key.vkey for log_of in ledger.Log]


def trust_witness(vkey: str) -> None:
    """Pin the key of the demonstration's own witness; a real system's administrator does this by hand."""
    folder = identity.keys_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / "witness.vkey").write_text(f"{vkey}\n", encoding="utf-8")


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
    try:
        stamping.stamp_waiting()
    except (TsaUnreachable, LogError) as problem:
        log.warning("time-stamp of packages: %s", problem)
    return made


def stand_ready() -> None:
    """What a worker asks before its first round, also when it runs alone: that the witness knows no more than we do."""
    wiring.wire()
    _demand_not_behind(lambda what, done, total: log.warning("%s", what), demo=settings.FADU_DEMO)


def work_once() -> None:
    """One round: give committed leaves their numbers, sign, ask the witness; then time and messages; what is new becomes searchable."""
    if problem := publishing.publish(at=clock.now()).stamp_problem:
        log.warning("time-stamp: %s", problem)
    _MESSENGER.round(clock.now())
    make_packages()
    if gone := _SWEEPER.round(clock.wall()):
        log.info("%d unused uploads removed", gone)
    searching.index_new()


def work(*, poll_seconds: float) -> None:
    """Rounds until stopped. A database that is away for a moment is waited for; anything else ends the worker."""
    stand_ready()
    while True:
        try:
            work_once()
        except OperationalError:
            log.warning("database not reachable, trying again", exc_info=True)
            connection.close()
        time.sleep(poll_seconds)

"""The one sequencer: numbers committed leaves, grows the tree, signs checkpoints, asks the witness.

Indexes are given after commit and by one writer, because a database sequence has gaps and late commits that a reader
of "greater than the last" misses. Within a case the index rises with the number, since each act of a case commits
before the next one begins; between cases the order means nothing.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from fadu.city.ledger import identity, signers
from fadu.city.ledger.models import Checkpoint, Log, LogState, Pending
from fadu.city.ledger.store import NodeStore
from fadu.core.errors import Refusal, Refused
from fadu.core.log import checkpoint, note, tree
from fadu.core.log.errors import LogError, ProofError

BATCH = 4096
_ADVISORY = 0x66616475  # "fadu"


@contextlib.contextmanager
def single_writer() -> Iterator[None]:
    """Hold the right to sequence and sign; refused at once if another process has it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_ADVISORY])
            if not cursor.fetchone()[0]:
                raise _busy()
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_ADVISORY])
        return
    settings.FADU_VAR.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(settings.FADU_VAR / "sequencer.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _busy() from None
        yield
    finally:
        os.close(descriptor)


def _busy() -> Refused:
    return Refused(
        Refusal("sequencer_busy", "另一个进程正在为账本编号", cure="同一账本只能有一个编号进程，请稍后再试")
    )


def sequence(log: Log = Log.MAIN) -> int:
    """Number every committed leaf that waits, in batches; the new size of the log. Call under `single_writer`."""
    while True:
        with transaction.atomic():
            state = locked_state(log)
            waiting = _waiting(log)
            if not waiting:
                return state.size
            _number(log, state.size, waiting)
            LogState.objects.filter(pk=log).update(size=state.size + len(waiting))
        if len(waiting) < BATCH:
            return state.size + len(waiting)


def locked_state(log: Log) -> LogState:
    """The locked state of a log, made at its beginning; refuses to go on under another name or suite."""
    begin = {
        "origin": identity.origin(log),
        "suite": identity.suite().name,
        "epoch": identity.EPOCH,
        "size": 0,
    }
    LogState.objects.get_or_create(log=log, defaults=begin)
    state = LogState.objects.select_for_update().get(log=log)
    now = (identity.origin(log), identity.suite().name, identity.EPOCH)
    if (state.origin, state.suite, state.epoch) != now:
        raise LogError(
            f"数据库中的账本是 {state.origin}（{state.suite}，第 {state.epoch} 期），设置的是 {now[0]}（{now[1]}，第 {now[2]} 期）",
            why="账本的名称和密码套件一经开始不得改变",
            cure="请恢复原来的 FADU_LOG_ORIGIN 和 FADU_LOG_SUITE，或者使用新的数据库",
        )
    return state


def _waiting(log: Log) -> list[tuple[int, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, hash FROM ledger_pending WHERE log = %s ORDER BY id LIMIT %s", [log.value, BATCH]
        )
        return [(number, bytes(leaf)) for number, leaf in cursor.fetchall()]


def _number(log: Log, size: int, waiting: list[tuple[int, bytes]]) -> None:
    leaves = [leaf for _, leaf in waiting]
    added = tree.append_hashes(identity.suite(), size, NodeStore(log), leaves)
    first = tree.stored_count(size)
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO ledger_logindex (log, idx, hash) VALUES (%s, %s, %s)",
            [(log.value, size + place, leaf) for place, leaf in enumerate(leaves)],
        )
        cursor.executemany(
            "INSERT INTO ledger_node (log, pos, hash) VALUES (%s, %s, %s)",
            [(log.value, first + place, value) for place, value in enumerate(added)],
        )
        cursor.executemany("DELETE FROM ledger_pending WHERE id = %s", [(number,) for number, _ in waiting])


def anything_new(log: Log = Log.MAIN) -> bool:
    """Whether the next `publish` would sign something."""
    last = Checkpoint.objects.filter(log=log).order_by("-size").values_list("size", flat=True).first() or 0
    size = LogState.objects.filter(pk=log).values_list("size", flat=True).first() or 0
    return size > last or Pending.objects.filter(log=log).exists()


def latest(log: Log = Log.MAIN) -> Checkpoint | None:
    """The newest signed checkpoint."""
    return Checkpoint.objects.filter(log=log).order_by("-size").first()


def publish(*, at: datetime, log: Log = Log.MAIN) -> Checkpoint | None:
    """Number what waits and sign a checkpoint of it; the newest one if nothing is new, None while the log is empty.

    Never signs what does not extend the last signed checkpoint: that would be the death of the log's identity.
    """
    with single_writer():
        size = sequence(log)
        last = latest(log)
        root = tree.tree_hash(identity.suite(), size, NodeStore(log))
        if last is not None:
            _demand_extension(log, last, size, root)
        if size == 0 or (last is not None and last.size == size):
            return last
        signed = note.sign(
            checkpoint.Checkpoint(identity.origin(log), size, root).text, identity.log_signer(log)
        )
        return Checkpoint.objects.create(log=log, size=size, note=signed, at=at)


def _demand_extension(log: Log, last: Checkpoint, size: int, root: bytes) -> None:
    """The tree we hold must extend the one we last signed; otherwise stop, loudly."""
    suite, store = identity.suite(), NodeStore(log)
    signed, _ = checkpoint.open_checkpoint(last.note, identity.log_signer(log).key, primitives=signers.FAST)
    if size < signed.size:
        raise ProofError(
            f"本地账本只有 {size} 条，少于已签发检查点的 {signed.size} 条",
            why="账本被截短或者恢复了旧备份",
            cure="停止签发，用镜像的条目副本恢复缺失的痕迹：fadu ledger recover",
        )
    try:
        proof = tree.prove_tree(suite, size, signed.size, store)
        tree.check_tree(suite, proof, size, root, signed.size, signed.root)
    except ProofError as error:
        raise ProofError(
            f"本地账本与已签发的第 {signed.size} 条检查点不一致",
            why="账本的过去被改写",
            cure="停止签发，运行 fadu ledger check 查明第一处被改动的痕迹",
        ) from error

"""Our side of the witness protocol: send each checkpoint with its proof, keep the cosignature, believe the witness.

If the witness knows more of our log than we do, this database was rolled back: stop (`demand_not_behind`).
"""

from __future__ import annotations

import hashlib
import urllib.error
import urllib.request
from datetime import datetime

from django.conf import settings
from django.db import transaction

from fadu.city.ledger import identity, queries, signers
from fadu.city.ledger.models import Checkpoint, Cosignature, Log
from fadu.city.ledger.store import NodeStore
from fadu.core.errors import InputError
from fadu.core.log import note, tree, witness
from fadu.core.log.checkpoint import Checkpoint as Signed
from fadu.core.log.checkpoint import open_checkpoint
from fadu.core.log.errors import LogError, ProofError

_TIMEOUT = 10


class WitnessUnreachable(InputError):
    """The witness did not answer; the checkpoint stays without its cosignature and is sent again next time."""

    code = "witness_unreachable"


def cosign(of: Checkpoint, *, at: datetime) -> list[Cosignature]:
    """Ask the witness of FADU_WITNESS_URL to cosign; keeps and answers new cosignatures (none if it has signed)."""
    if not settings.FADU_WITNESS_URL or Cosignature.objects.filter(log=of.log, size=of.size).exists():
        return []
    newest = newest_witnessed(Log(of.log))
    line = _ask(of, newest.size if newest else 0)
    signed = note.open_note(of.note + line, identity.witness_keys(), signers.FAST)
    with transaction.atomic():
        return [
            Cosignature.objects.create(log=of.log, size=of.size, witness=one.name, line=one.line, at=at)
            for one in signed.verified
        ]


def _ask(of: Checkpoint, old: int) -> str:
    """Send the request; on "my size is another" once more from that size."""
    for _ in range(2):
        log = Log(of.log)
        if old > of.size:
            raise _behind(log, old, of.size)
        proof = tree.prove_tree(identity.suite(), of.size, old, NodeStore(log)) if old else []
        status, body = _http("add-checkpoint", witness.format_request(old, proof, of.note))
        if status == 200:
            return body
        if status != 409 or not body.strip().isdecimal():
            raise ProofError(
                f"见证方拒绝为第 {of.size} 条检查点签名（{status}）：{body.strip()}",
                why="422 表示本账本与见证方所见的历史不一致",
                cure="停止签发，运行 fadu ledger check 并与见证方保存的检查点比对",
            )
        old = int(body)
    raise ProofError("见证方两次报告的条数不同", cure="可能有另一个进程正在签发，请稍后再试")


def newest_witnessed(log: Log = Log.MAIN) -> Signed | None:
    """The newest checkpoint of this log that the witness holds; None if it has none."""
    found = witness_note(log)
    if found is None:
        return None
    key = identity.log_signer(log).key
    return open_checkpoint(found, key, others=identity.witness_keys(), primitives=signers.FAST)[0]


def witness_note(log: Log = Log.MAIN) -> str | None:
    """That checkpoint as a note, for `check` to compare with; None if there is no witness or it has none."""
    if not settings.FADU_WITNESS_URL:
        return None
    name = hashlib.sha256(identity.origin(log).encode()).hexdigest()
    status, body = _http(f"{name}/checkpoint", None)
    if status == 404:
        return None
    if status != 200:
        raise WitnessUnreachable(f"见证方答复 {status}", where=settings.FADU_WITNESS_URL)
    return body


def demand_not_behind(log: Log = Log.MAIN) -> None:
    """On start: if the witness holds a larger or another tree than we do, this database was rolled back: stop."""
    seen = newest_witnessed(log)
    if seen is None:
        return
    newest = queries.newest_checkpoint(log)
    if newest is None or newest.size < seen.size:
        raise _behind(log, seen.size, newest.size if newest else 0)
    root = tree.tree_hash(identity.suite(), seen.size, NodeStore(log))
    if root != seen.root:
        raise ProofError(
            f"本地账本的前 {seen.size} 条与见证方所见的不同",
            why="账本出现分叉或者过去被改写",
            cure="停止运行，保留现场，由监督机关查明",
        )


def _behind(log: Log, seen: int, have: int) -> LogError:
    return ProofError(
        f"账本 {identity.origin(log)} 只有 {have} 条，见证方已见过 {seen} 条",
        why="数据库恢复了旧备份或者尾部被截去；继续签发会使账本的身份作废",
        cure="停止运行，用镜像的条目副本重新导入缺失的痕迹后再启动：fadu ledger recover",
    )


def _http(path: str, data: bytes | None) -> tuple[int, str]:
    url = f"{settings.FADU_WITNESS_URL.rstrip('/')}/{path}"
    if not url.startswith(("http://", "https://")):
        raise InputError("FADU_WITNESS_URL 须以 http:// 或 https:// 开头", where=url)
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=data), timeout=_TIMEOUT) as answer:
            return answer.status, answer.read(witness.MAX_REQUEST).decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read(witness.MAX_REQUEST).decode()
    except (urllib.error.URLError, TimeoutError) as error:
        raise WitnessUnreachable(
            "联系不上见证方", where=url, why=str(error), cure="检查点已签发，见证方恢复后会自动补签"
        ) from error

"""Time-stamps from outside: ask the authority of FADU_TSA_URL, believe only what verifies, keep it beside the checkpoint.

The platform's clock proves nothing about itself; the authority's does. A checkpoint is stamped, not each act: what is
in it existed before that moment. An authority that does not answer stops nothing; the page and the worker say so.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings

from fadu.city.ledger import identity
from fadu.city.ledger.findings import Finding
from fadu.city.ledger.models import Checkpoint, Log, TimeStamp
from fadu.core.errors import InputError
from fadu.core.log import timestamp, tsa
from fadu.core.log.errors import LogError

_TIMEOUT, _LARGEST = 10, 64 * 1024
# After a failure the authority is left alone for a while: rounds come every second, and each would wait for it.
_PATIENCE = timedelta(minutes=5)
_failed: dict[Log, datetime] = {}


class TsaUnreachable(InputError):
    """The authority did not answer; the next round asks again."""

    code = "tsa_unreachable"


def wanted() -> bool:
    """Whether this installation has an authority."""
    return bool(settings.FADU_TSA_URL)


def obtain(data: bytes) -> bytes:
    """An answer of the authority over ``data``, verified: signature, chain to the anchor, imprint, nonce."""
    asked = tsa.query(identity.suite(), data)
    response = _post(asked)
    tsa.verify(response, data, suite=identity.suite(), anchor=settings.FADU_TSA_ANCHOR, asked=asked)
    return response


def stamp_due(of: Checkpoint, *, at: datetime) -> TimeStamp | None:
    """Stamp this checkpoint if it has none and the last stamp is older than FADU_TSA_SECONDS."""
    log = Log(of.log)
    last = newest(log)
    if not settings.FADU_TSA_URL or (last is not None and last.size >= of.size):
        return None
    if last is not None and at < last.asked_at + timedelta(seconds=settings.FADU_TSA_SECONDS):
        return None
    if log in _failed and _failed[log] <= at < _failed[log] + _PATIENCE:
        return None
    try:
        response = obtain(stamped_bytes(of))
    except (TsaUnreachable, LogError):
        _failed[log] = at
        raise
    _failed.pop(log, None)
    said = timestamp.read(response)
    return TimeStamp.objects.create(
        log=of.log, size=of.size, response=response, at=said.at, authority=said.authority[:200], asked_at=at
    )


def stamped_bytes(of: Checkpoint) -> bytes:
    """What is stamped of a checkpoint: the note as the log signed it, without cosignatures."""
    return timestamp.stamped_bytes(of.note, identity.log_signer(Log(of.log)).key)


def newest(log: Log = Log.MAIN) -> TimeStamp | None:
    """The newest time-stamp of a log."""
    return TimeStamp.objects.filter(log=log).order_by("-size").first()


def response_of(size: int, log: Log = Log.MAIN) -> bytes | None:
    """The authority's answer over the checkpoint of that size, if it was stamped."""
    found = TimeStamp.objects.filter(log=log, size=size).values_list("response", flat=True).first()
    return None if found is None else bytes(found)


def findings(log: Log, *, chains: bool) -> Iterator[Finding]:
    """Every kept time-stamp that is not of its checkpoint; with ``chains`` also each that does not verify."""
    notes = {one.size: one for one in Checkpoint.objects.filter(log=log)}
    for kept in TimeStamp.objects.filter(log=log).order_by("size").iterator():
        try:
            if kept.size not in notes:
                raise LogError("没有它所证明的检查点")
            data, response = stamped_bytes(notes[kept.size]), bytes(kept.response)
            said = timestamp.read(response)
            timestamp.check_imprint(said, identity.suite(), data)
            if said.at != kept.at:
                raise LogError(f"令牌中的时间是 {said.at:%Y-%m-%d %H:%M:%S}，数据库写的是另一个时间")
            if chains and settings.FADU_TSA_ANCHOR and tsa.available():
                tsa.verify(response, data, suite=identity.suite(), anchor=settings.FADU_TSA_ANCHOR)
        except LogError as error:
            sentence = f"{kept.size} 条检查点的时间戳无效：{error}"
            yield Finding("timestamp", sentence, index=kept.size)


def _post(query: bytes) -> bytes:
    url = settings.FADU_TSA_URL
    if not url.startswith(("http://", "https://")):
        raise InputError("FADU_TSA_URL 须以 http:// 或 https:// 开头", where=url)
    request = urllib.request.Request(
        url, data=query, headers={"Content-Type": tsa.QUERY_TYPE, "Accept": tsa.REPLY_TYPE}
    )
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:
            kind, body = answer.headers.get_content_type(), answer.read(_LARGEST + 1)
    except (urllib.error.URLError, TimeoutError) as error:
        raise TsaUnreachable(
            "联系不上时间戳机构", where=url, why=str(error), cure="检查点照常签发，下一轮再申请时间戳"
        ) from error
    if kind != tsa.REPLY_TYPE or len(body) > _LARGEST:
        raise LogError("时间戳机构的答复不是时间戳", where=url, why=f"类型 {kind}，{len(body)} 字节")
    return body

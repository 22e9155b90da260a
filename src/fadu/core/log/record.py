"""The leaf: what one act leaves in the log. Fixed keys, unknown keys refused, at most 8 KB, no personal data in clear.

A leaf is canonical JSON. Hashes are lower-case hex. Persons appear only as keyed ids: an official as post and keyed
id, a citizen as a pseudonym that is valid for this case alone, the system itself by its name. What was recorded
appears only as commitments (`commitment.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from fadu.core.log import canonical
from fadu.core.log.errors import LogError

VERSION = "fadu/leaf/v1"
BLINDED = "fadu/blinded/v1"
ACCESS = "fadu/access/v1"
MAX_BYTES = 8 * 1024
PERFORMED, ATTESTED = "performed", "attested"

_HEX = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[^\x00-\x1f]{1,80}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_KEYS = frozenset(
    {
        "v",
        "log",
        "epoch",
        "case",
        "seq",
        "prev",
        "step",
        "performers",
        "recorder",
        "organ",
        "occurred_at",
        "recorded_at",
        "channel",
        "definition",
        "fields",
        "files",
        "covers",
        "nonce",
        "request",
    }
)
_ACCESS_KEYS = frozenset(
    {
        "v",
        "log",
        "epoch",
        "kind",
        "who",
        "organ",
        "at",
        "case",
        "subject",
        "step",
        "codes",
        "purpose",
        "nonce",
    }
)

Party = Mapping[str, str]


@dataclass(frozen=True)
class Covers:
    """A set of things that a leaf vouches for by count and root: comments of a consultation, heads of all cases."""

    kind: str
    count: int
    root: bytes


class Head(NamedTuple):
    """The place of the next leaf of a case: its last number and hash (0 and nothing before the first)."""

    seq: int = 0
    hash: bytes = b""


def official(post: str, keyed_id: bytes) -> Party:
    """An official: the post he acts in and his keyed id."""
    return {"id": keyed_id.hex(), "post": post}


def person(keyed_id: bytes) -> Party:
    """A reader or a refused person, of whom the access log keeps only the keyed id."""
    return {"id": keyed_id.hex()}


def citizen(pseudonym: bytes) -> Party:
    """A citizen or enterprise: a pseudonym valid for this case only."""
    return {"pseudonym": pseudonym.hex()}


def system(name: str) -> Party:
    """The system itself, for what the law orders to happen by lapse of time."""
    return {"system": name}


def moment(at: datetime) -> str:
    """A moment as it stands in a leaf: UTC, microseconds, one writing only."""
    if at.tzinfo is None:
        raise LogError("时间没有时区", cure="请使用带时区的时间")
    return f"{at.astimezone(UTC).isoformat(timespec='microseconds')[:-6]}Z"


def from_moment(text: str) -> datetime:
    """The moment that `moment` wrote."""
    if not isinstance(text, str) or not _MOMENT.fullmatch(text):
        raise LogError(
            f"时间 {text!r} 的写法不对", cure="应为世界协调时，精确到微秒，如 2026-09-24T02:00:00.000000Z"
        )
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise LogError(f"没有 {text} 这个时间") from error


def compose(
    *,
    log: str,
    epoch: int,
    case_tag: bytes,
    head: Head,
    step: str,
    performers: Sequence[Party],
    recorder: Party,
    organ: str,
    occurred_at: datetime,
    recorded_at: datetime,
    source: str,
    definition: str,
    fields: Mapping[str, bytes],
    files: Mapping[str, bytes],
    covers: Sequence[Covers],
    nonce: bytes,
    request: str,
) -> bytes:
    """The bytes of the next leaf after ``head``. ``source`` empty: performed here and now; else attested from there.

    ``fields`` and ``files`` are commitments by name; ``definition`` the hex hash of the pinned law file or empty.
    """
    channel = {"kind": ATTESTED, "source": source} if source else {"kind": PERFORMED}
    body = {
        "v": VERSION,
        "log": log,
        "epoch": epoch,
        "case": case_tag.hex(),
        "seq": head.seq + 1,
        "prev": head.hash.hex(),
        "step": step,
        "performers": [dict(party) for party in performers],
        "recorder": dict(recorder),
        "organ": organ,
        "occurred_at": moment(occurred_at),
        "recorded_at": moment(recorded_at),
        "channel": channel,
        "definition": definition,
        "fields": {name: value.hex() for name, value in fields.items()},
        "files": {name: value.hex() for name, value in files.items()},
        "covers": [{"kind": one.kind, "count": one.count, "root": one.root.hex()} for one in covers],
        "nonce": nonce.hex(),
        "request": request,
    }
    _check_leaf(body)
    return _sized(canonical.dumps(body))


def compose_blinded(*, log: str, epoch: int, commitment: bytes) -> bytes:
    """The bytes of a blinded leaf (sealed matters): nothing but one commitment to the leaf proper."""
    return canonical.dumps({"v": BLINDED, "log": log, "epoch": epoch, "c": commitment.hex()})


def compose_access(
    *,
    log: str,
    epoch: int,
    kind: str,
    who: Party,
    organ: str,
    at: datetime,
    case_tag: bytes,
    subject: str,
    step: str,
    codes: Sequence[str],
    purpose: str,
    nonce: bytes,
) -> bytes:
    """The bytes of an entry of the access log: who read, searched, exported or was refused; never what was typed."""
    body = {
        "v": ACCESS,
        "log": log,
        "epoch": epoch,
        "kind": kind,
        "who": dict(who),
        "organ": organ,
        "at": moment(at),
        "case": case_tag.hex(),
        "subject": subject,
        "step": step,
        "codes": list(codes),
        "purpose": purpose,
        "nonce": nonce.hex(),
    }
    _check_access(body)
    return _sized(canonical.dumps(body))


def read(data: bytes) -> dict[str, Any]:
    """Read a leaf of any kind, strictly: canonical bytes, known version, exactly the fixed keys, each well-formed."""
    body = canonical.loads(_sized(data))
    version = body.get("v") if isinstance(body, dict) else None
    if version == VERSION:
        _check_leaf(body)
    elif version == BLINDED:
        _exact(body, frozenset({"v", "log", "epoch", "c"}))
        _hex(body["c"], "c")
    elif version == ACCESS:
        _check_access(body)
    else:
        raise LogError(f"不认识的痕迹版本 {version!r}")
    return body


def _sized(data: bytes) -> bytes:
    if len(data) > MAX_BYTES:
        raise LogError(
            f"痕迹有 {len(data)} 字节，超过 {MAX_BYTES} 字节", cure="字段过多时请改用附件，只记其摘要"
        )
    return data


def _exact(body: Mapping[str, Any], keys: frozenset[str]) -> None:
    if unknown := sorted(set(body) - keys):
        raise LogError(f"痕迹中有不认识的键：{'、'.join(unknown)}")
    if missing := sorted(keys - set(body)):
        raise LogError(f"痕迹缺少：{'、'.join(missing)}")


def _hex(value: Any, where: str, *, empty: bool = False) -> None:
    if not isinstance(value, str) or not (_HEX.fullmatch(value) or (empty and value == "")):
        raise LogError("应为 64 位小写十六进制数", where=where)


def _words(body: Mapping[str, Any], limits: Mapping[str, tuple[int, int]]) -> None:
    """Check that each named value is text within its least and greatest length."""
    for key, (least, most) in limits.items():
        if not isinstance(body[key], str) or not least <= len(body[key]) <= most:
            raise LogError(f"应为 {least} 至 {most} 个字的文字", where=key)


def _check_party(value: Any, where: str) -> None:
    keys = frozenset(value) if isinstance(value, dict) else frozenset()
    if keys == {"id", "post"}:
        _hex(value["id"], where)
        _words(value, {"post": (1, 120)})
    elif keys == {"pseudonym"}:
        _hex(value["pseudonym"], where)
    elif keys == {"system"}:
        _words(value, {"system": (1, 60)})
    else:
        raise LogError("应为职务与编号、案内化名或者系统名之一", where=where)


def _check_commitments(value: Any, where: str) -> None:
    if not isinstance(value, dict):
        raise LogError("应为名称到承诺的对照", where=where)
    for name, commitment in value.items():
        if not _NAME.fullmatch(name):
            raise LogError(f"名称 {name!r} 须为 1 至 80 个字，且不含控制字符", where=where)
        _hex(commitment, f"{where}.{name}")


def _check_common(body: Mapping[str, Any]) -> None:
    _words(body, {"log": (1, 200), "organ": (0, 120)})
    if type(body["epoch"]) is not int or body["epoch"] < 1:
        raise LogError("应为正整数", where="epoch")
    _hex(body["nonce"], "nonce")


def _check_leaf(body: Mapping[str, Any]) -> None:
    _exact(body, _KEYS)
    _check_common(body)
    _words(body, {"step": (1, 120), "request": (0, 100)})
    if type(body["seq"]) is not int or body["seq"] < 1:
        raise LogError("应为正整数", where="seq")
    _hex(body["case"], "case")
    _hex(body["prev"], "prev", empty=body["seq"] == 1)
    if body["seq"] == 1 and body["prev"]:
        raise LogError("一件事的第一条痕迹没有前一条", where="prev")
    _hex(body["definition"], "definition", empty=True)
    if not isinstance(body["performers"], list) or not body["performers"]:
        raise LogError("至少有一名行为人", where="performers")
    for party in body["performers"]:
        _check_party(party, "performers")
    _check_party(body["recorder"], "recorder")
    from_moment(body["occurred_at"])
    from_moment(body["recorded_at"])
    _check_channel(body["channel"])
    _check_commitments(body["fields"], "fields")
    _check_commitments(body["files"], "files")
    _check_covers(body["covers"])


def _check_channel(channel: Any) -> None:
    if channel == {"kind": PERFORMED}:
        return
    if not isinstance(channel, dict) or set(channel) != {"kind", "source"} or channel["kind"] != ATTESTED:
        raise LogError("应为当场办理，或者注明来源的补录", where="channel")
    _words(channel, {"source": (1, 200)})


def _check_covers(covers: Any) -> None:
    if not isinstance(covers, list):
        raise LogError("应为列表", where="covers")
    for one in covers:
        if not isinstance(one, dict) or set(one) != {"kind", "count", "root"}:
            raise LogError("应有种类、数量和根", where="covers")
        _words(one, {"kind": (1, 60)})
        _hex(one["root"], "covers.root")
        if type(one["count"]) is not int or one["count"] < 0:
            raise LogError("数量应为非负整数", where="covers.count")


def _check_access(body: Mapping[str, Any]) -> None:
    _exact(body, _ACCESS_KEYS)
    _check_common(body)
    _words(body, {"kind": (1, 20), "subject": (0, 200), "step": (0, 120), "purpose": (0, 120)})
    if set(body["who"]) == {"id"}:
        _hex(body["who"]["id"], "who")
    else:
        _check_party(body["who"], "who")
    from_moment(body["at"])
    _hex(body["case"], "case", empty=True)
    codes = body["codes"]
    if not isinstance(codes, list) or not all(
        isinstance(code, str) and 1 <= len(code) <= 60 for code in codes
    ):
        raise LogError("应为理由代码的列表", where="codes")

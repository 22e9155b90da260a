"""Time-stamps (RFC 3161, GB/T 20520): what a token of a time-stamping authority says, read without any library.

    TimeStampResp ::= SEQUENCE { status PKIStatusInfo, timeStampToken ContentInfo OPTIONAL }
    TSTInfo ::= SEQUENCE { version, policy, messageImprint, serialNumber, genTime, … nonce, tsa [0] … }

Reading finds moment and imprint and compares the imprint with what should have been stamped; that the authority signed
it and who vouches for the authority is shown by `tsa.verify`. A checkpoint is stamped as the log signed it: text, blank
line, the log's own signature line; so a stamp also shows that the log's key had signed before its moment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from fadu.core.log import note
from fadu.core.log.errors import LogError, ProofError
from fadu.core.log.suites import Suite

_HASHES = {bytes.fromhex("608648016503040201"): "sha256", bytes.fromhex("2a811ccf55018311"): "sm3"}
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_TST_INFO = bytes.fromhex("2a864886f70d0109100104")
_COMMON_NAME = bytes.fromhex("0603550403")
_INTEGER, _OCTETS, _OID, _SEQUENCE, _TIME = 0x02, 0x04, 0x06, 0x30, 0x18
_CONTEXT_0 = 0xA0
_MOMENT = re.compile(rb"([0-9]{14})(?:\.[0-9]+)?Z")


@dataclass(frozen=True)
class Stamp:
    """What a token says: the hash it was given, when, and under which name the authority answered (may be empty)."""

    hash_name: str
    imprint: bytes
    at: datetime
    authority: str


def read(response: bytes) -> Stamp:
    """Read a granted answer; nothing is proved yet. `LogError` if it is no answer or no time was granted."""
    try:
        return _read(response)
    except (IndexError, ValueError, StopIteration) as error:
        raise LogError("时间戳答复的内容不完整", cure="应为 RFC 3161 的完整答复") from error


def _read(response: bytes) -> Stamp:
    status, *rest = _children(_only(response, _SEQUENCE))
    granted = next(iter(_children(status[1])), (0, b""))
    if granted[0] != _INTEGER or granted[1] not in (b"\x00", b"\x01"):
        raise LogError(
            "时间戳机构没有签发时间戳", why=f"状态 {granted[1].hex()}", cure="请查看时间戳机构的答复"
        )
    if not rest:
        raise LogError("时间戳答复中没有令牌")
    token = _path(rest[0][1], _SIGNED_DATA)
    return _info(_path(_children(token)[2][1], _TST_INFO))


def _info(data: bytes) -> Stamp:
    fields = _children(_only(data, _SEQUENCE) if data[:1] == bytes([_SEQUENCE]) else data)
    if len(fields) < 5 or fields[2][0] != _SEQUENCE or fields[4][0] != _TIME:
        raise LogError("时间戳令牌的内容不完整")
    algorithm, imprint = _children(fields[2][1])[:2]
    hash_name = _HASHES.get(_children(algorithm[1])[0][1])
    if hash_name is None:
        raise LogError("时间戳使用了不认识的散列算法", cure="应为 SHA-256 或者 SM3")
    match = _MOMENT.fullmatch(fields[4][1])
    if match is None:
        raise LogError("时间戳令牌中的时间写法不对")
    at = datetime.strptime(match[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return Stamp(hash_name, imprint[1], at, _name(dict(fields[5:]).get(_CONTEXT_0, b"")))


def _name(general_name: bytes) -> str:
    """The common name in the token's own naming of its authority."""
    place = general_name.find(_COMMON_NAME)
    if place < 0:
        return ""
    value = next(_walk(general_name[place + len(_COMMON_NAME) :]))[1]
    return value.decode("utf-8", "replace")


def _path(content_info: bytes, kind: bytes) -> bytes:
    """The content of a ContentInfo of that type: SEQUENCE content ``oid, [0] { one element }`` → inside the element."""
    parts = _children(content_info)
    if len(parts) < 2 or parts[0] != (_OID, kind) or parts[1][0] != _CONTEXT_0:
        raise LogError("时间戳令牌的结构不对", why="应为 CMS 签名数据中的 TSTInfo（RFC 3161）")
    return next(_walk(parts[1][1]))[1]


def _only(data: bytes, tag: int) -> bytes:
    found = list(_walk(data))
    if len(found) != 1 or found[0][0] != tag:
        raise LogError("不是时间戳答复", cure="应为 application/timestamp-reply 的原始字节（DER）")
    return found[0][1]


def _children(data: bytes) -> list[tuple[int, bytes]]:
    return list(_walk(data))


def _walk(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The elements of DER one after the other: (tag, content). Only definite lengths, as DER demands."""
    place = 0
    while place < len(data):
        head = data[place : place + 2]
        if len(head) < 2 or head[0] & 0x1F == 0x1F:
            raise LogError("时间戳的编码不对", why="不是 DER")
        length, place = head[1], place + 2
        if length & 0x80:
            count = length & 0x7F
            if not 1 <= count <= 4:
                raise LogError("时间戳的编码不对", why="长度不是 DER 的写法")
            length, place = int.from_bytes(data[place : place + count], "big"), place + count
        if place + length > len(data):
            raise LogError("时间戳被截断")
        yield head[0], data[place : place + length]
        place += length


def check_imprint(stamp: Stamp, suite: Suite, data: bytes) -> None:
    """The stamp is of exactly these bytes, under the log's own hash; else `ProofError`."""
    if stamp.hash_name != suite.hash_name or stamp.imprint != suite.digest(data):
        raise ProofError("时间戳不是为这份内容签发的", why="令牌中的散列值与内容的散列值不符")


def stamped_bytes(checkpoint: str, key: note.Key) -> bytes:
    """Of a checkpoint with any cosignatures, the bytes that are stamped: text and the line of the log's own key."""
    text, signatures = note.split(checkpoint)
    own = next((one for one in signatures if (one.name, one.id) == (key.name, key.id)), None)
    if own is None:
        raise ProofError("检查点没有账本自己的签名")
    return f"{text}\n{own.line}".encode()

"""Signed notes (C2SP signed-note): a text, a blank line, and one line for each signature.

    example.org/log
    42
    …

    — example.org/log base64(key id ‖ signature)

The text is UTF-8 without control characters but newline and ends with one. A key is named by ``name+hex id+base64
(type ‖ public key)``; its id is the beginning of SHA-256 over name, newline, type and key. Signatures by unknown keys
are ignored, a bad signature by a known key spoils the whole note. Types: 01 Ed25519; 04 Ed25519 with a time
(cosignature/v1); ff with the name ``fadu/sm2-sm3/v1`` SM2, which foreign readers ignore as the specification asks.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from fadu.core.log import ed25519, sm2
from fadu.core.log.errors import LogError, ProofError

ED25519 = b"\x01"
COSIGNATURE = b"\x04"
SM2 = b"\xfffadu/sm2-sm3/v1"
_KEY_SIZE = {ED25519: 32, COSIGNATURE: 32, SM2: 65}
MAX_SIGNATURES = 100
_MAX_BYTES = 1_000_000
_DASH = "— "
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f]")

Primitive = Callable[[bytes, bytes, bytes], None]
"""``verify(public, message, signature)``, raising `ProofError`."""

PLAIN: dict[bytes, Primitive] = {ED25519: ed25519.verify, COSIGNATURE: ed25519.verify, SM2: sm2.verify}


class Signer(Protocol):
    """A key that signs notes; it may live in a file, a token or a signing server."""

    @property
    def key(self) -> Key:
        """The public half."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The raw signature over the text of a note."""
        ...


@dataclass(frozen=True)
class Key:
    """The public half of a note key: name, algorithm and key bytes."""

    name: str
    kind: bytes
    public: bytes

    @functools.cached_property
    def id(self) -> bytes:
        """The four bytes that a signature line begins with."""
        return hashlib.sha256(self.name.encode() + b"\n" + self.kind + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        """The printed form that is published and pinned."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(self.kind + self.public).decode()}"


@dataclass(frozen=True)
class Signature:
    """One signature line: who, which key, and the bytes after the key id."""

    name: str
    id: bytes
    blob: bytes

    @property
    def line(self) -> str:
        """The line as it stands in a note, with its newline."""
        return f"{_DASH}{self.name} {base64.b64encode(self.id + self.blob).decode()}\n"


@dataclass(frozen=True)
class Opened:
    """A note whose known signatures all hold: text, who signed, and the lines of keys we do not know."""

    text: str
    verified: tuple[Signature, ...]
    unverified: tuple[Signature, ...]

    def signed_by(self, key: Key) -> Signature | None:
        """The verified signature of ``key``, if it signed."""
        return next((one for one in self.verified if (one.name, one.id) == (key.name, key.id)), None)


def valid_name(name: str) -> bool:
    """A key name is not empty and holds neither space nor plus sign."""
    return (
        bool(name) and not any(char.isspace() or char == "+" for char in name) and not _CONTROL.search(name)
    )


def parse_vkey(vkey: str) -> Key:
    """Read a printed key; everything about it must fit, or it is refused."""
    name, _, rest = vkey.partition("+")
    key_id, _, encoded = rest.partition("+")
    raw = _decode(encoded, "公钥")
    kind = next((kind for kind in _KEY_SIZE if raw.startswith(kind)), b"")
    if not valid_name(name) or not kind or len(raw) != len(kind) + _KEY_SIZE[kind]:
        raise LogError("公钥的写法不对", where=vkey[:40], cure="应为 名称+编号+base64，请从公开页面完整复制")
    key = Key(name, kind, raw[len(kind) :])
    if key.vkey != vkey:
        raise LogError(
            "公钥的编号与内容不符",
            where=vkey[:40],
            cure=f"编号应为 {key.id.hex()}，收到 {key_id}；请完整复制",
        )
    return key


def _decode(encoded: str, what: str) -> bytes:
    try:
        raw = base64.b64decode(encoded, validate=True)
    except ValueError as error:
        raise LogError(f"{what}不是 base64 文本") from error
    if base64.b64encode(raw).decode() != encoded:
        raise LogError(f"{what}的 base64 不是唯一写法")
    return raw


def signed_message(key: Key, text: str, blob: bytes) -> tuple[bytes, bytes]:
    """What was signed and the raw signature: a cosignature also signs its time (u64 seconds before the signature)."""
    if key.kind != COSIGNATURE:
        return text.encode(), blob
    if len(blob) != 72:
        raise ProofError("见证签名的长度不对")
    return cosigned_message(text, int.from_bytes(blob[:8], "big")), blob[8:]


def cosigned_message(text: str, time: int) -> bytes:
    """The message of a cosignature/v1 (C2SP tlog-cosignature): "at that time I had seen no larger tree"."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def check_signature(key: Key, text: str, blob: bytes, primitives: dict[bytes, Primitive] = PLAIN) -> None:
    """Check one signature over a text; raise `ProofError` if it does not hold."""
    message, signature = signed_message(key, text, blob)
    primitives[key.kind](key.public, message, signature)


def split(data: bytes | str) -> tuple[str, tuple[Signature, ...]]:
    """Take a note apart without checking any signature; refuses every malformed one."""
    note = _text(data)
    body, separator, block = note.rpartition("\n\n")
    if not separator or not block.endswith("\n"):
        raise LogError("签名文本没有签名部分", why="正文之后应有一个空行和至少一行签名，以换行结束")
    lines = block[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise LogError(f"签名超过 {MAX_SIGNATURES} 行")
    return body + "\n", tuple(_signature(line) for line in lines)


def _text(data: bytes | str) -> str:
    try:
        note = data.decode() if isinstance(data, bytes) else data
        size = len(note.encode())
    except UnicodeError as error:
        raise LogError("签名文本不是 UTF-8") from error
    if size > _MAX_BYTES or _CONTROL.search(note):
        raise LogError("签名文本过长或者含有控制字符")
    return note


def _signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not valid_name(name) or not encoded:
        raise LogError("签名行的写法不对", where=line[:60])
    raw = _decode(encoded, "签名")
    if len(raw) < 5:
        raise LogError("签名行过短", where=line[:60])
    return Signature(name, raw[:4], raw[4:])


def open_note(data: bytes | str, keys: Sequence[Key], primitives: dict[bytes, Primitive] = PLAIN) -> Opened:
    """Open a note with the keys we know. At least one must have signed, and every known signature must hold."""
    text, signatures = split(data)
    known = {(key.name, key.id): key for key in keys}
    verified: dict[tuple[str, bytes], Signature] = {}
    unverified: dict[Signature, None] = {}
    for one in signatures:
        key = known.get((one.name, one.id))
        if key is None:
            unverified[one] = None
        elif (one.name, one.id) not in verified:
            check_signature(key, text, one.blob, primitives)
            verified[one.name, one.id] = one
    if not verified:
        raise ProofError("没有一个已知的密钥签过名", cure="请核对公钥是否属于这个账本")
    return Opened(text, tuple(verified.values()), tuple(unverified))


def sign(text: str, *signers: Signer) -> str:
    """The note: the text with the signature lines of all signers."""
    if not text.endswith("\n") or _CONTROL.search(text):
        raise LogError("被签的正文须以换行结束，且不含控制字符")
    return text + "\n" + "".join(signature_line(text, signer) for signer in signers)


def signature_line(text: str, signer: Signer) -> str:
    """One signature line over the text."""
    return Signature(signer.key.name, signer.key.id, signer.sign(text.encode())).line


def cosignature_line(text: str, signer: Signer, time: int) -> str:
    """The line of a witness: "at ``time`` (seconds since 1970) this is the largest tree I have seen"."""
    if signer.key.kind != COSIGNATURE:
        raise LogError("见证须使用见证密钥")
    blob = time.to_bytes(8, "big") + signer.sign(cosigned_message(text, time))
    return Signature(signer.key.name, signer.key.id, blob).line

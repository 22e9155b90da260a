"""Values and salts at rest: each case has a data key, wrapped by the installation's key; no key, no value.

Erasing re-seals what remains under a new data key and forgets the old one, so copies of the rows open no more.
A backup that holds the old wrapped key dies with the wrapping key: rotate it (`rewrap`) and destroy the old one.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from fadu.core.log.commitment import from_text, to_text
from fadu.core.log.errors import LogError

_NONCE = 12
_ENCODER = json.JSONEncoder(separators=(",", ":"))
Opened = Mapping[str, tuple[bytes, bytes]]
"""Name → (salt, committed bytes)."""


@dataclass(frozen=True)
class Box:
    """What is sealed beside one leaf: the openings of its fields and files; of a blinded leaf also its body."""

    fields: Opened = field(default_factory=dict)
    files: Opened = field(default_factory=dict)
    blind: tuple[bytes, bytes] | None = None

    def pack(self) -> bytes:
        """The plain bytes that are encrypted."""
        return _ENCODER.encode(
            {
                "fields": {
                    name: [to_text(salt), to_text(value)] for name, (salt, value) in self.fields.items()
                },
                "files": {
                    name: [to_text(salt), to_text(value)] for name, (salt, value) in self.files.items()
                },
                "blind": [to_text(part) for part in self.blind] if self.blind else None,
            }
        ).encode()

    @classmethod
    def unpack(cls, data: bytes) -> Box:
        """What `pack` wrote."""
        raw = json.loads(data)
        blind = raw["blind"]
        return cls(
            {name: (from_text(salt), from_text(value)) for name, (salt, value) in raw["fields"].items()},
            {name: (from_text(salt), from_text(value)) for name, (salt, value) in raw["files"].items()},
            (from_text(blind[0]), from_text(blind[1])) if blind else None,
        )


@dataclass(frozen=True)
class DataKey:
    """A case's key, in memory only."""

    case_ref: str
    secret: bytes

    def seal(self, leaf: bytes, box: Box) -> bytes:
        """The ciphertext of a box; it opens only beside that leaf."""
        nonce = os.urandom(_NONCE)
        return nonce + AESGCM(self.secret).encrypt(nonce, box.pack(), leaf)

    def open(self, leaf: bytes, sealed: bytes) -> Box:
        """The box again; `LogError` if key, leaf and ciphertext do not belong together."""
        return Box.unpack(_decrypt(self.secret, sealed, leaf, "开示内容"))


def new_key(case_ref: str) -> DataKey:
    """A fresh data key."""
    return DataKey(case_ref, AESGCM.generate_key(256))


def kek_name(kek: bytes | None = None) -> str:
    """A short public name of a wrapping key, to tell which one wrapped what."""
    return _name(settings.FADU_KEK if kek is None else kek)


@functools.lru_cache(maxsize=4)
def _name(kek: bytes) -> str:
    return hashlib.sha256(b"fadu/kek\x00" + kek).hexdigest()[:16]


def wrap(key: DataKey, kek: bytes | None = None) -> bytes:
    """The data key as it is stored."""
    nonce = os.urandom(_NONCE)
    with_key = AESGCM(settings.FADU_KEK if kek is None else kek)
    return nonce + with_key.encrypt(nonce, key.secret, key.case_ref.encode())


def unwrap(case_ref: str, kek: str, wrapped: bytes) -> DataKey:
    """The stored data key; refused with a sentence when it was wrapped by another installation key."""
    if kek != kek_name():
        raise LogError(
            f"案件密钥由封装密钥 {kek} 封装，本机现用的是 {kek_name()}",
            why="没有原来的封装密钥就读不出已记录的内容",
            cure="请恢复密钥备份，或者设置正确的 FADU_KEK",
        )
    return DataKey(case_ref, _decrypt(settings.FADU_KEK, wrapped, case_ref.encode(), "案件密钥"))


def rewrap(case_ref: str, wrapped: bytes, *, old: bytes, new: bytes) -> bytes:
    """The same data key under another wrapping key (key rotation)."""
    return wrap(DataKey(case_ref, _decrypt(old, wrapped, case_ref.encode(), "案件密钥")), new)


def _decrypt(secret: bytes, sealed: bytes, bound: bytes, what: str) -> bytes:
    try:
        return AESGCM(secret).decrypt(sealed[:_NONCE], sealed[_NONCE:], bound)
    except InvalidTag as error:
        raise LogError(
            f"{what}打不开", why="密钥已经更换或者密文被改动", cure="已依法删除的内容不能恢复"
        ) from error

"""The two suites of algorithms: SHA-256 with Ed25519 (international) and SM3 with SM2 (commercial cryptography).

A log has one suite for its life; which one is a setting of the installation and stands in every receipt.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from fadu.core.log.errors import LogError
from fadu.core.log.sm3 import sm3 as plain_sm3

SIZE = 32


class Digest(Protocol):
    """What a hash function must give back."""

    def digest(self) -> bytes:
        """The 32 bytes."""
        ...


def _system_sm3(data: bytes = b"") -> Digest:
    return hashlib.new("sm3", data)


def _choose_sm3() -> Callable[[bytes], Digest]:
    try:
        hashlib.new("sm3", b"")
    except ValueError:
        return plain_sm3
    return _system_sm3


@dataclass(frozen=True)
class Suite:
    """A hash function with the tree hashing of RFC 6962, section 2.1: leaf prefix 0, node prefix 1."""

    name: str
    hash_name: str
    signature: str
    new: Callable[[bytes], Digest]

    def digest(self, data: bytes) -> bytes:
        """The plain hash of ``data``."""
        return self.new(data).digest()

    def leaf(self, body: bytes) -> bytes:
        """The hash of a log entry."""
        return self.new(b"\x00" + body).digest()

    def node(self, left: bytes, right: bytes) -> bytes:
        """The hash of an inner node."""
        return self.new(b"\x01" + left + right).digest()

    def empty(self) -> bytes:
        """The root of a tree without entries."""
        return self.new(b"").digest()

    def mac(self, key: bytes, data: bytes) -> bytes:
        """HMAC (RFC 2104) over this hash; both hashes have blocks of 64 bytes. Keys are at most one block."""
        inner, outer = _pads(key)
        return self.digest(outer + self.digest(inner + data))


# An installation has one key for its keyed ids, and uses it several times in each leaf.
@functools.lru_cache(maxsize=8)
def _pads(key: bytes) -> tuple[bytes, bytes]:
    """The key as it goes before the data and before the inner hash."""
    if len(key) > 64:
        raise ValueError("a key of this log has 32 bytes")
    padded = key.ljust(64, b"\x00")
    return bytes(byte ^ 0x36 for byte in padded), bytes(byte ^ 0x5C for byte in padded)


SHA256_ED25519 = Suite("sha256-ed25519", "sha256", "ed25519", hashlib.sha256)
SM3_SM2 = Suite("sm3-sm2", "sm3", "sm2", _choose_sm3())
SUITES = {suite.name: suite for suite in (SHA256_ED25519, SM3_SM2)}


def suite_named(name: str) -> Suite:
    """The suite of that name, or an error that lists the names there are."""
    if name not in SUITES:
        raise LogError(f"不认识的密码套件 {name!r}", cure=f"可用的套件：{'、'.join(SUITES)}")
    return SUITES[name]

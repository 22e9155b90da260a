"""Keys that sign: Ed25519 by the `cryptography` library, SM2 by the system's libcrypto. Files of mode 0600.

A certified module (signing server, card, USB key) takes the place of a file by offering the same two names,
``key`` and ``sign``.
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fadu.core.log import libcrypto, note
from fadu.core.log.errors import ProofError
from fadu.core.log.suites import Suite


@dataclass(frozen=True)
class Ed25519Signer:
    """An Ed25519 note key; ``kind`` tells a log's key from a witness's."""

    key: note.Key
    private: Ed25519PrivateKey

    def sign(self, message: bytes) -> bytes:
        """The 64-byte signature (RFC 8032, deterministic)."""
        return self.private.sign(message)


@dataclass(frozen=True)
class Sm2Signer:
    """An SM2 note key; the private half stays inside libcrypto's structure."""

    key: note.Key
    private: libcrypto.Sm2Key

    def sign(self, message: bytes) -> bytes:
        """The DER signature over SM3 with the log's fixed identifier."""
        return self.private.sign(message)


def generate(suite: Suite) -> bytes:
    """A new private key as it is kept in its file: 32 bytes of Ed25519 seed, or a DER key of SM2."""
    if suite.signature == "sm2":
        return libcrypto.Sm2Key.generate().private_der()
    return Ed25519PrivateKey.generate().private_bytes_raw()


def load(suite: Suite, name: str, secret: bytes, *, witness: bool = False) -> note.Signer:
    """The signer called ``name`` out of a kept private key."""
    if suite.signature == "sm2":
        key = libcrypto.Sm2Key.from_private_der(secret)
        return Sm2Signer(note.Key(name, note.SM2, key.public), key)
    private = Ed25519PrivateKey.from_private_bytes(secret)
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return Ed25519Signer(note.Key(name, note.COSIGNATURE if witness else note.ED25519, public), private)


def _verify_ed25519(public: bytes, message: bytes, signature: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise ProofError("Ed25519 签名不成立") from error


# The same checks as `note.PLAIN`, thirty times as fast.
FAST: dict[bytes, note.Primitive] = {
    note.ED25519: _verify_ed25519,
    note.COSIGNATURE: _verify_ed25519,
    note.SM2: libcrypto.verify,
}

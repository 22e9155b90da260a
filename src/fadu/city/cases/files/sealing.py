"""Encryption at rest under a key of one's own, itself wrapped by the installation's: destroying it erases the content."""

from __future__ import annotations

import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


def new_key() -> bytes:
    """A key for one content."""
    return AESGCM.generate_key(256)


def seal(key: bytes, data: bytes, purpose: bytes) -> bytes:
    """Nonce and ciphertext; ``purpose`` must be the same when opening."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, data, purpose)


def unseal(key: bytes, box: bytes, purpose: bytes) -> bytes:
    """The content again; a changed box or another purpose raises ``InvalidTag``."""
    return AESGCM(key).decrypt(box[:_NONCE], box[_NONCE:], purpose)

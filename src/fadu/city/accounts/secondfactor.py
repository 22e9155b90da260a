"""The second factor: time-based one-time passwords (RFC 6238, SHA-1, 30 s, 6 digits), secrets kept encrypted."""

from __future__ import annotations

import base64
import os
from urllib.parse import quote

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django_otp.oath import TOTP

_PURPOSE = b"fadu/second-factor/v1"


def seal(secret: bytes) -> bytes:
    """Encrypt a secret under the installation's key (AES-256-GCM, nonce first)."""
    nonce = os.urandom(12)
    return nonce + AESGCM(settings.FADU_KEK).encrypt(nonce, secret, _PURPOSE)


def unseal(sealed: bytes) -> bytes:
    """The secret again; raises ``cryptography.exceptions.InvalidTag`` where key or data are not ours."""
    return AESGCM(settings.FADU_KEK).decrypt(bytes(sealed[:12]), bytes(sealed[12:]), _PURPOSE)


def matching_step(secret: bytes, code: str, *, at: float, used: int) -> int | None:
    """The time step whose code this is, one step of clock drift allowed, or None. A used step never matches again."""
    if not (code.isascii() and code.isdigit() and len(code) == 6):
        return None
    totp = TOTP(secret, step=30, digits=6)
    totp.time = at
    for drift in (-1, 0, 1):
        totp.drift = drift
        if totp.t() > used and totp.token() == int(code):
            return totp.t()
    return None


def code_at(secret: bytes, *, at: float) -> str:
    """The code an authenticator would show at ``at`` (seconds since the epoch); used by tests and demonstrations."""
    totp = TOTP(secret, step=30, digits=6)
    totp.time = at
    return f"{totp.token():06d}"


def enrolment_uri(secret: bytes, username: str) -> str:
    """The ``otpauth:`` address an authenticator reads from a QR code."""
    key = base64.b32encode(secret).decode().rstrip("=")
    return (
        f"otpauth://totp/{quote('法度:' + username)}?secret={key}&issuer={quote('法度')}&digits=6&period=30"
    )

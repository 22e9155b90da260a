"""回执码: 128 bits by which whoever sent something, and nobody else, can ask what became of it without logging in.

A code is derived from the request it was sent with and a secret of the installation, and kept nowhere: only its SHA-256
stands beside the record. The same request sent again shows the same code, so a lost answer loses nothing.
"""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings

# Crockford's base 32: no I, L, O, U, so that a code survives being written down and read out.
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OIL", "011", " -–—　·")
BITS = 128
_LENGTH = 26


def derive(purpose: bytes, place: str, request_id: str) -> str:
    """The code of a request at one place (a case, a consultation, a hearing), in groups for the eye."""
    key = hmac.new(settings.SECRET_KEY.encode(), purpose, hashlib.sha256).digest()
    drawn = hmac.new(key, f"{place}\n{request_id}".encode(), hashlib.sha256).digest()[: BITS // 8]
    number = int.from_bytes(drawn, "big")
    text = "".join(_DIGITS[number >> 5 * place & 31] for place in reversed(range(_LENGTH)))
    return "-".join((*(text[start : start + 5] for start in range(0, 20, 5)), text[20:]))


def digest(code: str) -> str:
    """What is kept and looked up; how it was typed (spaces, small letters, O for 0) makes no difference."""
    plain = code.upper().translate(_MISREAD)
    return hashlib.sha256(f"fadu/receipt/{plain}".encode()).hexdigest()

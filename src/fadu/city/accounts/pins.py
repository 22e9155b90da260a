"""Short numeric codes sent to somebody: drawn from a seed and a secret of the installation, kept as a keyed digest only."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings


def derive(purpose: bytes, seed: str) -> str:
    """The code of a seed. Whoever reads the database alone has the seed and not the installation's secret."""
    drawn = hmac.new(_key(purpose), f"code {seed}".encode(), hashlib.sha256).digest()
    digits = settings.FADU_CODE_DIGITS
    # 256 bits taken modulo 10^8 at the most: no value is likelier than another by more than one in 10^69.
    return f"{int.from_bytes(drawn, 'big') % 10**digits:0{digits}d}"


def digest(purpose: bytes, seed: str, code: str) -> str:
    """What is kept of a code and compared with; keyed, since so few digits could be tried out."""
    return hmac.new(_key(purpose), f"digest {seed} {code}".encode(), hashlib.sha256).hexdigest()


def _key(purpose: bytes) -> bytes:
    return hmac.new(settings.SECRET_KEY.encode(), purpose, hashlib.sha256).digest()

"""SM3 (GB/T 32905-2016) in plain Python, for machines whose OpenSSL lacks it; `suites.py` prefers the system's."""

from __future__ import annotations

import struct

_IV = (0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E)
_MASK = 0xFFFFFFFF


def _rotl(word: int, count: int) -> int:
    count %= 32
    return ((word << count) | (word >> (32 - count))) & _MASK


# The constants T(j), already rotated by j (5.3.3 of the standard rotates them in each round).
_T = tuple(_rotl(0x79CC4519 if j < 16 else 0x7A879D8A, j) for j in range(64))


def _expand(block: bytes) -> list[int]:
    words = list(struct.unpack(">16I", block))
    for j in range(16, 68):
        x = words[j - 16] ^ words[j - 9] ^ _rotl(words[j - 3], 15)
        words.append((x ^ _rotl(x, 15) ^ _rotl(x, 23)) ^ _rotl(words[j - 13], 7) ^ words[j - 6])
    return words


def _compress(state: tuple[int, ...], block: bytes) -> tuple[int, ...]:
    words = _expand(block)
    a, b, c, d, e, f, g, h = state
    for j in range(64):
        ss1 = _rotl((_rotl(a, 12) + e + _T[j]) & _MASK, 7)
        ss2 = ss1 ^ _rotl(a, 12)
        if j < 16:
            ff, gg = a ^ b ^ c, e ^ f ^ g
        else:
            ff, gg = (a & b) | (a & c) | (b & c), (e & f) | (~e & _MASK & g)
        tt1 = (ff + d + ss2 + (words[j] ^ words[j + 4])) & _MASK
        tt2 = (gg + h + ss1 + words[j]) & _MASK
        a, b, c, d = tt1, a, _rotl(b, 9), c
        e, f, g, h = tt2 ^ _rotl(tt2, 9) ^ _rotl(tt2, 17), e, _rotl(f, 19), g
    return tuple(old ^ new for old, new in zip(state, (a, b, c, d, e, f, g, h), strict=True))


class _Digest:
    """The part of hashlib's interface that the suites use."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def digest(self) -> bytes:
        length = len(self._data)
        padded = self._data + b"\x80" + bytes((55 - length) % 64) + struct.pack(">Q", length * 8)
        state: tuple[int, ...] = _IV
        for start in range(0, len(padded), 64):
            state = _compress(state, padded[start : start + 64])
        return struct.pack(">8I", *state)


def sm3(data: bytes = b"") -> _Digest:
    """The SM3 digest object of ``data`` (32 bytes)."""
    return _Digest(data)

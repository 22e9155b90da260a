"""Verification of SM2 signatures (GB/T 32918.2 with SM3, signature coded as GM/T 0009) in plain Python.

For the verifier that needs nothing installed; an installation signs and verifies through libcrypto (`libcrypto.py`).
"""

from __future__ import annotations

from fadu.core.log.errors import ProofError
from fadu.core.log.suites import SM3_SM2

# The recommended curve of GB/T 32918.5.
P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
GX = 0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7
GY = 0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0
# The distinguishing identifier that the whole log uses (the default of GM/T 0009-2012).
USER_ID = b"1234567812345678"

# Jacobian coordinates: x = X/Z², y = Y/Z³; Z = 0 is the point at infinity.
_Point = tuple[int, int, int]


def _double(p: _Point) -> _Point:
    x, y, z = p
    if not y or not z:
        return 1, 1, 0
    square = y * y % P
    s = 4 * x * square % P
    m = 3 * (x - z * z) * (x + z * z) % P
    x3 = (m * m - 2 * s) % P
    return x3, (m * (s - x3) - 8 * square * square) % P, 2 * y * z % P


def _add(p: _Point, q: _Point) -> _Point:
    if not p[2]:
        return q
    if not q[2]:
        return p
    z1, z2 = p[2] * p[2] % P, q[2] * q[2] % P
    u1, u2 = p[0] * z2 % P, q[0] * z1 % P
    s1, s2 = p[1] * z2 * q[2] % P, q[1] * z1 * p[2] % P
    if u1 == u2:
        return _double(p) if s1 == s2 else (1, 1, 0)
    h, r = (u2 - u1) % P, (s2 - s1) % P
    h2 = h * h % P
    h3, v = h * h2 % P, u1 * h2 % P
    x3 = (r * r - h3 - 2 * v) % P
    return x3, (r * (v - x3) - s1 * h3) % P, h * p[2] * q[2] % P


def _multiply(scalar: int, point: _Point) -> _Point:
    result: _Point = (1, 1, 0)
    while scalar:
        if scalar & 1:
            result = _add(result, point)
        point = _double(point)
        scalar >>= 1
    return result


def _read_integer(data: bytes, start: int) -> tuple[int, int]:
    """One DER INTEGER, minimal and positive, at ``start``: its value and where the next thing begins."""
    length = data[start + 1] if len(data) > start + 1 and data[start] == 2 else 0
    content = data[start + 2 : start + 2 + length]
    padded = len(content) > 1 and content[0] == 0 and content[1] < 0x80
    if not content or len(content) != length or content[0] & 0x80 or padded:
        raise ProofError("SM2 签名的编码不对")
    return int.from_bytes(content, "big"), start + 2 + length


def _read_signature(signature: bytes) -> tuple[int, int]:
    if len(signature) < 8 or signature[0] != 0x30 or signature[1] != len(signature) - 2:
        raise ProofError("SM2 签名的编码不对")
    r, after = _read_integer(signature, 2)
    s, end = _read_integer(signature, after)
    if end != len(signature) or not (1 <= r < N and 1 <= s < N):
        raise ProofError("SM2 签名的编码不对")
    return r, s


def digest(public: bytes, message: bytes) -> int:
    """e = SM3(Z ‖ M), Z over identifier, curve and key (GB/T 32918.2, 5.5 and 6.1)."""
    curve = b"".join(value.to_bytes(32, "big") for value in (A, B, GX, GY))
    z = SM3_SM2.digest((len(USER_ID) * 8).to_bytes(2, "big") + USER_ID + curve + public[1:])
    return int.from_bytes(SM3_SM2.digest(z + message), "big")


def verify(public: bytes, message: bytes, signature: bytes) -> None:
    """Check a DER ``signature`` by ``public`` (04 ‖ x ‖ y) over ``message``; raise `ProofError` if it does not hold."""
    if len(public) != 65 or public[0] != 4:
        raise ProofError("SM2 公钥应为 65 字节的未压缩点")
    x, y = int.from_bytes(public[1:33], "big"), int.from_bytes(public[33:], "big")
    if x >= P or y >= P or (y * y - (x * x * x + A * x + B)) % P:
        raise ProofError("SM2 公钥不在曲线上")
    r, s = _read_signature(signature)
    t = (r + s) % N
    if not t:
        raise ProofError("SM2 签名不成立")
    point = _add(_multiply(s, (GX, GY, 1)), _multiply(t, (x, y, 1)))
    if not point[2]:
        raise ProofError("SM2 签名不成立")
    affine = point[0] * pow(point[2], -2, P) % P
    if (digest(public, message) + affine) % N != r:
        raise ProofError("SM2 签名不成立")

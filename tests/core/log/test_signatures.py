"""Signatures and digests: RFC 8032, Wycheproof, SM3 and SM2, plain Python against the libraries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from fadu.core.log import ed25519, libcrypto, sm2
from fadu.core.log.errors import LogError, ProofError
from fadu.core.log.sm3 import sm3
from fadu.core.log.suites import SHA256_ED25519, SM3_SM2, suite_named


@pytest.mark.corpus
def test_rfc_8032(vectors: Callable[[str], Any]) -> None:
    """The four test vectors hold, and not over another message."""
    for case in vectors("ed25519_rfc8032")["vectors"]:
        public, message, signature = (bytes.fromhex(case[key]) for key in ("pk", "msg", "sig"))
        ed25519.verify(public, message, signature)
        with pytest.raises(ProofError):
            ed25519.verify(public, message + b"\x00", signature)


@pytest.mark.corpus
def test_wycheproof_ed25519(vectors: Callable[[str], Any]) -> None:
    """All 151 tests: valid ones hold, invalid ones are refused."""
    seen = 0
    for group in vectors("wycheproof_ed25519")["testGroups"]:
        public = bytes.fromhex(group["publicKey"]["pk"])
        for case in group["tests"]:
            seen += 1
            message, signature = bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"])
            if case["result"] == "valid":
                ed25519.verify(public, message, signature)
            else:
                with pytest.raises(ProofError):
                    ed25519.verify(public, message, signature)
    assert seen == 151


@settings(deadline=None, max_examples=30)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 511))
def test_ed25519_against_the_library(seed: bytes, message: bytes, bit: int) -> None:
    """What the library signs holds here; with one bit flipped it does not."""
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    ed25519.verify(public, message, signature)
    flipped = (int.from_bytes(signature, "big") ^ 1 << bit).to_bytes(64, "big")
    with pytest.raises(ProofError):
        ed25519.verify(public, message, flipped)


@pytest.mark.corpus
def test_sm3_vectors(vectors: Callable[[str], Any]) -> None:
    """Plain Python and the system give the digests of the standard."""
    cases = vectors("sm3_gbt32905")["vectors"]
    assert len(cases) >= 9
    for case in cases:
        message = bytes.fromhex(case["msg_hex"])
        assert sm3(message).digest().hex() == case["digest_hex"]
        assert SM3_SM2.digest(message).hex() == case["digest_hex"]


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=300))
def test_sm3_against_the_system(message: bytes) -> None:
    """Every length around the block boundaries gives the same digest."""
    assert sm3(message).digest() == SM3_SM2.digest(message)


def test_sm2_standard_example() -> None:
    """The key pair of GB/T 32918.5, annex A: the public point belongs to the private number."""
    private = 0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8
    x = 0x09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020
    y = 0xCCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13
    point = sm2._multiply(private, (sm2.GX, sm2.GY, 1))
    assert point[0] * pow(point[2], -2, sm2.P) % sm2.P == x
    assert point[1] * pow(point[2], -3, sm2.P) % sm2.P == y
    public = b"\x04" + x.to_bytes(32, "big") + y.to_bytes(32, "big")
    # Annex A.2: "message digest" with the default identifier.
    r = 0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3
    s = 0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA
    signature = der(r, s)
    sm2.verify(public, b"message digest", signature)
    libcrypto.verify(public, b"message digest", signature)
    for verify in (sm2.verify, libcrypto.verify):
        with pytest.raises(ProofError):
            verify(public, b"message digesT", signature)


def der(r: int, s: int) -> bytes:
    """DER SEQUENCE of two INTEGERs."""
    parts = b""
    for value in (r, s):
        content = value.to_bytes(value.bit_length() // 8 + 1, "big")
        parts += bytes([2, len(content)]) + content
    return bytes([0x30, len(parts)]) + parts


def test_sm2_both_ways() -> None:
    """A key kept as DER is the same key; both verifiers accept its signatures and refuse every damaged byte."""
    made = libcrypto.Sm2Key.generate()
    key = libcrypto.Sm2Key.from_private_der(made.private_der())
    assert key.public == made.public
    signature = key.sign(b"fadu")
    for verify in (sm2.verify, libcrypto.verify):
        verify(key.public, b"fadu", signature)
        for place in range(len(signature)):
            damaged = bytearray(signature)
            damaged[place] ^= 0x01
            with pytest.raises(ProofError):
                verify(key.public, b"fadu", bytes(damaged))


@pytest.mark.parametrize("r", [0, sm2.N])
def test_sm2_numbers_out_of_range(r: int) -> None:
    """r and s lie between 1 and n - 1."""
    key = libcrypto.Sm2Key.generate()
    for verify in (sm2.verify, libcrypto.verify):
        with pytest.raises(ProofError):
            verify(key.public, b"fadu", der(r, 1))
        with pytest.raises(ProofError):
            verify(b"\x04" + bytes(64), b"fadu", der(1, 1))


def test_hmac_of_both_suites() -> None:
    """RFC 4231 test case 2 for SHA-256; SM3 against the construction of RFC 2104 by hand."""
    wanted = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert SHA256_ED25519.mac(b"Jefe", b"what do ya want for nothing?").hex() == wanted
    key = b"k" * 32 + bytes(32)
    inner = SM3_SM2.digest(bytes(one ^ 0x36 for one in key) + b"m")
    assert SM3_SM2.mac(b"k" * 32, b"m") == SM3_SM2.digest(bytes(one ^ 0x5C for one in key) + inner)


def test_unknown_suite_names_the_known_ones() -> None:
    """A misspelt setting is told what there is."""
    with pytest.raises(LogError, match="sm3-sm2"):
        suite_named("md5-rsa")

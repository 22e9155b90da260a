"""The system's openssl program signs and verifies SM2 as we do (same identifier, same coding), and hashes SM3."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from fadu.core.log import libcrypto, sm2
from fadu.core.log.errors import ProofError
from fadu.core.log.sm3 import sm3

pytestmark = pytest.mark.system


@pytest.fixture
def openssl(program: Callable[[str], Path], tmp_path: Path) -> Callable[..., bytes]:
    """``openssl("dgst", …)`` in a folder of its own."""
    path = program("openssl")
    return lambda *asked: subprocess.run([path, *asked], cwd=tmp_path, check=True, capture_output=True).stdout


def test_sm2_both_directions(openssl: Callable[..., bytes], tmp_path: Path) -> None:
    """Their signature holds here, ours holds there."""
    key = libcrypto.Sm2Key.generate()
    (tmp_path / "key.der").write_bytes(key.private_der())
    openssl("pkey", "-inform", "DER", "-in", "key.der", "-out", "key.pem")
    openssl("pkey", "-in", "key.pem", "-pubout", "-out", "pub.pem")
    (tmp_path / "message").write_bytes(b"fadu")
    identifier = ["-pkeyopt", f"distid:{sm2.USER_ID.decode()}"]
    openssl(
        "pkeyutl",
        "-sign",
        "-rawin",
        "-digest",
        "sm3",
        "-inkey",
        "key.pem",
        "-in",
        "message",
        "-out",
        "theirs",
        *identifier,
    )
    theirs = (tmp_path / "theirs").read_bytes()
    for verify in (sm2.verify, libcrypto.verify):
        verify(key.public, b"fadu", theirs)
        with pytest.raises(ProofError):
            verify(key.public, b"Fadu", theirs)
    (tmp_path / "ours").write_bytes(key.sign(b"fadu"))
    said = openssl(
        "pkeyutl", "-verify", "-rawin", "-digest", "sm3", "-pubin", "-inkey", "pub.pem", "-in", "message",
        "-sigfile", "ours", *identifier,
    )  # fmt: skip
    assert b"Verified Successfully" in said


def test_sm3(openssl: Callable[..., bytes], tmp_path: Path) -> None:
    """The digest of a longer message."""
    message = bytes(range(256)) * 11
    (tmp_path / "message").write_bytes(message)
    assert openssl("dgst", "-sm3", "-binary", "message") == sm3(message).digest()

"""Keys that sign, for tests of what verifies; the vectors of ../shared/data/vectors by name."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fadu.core.log import note


@dataclass(frozen=True)
class TestSigner:
    """An Ed25519 note key out of a seed."""

    __test__ = False

    name: str
    seed: bytes
    kind: bytes = note.ED25519

    @property
    def key(self) -> note.Key:
        """The public half."""
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        return note.Key(self.name, self.kind, private.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """The raw signature."""
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)


@pytest.fixture(scope="session")
def make_signer() -> Callable[..., TestSigner]:
    """``make_signer(name, number, kind=…)``: a signer with a seed of its own."""
    return lambda name, number=1, kind=note.ED25519: TestSigner(name, bytes([number]) * 32, kind)


@pytest.fixture(scope="session")
def vectors(shared: Path) -> Callable[[str], Any]:
    """A vector file of ../shared/data/vectors, by its name without ending."""
    return lambda name: json.loads((shared / "data" / "vectors" / f"{name}.json").read_text())

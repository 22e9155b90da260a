"""The witness: every status of the protocol, in memory; and the heads of the day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fadu.core.log import heads, note, tree, witness
from fadu.core.log.checkpoint import Checkpoint, open_checkpoint
from fadu.core.log.errors import LogError
from fadu.core.log.record import Head
from fadu.core.log.suites import SHA256_ED25519
from fadu.core.log.tree import MemoryStore
from fadu.core.log.witness import Watched, Witness

SUITE, ORIGIN, NOW = SHA256_ED25519, "log.example/city", 1_790_000_000


class MemoryWitnessStore:
    """What a witness remembers, for tests; ``race`` lets another request come first."""

    def __init__(self) -> None:
        self.seen: list[tuple[Checkpoint, str]] = []
        self.race: Checkpoint | None = None

    def newest(self, origin: str) -> tuple[Checkpoint, str] | None:
        return self.seen[-1] if self.seen else None

    def advance(self, origin: str, was: int, to: Checkpoint, cosigned: str) -> bool:
        if self.race is not None:
            self.seen.append((self.race, ""))
        if (self.seen[-1][0].size if self.seen else 0) != was:
            return False
        self.seen.append((to, cosigned))
        return True


class Scene:
    """A log of 30 entries, a fork of it from entry 5, and a witness."""

    def __init__(self, make_signer: Callable[..., Any]) -> None:
        self.log, self.other = make_signer(ORIGIN, 1), make_signer("log.example/other", 2)
        self.key = make_signer("witness.example", 3, note.COSIGNATURE)
        self.store = MemoryWitnessStore()
        watched = {ORIGIN: Watched(ORIGIN, (self.log.key,), SUITE)}
        self.witness = Witness(self.store, self.key, watched, clock=lambda: NOW)
        self.tree, self.fork = MemoryStore(), MemoryStore()
        for number in range(30):
            for store, entry in ((self.tree, b"%d" % number), (self.fork, b"%d" % (number + (number >= 5)))):
                store.extend(tree.append_hashes(SUITE, number, store, [SUITE.leaf(entry)]))

    def request(self, old: int, size: int, store: MemoryStore | None = None, signer: Any = None) -> bytes:
        store = self.tree if store is None else store
        proof = tree.prove_tree(SUITE, size, old, store) if old else []
        signer = signer or self.log
        signed = note.sign(Checkpoint(signer.key.name, size, tree.tree_hash(SUITE, size, store)).text, signer)
        return witness.format_request(old, proof, signed)

    def add(self, *asked: Any, **other: Any) -> witness.Answer:
        return self.witness.add_checkpoint(self.request(*asked, **other))


@pytest.fixture
def scene(make_signer: Callable[..., Any]) -> Scene:
    """A fresh scene."""
    return Scene(make_signer)


def test_it_follows_a_growing_log(scene: Scene) -> None:
    """200 and a cosignature that opens with the witness's key and bears its time."""
    for old, size in ((0, 8), (8, 8), (8, 13), (13, 30)):
        answer = scene.add(old, size)
        assert answer.status == 200, answer.body
        signed = witness.parse_request(scene.request(old, size))[2]
        _, opened = open_checkpoint(signed + answer.body, scene.log.key, others=[scene.key.key])
        found = opened.signed_by(scene.key.key)
        assert found is not None
        assert int.from_bytes(found.blob[:8], "big") == NOW
    assert [one.size for one, _ in scene.store.seen] == [8, 8, 13, 30]


def test_a_fork_is_refused(scene: Scene) -> None:
    """422 for a history that parts from the one it signed; 409 for another root of the same size."""
    assert scene.add(0, 8).status == 200
    assert scene.add(8, 20, store=scene.fork).status == 422
    assert scene.add(8, 8, store=scene.fork).status == 409
    assert len(scene.store.seen) == 1


def test_conflict_names_the_size(scene: Scene) -> None:
    """409 with the size it has, so that a log rolled back learns of it."""
    assert scene.add(0, 13).status == 200
    for old, size in ((0, 20), (8, 20), (8, 8)):
        answer = scene.add(old, size)
        assert (answer.status, answer.body, answer.kind) == (409, "13\n", "text/x.tlog.size")


def test_who_may_ask(scene: Scene, make_signer: Callable[..., Any]) -> None:
    """404 for a log it does not watch, 403 for a signature by another key under a known name."""
    assert scene.add(0, 8, signer=scene.other).status == 404
    assert scene.add(0, 8, signer=make_signer(ORIGIN, 9)).status == 403
    assert not scene.store.seen


@pytest.mark.parametrize(
    "data",
    [b"", b"old 1", b"old -1\n\nx", b"old 01\n\nx", b"new 1\n\nx", b"old 0\nAAAA\n\nx", b"old 0\n!!\n\nx", b"\xff", b"x" * 300_000],
    ids=range(9),
)  # fmt: skip
def test_malformed_requests(scene: Scene, data: bytes) -> None:
    """400."""
    assert scene.witness.add_checkpoint(data).status == 400


def test_proof_that_does_not_belong(scene: Scene) -> None:
    """400 when old is beyond the checkpoint, 422 for a proof too many, too few or damaged."""
    assert scene.add(0, 8).status == 200
    good = scene.request(8, 13)
    assert scene.witness.add_checkpoint(good.replace(b"old 8", b"old 14")).status == 400
    old, proof, signed = witness.parse_request(good)
    for wrong in ([], proof[:-1], [*proof, bytes(32)], [bytes(32), *proof[1:]]):
        assert scene.witness.add_checkpoint(witness.format_request(old, wrong, signed)).status == 422
    begin = witness.parse_request(scene.request(0, 8))[2]
    assert Scene.add(scene, 8, 13).status == 200
    assert scene.witness.add_checkpoint(witness.format_request(13, [bytes(32)], begin)).status == 400


def test_a_race_is_lost_honestly(scene: Scene) -> None:
    """Another request persisted between our look and our write: 409 with the new size, and no signature."""
    scene.store.race = Checkpoint(ORIGIN, 5, bytes(32))
    answer = scene.add(0, 8)
    assert (answer.status, answer.body) == (409, "5\n")


def test_heads_file() -> None:
    """Sorted lines, one root; each head found again; disorder, repetition and cut lines refused."""
    known = {bytes([number]) * 32: Head(number + 1, bytes([255 - number]) * 32) for number in range(20)}
    data = heads.format_heads(reversed(known.items()))
    assert heads.parse_heads(data) == known
    covers = heads.covers(SUITE, data)
    assert (covers.kind, covers.count) == ("case-heads", 20)
    lines = data.splitlines(keepends=True)
    assert covers.root == heads.root_of(SUITE, lines)
    assert heads.root_of(SUITE, lines[:-1]) != covers.root
    assert heads.root_of(SUITE, []) == SUITE.empty()
    for wrong in (lines[1] + lines[0], lines[0] * 2, data[:-1], data.replace(b" 1 ", b" 01 ")):
        with pytest.raises(LogError):
            heads.parse_heads(wrong)

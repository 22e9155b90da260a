"""The tree: known roots, every probe of the transparency-dev vectors, all small trees with every proof bit flipped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fadu.core.log import tree
from fadu.core.log.errors import ProofError
from fadu.core.log.suites import SHA256_ED25519, SM3_SM2, Suite
from fadu.core.log.tree import MemoryStore

SMALL = 20


def grown(suite: Suite, size: int, step: int = 1) -> MemoryStore:
    """A tree of ``size`` entries (their numbers), grown in batches."""
    store = MemoryStore()
    for start in range(0, size, step):
        leaves = [suite.leaf(b"%d" % number) for number in range(start, min(start + step, size))]
        store.extend(tree.append_hashes(suite, start, store, leaves))
    return store


def slow_root(suite: Suite, entries: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word."""
    if not entries:
        return suite.digest(b"")
    if len(entries) == 1:
        return suite.leaf(entries[0])
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return suite.node(slow_root(suite, entries[:k]), slow_root(suite, entries[k:]))


@pytest.mark.corpus
def test_known_roots(vectors: Callable[[str], Any]) -> None:
    """The eight leaves of the Certificate Transparency suites: inner nodes and roots."""
    known, store = vectors("rfc6962_known_roots"), MemoryStore()
    leaves = [SHA256_ED25519.leaf(bytes.fromhex(leaf)) for leaf in known["leaves_hex"]]
    store.extend(tree.append_hashes(SHA256_ED25519, 0, store, leaves))
    for level, hashes in enumerate(known["node_hashes_by_level_hex"]):
        for number, wanted in enumerate(hashes):
            assert store[tree.stored_index(level, number)].hex() == wanted
    for size, wanted in enumerate(known["root_by_size_hex"]):
        assert tree.tree_hash(SHA256_ED25519, size, store).hex() == wanted


def _bytes(value: str | None) -> bytes:
    return base64.b64decode(value or "")


@pytest.mark.corpus
def test_inclusion_vectors(vectors: Callable[[str], Any]) -> None:
    """98 probes, of which 92 must be refused."""
    cases = vectors("merkle_inclusion")["cases"]
    refused = 0
    for case in cases:
        proof = [_bytes(one) for one in case["proof"] or []]
        ask = (proof, case["treeSize"], _bytes(case["root"]), case["leafIdx"], _bytes(case["leafHash"]))
        refused += _refused(tree.check_record, ask, case)
    assert (len(cases), refused) == (98, 92)


@pytest.mark.corpus
def test_consistency_vectors(vectors: Callable[[str], Any]) -> None:
    """98 probes, of which 92 must be refused."""
    cases = vectors("merkle_consistency")["cases"]
    refused = 0
    for case in cases:
        proof = [_bytes(one) for one in case["proof"] or []]
        ask = (proof, case["size2"], _bytes(case["root2"]), case["size1"], _bytes(case["root1"]))
        refused += _refused(tree.check_tree, ask, case)
    assert (len(cases), refused) == (98, 92)


def _refused(check: Callable[..., None], ask: tuple[Any, ...], case: dict[str, Any]) -> bool:
    try:
        check(SHA256_ED25519, *ask)
    except ProofError:
        assert case["wantErr"], case["desc"]
        return True
    assert not case["wantErr"], case["desc"]
    return False


@pytest.mark.parametrize("suite", [SHA256_ED25519, SM3_SM2], ids=lambda suite: suite.name)
def test_every_small_tree(suite: Suite) -> None:
    """Roots against the definition; every entry and every pair of sizes proved; each proof refused with any bit flipped."""
    store = grown(suite, SMALL)
    roots = [tree.tree_hash(suite, size, store) for size in range(SMALL + 1)]
    for size in range(SMALL + 1):
        assert roots[size] == slow_root(suite, [b"%d" % number for number in range(size)])
        assert len(store[: tree.stored_count(size)]) == tree.stored_count(size)
        for index in range(size):
            proof, leaf = tree.prove_record(suite, size, index, store), suite.leaf(b"%d" % index)
            tree.check_record(suite, proof, size, roots[size], index, leaf)
            for broken in _breakings(proof):
                with pytest.raises(ProofError):
                    tree.check_record(suite, broken, size, roots[size], index, leaf)
        for old in range(1, size):
            proof = tree.prove_tree(suite, size, old, store)
            tree.check_tree(suite, proof, size, roots[size], old, roots[old])
            for broken in _breakings(proof):
                with pytest.raises(ProofError):
                    tree.check_tree(suite, broken, size, roots[size], old, roots[old])


def _breakings(proof: list[bytes]) -> list[list[bytes]]:
    """The proof with one bit flipped (every bit of every hash in turn over the trees, a few here), cut and lengthened."""
    broken = []
    for place, value in enumerate(proof):
        for bit in range(place % 8, 256, 8):
            flipped = bytearray(value)
            flipped[bit // 8] ^= 1 << bit % 8
            broken.append([*proof[:place], bytes(flipped), *proof[place + 1 :]])
        broken += [proof[:place] + proof[place + 1 :], [*proof[:place], value[:-1], *proof[place + 1 :]]]
    return [*broken, [*proof, bytes(32)], [bytes(32), *proof]]


@pytest.mark.slow
def test_every_bit_of_every_proof() -> None:
    """A tree of 13: each single bit of each proof matters."""
    suite, size = SHA256_ED25519, 13
    store = grown(suite, size)
    root = tree.tree_hash(suite, size, store)
    for index in range(size):
        proof, leaf = tree.prove_record(suite, size, index, store), suite.leaf(b"%d" % index)
        for place in range(len(proof)):
            for bit in range(256):
                flipped = (int.from_bytes(proof[place], "big") ^ 1 << bit).to_bytes(32, "big")
                with pytest.raises(ProofError):
                    tree.check_record(
                        suite, [*proof[:place], flipped, *proof[place + 1 :]], size, root, index, leaf
                    )


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 700), st.integers(1, 97), st.data())
def test_batches_do_not_matter(size: int, step: int, data: st.DataObject) -> None:
    """Grown one by one or in batches the stored hashes are the same, and any proof holds."""
    suite = SHA256_ED25519
    store = grown(suite, size, step)
    assert store == grown(suite, size)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    root = tree.tree_hash(suite, size, store)
    tree.check_record(
        suite, tree.prove_record(suite, size, index, store), size, root, index, suite.leaf(b"%d" % index)
    )
    old_root = tree.tree_hash(suite, old, store)
    tree.check_tree(suite, tree.prove_tree(suite, size, old, store), size, root, old, old_root)


def test_a_fork_is_not_consistent() -> None:
    """Two histories that part at entry 5: no proof joins them."""
    suite = SHA256_ED25519
    ours = grown(suite, 12)
    theirs = MemoryStore()
    leaves = [suite.leaf(b"%d" % number if number != 5 else b"other") for number in range(12)]
    theirs.extend(tree.append_hashes(suite, 0, theirs, leaves))
    root, old_root = tree.tree_hash(suite, 12, theirs), tree.tree_hash(suite, 8, ours)
    with pytest.raises(ProofError, match="改写或者出现分叉"):
        tree.check_tree(suite, tree.prove_tree(suite, 12, 8, theirs), 12, root, 8, old_root)


def test_from_nothing_nothing_is_proved() -> None:
    """A consistency proof from an empty tree is refused on both sides."""
    store = grown(SHA256_ED25519, 3)
    with pytest.raises(ValueError, match="no consistency proof"):
        tree.prove_tree(SHA256_ED25519, 3, 0, store)
    with pytest.raises(ProofError):
        tree.check_tree(SHA256_ED25519, [], 3, bytes(32), 0, hashlib.sha256().digest())

"""One number for all that was said: the Merkle root over the contributions' leaves, and the path of one of them."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings

from fadu.core.log import tree
from fadu.core.log.suites import Suite, suite_named


def over(leaves: Sequence[str]) -> bytes:
    """The root (RFC 6962, 2.1) of these leaf hashes in the order of their numbers; of none, the hash of nothing."""
    return tree.tree_hash(_suite(), len(leaves), _store(leaves))


def path(leaves: Sequence[str], index: int) -> list[str]:
    """The audit path by which the leaf at ``index`` leads to the root."""
    return [node.hex() for node in tree.prove_record(_suite(), len(leaves), index, _store(leaves))]


def _store(leaves: Sequence[str]) -> tree.MemoryStore:
    store = tree.MemoryStore()
    store.extend(tree.append_hashes(_suite(), 0, store, [bytes.fromhex(leaf) for leaf in leaves]))
    return store


def _suite() -> Suite:
    return suite_named(settings.FADU_LOG_SUITE)

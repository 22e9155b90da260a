"""Entries are read in the order in which they were written; whatever order is asked for, every one is found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fadu.city.ledger import bodies, queries
from fadu.city.ledger.acts import Appended
from fadu.city.ledger.models import Leaf, Log

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kept", [2, 4, 100])
@pytest.mark.parametrize("order", ["as written", "backwards", "in between"])
def test_every_entry_is_found_in_any_order(
    add: Callable[..., Appended],
    publish: Callable[[], object],
    monkeypatch: pytest.MonkeyPatch,
    kept: int,
    order: str,
) -> None:
    monkeypatch.setattr(bodies, "CHUNK", 2)
    monkeypatch.setattr(bodies, "KEPT", kept)
    names = [add(f"case-{number % 3}").hash for number in range(11)]
    if order == "backwards":
        names.reverse()
    if order == "in between":
        names = names[::2] + names[1::2]
    wanted = {bytes(leaf.hash): bytes(leaf.body) for leaf in Leaf.objects.all()}
    reader, absent = bodies.Bodies(Log.MAIN), b"\0" * 32
    for start in range(0, 11, 3):
        block = [*names[start : start + 3], absent, names[start]]
        assert reader.of(block) == [wanted.get(name) for name in block]
    publish()
    assert queries.check().sound

"""The draw: the same seed gives the same order, everybody has the same chance, and a stranger can repeat it."""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fadu.city.participation import lot

SEED = bytes(range(32))
NAMES = ["甲", "乙", "丙", "丁", "戊"]
ids = st.lists(
    st.text(st.characters(exclude_characters="\n", exclude_categories=("Cs",)), min_size=1), unique=True
)


def order(seed: bytes, names: list[str], value: str = "") -> list[str]:
    return [ticket.id for ticket in lot.draw(seed, {"": names}, value)[""]]


@given(st.binary(min_size=32, max_size=32), ids, st.randoms())
def test_the_seed_decides_and_nothing_else(seed: bytes, names: list[str], shuffle: object) -> None:
    """However the candidates were entered, the same seed gives the same order, with nobody lost or doubled."""
    drawn = order(seed, names)
    mixed = list(names)
    shuffle.shuffle(mixed)  # type: ignore[attr-defined]  # a random.Random
    assert order(seed, mixed) == drawn
    assert sorted(drawn) == sorted(names)


def test_a_stranger_repeats_it_from_the_published_rule() -> None:
    """The rule as printed on the page, written anew with nothing of ours."""
    key = hashlib.sha256(SEED + b"03 08 12").digest()
    by_hand = sorted(NAMES, key=lambda one: hmac.new(key, f"市民\n{one}".encode(), "sha256").hexdigest())
    drawn = lot.draw(SEED, {"市民": NAMES}, "03 08 12")["市民"]
    assert [ticket.id for ticket in drawn] == by_hand
    assert lot.commitment(SEED) == "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd"


def test_every_order_is_as_likely_as_every_other() -> None:
    """Chi-square over the 24 orders of four candidates and 12,000 seeds; 23 degrees, 0.1 % at 49.7."""
    rounds, names = 12_000, NAMES[:4]
    seen = Counter(tuple(order(hashlib.sha256(b"%d" % number).digest(), names)) for number in range(rounds))
    expected = rounds / 24
    chi = sum((seen[one] - expected) ** 2 / expected for one in permutations(names))
    assert chi < 49.7, chi


def test_a_public_value_changes_the_draw_and_groups_are_apart() -> None:
    """Nobody who knows only the seed knows the order; the order of one group tells nothing of another's."""
    orders = {tuple(order(SEED, NAMES, str(value))) for value in range(600)}
    assert len(orders) > 110, "of the 120 orders nearly all appear"
    both = lot.draw(SEED, {"市民": NAMES, "经营者": NAMES})
    assert [ticket.id for ticket in both["市民"]] != [ticket.id for ticket in both["经营者"]]
    assert both["市民"] == lot.draw(SEED, {"市民": NAMES})["市民"]


def test_what_cannot_be_drawn() -> None:
    """A short seed, a name twice, a line break that would make two tickets one."""
    with pytest.raises(ValueError, match="32 bytes"):
        lot.draw(b"short", {"": NAMES})
    with pytest.raises(ValueError, match="twice"):
        lot.draw(SEED, {"": ["甲", "甲"]})
    with pytest.raises(ValueError, match="line break"):
        lot.draw(SEED, {"甲\n": ["乙"]})

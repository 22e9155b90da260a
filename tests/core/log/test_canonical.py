"""Canonical JSON: the RFC 8785 vectors, and one value has one writing."""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fadu.core.log import canonical
from fadu.core.log.errors import LogError

SAFE = st.integers(-canonical.MAX_INTEGER, canonical.MAX_INTEGER)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
# A double from 2^53 to 10^21 is written without exponent and would be read as an integer too large to be exact.
DOUBLE = st.floats(allow_nan=False, allow_infinity=False).filter(lambda one: not 2**53 <= abs(one) < 1e21)
VALUES = st.recursive(
    st.none() | st.booleans() | SAFE | TEXT | DOUBLE,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.corpus
def test_rfc_8785_vectors(vectors: Callable[[str], Any]) -> None:
    """All six files of the reference set give the canonical bytes, and those bytes are read back as canonical."""
    cases = vectors("jcs_rfc8785")["vectors"]
    assert len(cases) == 6
    for case in cases:
        wanted = bytes.fromhex(case["canonical_hex"])
        assert canonical.dumps(canonical.parse(base64.b64decode(case["input_b64"]))) == wanted, case["name"]
        assert canonical.dumps(canonical.loads(wanted)) == wanted


@pytest.mark.parametrize(
    ("bits", "text"),
    [  # RFC 8785, appendix B
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"),
        ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("44b52d02c7e14af6", "1e+23"),
        ("444b1ae4d6e2ef4e", "999999999999999700000"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555553", "333333333.3333332"),
        ("41b3de4355555557", "333333333.33333343"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
        ("43143ff3c1cb0959", "1424953923781206.2"),
    ],
)
def test_numbers_as_in_the_rfc(bits: str, text: str) -> None:
    """The number table of the RFC."""
    assert canonical.dumps(struct.unpack(">d", bytes.fromhex(bits))[0]).decode() == text


def test_keys_sort_by_utf16() -> None:
    """U+1F602 sorts before U+FB33 in UTF-16, though not by code point."""
    assert canonical.dumps({"\ufb33": 1, "\U0001f602": 2}).decode() == '{"\U0001f602":2,"\ufb33":1}'


@pytest.mark.parametrize(
    "value",
    [
        2**53,
        -(2**53),
        float("nan"),
        float("inf"),
        "\ud800",
        {"\ud800": 1},
        {1: 2},
        {"a": [1.5, object]},
        b"x",
    ],
    ids=repr,
)
def test_values_that_have_no_canonical_form(value: Any) -> None:
    """What no browser could hold exactly is refused, also behind a float."""
    with pytest.raises(LogError):
        canonical.dumps(value)


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":2}',
        b'{"a": 1}',
        b'{"b":1,"a":2}',
        b"1.0",
        b"1e2",
        b'"\\u0041"',
        b"NaN",
        b"",
        b"{",
        b'"\xff"',
        b" 1",
    ],
    ids=repr,
)
def test_bytes_that_are_not_canonical(data: bytes) -> None:
    """Another writing of the same value, an ambiguous one, or none."""
    with pytest.raises(LogError):
        canonical.loads(data)


@given(VALUES)
def test_one_value_one_writing(value: Any) -> None:
    """Written and read again it is the same value, and the same bytes."""
    data = canonical.dumps(value)
    assert canonical.dumps(canonical.loads(data)) == data
    assert json.loads(data) == json.loads(json.dumps(value))

"""Whatever bytes and texts are handed to a reader of the log: it reads them or says in a LogError what is wrong; nothing else comes out."""

from __future__ import annotations

import base64
import copy
import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fadu.core.log import (
    canonical,
    checkpoint,
    commitment,
    heads,
    note,
    receipt,
    record,
    tiles,
    timestamp,
    tree,
    verify,
    witness,
)
from fadu.core.log.errors import LogError
from fadu.core.log.receipt import Receipt
from tests.core.log.test_receipt import AT, ORIGIN, made

__all__ = ["made"]
FUZZ = settings(
    max_examples=300, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
# What breaks naive readers: digits that are none, more than Python reads, more than a database keeps, half characters.
ODD = (
    "", "²", "１", "9" * 5000, "-1", "+1", "0x1", "1e9", "01", str(2**64), "\ud800", "\x00", "\u2028", "=", "A", "AAAA",
    "2026-02-30T00:00:00.000000Z", "9999-99-99T99:99:99.999999Z", "\n", "\r\n", " ", "— a b", "+" * 80,
    "tile/0/" + "x999/" * 2000 + "999",
)  # fmt: skip
ODD_TEXT = st.sampled_from(ODD) | st.text(max_size=30)
ODD_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from([2**53, 2**64, -(2**70)]) | st.floats() | ODD_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def only_log_errors(read: Callable[[Any], Any], given_: Any) -> None:
    """Read, or say what is wrong."""
    try:
        read(given_)
    except LogError as error:
        assert error.what


def texts(made: Receipt) -> dict[str, tuple[Callable[[str], Any], str]]:
    """Readers of text, each with a text it reads."""
    proof = receipt.format_proof(index=5, proof=made.proof, checkpoint=made.checkpoint or "", leaf=b"l" * 32)
    unsigned = (made.checkpoint or "").partition("\n\n")[0] + "\n"
    return {
        "promise": (receipt.read_promise, made.promise.partition("\n\n")[0] + "\n"),
        "proof": (receipt.parse_proof, proof),
        "checkpoint": (checkpoint.parse, unsigned),
        "note": (note.split, made.checkpoint or ""),
        "key": (note.parse_vkey, made.log_key),
        "tile": (tiles.parse_path, "tile/0/x001/234.p/5"),
        "moment": (record.from_moment, record.moment(AT)),
        "base64": (commitment.from_text, "AAAA"),
    }


NAMES = ("promise", "proof", "checkpoint", "note", "key", "tile", "moment", "base64")


@pytest.mark.parametrize("name", NAMES)
def test_texts(made: Receipt, name: str) -> None:
    read, right = texts(made)[name]
    read(right)
    lines = right.split("\n")

    for place, line in enumerate(lines):
        words = line.split(" ")
        for at, odd in itertools.product(range(len(words)), ODD):
            put_in = " ".join([*words[:at], odd, *words[at + 1 :]])
            only_log_errors(read, "\n".join([*lines[:place], put_in, *lines[place + 1 :]]))

    @FUZZ
    @given(data=st.data())
    def once(data: st.DataObject) -> None:
        broken = list(lines)
        for _ in range(data.draw(st.integers(1, 2))):
            place = data.draw(st.integers(0, len(broken) - 1))
            words = broken[place].split(" ")
            words[data.draw(st.integers(0, len(words) - 1))] = data.draw(ODD_TEXT)
            broken[place] = data.draw(st.sampled_from([" ".join(words), words[0]]))
        only_log_errors(read, "\n".join(broken))
        only_log_errors(read, data.draw(st.text(max_size=200)))

    once()


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value."""
    yield path
    for key, inner in (
        value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ())
    ):
        yield from places(inner, (*path, key))


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """The value with another one at a place."""
    if not path:
        return new
    whole = copy.deepcopy(value)
    inner = whole
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = new
    return whole


def proof_file(made: Receipt) -> dict[str, Any]:
    """The proof of a leaf as a file."""
    text = receipt.format_proof(index=5, proof=made.proof, checkpoint=made.checkpoint or "", leaf=b"l" * 32)
    keys = {"log": made.log_key, "witnesses": list(made.witnesses)}
    return receipt.Proof(made.suite, ORIGIN, keys["log"], tuple(keys["witnesses"]), b"l" * 32, text).as_json()


@pytest.mark.parametrize("kind", ["receipt", "proof"])
def test_files(made: Receipt, kind: str) -> None:
    """One or two places of a good file changed; read, and judged where it can be read."""
    right = made.as_json() if kind == "receipt" else proof_file(made)
    everywhere = list(places(right))

    def judge(data: bytes) -> None:
        found = receipt.read_any(data)
        if isinstance(found, Receipt):
            verify.check_receipt(found, at=AT)
        else:
            verify.check_proof(found)

    @FUZZ
    @given(data=st.data())
    def once(data: st.DataObject) -> None:
        broken = put(right, data.draw(st.sampled_from(everywhere)), data.draw(ODD_JSON))
        only_log_errors(judge, json.dumps(broken).encode())

    once()


@pytest.mark.parametrize(
    "read", [canonical.parse, canonical.loads, record.read, receipt.read_any, commitment.decode, heads.parse_heads,
             witness.parse_request, note.split, timestamp.read],
    ids=lambda read: f"{read.__module__.rpartition('.')[2]}.{read.__name__}",
)  # fmt: skip
def test_bytes(made: Receipt, read: Callable[[bytes], Any]) -> None:
    good = [
        json.dumps(made.as_json()).encode(), made.body or b"", (made.checkpoint or "").encode(),
        b"old 3\n" + base64.b64encode(b"h" * 32) + b"\n\n" + (made.checkpoint or "").encode(), b"[" * 50_000,
        b"[" * 900 + b"]" * 900, b'{"a": ' + b"9" * 5000 + b"}", b"9" * 5000, b"1e999", b"s\x80", b"a" * 64 + b" " + b"9" * 5000 + b" " + b"b" * 64 + b"\n", b"\xff\xfe", b"\x30\x84\xff\xff\xff\xff",
    ]  # fmt: skip

    @FUZZ
    @given(data=st.data())
    def once(data: st.DataObject) -> None:
        chosen = data.draw(st.sampled_from(good) | st.binary(max_size=60))
        cut = data.draw(st.integers(0, len(chosen)))
        only_log_errors(read, chosen)
        only_log_errors(read, chosen[:cut] + data.draw(st.binary(max_size=8)) + chosen[cut + 1 :])

    once()


@FUZZ
@given(entries=st.binary(max_size=80), width=st.integers(1, 256))
def test_bundles(entries: bytes, width: int) -> None:
    only_log_errors(lambda data: tiles.unpack_entries(data, width), entries)
    only_log_errors(lambda data: tiles.split_tile(data, width), entries)


@FUZZ
@given(
    size=st.integers(-1, 2**70),
    index=st.integers(-1, 2**70),
    count=st.integers(0, 80),
    length=st.integers(0, 40),
)
def test_proofs_of_any_size(size: int, index: int, count: int, length: int) -> None:
    """A proof of any length for a log of any size is checked or refused, and soon."""
    path = [b"h" * length] * count
    suite = verify.suite_named("sha256-ed25519")
    only_log_errors(lambda size: tree.check_record(suite, path, size, b"r" * 32, index, b"l" * 32), size)
